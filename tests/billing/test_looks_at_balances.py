"""Balances alone, as a person and a job look at them: on a clock that goes on, and on days that are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.sightings import DebtSighting
from otrs_bridge.service.debts.by_balance import ByBalance, KnownDebts
from otrs_bridge.service.queries.billing_desk import BillingDesk
from tests.billing.test_balances import AS_OF, MOSCOW, Rows, desk, many, sqlite
from tests.service.conftest import MovableClock


class Ticking(MovableClock):
    """A second goes by each time somebody asks."""

    def now(self) -> datetime:
        """The moment."""
        self.move(seconds=1)
        return super().now()


def looking(folder: Path, accounts: Rows, known: KnownDebts | None = None) -> BillingDesk:
    """A desk over these balances."""
    sqlite(folder, accounts, ())
    queries = Queries(accounts="SELECT * FROM a", as_of=f"SELECT {int(AS_OF.timestamp())}")
    clock = Ticking()
    clock.move(seconds=(AS_OF - clock.now()).total_seconds())
    found = desk(SqlBilling(f"sqlite:///{folder / 'theirs.db'}", queries, zone=MOSCOW))
    seen = known or KnownDebts()
    source = ByBalance(billing=found.billing, rules=found.rules, known=lambda _: seen, now=clock.now)
    return replace(found, clock=clock, billing=source)


OWES: Rows = [("1", "Ф-1", "internet", "-500", "", "")]


def test_a_debt_that_is_read_after_the_look_began_is_seen_by_this_very_look(tmp_path: Path) -> None:
    found = looking(tmp_path, OWES)
    assert [one.amount for one in found.debtors().debtors] == [Decimal(500)]
    view = found.show("Ф-1")
    assert view is not None
    assert [isinstance(decision, Debt) for _, decision in view.decisions] == [True]


def test_what_was_owed_before_it_was_first_seen_nobody_knows(tmp_path: Path) -> None:
    assert looking(tmp_path, OWES).debtors(date(2013, 5, 1)).debtors == ()


def test_whose_debt_of_a_day_that_is_over_is_his_balance_has_his_credit_on_it_as_well(tmp_path: Path) -> None:
    known = KnownDebts(seen={("internet", "Ф-1"): DebtSighting(period=Period(year=2013, month=4))})
    found = looking(tmp_path, [("1", "Ф-1", "internet", "-500", "600", "")], known)
    (debt,) = found.debtors(date(2013, 5, 1)).debtors
    view = found.show("Ф-1", date(2013, 5, 1))
    assert view is not None
    ((_, shown),) = view.decisions
    assert isinstance(shown, Debt)
    assert [one.stopped_by.kind for one in (debt, shown) if one.stopped_by] == ["covered", "covered"]


def test_balances_are_compared_with_what_was_known_when_they_were_whatever_day_is_looked_at(tmp_path: Path) -> None:
    accounts, entries = many(count=20)
    ahead = [(row[0], "charge", "2013-06-01", "100") for row in accounts]  # invoices of June that no balance knows yet
    found = desk(sqlite(tmp_path, accounts, [*entries, *ahead]))
    for day in (None, date(2013, 6, 1)):
        balances = found.check(day).balances
        assert balances is not None
        assert (balances.compared, balances.parted) == (20, 0), day
        view = found.show("Ф-1", day)
        assert view is not None
        assert view.parted == (), day
