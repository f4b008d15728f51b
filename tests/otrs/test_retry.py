"""Reads are repeated while waiting can help, within bounds; everything else fails at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from otrs_bridge.errors import (
    AccessRefused,
    BridgeError,
    LoginRefused,
    OtrsRejected,
    OtrsUnintelligible,
    OtrsUnreachable,
    OutcomeUnknown,
    SearchNotTrusted,
)
from otrs_bridge.otrs.request import MisconfiguredConnection, MisconfiguredWebService, SessionGone
from otrs_bridge.otrs.retry import ATTEMPTS, SECONDS, read_patiently
from otrs_bridge.words import Words
from tests.otrs.moved_clock import MovedClock


class Failing:
    """Fails `times` times, then answers."""

    def __init__(self, error: BridgeError, times: int, before: Callable[[], None] = lambda: None) -> None:
        self.error, self.times, self.before, self.asked = error, times, before, 0

    def __call__(self) -> str:
        self.asked += 1
        self.before()
        if self.asked <= self.times:
            raise self.error
        return "answer"


@pytest.mark.parametrize("error", [OtrsUnreachable(Words.alike("away")), OtrsUnintelligible(Words.alike("a page"))])
def test_a_passing_trouble_is_waited_out(error: BridgeError) -> None:
    clock = MovedClock()
    read = Failing(error, ATTEMPTS - 1)
    assert read_patiently(read, clock) == "answer"
    assert len(clock.slept) == ATTEMPTS - 1
    assert sum(clock.slept) <= SECONDS


@pytest.mark.parametrize("error", [OtrsUnreachable(Words.alike("away")), OtrsUnintelligible(Words.alike("a page"))])
def test_a_lasting_trouble_is_told_as_it_is_after_few_attempts(error: BridgeError) -> None:
    read = Failing(error, 99)
    with pytest.raises(type(error), match=str(error)):
        read_patiently(read, MovedClock())
    assert read.asked == ATTEMPTS


def test_slow_failures_end_the_patience_early() -> None:
    clock = MovedClock()
    read = Failing(OtrsUnreachable(Words.alike("late")), 99, before=lambda: clock.move(SECONDS / 2 + 1))
    with pytest.raises(OtrsUnreachable):
        read_patiently(read, clock)
    assert read.asked == 2


AT_ONCE = [
    MisconfiguredConnection(Words.alike("certificate")),
    MisconfiguredWebService(Words.alike("route")),
    OutcomeUnknown(Words.alike("lost")),
    LoginRefused(Words.alike("no")),
    AccessRefused(Words.alike("no")),
    OtrsRejected("X", "no"),
    SearchNotTrusted(Words.alike("odd")),
    SessionGone(Words.alike("gone")),
]


@pytest.mark.parametrize("error", AT_ONCE, ids=lambda error: type(error).__name__)
def test_what_waiting_cannot_mend_is_not_repeated(error: BridgeError) -> None:
    read = Failing(error, 99)
    with pytest.raises(type(error)):
        read_patiently(read, MovedClock())
    assert read.asked == 1
