"""What takes long is answered behind the page: one question at a time, not too often, and never with a lie about when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from otrs_bridge.errors import BillingUnusable
from otrs_bridge.service.background import BROKE, BUSY, FRESH, RESTS, Background
from otrs_bridge.words import Words
from tests.service.conftest import MovableClock


class Lane:
    """A lane whose thread begins when the test says so."""

    def __init__(self) -> None:
        self.clock = MovableClock()
        self.begun: list[Callable[[], None]] = []
        self.background = Background(clock=self.clock, start=self.begun.append, blink=0.0)
        self.asked = 0

    def answer(self) -> int:
        self.asked += 1
        return self.asked

    def go(self) -> None:
        for work in [*self.begun]:
            self.begun.remove(work)
            work()


@pytest.fixture
def lane() -> Lane:
    return Lane()


def test_the_first_who_asks_is_told_that_it_is_under_way(lane: Lane) -> None:
    first = lane.background.ask("debts", lane.answer)
    assert (first.value, first.at, first.under_way) == (None, None, True)
    moment = lane.clock.now()
    lane.go()
    known = lane.background.known("debts")
    assert (known.value, known.at, known.under_way) == (1, moment, False)


def test_while_an_answer_is_made_nobody_makes_another(lane: Lane) -> None:
    for _ in range(5):
        lane.background.ask("debts", lane.answer)
    lane.go()
    assert lane.asked == 1


def test_an_old_answer_is_shown_until_the_new_one_is_there(lane: Lane) -> None:
    lane.background.ask("debts", lane.answer)
    lane.go()
    lane.clock.move(seconds=FRESH + 1)
    shown = lane.background.ask("debts", lane.answer)
    assert (shown.value, shown.under_way) == (1, True)
    lane.go()
    assert lane.background.ask("debts", lane.answer).value == 2


def test_what_took_long_rests_long(lane: Lane) -> None:
    lane.background.ask("debts", lambda: lane.clock.move(seconds=FRESH))
    lane.go()
    lane.clock.move(seconds=RESTS * FRESH - 1)
    assert not lane.background.ask("debts", lane.answer).under_way
    lane.clock.move(seconds=1)
    assert lane.background.ask("debts", lane.answer).under_way


def test_a_person_may_ask_again_at_once(lane: Lane) -> None:
    lane.background.ask("doctor", lane.answer)
    lane.go()
    lane.background.again("doctor", lane.answer)
    lane.go()
    assert lane.background.known("doctor").value == 2


def test_what_failed_keeps_the_answer_of_before_with_its_moment(lane: Lane) -> None:
    lane.background.ask("debts", lane.answer)
    moment = lane.clock.now()
    lane.go()
    lane.clock.move(seconds=FRESH + 1)

    def fails() -> int:
        raise BillingUnusable(Words(ru="нет связи", en="no connection"))

    lane.background.ask("debts", fails)
    lane.go()
    known = lane.background.known("debts")
    assert (known.value, known.at) == (1, moment)
    assert known.trouble is not None
    assert known.trouble.en == "no connection"


def test_what_nobody_foresaw_stops_nobody_else(lane: Lane) -> None:
    lane.background.ask("debts", lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        lane.go()
    assert lane.background.known("debts").trouble is BROKE
    lane.background.ask("rules", lane.answer)
    lane.go()
    assert lane.background.known("rules").value == 1


def test_the_line_is_bounded_and_says_so(lane: Lane) -> None:
    answers = [lane.background.ask(f"question {number}", lane.answer) for number in range(30)]
    assert answers[0].trouble is None
    assert answers[-1].trouble is BUSY
    lane.go()
    assert lane.asked < len(answers)


def test_old_answers_are_forgotten(lane: Lane) -> None:
    for number in range(30):
        lane.background.ask(f"question {number}", lane.answer)
        lane.go()
    assert lane.background.known("question 29").value == 30
    assert lane.background.known("question 0").value is None


def test_once_closed_nothing_is_begun(lane: Lane) -> None:
    lane.background.ask("debts", lane.answer)
    lane.background.close()
    lane.background.ask("rules", lane.answer)
    lane.go()
    assert lane.asked == 0
