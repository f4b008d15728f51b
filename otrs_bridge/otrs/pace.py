"""How many requests OTRS bears from us at once: fewer while it answers slower than usual, more while it is at ease.

What is usual is learned: for each kind of call, and for each number of our own calls beside it, the time that its quicker
answers take. So our own calls that slow each other down are not mistaken for other people's work, and a server where a
second call at a time gains nothing is asked one by one. Halved when slow, one more when at ease: the way that TCP shares
a line with strangers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median

from otrs_bridge.ports.clock import Clock

SLOW = 1.5  # times the usual: somebody else is at work, or something is wrong
AT_EASE = 1.25
GAIN = 0.25  # of a call's worth is the least that one more at a time has to bring
NOTICED = 0.05  # seconds; no person feels what takes less
CARE = 5.0  # seconds after slowing down without trying more
NO_USE = 60.0  # seconds after one more call at a time has brought nothing
SPAN = 2.0  # seconds after which even one answer is judged
_CREEP = 1.01  # a minute: an OTRS that has grown is not taken for a slow one for ever
_A_DAY = 24 * 60.0  # minutes; who was not asked for longer is as good as new
_SHORTEST = 0.001  # seconds
_TRUST = 0.3  # in a quicker answer; a single one may be a stroke of luck

Call = tuple[str, int]
"""A kind of call: its operation, and its size as a power of two."""


@dataclass(kw_only=True, slots=True)
class _Usual:
    """An answering time in seconds, and the monotonic moment at which it was so."""

    seconds: float
    at: float

    def learn(self, seconds: float, now: float) -> float:
        """How many times the usual this answer took; it counts for the next."""
        crept: float = self.seconds * _CREEP ** min((now - self.at) / 60, _A_DAY)
        times = seconds / crept
        usual = crept + _TRUST * (seconds - crept) if seconds < crept else crept
        self.seconds, self.at = max(usual, _SHORTEST), now
        return times


class Pace:
    """Thread-safe. `most`: the calls under way at once that are allowed now; never fewer than one is."""

    def __init__(self, clock: Clock, most: Callable[[], int]) -> None:
        self._clock = clock
        self._most = most
        self._turn = threading.Condition()
        self._under_way = 0
        self._allowed = 1
        self._usual: dict[tuple[Call, int], _Usual] = {}
        self._window: list[float] = []
        self._window_began = self._no_more_before = clock.monotonic()

    @property
    def allowed(self) -> int:
        """How many calls may be under way at once."""
        return max(1, min(self._allowed, self._most()))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Waits until one more call may be under way."""
        with self._turn:
            self._turn.wait_for(lambda: self._under_way < self.allowed)
            self._under_way += 1
        try:
            yield
        finally:
            with self._turn:
                self._under_way -= 1
                self._turn.notify_all()

    def answered(self, call: Call, seconds: float) -> None:
        """An answer, or none, came after so many seconds."""
        with self._turn:
            now, level = self._clock.monotonic(), max(1, self._under_way)
            times = self._times_the_usual(call, level, seconds, now)
            if level < self.allowed and times < SLOW:
                return  # so few calls tell nothing of what more would do
            self._window.append(times if seconds > NOTICED else min(times, 1.0))
            if len(self._window) >= 2 * self.allowed or now - self._window_began >= SPAN:
                self._judge(median(self._window), now)
                self._window, self._window_began = [], now
                self._turn.notify_all()

    def _times_the_usual(self, call: Call, level: int, seconds: float, now: float) -> float:
        known = self._usual.get((call, level))
        if known is not None:
            return known.learn(seconds, now)
        alone = self._usual.get((call, 1))
        bound = max(seconds if alone is None else min(seconds, level * alone.seconds), _SHORTEST)
        self._usual[call, level] = _Usual(seconds=bound, at=now)
        return seconds / bound

    def _judge(self, times: float, now: float) -> None:
        if times > SLOW:
            self._allowed = max(1, self.allowed // 2)
            self._no_more_before = now + CARE
        elif not self._gains():
            self._allowed = max(1, self.allowed - 1)
            self._no_more_before = now + NO_USE
        elif times < AT_EASE and now >= self._no_more_before:
            self._allowed = min(self.allowed + 1, self._most())

    def _gains(self) -> bool:
        """Whether the last call that was allowed at a time makes more be done."""
        level = self.allowed
        pairs = [
            (self._usual.get((call, level - 1)), usual) for (call, at), usual in self._usual.items() if at == level
        ]
        growth = [usual.seconds / fewer.seconds for fewer, usual in pairs if fewer is not None]
        return not growth or level / median(growth) - (level - 1) >= GAIN
