"""Telephony: paid on credit by the 25th of the month after, cut off on the first working day of the month
after that.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.debt import NoDebt
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.working_calendar import UnknownYear
from tests.domain.billing.ledgers import account, at, charge, debt, decided, entry, paid, period, refund

FEBRUARY = charge(300, "2013-02-28")
MARCH = charge(200, "2013-03-31")

NO_DEBT = {
    "calls of February before the receipt": ([FEBRUARY], "2013-02-28 23:00"),
    "calls of February on the last day to pay": ([FEBRUARY], "2013-03-25 23:59"),
    "paid on the 25th": ([FEBRUARY, paid(300, "2013-03-25 23:59")], "2013-03-26"),
    "paid on the 25th, known on the 27th": ([FEBRUARY, paid(300, "2013-03-25", "2013-03-27")], "2013-03-27"),
    "paid after the 26th and before the cut-off": ([FEBRUARY, paid(300, "2013-03-30")], "2013-04-01"),
    "paid in parts": ([FEBRUARY, paid(100, "2013-03-05"), paid(200, "2013-03-20")], "2013-04-01"),
    "paid before it was charged": ([paid(300, "2013-02-01"), FEBRUARY], "2013-04-01"),
    "calls of March are not due yet in April": (
        [FEBRUARY, paid(300, "2013-03-20"), MARCH],
        "2013-04-25 23:59",
    ),
    "a refund in March is due with the calls of March": (
        [FEBRUARY, paid(300, "2013-03-20"), refund(50, "2013-03-22")],
        "2013-04-25",
    ),
    "an opening balance holds calls that are not due yet": (
        [entry("opening", 300, "2013-03-01")],
        "2013-03-25",
    ),
}


@pytest.mark.parametrize(("ledger", "moment"), NO_DEBT.values(), ids=NO_DEBT.keys())
def test_nobody_is_in_debt_who(ledger: list[Entry], moment: str) -> None:
    assert isinstance(decided(account("telephony"), ledger, moment), NoDebt)


IN_DEBT = {
    "nothing was paid by the 25th": ([FEBRUARY], "2013-03-26", "300", "2013-03"),
    "too little was paid by the 25th": ([FEBRUARY, paid(299, "2013-03-25")], "2013-03-26", "1", "2013-03"),
    "the calls of March do not add to it before the 26th of April": (
        [FEBRUARY, MARCH],
        "2013-04-25",
        "300",
        "2013-03",
    ),
    "the calls of March add to it then": ([FEBRUARY, MARCH], "2013-04-26", "500", "2013-03"),
    "the old debt was paid on the 25th, the bill of that day was not: a new episode": (
        [FEBRUARY, MARCH, paid(300, "2013-04-25 23:30")],
        "2013-04-26",
        "200",
        "2013-04",
    ),
    "the old debt was paid on the 26th, an hour too late: the same episode": (
        [FEBRUARY, MARCH, paid(300, "2013-04-26 00:30")],
        "2013-04-27",
        "200",
        "2013-03",
    ),
    "a new episode after the old one was paid": (
        [FEBRUARY, paid(300, "2013-03-28"), MARCH],
        "2013-04-26",
        "200",
        "2013-04",
    ),
}


@pytest.mark.parametrize(("ledger", "moment", "amount", "arose"), IN_DEBT.values(), ids=IN_DEBT.keys())
def test_there_is_a_debt_when(ledger: list[Entry], moment: str, amount: str, arose: str) -> None:
    found = debt(account("telephony"), ledger, moment)
    assert (found.amount, found.arose) == (Decimal(amount), period(arose))


def test_calls_of_february_cut_the_line_on_the_first_working_day_of_april() -> None:
    on_the_26th = debt(account("telephony"), [FEBRUARY], "2013-03-26")
    assert on_the_26th.since == at("2013-03-26")
    assert on_the_26th.cut_off_on == on_the_26th.acts_on == date(2013, 4, 1)
    assert not on_the_26th.due
    assert not debt(account("telephony"), [FEBRUARY], "2013-03-31 23:59").due
    assert debt(account("telephony"), [FEBRUARY], "2013-04-01").due


def test_holidays_move_the_cut_off() -> None:
    calls_of_march = debt(account("telephony"), [MARCH], "2013-05-03")
    assert calls_of_march.cut_off_on == date(2013, 5, 6)  # the 1st to the 3rd of May were days off, then a weekend
    assert not calls_of_march.due
    assert debt(account("telephony"), [MARCH], "2013-05-06").due


def test_in_a_year_without_a_calendar_nothing_is_cut_and_it_says_so() -> None:
    found = debt(account("telephony"), [charge(300, "2013-11-30")], "2014-01-20")
    assert found.cut_off_on == UnknownYear(year=2014)
    assert not found.due
    assert found.stopped_by is not None
    assert found.stopped_by.kind == "no calendar"
    assert "2014" in found.next_step.words.ru


def test_small_change_owed_since_march_does_not_make_the_calls_of_april_overdue() -> None:
    ledger = [charge(3, "2013-02-28"), charge(300, "2013-04-30")]
    small = debt(account("telephony"), ledger, "2013-05-20")
    assert small.stopped_by is not None
    assert small.stopped_by.kind == "minimum debt"
    grown = debt(account("telephony"), ledger, "2013-05-26")
    assert grown.arose == period("2013-03")
    assert grown.cut_off_on == date(2013, 6, 3)


def test_a_debt_paid_down_to_small_change_counts_anew_when_it_grows() -> None:
    ledger = [FEBRUARY, paid(295, "2013-04-02"), charge(300, "2013-03-31")]
    grown = debt(account("telephony"), ledger, "2013-04-27")
    assert (grown.amount, grown.arose) == (Decimal(305), period("2013-03"))
    assert grown.cut_off_on == date(2013, 5, 6)


NEXT_STEP = {
    "nothing was called": ([], "2013-03-10", "nothing", None, "0"),
    "pay the receipt by the 25th": ([FEBRUARY], "2013-03-25", "pay", date(2013, 3, 25), "300"),
    "after the 25th nothing is due before the next": (
        [FEBRUARY, paid(300, "2013-03-20")],
        "2013-03-26",
        "nothing",
        None,
        "0",
    ),
    "cut off on the first working day": ([FEBRUARY], "2013-03-26", "cut off", date(2013, 4, 1), "300"),
}


@pytest.mark.parametrize(("ledger", "moment", "kind", "on", "amount"), NEXT_STEP.values(), ids=NEXT_STEP.keys())
def test_the_next_step_is(ledger: list[Entry], moment: str, kind: str, on: date | None, amount: str) -> None:
    step = decided(account("telephony"), ledger, moment).next_step
    assert (step.kind, step.on, step.amount) == (kind, on, Decimal(amount))
