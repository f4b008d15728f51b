"""From when an entry counts, and the fees that a tariff promises."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.accounts import Account, Tariff
from otrs_bridge.domain.billing.debt import NoDebt
from otrs_bridge.domain.billing.entries import EntryKind, presumed_fees
from otrs_bridge.domain.billing.period import Period, period_at
from tests.domain.billing.ledgers import MOSCOW, account, at, charge, debt, decided, entry, paid, period

EARLY, LATE = "2013-04-30", "2013-05-02"

COUNTS: dict[str, tuple[EntryKind, int, str, str, str]] = {
    "a payment posted late counts from the day it was made": ("payment", 5, EARLY, LATE, EARLY),
    "a payment dated ahead counts from the day it is known": ("payment", 5, LATE, EARLY, EARLY),
    "a correction in the subscriber's favour does as well": ("correction", -5, EARLY, LATE, EARLY),
    "a correction to the subscriber's cost counts from the day it is known": ("correction", 5, EARLY, LATE, LATE),
    "and not before the day it is for": ("correction", 5, LATE, EARLY, LATE),
    "a refund counts from the later day": ("refund", 5, EARLY, LATE, LATE),
    "a charge counts from its own day, posted late": ("charge", 5, EARLY, LATE, EARLY),
    "a charge counts from its own day, posted ahead": ("charge", 5, LATE, EARLY, LATE),
}


@pytest.mark.parametrize(("kind", "amount", "dated", "posted", "counts"), COUNTS.values(), ids=COUNTS.keys())
def test_in_the_subscribers_favour(kind: EntryKind, amount: int, dated: str, posted: str, counts: str) -> None:
    made = entry(kind, amount, dated, posted)
    assert made.counts_from == at(counts)
    assert made.known_from == at(posted)


def presumed(who: Account, after: str, until: str) -> list[tuple[Period, Decimal]]:
    found = presumed_fees(who, after=period(after), until=period(until), zone=MOSCOW)
    return [(period_at(one.dated, MOSCOW), one.amount) for one in found]


def test_a_tariff_promises_a_fee_for_every_period_that_begins_in_the_contract() -> None:
    tariffs = (Tariff(since=period("2013-01"), fee=Decimal(500)), Tariff(since=period("2013-06"), fee=Decimal(700)))
    who = account(tariffs=tariffs, starts=date(2013, 4, 2), ends=date(2013, 7, 1))
    assert presumed(who, "2013-03", "2013-12") == [
        (period("2013-05"), Decimal(500)),
        (period("2013-06"), Decimal(700)),
        (period("2013-07"), Decimal(700)),
    ]


def test_nothing_is_presumed_of_telephony_of_charged_periods_or_without_a_tariff() -> None:
    calls = account("telephony", tariffs=(Tariff(since=period("2013-01"), fee=Decimal(5)),))
    assert presumed(calls, "2013-03", "2013-12") == []
    assert presumed(account(), "2013-05", "2013-05") == []
    assert presumed(account(tariffs=()), "2013-03", "2013-12") == []


def test_a_day_to_come_is_rehearsed_with_the_fees_that_the_tariff_promises() -> None:
    ledger = [charge(500, "2013-05-01"), paid(700, "2013-04-20")]
    assert isinstance(decided(account(), ledger, "2013-06-01"), NoDebt)
    coming = presumed_fees(account(), after=period("2013-05"), until=period("2013-06"), zone=MOSCOW)
    found = debt(account(), [*ledger, *coming], "2013-06-01")
    assert (found.amount, found.arose) == (Decimal(300), period("2013-06"))
