"""Billing that charges only who can pay: what the plan of the 1st shows, the run on the 1st gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from hypothesis import example, given, settings
from hypothesis import strategies as st

from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.domain.billing.accounts import Account, Since, Tariff
from otrs_bridge.domain.billing.debt import Debt, decide
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.feed_gate import FeedLimits
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.job import Almanac
from otrs_bridge.service.debts.reading import FeedReader
from otrs_bridge.service.debts.when_covered import WithUncharged
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import moscow, set_clock
from tests.service.jobs.memory_billing import MemoryBilling
from tests.service.jobs.test_charges_when_covered import RULES, TARIFF


@dataclass(frozen=True, kw_only=True)
class Client:
    """An account on the last days of November."""

    fee: int
    money: int
    credit: int
    charged: bool
    suspended: Since
    frozen: Since
    has_balance: bool

    def account(self, number: int) -> Account:
        name = f"Ф-{20000 + number}"
        balance = Decimal(self.money) if self.has_balance else None
        return Account(
            id=f"{name}/internet",
            contract=name,
            service="internet",
            tariffs=(Tariff(since=TARIFF.since, fee=Decimal(self.fee)),),
            suspended=self.suspended,
            frozen=self.frozen,
            balance=balance,
            credit=Decimal(self.credit) if self.has_balance else Decimal(0),
        )

    @property
    def entries(self) -> list[Entry]:
        fee = [Entry(kind="charge", amount=Decimal(self.fee), dated=moscow("2025-11-01T00:00"))] if self.charged else []
        money = self.money + (self.fee if self.charged else 0)
        return [*fee, Entry(kind="correction", amount=Decimal(-money), dated=moscow("2025-10-05T00:00"))]


SINCE: st.SearchStrategy[Since] = st.sampled_from([False, False, False, True, date(2025, 11, 10), date(2025, 12, 1)])
CLIENTS = st.builds(
    Client,
    fee=st.sampled_from([300, 500, 9500]),
    money=st.sampled_from([-500, -5, 0, 100, 295, 300, 499, 500, 1000, 9500]),
    credit=st.sampled_from([0, 0, 200, 500]),
    charged=st.booleans(),
    suspended=SINCE,
    frozen=SINCE,
    has_balance=st.booleans(),
)


def reader(billing: MemoryBilling) -> FeedReader:
    source = WithUncharged(billing=billing, rules=RULES, now=billing.clock.now)
    almanac = Almanac(rules=RULES, make_calendar=production_calendar)
    limits = FeedLimits(max_parted=Fraction(1))
    return FeedReader(billing=source, almanac=almanac, limits=limits, last_good_rows=lambda _: None)


def due_on(billing: MemoryBilling, moment: datetime) -> dict[str, tuple[Decimal, str]]:
    found = reader(billing).debts({}, moment=moment, now=billing.clock.now())
    debts = [one.decision for one in found.facts if isinstance(one.decision, Debt)]
    return {debt.account.id: (debt.amount, str(debt.arose)) for debt in debts if debt.due}


def charge_as_it_would(billing: MemoryBilling) -> None:
    """What such a billing system does as December begins."""
    for account in list(billing.accounts.values()):
        money = sum((-one.effect for one in billing.entries[account.id]), start=Decimal(0))
        fee = account.fee(Period(year=2025, month=12))
        off = account.suspended_on(date(2025, 12, 1))
        if fee is not None and not off and money + account.credit >= fee:
            billing.charge(account.id, moscow("2025-12-01T00:00"), int(fee))
            balance = None if account.balance is None else account.balance - fee
            billing.accounts[account.id] = replace(account, balance=balance)


@example(
    clients=[Client(fee=300, money=300, credit=0, charged=False, suspended=False, frozen=False, has_balance=False)],
    day=20,
)
@given(clients=st.lists(CLIENTS, min_size=1, max_size=6), day=st.integers(min_value=20, max_value=30))
@settings(max_examples=60, deadline=None)
def test_what_the_plan_of_the_first_shows_the_run_on_the_first_gives_charged_meanwhile_or_not(
    clients: list[Client], day: int
) -> None:
    clock = MovableClock()
    set_clock(clock, f"2025-11-{day}T07:00")
    billing = MemoryBilling(clock=clock)
    for number, client in enumerate(clients):
        account = client.account(number)
        billing.accounts[account.id], billing.entries[account.id] = account, client.entries
    first = moscow("2025-12-01T12:00")
    planned = due_on(billing, first)
    clock.move(seconds=(first - clock.now()).total_seconds())
    assert due_on(billing, first) == planned, "billing has charged nobody yet"
    charge_as_it_would(billing)
    assert due_on(billing, first) == planned, "billing has charged who can pay"
    assert due_one_by_one(billing, first) == planned, "and so it is right before a ticket is raised"


def due_one_by_one(billing: MemoryBilling, moment: datetime) -> dict[str, tuple[Decimal, str]]:
    source = WithUncharged(billing=billing, rules=RULES, now=billing.clock.now)
    return dict(_due_one_by_one(source, billing, moment))


def _due_one_by_one(
    source: WithUncharged, billing: MemoryBilling, moment: datetime
) -> Iterator[tuple[str, tuple[Decimal, str]]]:
    for name in billing.accounts.values():
        for account, entries in source.contract(name.contract).accounts:
            found = decide(account, entries, moment=moment, rules=RULES, calendar=production_calendar())
            if isinstance(found, Debt) and found.due:
                yield account.id, (found.amount, str(found.arose))
