"""What the process counts of itself while it lives: OTRS's answers, and when anything last went on."""

from __future__ import annotations

import statistics
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from otrs_bridge.ports.clock import Clock

BOUNDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds of the classes of answering times, in seconds; one more class has no bound."""

LATELY = 50  # answers


@dataclass(kw_only=True, slots=True)
class Latency:
    """Answering times of one kind of call: how many in each class of `BOUNDS`, and their sum in seconds."""

    classes: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0

    def add(self, seconds: float) -> None:
        """One more."""
        place = next((number for number, bound in enumerate(BOUNDS) if seconds <= bound), len(BOUNDS))
        self.classes[place] += 1
        self.seconds += seconds


class Meters:
    """Safe to use from several threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._latencies: dict[tuple[str, bool], Latency] = {}
        self._went_on = clock.monotonic()
        self.started_at = clock.now()
        self.answered_at: datetime | None = None
        self.pace: Callable[[], int] = lambda: 1  # how many requests may be under way at once
        self._lately: deque[float] = deque(maxlen=LATELY)

    def answered(self, operation: str, seconds: float, well: bool) -> None:  # noqa: FBT001 - the adapter calls it so
        """OTRS was asked, and did (`well`) or did not carry it out."""
        with self._lock:
            self._latencies.setdefault((operation, well), Latency()).add(seconds)
            self._lately.append(seconds)
            if well:
                self.answered_at = self._clock.now()
        self.tick()

    def tick(self) -> None:
        """Something went on."""
        self._went_on = self._clock.monotonic()

    @property
    def idle_seconds(self) -> float:
        """How long nothing has gone on: no step, no answer, no wait."""
        return self._clock.monotonic() - self._went_on

    @property
    def answering(self) -> float | None:
        """The middle one of OTRS's last answering times, in seconds; None while it has not been asked."""
        with self._lock:
            return statistics.median(self._lately) if self._lately else None

    @property
    def latencies(self) -> Mapping[tuple[str, bool], Latency]:
        """By operation and whether it was carried out."""
        with self._lock:
            return {
                key: Latency(classes=list(one.classes), seconds=one.seconds) for key, one in self._latencies.items()
            }
