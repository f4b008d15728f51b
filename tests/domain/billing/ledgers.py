"""Short words for the ledgers that the tables of these tests are written in."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from otrs_bridge.domain.billing.accounts import Account, BillingRules, Service, Tariff
from otrs_bridge.domain.billing.debt import Debt, Decision, decide
from otrs_bridge.domain.billing.entries import Entry, EntryKind
from otrs_bridge.domain.billing.faults import InsaneRow
from otrs_bridge.domain.billing.period import Period, parse_period
from otrs_bridge.domain.billing.working_calendar import WorkingCalendar

MOSCOW = ZoneInfo("Europe/Moscow")
RULES = BillingRules(zone=MOSCOW)
Roubles = int | str | Decimal

# 2013 as it was decreed; the first working days that the tests rely on do not need more of it.
CALENDAR = WorkingCalendar(
    known_years=frozenset({2013}),
    days_off=frozenset(
        [
            *(date(2013, 1, day) for day in range(1, 9)),
            date(2013, 3, 8),
            *(date(2013, 5, day) for day in (1, 2, 3, 9, 10)),
            date(2013, 6, 12),
            date(2013, 11, 4),
        ]
    ),
)


def at(written: str) -> datetime:
    """`2013-05-01` or `2013-05-01 10:30`, on the wall clock in Moscow."""
    return datetime.fromisoformat(written).replace(tzinfo=MOSCOW)


def period(written: str) -> Period:
    """`2013-05`."""
    found = parse_period(written)
    assert found is not None
    return found


def entry(kind: EntryKind, roubles: Roubles, dated: str, posted: str | None = None) -> Entry:
    """One entry, its moments as `at` reads them."""
    return Entry(
        kind=kind,
        amount=Decimal(roubles),
        dated=at(dated),
        posted=None if posted is None else at(posted),
    )


def charge(roubles: Roubles, dated: str, posted: str | None = None) -> Entry:
    return entry("charge", roubles, dated, posted)


def paid(roubles: Roubles, dated: str, posted: str | None = None) -> Entry:
    return entry("payment", roubles, dated, posted)


def correction(roubles: Roubles, dated: str, posted: str | None = None) -> Entry:
    return entry("correction", roubles, dated, posted)


def refund(roubles: Roubles, dated: str, posted: str | None = None) -> Entry:
    return entry("refund", roubles, dated, posted)


def account(service: Service = "internet", **more: Any) -> Account:
    """Ф-15236 with a tariff of 500 roubles for internet, and none for telephony."""
    tariffs = (Tariff(since=period("2012-01"), fee=Decimal(500)),) if service == "internet" else ()
    fields: dict[str, Any] = {
        "id": f"Ф-15236/{service}",
        "contract": "Ф-15236",
        "service": service,
        "tariffs": tariffs,
        **more,
    }
    return Account(**fields)


def decided(
    who: Account,
    ledger: list[Entry],
    moment: str,
    rules: BillingRules = RULES,
    days: WorkingCalendar = CALENDAR,
) -> Decision:
    """The decision, which must be one."""
    decision = decide(who, ledger, moment=at(moment), rules=rules, calendar=days)
    assert not isinstance(decision, InsaneRow), decision.why.en
    return decision


def debt(who: Account, ledger: list[Entry], moment: str, rules: BillingRules = RULES) -> Debt:
    """The decision, which must be a debt."""
    decision = decided(who, ledger, moment, rules)
    assert isinstance(decision, Debt)
    return decision
