"""The steps of a turn: each fails and waits by itself, and knows since when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.clock import Clock
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

LONGEST_BACKOFF = 600.0


@dataclass(kw_only=True, slots=True)
class Step:
    """One part of a turn. `next_try` is of the monotonic clock; `failed_at`: since when nothing but failures came.

    `wait`: seconds after the first failure; each further one doubles it.
    """

    name: str
    work: Callable[[], object]
    wait: float
    failures: int = 0
    next_try: float = 0.0
    error: Exception | None = None
    failed_at: datetime | None = None
    worked_at: datetime | None = None

    @property
    def backoff(self) -> float:
        """The wait, in seconds, that failures in a row have earned it."""
        return min(self.wait * 2 ** (self.failures - 1), LONGEST_BACKOFF) if self.failures else 0.0

    def attempt(self, clock: Clock, stopping: Callable[[], bool]) -> None:
        """Do the work, unless it rests after a failure. What fails is logged and waits longer; nothing is raised."""
        if stopping() or clock.monotonic() < self.next_try:
            return
        try:
            self.work()
        except Exception as error:  # whatever broke it, the rest and the next turn go on: nobody watches at night
            if stopping():
                log.info("step ended by the stop", step=self.name, error=str(error))
                return
            told = self._failed(error, clock)
            if isinstance(error, BridgeError):
                log.warning("turn failed", error=str(error), **told)
            else:
                log.exception("turn broke", **told)
        else:
            self.failures, self.error, self.failed_at, self.worked_at = 0, None, None, clock.now()

    def _failed(self, error: Exception, clock: Clock) -> dict[str, object]:
        self.failures += 1
        self.error, self.failed_at = error, self.failed_at or clock.now()
        self.next_try = clock.monotonic() + self.backoff
        return {"step": self.name, "failures": self.failures, "wait_seconds": self.backoff}


@dataclass(kw_only=True, slots=True)
class TurnNames:
    """What the turns of a process are called, in the log, in `history` and in messages: when it began, and a number.

    So are its looks at what OTRS told of, with a `mark` before the number.
    """

    born: datetime
    mark: str = ""
    name: str = ""
    _count: int = 0

    def next(self) -> str:
        """The name of the turn that begins."""
        self._count += 1
        self.name = f"{self.born:%m%d%H%M%S}-{self.mark}{self._count}"
        return self.name

    def told(self, words: Words) -> Words:
        """With the name of the turn, where there is one."""
        if not self.name:
            return words
        return Words(ru=f"{words.ru}, ход {self.name}", en=f"{words.en}, turn {self.name}")
