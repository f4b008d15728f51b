"""A clock that only tests move."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta


class MovedClock:
    """Sleeping moves it at once and is remembered."""

    def __init__(self, start: datetime = datetime(2024, 5, 13, 9, 30, 20, tzinfo=UTC)) -> None:
        self._start = start
        self._passed = 0.0
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed)

    def monotonic(self) -> float:
        return self._passed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.move(seconds)

    def move(self, seconds: float) -> None:
        with self._lock:
            self._passed += seconds
