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
from otrs_bridge.cli.state import state_of
from otrs_bridge.clock import SystemClock
from otrs_bridge.errors import ExitCode
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
    state = state_of(context)
    stop = threading.Event()
    clock = SystemClock()
    lines: list[Callable[[], None]] = []

    def told_to_stop() -> None:
        stop.set()
        clock.wake()
        _after(HANG_UP_AFTER, lambda: [hang_up() for hang_up in lines])
        _after(END_AFTER, _end)

    _when_told(told_to_stop)
    with open_job_bridge(state.config(), clock=clock, stopping=stop.is_set) as here:
        lines.append(here.bridge.hang_up)
        daemon = here.daemon
        with _watched(here, daemon):
            daemon.run()


@contextmanager
def _watched(here: JobBridge, daemon: Daemon) -> Iterator[None]:
    """What watches the daemon, where it is wanted."""
    config = here.bridge.config
    if not config.web.listen:
        yield
        return
    from otrs_bridge.web.monitoring import served_monitoring  # late: it takes a web framework, which few daemons need

    with served_monitoring(here.monitor(daemon), config.web, config.language):
        yield


def _when_told(stop: Callable[[], None]) -> None:
    """Call `stop` at the first SIGTERM or Ctrl-C, in a thread of its own.

    Python runs a signal's handler when the main thread comes back to Python, and a call into a library may keep it for
    long: SQLite waits half a minute for another process's lock. What the interpreter writes into this pipe comes at once.
    """
    told, telling = os.pipe()
    os.set_blocking(telling, False)
    signal.set_wakeup_fd(telling, warn_on_full_buffer=False)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _signal, _frame: None)

    def wait() -> None:
        os.read(told, 1)
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
