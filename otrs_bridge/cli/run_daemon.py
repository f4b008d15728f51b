"""otrs-bridge run: the daemon."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog
import typer

from otrs_bridge.bootstrap.jobs import JobBridge, open_job_bridge
from otrs_bridge.bootstrap.reloading import Reloader
from otrs_bridge.cli.service_manager import ServiceManager
from otrs_bridge.cli.state import state_of
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import Config
from otrs_bridge.errors import BridgeError, ExitCode
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.daemon import Daemon

log = structlog.get_logger(__name__)

# Seconds from SIGTERM. Until the first, what OTRS was asked may be answered and read back; then the line is cut. Whatever
# holds the process longer (a name service, a billing system, a lock on the journal) is not waited for: it could as well be
# killed at any moment.
HANG_UP_AFTER = 4.0
END_AFTER = 9.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(context: typer.Context) -> None:
    """Bring new and changed tickets into line, and run the jobs that are due, until SIGTERM or Ctrl-C."""
    clock = SystemClock()
    work_until_told(state_of(context).config, clock, clock.wake)


def work_until_told(load: Callable[[], Config], clock: Clock, wake: Callable[[], None]) -> None:
    """The daemon, with its page where it is wanted. `load` reads the configuration, `wake` ends every sleep of the clock."""
    stop = threading.Event()
    lines: list[Callable[[], None]] = []
    manager = ServiceManager(os.environ, clock)

    def told_to_stop() -> None:
        stop.set()
        manager.stopping()
        wake()
        _after(HANG_UP_AFTER, lambda: [hang_up() for hang_up in lines])
        _after(END_AFTER, _end)

    config = load()
    reloader = Reloader(config, load)
    _when_told(told_to_stop, reloader.asked.set)
    while True:
        with open_job_bridge(config, clock=clock, stopping=stop.is_set) as here:
            lines[:] = [here.bridge.hang_up]
            _turn(here, clock, reloader, manager)
        renewed = reloader.take()
        if stop.is_set() or renewed is None:
            return
        manager.reloading()
        config = _usable(renewed, config, clock, reloader)


def _turn(here: JobBridge, clock: Clock, reloader: Reloader, manager: ServiceManager) -> None:
    """Turns of the daemon under one configuration."""
    daemon = here.daemon
    daemon.renewing, daemon.trouble = reloader.look, lambda: reloader.refused
    manager.idle = lambda: here.bridge.meters.idle_seconds
    with _page(here, daemon, clock):
        manager.ready()
        daemon.run()


def _usable(renewed: Config, old: Config, clock: Clock, reloader: Reloader) -> Config:
    """The new configuration, where everything that it names can be opened; else the old one."""
    try:
        with open_job_bridge(renewed) as here, _page(here, here.daemon, clock):
            return renewed
    except BridgeError as error:
        reloader.refuse(error)
        return old


@contextmanager
def _page(here: JobBridge, daemon: Daemon, clock: Clock) -> Iterator[None]:
    """The operator's page, and what watches the daemon, where they are wanted."""
    config = here.bridge.config
    if not config.web.listen:
        yield
        return
    from otrs_bridge.web.opening import served_page  # late: it takes a web framework, which few daemons need

    with served_page(config, clock, here.bridge.stopping, here.monitor(daemon)):
        yield


def _when_told(stop: Callable[[], None], reload: Callable[[], None]) -> None:
    """Call `stop` at the first SIGTERM or Ctrl-C, in a thread of its own, and `reload` at every SIGHUP before it.

    Python runs a signal's handler when the main thread comes back to Python, and a call into a library may keep it for
    long: SQLite waits half a minute for another process's lock. What the interpreter writes into this pipe comes at once.
    """
    told, telling = os.pipe()
    os.set_blocking(telling, False)
    signal.set_wakeup_fd(telling, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _signal, _frame: None)

    def wait() -> None:
        while os.read(told, 1)[0] == signal.SIGHUP:
            reload()
        stop()

    threading.Thread(target=wait, daemon=True).start()


def _after(seconds: float, work: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()


def _end() -> None:
    _after(0.5, lambda: os._exit(ExitCode.FINE))  # whoever should read the log may be what everything waits for
    log.warning("daemon ended without waiting for what it asked", seconds=END_AFTER)
    os._exit(ExitCode.FINE)
