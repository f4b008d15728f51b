"""Taking a run back from the page: looked at first, within the limits, and by one thread behind the page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.report import Report
from otrs_bridge.errors import BridgeError, LimitReached
from otrs_bridge.ports.insight import Insight
from otrs_bridge.ports.people import Act, People
from otrs_bridge.service.background import BROKE, Answer, Background
from otrs_bridge.service.outside import Outside
from otrs_bridge.service.undo import Undo
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)


def in_background(work: Callable[[], None]) -> threading.Thread | None:
    """A thread that does not keep the process: what it leaves undone is found by the next undo, as after a kill."""
    thread = threading.Thread(target=work, name="undo", daemon=True)
    thread.start()
    return thread


@dataclass(kw_only=True, slots=True)
class UndoDesk:
    """Shows and does. What is under way, and how the last one of a run ended, is known until the process ends."""

    undo: Undo
    outside: Outside
    insight: Insight
    people: People
    caps: Caps
    background: Background
    start: Callable[[Callable[[], None]], threading.Thread | None] = in_background
    _threads: list[threading.Thread] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _ended: dict[int, Report | Words | None] = field(default_factory=dict)  # None: under way

    def tickets(self, run: int) -> int:
        """How many tickets the run changed; one more than the limit where there are still more."""
        return self.insight.tickets_changed(run, most=self.caps.max_changes + 1)

    def preview(self, run: int) -> Answer[Report]:
        """What taking it back would do; OTRS is asked behind the page, and once in a while only. Raises LimitReached for a
        run that is too large for a page.
        """
        self._demand_few(run)
        return self.background.ask(f"undo {run}", lambda: self.undo.run(run))

    def begin(self, run: int, *, by: str) -> None:
        """Take it back, with the name of who wants it; once, however often it is asked for while it goes on."""
        self._demand_few(run)
        with self._lock:
            if run in self._ended and self._ended[run] is None:
                return
            before = self._ended.get(run)
            self._ended[run] = None
        try:
            self.people.note(Act(at=self.outside.clock.now(), by=by, act="undone", run=run))
            if (thread := self.start(lambda: self._do(run))) is not None:
                self._threads = [*(one for one in self._threads if one.is_alive()), thread]
        except BaseException:
            self._end(run, before)  # it has not begun
            raise

    def state(self, run: int) -> Report | Words | None:
        """How the last undo of this run ended: its report, or why it could not go on."""
        with self._lock:
            return self._ended.get(run)

    def is_under_way(self, run: int) -> bool:
        """Whether this run is being taken back."""
        with self._lock:
            return run in self._ended and self._ended[run] is None

    def wait(self) -> None:
        """Until none is under way: what they work with is about to be taken apart."""
        for thread in self._threads:
            thread.join()

    def _do(self, run: int) -> None:
        ended: Report | Words = BROKE
        try:
            ended = self.undo.run(run, apply=True)
        except BridgeError as error:
            log.warning("undo failed", run=run, error=str(error))
            ended = error.words
        finally:
            self._end(run, ended)
            self.background.forget(f"undo {run}")

    def _end(self, run: int, ended: Report | Words | None) -> None:
        with self._lock:
            if ended is None:
                del self._ended[run]
            else:
                self._ended[run] = ended

    def _demand_few(self, run: int) -> None:
        if self.tickets(run) > self.caps.max_changes:
            raise LimitReached(
                Words(
                    ru=f"Запуск изменил больше {self.caps.max_changes} заявок (предел limits.max_changes); такой отменяют "
                    f"командой: otrs-bridge undo {run}",
                    en=f"The run changed more than {self.caps.max_changes} tickets (the limit limits.max_changes); such a "
                    f"run is taken back at the command line: otrs-bridge undo {run}",
                )
            )
