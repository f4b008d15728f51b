"""What holds a disconnection back, and until when."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from otrs_bridge.domain.billing.accounts import Account, BillingRules, Hold
from tests.domain.billing.ledgers import MOSCOW, account, charge, debt, decided, paid, period

MAY = charge(500, "2013-05-01")


def promised(until: str, since: str | None = None) -> Hold:
    begins = None if since is None else date.fromisoformat(since)
    return Hold(kind="promised payment", until=date.fromisoformat(until), since=begins)


HELD: dict[str, tuple[Account, str, str, date | None]] = {
    "promised until today": (account(holds=(promised("2013-05-10"),)), "2013-05-10", "promised payment", date(2013, 5, 11)),
    "promised twice over, the promises touching": (
        account(holds=(promised("2013-05-10"), promised("2013-05-20", "2013-05-11"))),
        "2013-05-10", "promised payment", date(2013, 5, 21),
    ),
    "marked do not cut": (account(holds=(Hold(kind="do not cut"),)), "2013-05-10", "do not cut", None),
    "marked do not cut behind a promise": (
        account(holds=(promised("2013-05-10"), Hold(kind="do not cut", since=date(2013, 5, 11)))),
        "2013-05-10", "promised payment", None,
    ),
    "promised for ever, as databases write it": (
        account(holds=(promised("9999-12-31"),)), "2013-05-10", "promised payment", None,
    ),
    "the contract has ended": (account(ends=date(2013, 5, 9)), "2013-05-10", "contract ended", None),
    "the billing system says that the contract is over": (account(ended=True), "2013-05-10", "contract ended", None),
}  # fmt: skip


@pytest.mark.parametrize(("who", "moment", "kind", "acts_on"), HELD.values(), ids=HELD.keys())
def test_nobody_is_cut_off_who_is(who: Account, moment: str, kind: str, acts_on: date | None) -> None:
    found = debt(who, [MAY], moment)
    assert found.stopped_by is not None
    assert (found.stopped_by.kind, found.acts_on, found.due) == (kind, acts_on, False)
    assert found.stopped_by.words.ru
    assert found.next_step.on == acts_on


CUT: dict[str, Account] = {
    "was promised until yesterday": account(holds=(promised("2013-05-09"),)),
    "will be marked tomorrow": account(holds=(Hold(kind="do not cut", since=date(2013, 5, 11)),)),
    "is served for the last day": account(ends=date(2013, 5, 10)),
    "has no hold at all": account(),
}


@pytest.mark.parametrize("who", CUT.values(), ids=CUT.keys())
def test_a_debtor_is_cut_off_who(who: Account) -> None:
    assert debt(who, [MAY], "2013-05-10").due


@pytest.mark.parametrize(("amount", "cut"), [("9.99", False), ("10.00", True)])
def test_a_debt_below_the_minimum_cuts_nobody_off(amount: str, cut: bool) -> None:
    found = debt(account(), [MAY, paid(Decimal(500) - Decimal(amount), "2013-05-02")], "2013-05-03")
    assert found.due is cut
    assert found.amount == Decimal(amount)


def test_with_no_minimum_a_kopeck_cuts_off() -> None:
    rules = BillingRules(zone=MOSCOW, minimum_debt=Decimal(0))
    assert debt(account(), [charge("0.01", "2013-05-01")], "2013-05-01", rules).due


def test_eves_and_fridays_are_spared_only_when_asked() -> None:
    ledger = [charge(500, "2013-06-01")]
    plain, sparing = BillingRules(zone=MOSCOW), BillingRules(zone=MOSCOW, spare_eves=True)
    saturday = "2013-06-01"
    assert debt(account(), ledger, saturday, plain).due
    spared = debt(account(), ledger, saturday, sparing)
    assert spared.acts_on == date(2013, 6, 2)  # a Sunday: Monday is worked, somebody will be there
    assert spared.stopped_by is not None
    assert spared.stopped_by.kind == "eve of a day off"


@pytest.mark.parametrize(
    "wrong",
    [
        {"pay_by_day": 0},
        {"pay_by_day": 28},
        {"minimum_debt": Decimal(-1)},
        {"reminder_days": 25},
        {"reminder_days": -1},
    ],
)
def test_numbers_that_make_no_sense_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        BillingRules(**wrong)  # type: ignore[arg-type]  # each row names one field


@pytest.mark.parametrize("column", ["suspended", "frozen"])
def test_a_line_that_is_off_or_paused_is_not_cut_and_owes_all_the_same(column: str) -> None:
    for since, cut in ((True, False), (date(2013, 5, 1), False), (date(2013, 5, 3), True)):
        columns: dict[str, Any] = {column: since}
        found = debt(account(**columns), [charge(500, "2013-05-01")], "2013-05-02")
        assert (found.due, found.amount) == (cut, Decimal(500))
        if found.stopped_by is not None:
            assert (found.stopped_by.kind, found.next_step.kind, found.cut_off_on) == (column, "held", date(2013, 5, 1))


def test_a_pause_that_begins_before_a_promise_ends_keeps_the_line() -> None:
    promise = Hold(kind="promised payment", until=date(2013, 5, 10))
    found = debt(account(holds=(promise,), frozen=date(2013, 5, 8)), [charge(500, "2013-05-01")], "2013-05-02")
    assert found.acts_on is None


def test_the_fee_goes_on_for_a_line_that_is_off_and_not_for_one_that_is_paused() -> None:
    june = period("2013-06")
    assert account(suspended=True).fee(june) == 500
    assert account(frozen=True).fee(june) is None
    assert account(frozen=date(2013, 6, 2)).fee(june) == 500
    step = decided(account(frozen=True), [paid(300, "2013-04-01")], "2013-05-02").next_step
    assert step.kind == "nothing"
