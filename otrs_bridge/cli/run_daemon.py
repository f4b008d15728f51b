"""otrs-bridge run: the daemon."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass

import structlog
import typer

from otrs_bridge.bootstrap.jobs import JobBridge, open_job_bridge
from otrs_bridge.bootstrap.leading import Lead
from otrs_bridge.bootstrap.push import pushes_looked_at
from otrs_bridge.bootstrap.reloading import Reloader
from otrs_bridge.cli.service_manager import ServiceManager
from otrs_bridge.cli.state import state_of
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import Config
from otrs_bridge.errors import BridgeError, ExitCode, JournalUnusable
from otrs_bridge.journal.lease import EpochFence
from otrs_bridge.ports.clock import Clock
from otrs_bridge.service.daemon import CLOCKS_APART, Daemon
from otrs_bridge.service.jobs.beside import Beside
from otrs_bridge.service.leading import Leadership
from otrs_bridge.service.push.inbox import PushInbox

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
    lead = Lead(config, clock)
    here = DaemonProcess(
        config=config, lead=lead, clock=clock, reloader=reloader, manager=manager, stop=stop, lines=lines
    )
    try:
        here.run()
    finally:
        here.lead.close()


@dataclass(kw_only=True, slots=True)
class DaemonProcess:
    """Leads, or follows, under one configuration after another. `lines`: what hangs up on OTRS."""

    config: Config
    lead: Lead
    clock: Clock
    reloader: Reloader
    manager: ServiceManager
    stop: threading.Event
    lines: list[Callable[[], None]]

    def run(self) -> None:
        """Until told to stop."""
        while not self.stop.is_set():
            try:
                if self.lead.take() or self._follow():
                    self._lead()
            except JournalUnusable as error:
                if self.lead.leadership is None:
                    raise
                log.warning("journal not opened, tried again", error=str(error))
                self.manager.idle = lambda: 0.0
                self.clock.sleep(self.lead.leadership.interval)
            if (renewed := self.reloader.take()) is not None:
                self.manager.reloading()
                self._use(renewed)

    def _lead(self) -> None:
        """Turns of the daemon, until it leads no more."""
        fence, clock = self.lead.fence(), self.clock
        opening = open_job_bridge(self.config, clock=clock, stopping=self._is_over, fence=fence)
        with opening as here, self._jobs(here, fence) as jobs:
            self.lines[:] = [here.bridge.hang_up, jobs.bridge.hang_up]
            driver = jobs.driver
            with closing(Beside(driver.turn)) as beside:
                self._turns(here, here.daemon_beside(driver, beside.turn))

    def _jobs(self, here: JobBridge, fence: EpochFence | None) -> AbstractContextManager[JobBridge]:
        """A bridge of the jobs' own, as another process would have it. A new configuration ends what they are at."""
        stopped, reloader = here.bridge.stopping, self.reloader
        return open_job_bridge(
            self.config,
            clock=self.clock,
            stopping=lambda: stopped() or reloader.has_new,
            beside=here.bridge,
            fence=fence,
        )

    def _turns(self, here: JobBridge, daemon: Daemon) -> None:
        daemon.renewing, daemon.trouble = self.reloader.look, lambda: self.reloader.refused
        leadership = self.lead.leadership
        if leadership is not None:
            daemon.clocks_apart = CLOCKS_APART
        self.manager.idle = lambda: here.bridge.meters.idle_seconds
        with (
            pushes_looked_at(here.bridge, daemon) as inbox,
            _page(here, daemon, self.clock, inbox, leadership),
        ):
            self.manager.ready()
            daemon.run()

    def _is_over(self) -> bool:
        return self.stop.is_set() or self.lead.is_over

    def _follow(self) -> bool:
        """Serve the page and do nothing to OTRS, until the lead is free; whether this daemon leads then."""
        leadership = self.lead.leadership
        assert leadership is not None  # noqa: S101 - on SQLite the lead has been taken
        with (
            open_job_bridge(self.config, clock=self.clock, stopping=self.stop.is_set) as here,
            _page(here, here.daemon, self.clock, None, leadership),
        ):
            self.lines[:] = [here.bridge.hang_up]
            meters = here.bridge.meters
            self.manager.idle = lambda: meters.idle_seconds
            self.manager.ready()
            log.info("following", leader=leadership.leader and leadership.leader.told(self.config.timezone).en)
            while not (self.stop.is_set() or self.reloader.look()):
                meters.tick()
                if self.lead.take():
                    return True
                self.clock.sleep(leadership.interval)
        return False

    def _use(self, renewed: Config) -> None:
        """Go on with the new configuration, where everything that it names can be opened; else with the old one."""
        try:
            with open_job_bridge(renewed) as here, _page(here, here.daemon, self.clock):
                pass
            self.lead, self.config = self.lead.under(renewed), renewed
        except BridgeError as error:
            self.reloader.refuse(error)


@contextmanager
def _page(
    here: JobBridge,
    daemon: Daemon,
    clock: Clock,
    inbox: PushInbox | None = None,
    leadership: Leadership | None = None,
) -> Iterator[None]:
    """The operator's page, what watches the daemon, and where pushes come in, where they are wanted."""
    config = here.bridge.config
    if not config.web.listen:
        yield
        return
    # Late: they take a web framework, which few daemons need.
    from otrs_bridge.push.receiver import push_router
    from otrs_bridge.web.opening import served_page

    push, more = config.daemon.push, []
    if inbox is not None and push is not None:
        more.append(push_router(inbox, user=push.user, password=push.password.get_secret_value()))
    with served_page(config, clock, here.bridge, here.monitor(daemon, inbox, leadership), *more):
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
