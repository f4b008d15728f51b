"""Internet: paid in advance, cut off on the 1st of the period in which the debt arose."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.accounts import Account, Tariff
from otrs_bridge.domain.billing.debt import NoDebt, decide
from otrs_bridge.domain.billing.entries import Entry
from tests.domain.billing.ledgers import (
    CALENDAR,
    RULES,
    account,
    at,
    charge,
    correction,
    debt,
    decided,
    entry,
    paid,
    period,
    refund,
)

MAY = charge(500, "2013-05-01")
JUNE = charge(500, "2013-06-01")

NO_DEBT = {
    "prepaid in full on the 25th": ([paid(500, "2013-04-25 23:59"), MAY], "2013-05-01"),
    "prepaid on the 26th is late but still pays": ([paid(500, "2013-04-26"), MAY], "2013-05-01"),
    "prepaid in the last minute of the 30th": ([paid(500, "2013-04-30 23:59"), MAY], "2013-05-01"),
    "paid in the night of the 30th to the 1st, before the first run": (
        [paid(500, "2013-05-01 00:30"), MAY],
        "2013-05-01 02:00",
    ),
    "prepaid in parts": ([paid(200, "2013-04-02"), paid(300, "2013-04-20"), MAY], "2013-05-01"),
    "prepaid for many months": ([paid(6000, "2013-01-10"), MAY, JUNE], "2013-06-30"),
    "an entry-less account": ([], "2013-05-01"),
    "the fee is not charged yet": ([charge(500, "2013-05-01", "2013-05-01 03:00")], "2013-05-01 02:00"),
    "paid in April, known to the ledger in May": (
        [paid(500, "2013-04-30 20:00", "2013-05-02 04:00"), MAY],
        "2013-05-02 05:00",
    ),
    "a payment known before the day it is dated": (
        [paid(500, "2013-05-03", "2013-04-30"), MAY],
        "2013-05-01",
    ),
    "a correction in the subscriber's favour covers the fee": (
        [correction(-500, "2013-04-28"), MAY],
        "2013-05-01",
    ),
    "a mid-month charge is not due before the next 1st": (
        [paid(500, "2013-04-20"), MAY, charge(300, "2013-05-15")],
        "2013-05-31 23:59",
    ),
    "a refund is not due before the next 1st": (
        [paid(500, "2013-04-20"), MAY, refund(400, "2013-05-10")],
        "2013-05-31",
    ),
    "a correction in hindsight is not due before the next 1st": (
        [paid(500, "2013-04-20"), MAY, correction(100, "2013-04-10", "2013-05-10")],
        "2013-05-20",
    ),
    "the first month of a contract that starts in mid-month": ([charge(250, "2013-05-15")], "2013-05-31"),
    "a lower tariff is prepaid at its new price": (
        [
            paid(500, "2013-03-20"),
            charge(500, "2013-04-01"),
            paid(300, "2013-04-20"),
            charge(300, "2013-05-01"),
        ],
        "2013-05-01",
    ),
    "paid ahead in an opening balance": ([entry("opening", -500, "2013-05-01"), MAY], "2013-05-02"),
}


@pytest.mark.parametrize(("ledger", "moment"), NO_DEBT.values(), ids=NO_DEBT.keys())
def test_nobody_is_in_debt_who(ledger: list[Entry], moment: str) -> None:
    assert isinstance(decided(account(), ledger, moment), NoDebt)


IN_DEBT = {
    "nothing was paid": ([MAY], "2013-05-01", "500", "2013-05"),
    "one kopeck short": ([paid("499.99", "2013-04-25"), MAY], "2013-05-01", "0.01", "2013-05"),
    "suspension does not stop the fee": ([MAY, JUNE], "2013-06-01", "1000", "2013-05"),
    "part of it was paid afterwards": ([MAY, paid(200, "2013-05-03")], "2013-05-04", "300", "2013-05"),
    "a later payment is not known yet": (
        [MAY, paid(500, "2013-05-03", "2013-05-05")],
        "2013-05-04",
        "500",
        "2013-05",
    ),
    "paid and in debt again: a new episode": (
        [MAY, paid(500, "2013-05-03"), JUNE],
        "2013-06-01",
        "500",
        "2013-06",
    ),
    "paid on the 1st of the next month, after its fee: the same episode": (
        [MAY, JUNE, paid(500, "2013-06-01")],
        "2013-06-02",
        "500",
        "2013-05",
    ),
    "paid in the last minute of the month, posted later: a new episode": (
        [MAY, paid(500, "2013-05-31 23:59", "2013-06-03"), JUNE],
        "2013-06-04",
        "500",
        "2013-06",
    ),
    "a mid-month charge joins the debt on the next 1st": (
        [paid(500, "2013-04-20"), MAY, charge(300, "2013-05-15"), paid(500, "2013-05-20"), JUNE],
        "2013-06-01",
        "300",
        "2013-06",
    ),
    "a refund took the prepayment away": (
        [paid(1000, "2013-04-20"), MAY, refund(400, "2013-05-10"), JUNE],
        "2013-06-01",
        "400",
        "2013-06",
    ),
    "a bounced payment, corrected": (
        [MAY, paid(500, "2013-05-03"), correction(500, "2013-05-10"), paid(500, "2013-05-11"), JUNE],
        "2013-06-01",
        "500",
        "2013-06",
    ),
    "a higher tariff was prepaid at the old price": (
        [paid(500, "2013-04-20"), charge(650, "2013-05-01")],
        "2013-05-01",
        "150",
        "2013-05",
    ),
    "the contract ended in mid-month and the last fee is owed": ([MAY], "2013-05-20", "500", "2013-05"),
}


@pytest.mark.parametrize(("ledger", "moment", "amount", "arose"), IN_DEBT.values(), ids=IN_DEBT.keys())
def test_there_is_a_debt_when(ledger: list[Entry], moment: str, amount: str, arose: str) -> None:
    found = debt(account(), ledger, moment)
    assert (found.amount, found.arose) == (Decimal(amount), period(arose))


def test_the_line_goes_off_on_the_1st_even_when_nobody_works() -> None:
    found = debt(account(), [MAY], "2013-05-01")
    assert found.cut_off_on == found.acts_on == date(2013, 5, 1)
    assert found.since == at("2013-05-01")
    assert found.due


def test_april_ends_in_moscow_and_not_in_greenwich() -> None:
    last_second = datetime(2013, 4, 30, 19, 59, 59, tzinfo=UTC)  # Moscow was four hours ahead in 2013
    in_time = Entry(kind="payment", amount=Decimal(500), dated=last_second)
    late = Entry(kind="payment", amount=Decimal(500), dated=datetime(2013, 4, 30, 20, 0, tzinfo=UTC))
    earlier = charge(500, "2013-04-01")
    assert debt(account(), [earlier, in_time, MAY], "2013-05-01").arose == period("2013-05")
    assert debt(account(), [earlier, late, MAY], "2013-05-01").arose == period("2013-04")
    at_midnight_utc = datetime(2013, 4, 30, 20, 0, tzinfo=UTC)
    assert not isinstance(decide(account(), [MAY], moment=at_midnight_utc, rules=RULES, calendar=CALENDAR), NoDebt)


def test_an_opening_debt_may_be_older_than_the_ledger() -> None:
    found = debt(account(), [entry("opening", 700, "2013-03-01"), charge(500, "2013-03-01")], "2013-03-02")
    assert found.began_before
    assert (found.amount, found.arose) == (Decimal(1200), period("2013-03"))


NEXT_STEP: dict[str, tuple[Account, list[Entry], str, str, date | None, str]] = {
    "everything is prepaid": (account(), [paid(1000, "2013-04-01"), MAY], "2013-05-02", "nothing", None, "0"),
    "the next fee is expected by the 25th": (
        account(), [paid(600, "2013-04-01"), MAY], "2013-05-25", "pay", date(2013, 5, 25), "400",
    ),
    "after the 25th until the end of the month": (
        account(), [paid(500, "2013-04-01"), MAY], "2013-05-26", "pay", date(2013, 5, 31), "500",
    ),
    "the new tariff from the period it begins": (
        account(tariffs=(
            Tariff(since=period("2013-06"), fee=Decimal(700)),
            Tariff(since=period("2012-01"), fee=Decimal(1)),
        )),
        [paid(500, "2013-04-01"), MAY], "2013-05-20", "pay", date(2013, 5, 25), "700",
    ),
    "no fee after the contract's last day": (
        account(ends=date(2013, 5, 20)), [paid(500, "2013-04-01"), MAY], "2013-05-10", "nothing", None, "0",
    ),
    "cut off today": (account(), [MAY], "2013-05-01", "cut off", date(2013, 5, 1), "500"),
    "a fee charged ahead is not asked for twice": (
        account(), [paid(1000, "2013-04-01"), MAY, charge(500, "2013-06-01", "2013-05-31")],
        "2013-05-31 12:00", "nothing", None, "0",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("who", "ledger", "moment", "kind", "on", "amount"), NEXT_STEP.values(), ids=NEXT_STEP.keys())
def test_the_next_step_is(
    who: Account, ledger: list[Entry], moment: str, kind: str, on: date | None, amount: str
) -> None:
    step = decided(who, ledger, moment).next_step
    assert (step.kind, step.on, step.amount) == (kind, on, Decimal(amount))
    assert step.words.ru
    assert step.words.en
