"""The fees that a tariff promises, and debts of a day to come: streamed, they are those that `decide` finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as some

from otrs_bridge.domain.billing.accounts import Account, Tariff
from otrs_bridge.domain.billing.debt import Debt, NoDebt, decide, decide_standing
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.ledger import rows_of
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import Period, period_at
from otrs_bridge.domain.billing.presumed import Presumed, fees_to_come, periods_to_come, presumed_fees
from otrs_bridge.domain.billing.scan import EMPTY_LEDGER, entry_scan
from tests.domain.billing.ledgers import (
    CALENDAR,
    MOSCOW,
    RULES,
    account,
    at,
    charge,
    debt,
    decided,
    paid,
    period,
)


def presumed(who: Account, after: str, until: str) -> list[tuple[Period, Decimal]]:
    moment = at(f"{until}-01")
    periods = periods_to_come(at(f"{after}-15"), now=moment, moment=moment, zone=MOSCOW)
    found = presumed_fees(who, [], periods, moment=moment, zone=MOSCOW)
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


AS_OF = at("2013-05-22 03:00")


def rehearsed(who: Account, ledger: Sequence[Entry], as_of: datetime, moment: datetime) -> list[Entry]:
    periods = periods_to_come(as_of, now=as_of, moment=moment, zone=MOSCOW)
    return [*ledger, *presumed_fees(who, ledger, periods, moment=moment, zone=MOSCOW)]


def test_a_day_to_come_is_rehearsed_with_the_fees_that_the_tariff_promises() -> None:
    ledger = [charge(500, "2013-05-01"), paid(700, "2013-04-20")]
    assert isinstance(decided(account(), ledger, "2013-06-01"), NoDebt)
    found = debt(account(), rehearsed(account(), ledger, AS_OF, at("2013-06-01 12:00")), "2013-06-01 12:00")
    assert (found.amount, found.arose) == (Decimal(300), period("2013-06"))


def test_a_fee_that_was_charged_ahead_is_not_charged_twice() -> None:
    ledger = [charge(500, "2013-06-01", "2013-05-20"), charge(70, "2013-05-15")]
    moment = at("2013-07-01 12:00")
    coming = rehearsed(account(), ledger, AS_OF, moment)[len(ledger) :]
    assert [period_at(one.dated, MOSCOW) for one in coming] == [period("2013-07")]
    assert streamed(account(), ledger, AS_OF, moment) == debt(account(), [*ledger, *coming], "2013-07-01 12:00")
    scan = entry_scan("internet", moment, RULES)
    assert dict(scan.payable(rows_of("Ф", ledger), first=period("2013-06"))) == {"Ф": Decimal(570)}
    assert scan.charged == {"Ф": frozenset({period("2013-06").number})}


def test_periods_begin_between_the_feeds_own_moment_and_the_day() -> None:
    now = at("2013-05-22")
    assert periods_to_come(None, now=now, moment=at("2013-05-31 23:59"), zone=MOSCOW) == ()
    assert periods_to_come(now, now=now, moment=at("2013-07-01"), zone=MOSCOW) == (period("2013-06"), period("2013-07"))
    assert periods_to_come(at("2013-04-30"), now=now, moment=now, zone=MOSCOW) == (period("2013-05"),)


def test_a_rehearsal_says_what_it_took_for_granted() -> None:
    said = Presumed(periods=(period("2013-06"), period("2013-07")), without_tariff=3).words
    assert "июнь 2013, июль 2013" in said.ru
    assert "June 2013, July 2013" in said.en
    assert said.ru.endswith("3.")
    assert "known" not in Presumed(periods=(period("2013-06"),)).words.en


def streamed(who: Account, ledger: Sequence[Entry], as_of: datetime, moment: datetime) -> Debt | None:
    """The debt as a stream finds it that meets the account only after its rows."""
    periods = periods_to_come(as_of, now=as_of, moment=moment, zone=MOSCOW)
    fees = {found.number: fee for found, fee in fees_to_come(who, periods)}
    scan = entry_scan(who.service, moment, RULES)
    if not periods:
        standing = next(scan.debts(rows_of(who.id, ledger)), None)
    else:
        most = sum(fees.values(), start=NOTHING)
        opened = dict(scan.open_ledgers(rows_of(who.id, ledger), first=periods[0], most=most))
        known = opened.get(who.id) or (None if scan.met(who.id) else EMPTY_LEDGER)
        standing = scan.with_fees(who.id, known, fees) if known else None
    if standing is None:
        return None
    return decide_standing(who, standing, moment=moment, rules=RULES, calendar=CALENDAR)


def entries() -> some.SearchStrategy[Entry]:
    """Anything that can stand in a ledger of these months, posted before, on and after its day."""
    kinds = ("charge", "charge", "payment", "payment", "refund", "correction", "opening")
    return some.builds(
        lambda kind, kopecks, day, late: Entry(
            kind=kind,
            amount=Decimal(kopecks if kind in {"correction", "opening"} else abs(kopecks)).scaleb(-2),
            dated=at("2013-01-01") + timedelta(hours=day),
            posted=None if late is None else at("2013-01-01") + timedelta(hours=day + late),
        ),
        some.sampled_from(kinds),
        some.sampled_from((50_000, 50_000, 70_000, 999, 1, -300)) | some.integers(-90_000, 90_000),
        some.sampled_from((0, 31 * 24, 59 * 24, 90 * 24, 120 * 24, 151 * 24)) | some.integers(0, 190 * 24),
        some.none() | some.sampled_from((0, 9, 48, -30 * 24)),
    )


TARIFFS = some.lists(
    some.builds(
        Tariff,
        since=some.builds(Period, year=some.just(2013), month=some.integers(1, 8)),
        fee=some.sampled_from((Decimal(0), Decimal("9.99"), Decimal(500), Decimal("700.50"))),
    ),
    max_size=2,
)
DAYS = some.none() | some.dates(date(2013, 4, 1), date(2013, 8, 1))


@given(
    ledger=some.lists(entries(), max_size=9),
    tariffs=TARIFFS,
    starts=DAYS,
    ends=DAYS,
    as_of=some.integers(0, 40),
    ahead=some.integers(0, 75),
    internet=some.booleans(),
)
def test_a_stream_and_a_single_contract_rehearse_the_same_debt(
    ledger: list[Entry],
    tariffs: list[Tariff],
    starts: date | None,
    ends: date | None,
    as_of: int,
    ahead: int,
    internet: bool,
) -> None:
    who = account("internet" if internet else "telephony", tariffs=tuple(tariffs), starts=starts, ends=ends)
    known = at("2013-05-01 03:00") + timedelta(days=as_of)
    moment = (known + timedelta(days=ahead)).replace(hour=12)
    everything = rehearsed(who, ledger, known, moment)
    decision = decide(who, everything, moment=moment, rules=RULES, calendar=CALENDAR)
    assert streamed(who, ledger, known, moment) == (decision if isinstance(decision, Debt) else None)
