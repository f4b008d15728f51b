"""A day to come, rehearsed: every source streams what the single contract says with the fees that its tariff promises."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.domain.billing.accounts import Account, BillingRules
from otrs_bridge.domain.billing.debt import Debt, decide
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedLimits, FeedRefused
from otrs_bridge.domain.billing.ledger import rows_of
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.presumed import periods_to_come, presumed_fees
from otrs_bridge.domain.billing.reminders import reminder
from otrs_bridge.domain.billing.scan import entry_scan
from otrs_bridge.domain.job import Almanac
from otrs_bridge.ports.billing import Billing
from otrs_bridge.service.debts.reading import FeedReader
from tests.billing.facts import ACCOUNTS, AS_OF, MOSCOW, Facts, days_from
from tests.depth import sample

ALMANAC = Almanac(rules=BillingRules(zone=MOSCOW), make_calendar=production_calendar)
NOW = AS_OF + timedelta(hours=6)
Maker = Callable[[Facts], Billing]


def reader(billing: Billing) -> FeedReader:
    """What the jobs read with."""
    return FeedReader(billing=billing, almanac=ALMANAC, limits=FeedLimits(), last_good_rows=lambda _: None)


def single(billing: Billing, moment: datetime) -> Iterator[tuple[Account, list[Entry]]]:
    """Every account by itself, with the presumed fees among its entries."""
    periods = periods_to_come(AS_OF, now=NOW, moment=moment, zone=MOSCOW)
    for contract in dict.fromkeys(row[1] for row in ACCOUNTS):
        for account, entries in billing.contract(contract).accounts:
            fees = presumed_fees(account, entries, periods, moment=moment, zone=MOSCOW)
            yield account, [*entries, *fees]


def noons() -> list[datetime]:
    return list(sample(days_from(datetime(2013, 5, 3, 12, tzinfo=MOSCOW), 100)[::9], 4))


def test_the_debts_of_a_day_to_come_are_those_of_the_single_contracts(made: Maker) -> None:
    billing = made(Facts())
    for moment in noons():
        reading = reader(billing).debts({}, moment=moment, now=NOW)
        assert isinstance(reading.verdict, FeedAccepted)
        decisions = (
            decide(account, entries, moment=moment, rules=ALMANAC.rules, calendar=ALMANAC.calendar)
            for account, entries in single(billing, moment)
        )
        wanted = {one.account.id: one for one in decisions if isinstance(one, Debt)}
        assert {one.decision.account.id: one.decision for one in reading.facts if one.decision} == wanted
        june = moment >= datetime(2013, 6, 1, tzinfo=MOSCOW)
        assert ("И-6" in wanted) is june, "an account without any entries"
        assert (reading.presumed is not None) is june


def test_the_reminders_of_a_day_to_come_are_those_of_the_single_contracts(made: Maker) -> None:
    billing = made(Facts())
    for moment in noons():
        reading = reader(billing).reminders(moment=moment, now=NOW)
        wanted = {}
        for account, entries in single(billing, moment):
            scan = entry_scan(account.service, moment, ALMANAC.rules)
            charged = dict(scan.payable(rows_of(account.id, entries))).get(account.id, NOTHING)
            wanted[account.id] = reminder(account, charged, moment=moment, rules=ALMANAC.rules)
        assert {one.account.id: one for one in reading.reminders} == {
            name: one for name, one in wanted.items() if one is not None
        }


def test_today_and_the_days_before_presume_nothing(made: Maker) -> None:
    old = replace(Facts(), as_of=datetime(2013, 4, 30, 23, tzinfo=MOSCOW))
    billing = made(old)
    for moment in (NOW, NOW - timedelta(days=20)):
        for reading in (
            reader(billing).debts({}, moment=moment, now=NOW),
            reader(billing).reminders(moment=moment, now=NOW),
        ):
            assert reading.presumed is None


@pytest.mark.parametrize("wrong", ["twice", "a service that is none"])
def test_a_fault_is_counted_once_however_often_the_accounts_are_read(made_elsewhere: Maker, wrong: str) -> None:
    odd = ACCOUNTS[0] if wrong == "twice" else (*("Х-1", "Ф-9", "radio"), *[""] * (len(ACCOUNTS[0]) - 3))
    billing = made_elsewhere(Facts(accounts=(*ACCOUNTS, odd)))
    now, later = (
        reader(billing).debts({}, moment=moment, now=NOW).verdict for moment in (NOW, NOW + timedelta(days=60))
    )
    assert isinstance(now, FeedRefused)
    assert now == later
