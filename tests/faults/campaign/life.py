"""A process of the bridge that can be killed at any step, and the clocks that it and the world go by.

A kill is an exception that no code of the bridge sees again: from then on every call of that process to OTRS, to its
database and to its clock fails the same way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.words import Words

MORNING = datetime(2025, 12, 1, 4, 0, tzinfo=UTC)  # 07:00 in Moscow, the day on which internet debts are cut off
FULL = Words(ru="диск журнала полон", en="the journal's disk is full")
READS = frozenset(
    (
        *("runs", "unsettled", "entries", "standing", "pins", "tickets_changed_since", "watermark", "sightings"),
        *("job_run", "job_runs", "last_good_rows", "plan", "made_tickets"),
    )
)


class Killed(BaseException):
    """The process is gone. No `except Exception` of the bridge sees it."""


class WorldClock:
    """What time it really is, and what the bridge's machine believes: `skew` seconds more."""

    def __init__(self) -> None:
        self._true = MORNING
        self._lock = threading.Lock()
        self.skew = 0.0
        self.passed: Callable[[float], None] = lambda _seconds: None

    def now(self) -> datetime:
        """The clocks of OTRS and of billing are right."""
        with self._lock:
            return self._true

    def believed(self) -> datetime:
        """The bridge's wall clock."""
        return self.now() + timedelta(seconds=self.skew)

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""
        return (self.now() - MORNING).total_seconds()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self._true += timedelta(seconds=max(seconds, 0.0))
        self.passed(seconds)


@dataclass(kw_only=True)
class Life:
    """One process of the bridge. Every call that leaves it is two steps; at step `kill_at` (0: never) it is killed.

    `full_from` (0: never): from this step on nothing can be written to the journal any more.
    """

    kill_at: int = 0
    full_from: int = 0
    steps: int = 0
    dead: bool = False
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self) -> None:
        """One step more, or the end."""
        with self._lock:
            self.steps += 1
            self.dead = self.dead or self.steps == self.kill_at
        if self.dead:
            raise Killed

    def check_room(self, method: str) -> None:
        """Raises JournalUnusable when the disk is full and `method` writes."""
        if self.full_from and self.steps >= self.full_from and method not in READS:
            raise JournalUnusable(FULL)

    def wrap(self, inner: Any) -> Any:
        """`inner`, as this process reaches it."""
        return _Mortal(inner, self)


class _Mortal:
    def __init__(self, inner: Any, life: Life) -> None:
        self._inner = inner
        self._life = life
        self._journal = "Journal" in type(inner).__name__

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def mortal(*arguments: Any, **more: Any) -> Any:
            self._life.step()
            if self._journal:
                self._life.check_room(name)
            answer = found(*arguments, **more)
            self._life.step()
            return answer

        return mortal


class MortalClock:
    """The machine's clock as a process sees it that may be dead."""

    def __init__(self, clock: WorldClock, life: Life) -> None:
        self._clock = clock
        self._life = life
        self.now = clock.believed
        self.monotonic = clock.monotonic

    def sleep(self, seconds: float) -> None:
        """Wait; the dead do not."""
        if self._life.dead:
            raise Killed
        self._clock.sleep(seconds)
