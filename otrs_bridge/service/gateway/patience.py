"""How long ago something was, where somebody may have set the machine's clock meanwhile."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from otrs_bridge.ports.clock import Clock

NOTICED = timedelta(seconds=5)  # a clock that is corrected by less costs less than it takes to tell


class Patience:
    """The wall clock, less what it was set forward while this process ran.

    A write whose answer was lost is not repeated before OTRS has had its minutes: a day that only the clock has jumped is
    none of them. What was journaled before this process began is known by the wall clock alone.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._wall, self._passed = clock.now(), clock.monotonic()
        self._jumps: list[tuple[datetime, timedelta]] = []

    def ago(self, span: timedelta) -> datetime:
        """What the journal dates before this moment is that long ago for certain."""
        with self._lock:
            moment = self._look() - span
            for latest, jump in reversed(self._jumps):
                if moment < latest + jump:
                    moment -= jump
            return moment

    def _look(self) -> datetime:
        """The wall clock now. A jump since the last look came at the latest when the time that has passed says."""
        wall, passed = self._clock.now(), self._clock.monotonic()
        latest = self._wall + timedelta(seconds=passed - self._passed)
        if (jump := wall - latest) > NOTICED:
            self._jumps.append((latest, jump))
        self._wall, self._passed = wall, passed
        return wall
