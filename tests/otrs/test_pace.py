"""OTRS's answering times say how many requests at once it is asked: simulated servers, with an exact clock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest

from otrs_bridge.otrs.pace import CARE, NO_USE, Pace
from tests.otrs.moved_clock import MovedClock

Server = Callable[[int], float]  # seconds of an answer, by our requests under way
READ = ("TicketGetList+", 6)


def two_cores(under_way: int) -> float:
    return 0.2 * max(1.0, under_way / 2)


def many_cores(_under_way: int) -> float:
    return 0.2


def one_core(under_way: int) -> float:
    return 0.2 * under_way


@dataclass(kw_only=True)
class Bridge:
    """Keeps a server as busy as the pace allows."""

    most: int
    clock: MovedClock = field(default_factory=MovedClock)
    pace: Pace = field(init=False)

    def __post_init__(self) -> None:
        self.pace = Pace(self.clock, lambda: self.most)

    def work(self, seconds: float, server: Server) -> float:
        """Requests a second."""
        end, asked, began = self.clock.monotonic() + seconds, 0, self.clock.monotonic()
        while self.clock.monotonic() < end:
            with ExitStack() as under_way:
                level = self.pace.allowed
                for _ in range(level):
                    under_way.enter_context(self.pace.turn())
                took = server(level)
                self.clock.move(took)
                for _ in range(level):
                    self.pace.answered(READ, took)
            asked += level
        return asked / (self.clock.monotonic() - began)


@pytest.mark.parametrize(("server", "most", "allowed"), [(many_cores, 2, 2), (many_cores, 8, 8), (two_cores, 2, 2)])
def test_an_otrs_at_ease_is_asked_as_much_as_is_allowed(server: Server, most: int, allowed: int) -> None:
    bridge = Bridge(most=most)
    bridge.work(20, server)
    assert bridge.pace.allowed == allowed


def test_the_first_request_of_all_goes_alone() -> None:
    assert Bridge(most=8).pace.allowed == 1


def test_it_is_asked_as_much_within_a_few_answers() -> None:
    bridge = Bridge(most=2)
    bridge.work(0.5, many_cores)
    assert bridge.pace.allowed == 2


@pytest.mark.parametrize("most", [2, 4, 8])
def test_what_others_slow_down_is_asked_one_by_one_within_ten_seconds(most: int) -> None:
    bridge = Bridge(most=most)
    bridge.work(30, many_cores)
    bridge.work(10, lambda under_way: 3 * many_cores(under_way))
    assert bridge.pace.allowed == 1


def test_it_stays_so_while_it_is_slow_and_ends_with_it() -> None:
    bridge = Bridge(most=4)
    bridge.work(30, many_cores)
    slow = bridge.work(300, lambda under_way: 3 * many_cores(under_way))
    assert slow == pytest.approx(1 / 0.6, rel=0.1), "one by one"
    bridge.work(4 * CARE, many_cores)
    assert bridge.pace.allowed == 4


def test_more_at_once_than_the_server_has_cores_is_given_up() -> None:
    bridge = Bridge(most=8)
    rate = bridge.work(10 * NO_USE, two_cores)
    assert rate == pytest.approx(10, rel=0.1), "what two cores do"
    assert bridge.pace.allowed <= 3


def test_a_server_that_gains_nothing_by_a_second_request_is_asked_one_by_one() -> None:
    bridge = Bridge(most=4)
    rate = bridge.work(10 * NO_USE, one_core)
    assert rate == pytest.approx(5, rel=0.1)
    assert bridge.pace.allowed <= 2


def test_what_nobody_feels_is_not_slow() -> None:
    bridge = Bridge(most=4)
    bridge.work(5, lambda _: 0.004)
    bridge.work(5, lambda _: 0.04)
    assert bridge.pace.allowed == 4


def test_a_clock_that_stands_still_or_leaps_is_no_answering_time() -> None:
    bridge = Bridge(most=4)
    for took in (0.2, 0.0, 0.2, 0.0, 0.2, 0.0):
        for _ in range(8):
            with bridge.pace.turn():
                bridge.pace.answered(READ, took)
        bridge.clock.move(90 * 86_400)
    bridge.work(60, many_cores)
    assert bridge.pace.allowed == 4


def test_an_otrs_that_has_grown_is_not_slow_for_ever() -> None:
    bridge = Bridge(most=2)
    bridge.work(60, many_cores)
    bridge.work(2 * 3600, lambda _: 0.4)
    assert bridge.pace.allowed == 2


def test_kinds_of_calls_are_measured_by_themselves() -> None:
    bridge = Bridge(most=4)
    bridge.work(30, many_cores)
    for _ in range(20):
        with bridge.pace.turn():
            bridge.clock.move(1.5)
            bridge.pace.answered(("TicketCreate", 1), 1.5)
    assert bridge.pace.allowed == 4


def test_the_ceiling_of_the_hour_holds() -> None:
    bridge = Bridge(most=8)
    bridge.work(20, many_cores)
    bridge.most = 2
    assert bridge.pace.allowed == 2


def test_whoever_waits_goes_on_as_soon_as_a_request_ends() -> None:
    pace, gone_on = Pace(MovedClock(), lambda: 2), threading.Event()

    def second() -> None:
        with pace.turn():
            gone_on.set()

    with pace.turn():
        waiting = threading.Thread(target=second)
        waiting.start()
        assert not gone_on.is_set()
    waiting.join()
    assert gone_on.is_set()
