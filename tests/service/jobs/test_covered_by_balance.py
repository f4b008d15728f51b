"""Nobody whose balance in billing, with the credit, is not below zero is ever cut off, whatever the entries come to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from otrs_bridge.domain.billing.accounts import Tariff
from otrs_bridge.domain.billing.cut_off import Stop
from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.feed_gate import FeedLimits
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import DebtJob
from otrs_bridge.domain.report import Report
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import INTERNET, Make, ours, set_clock, states
from tests.service.jobs.memory_billing import MemoryBilling
from tests.service.jobs.test_vanished_payments import close_everything

WHO = "Ф-10000"
EVERYTHING_MAY_PART = {"limits": FeedLimits(max_parted=Fraction(1))}


def told(billing: MemoryBilling, who: str = WHO, **columns: Any) -> None:
    """What billing says of the account from now on."""
    billing.accounts[f"{who}/internet"] = replace(billing.accounts[f"{who}/internet"], **columns)


def said_of(report: Report, who: str = WHO) -> list[tuple[Outcome, str]]:
    return [(line.outcome, line.why.en) for line in report.lines if who in line.title]


COVERED: dict[str, tuple[dict[str, Any], str]] = {
    "nothing owed": ({"balance": Decimal(0)}, "the balance in billing is 0.00 ₽"),
    "money on it": ({"balance": Decimal("499.99")}, "the balance in billing is 499.99 ₽"),
    "exactly within the credit": (
        {"balance": Decimal(-500), "credit": Decimal(500)},
        "the balance in billing is -500.00 ₽, its credit 500.00 ₽",
    ),
    "a credit that ends today": (
        {"balance": Decimal(-500), "credit": Decimal(900), "credit_until": date(2025, 12, 1)},
        "the balance in billing is -500.00 ₽, its credit 900.00 ₽ until 2025-12-01 inclusive",
    ),
}


@pytest.mark.parametrize("case", COVERED)
def test_it_is_named_in_the_plan_and_in_the_run_and_no_ticket_is_raised(
    case: str, bridge: Make, sandbox: Sandbox, billing: MemoryBilling
) -> None:
    here = bridge(**EVERYTHING_MAY_PART)
    columns, why = COVERED[case]
    told(billing, **columns)
    report = here.runner.plan(here.runner.named(INTERNET))
    ((outcome, said),) = said_of(report)
    assert outcome is Outcome.SKIPPED
    assert f"{why}: nobody is cut off" in said.replace("\u00a0", " ")
    assert said_of(here.run(INTERNET)) == [(outcome, said)]
    assert WHO not in ours(sandbox)
    assert len(ours(sandbox)) == 2, "the others are"


BELOW: tuple[dict[str, Any], ...] = (
    {"balance": Decimal("-0.01")},
    {"balance": Decimal(-500), "credit": Decimal("499.99")},
    {"balance": Decimal(-500), "credit": Decimal(900), "credit_until": date(2025, 11, 30)},
)


@pytest.mark.parametrize("columns", BELOW)
def test_who_is_below_zero_with_all_credit_is_cut_as_ever(
    bridge: Make, sandbox: Sandbox, billing: MemoryBilling, columns: dict[str, Any]
) -> None:
    told(billing, **columns)
    bridge(**EVERYTHING_MAY_PART).run(INTERNET)
    assert WHO in ours(sandbox)


def test_the_day_after_a_credit_ends_is_the_day_of_the_cut(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    told(billing, balance=Decimal(-500), credit=Decimal(900), credit_until=date(2025, 12, 5))
    here = bridge(**EVERYTHING_MAY_PART)
    for day in range(1, 7):
        set_clock(clock, f"2025-12-{day:02}T07:00")
        here.run(INTERNET)
        assert (WHO in ours(sandbox)) is (day == 6), day


def test_a_ticket_that_is_open_is_told_once_not_to_cut(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge(**EVERYTHING_MAY_PART)
    here.run(INTERNET)
    told(billing, balance=Decimal(0))
    for day in (2, 3):
        set_clock(clock, f"2025-12-{day:02}T07:00")
        here.run("debt_sync")
    notes = [one.body for one in ours(sandbox)[WHO].articles[1:]]
    assert len(notes) == 1
    assert "Сейчас не отключать: баланс в биллинге 0,00" in notes[0]
    assert states(sandbox)[WHO] == "open"


def test_a_line_that_was_cut_while_its_balance_owes_nothing_is_a_person_s_every_night(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge(**EVERYTHING_MAY_PART)
    here.run(INTERNET)
    close_everything(sandbox)
    for day, balance, credit, said in (
        (2, -500, 0, []),
        (3, -500, 600, []),
        (4, 0, 0, [Outcome.CONFLICT]),
        (5, 0, 0, [Outcome.CONFLICT]),
    ):
        told(billing, balance=Decimal(balance), credit=Decimal(credit))
        set_clock(clock, f"2025-12-{day:02}T07:00")
        found = said_of(here.run("debt_sync"))
        assert [outcome for outcome, _ in found] == said, day
        assert all("the balance is not below zero, and the line is off" in why for _, why in found)


def test_who_pays_between_the_plan_and_the_create_is_not_cut(
    bridge: Make, sandbox: Sandbox, billing: MemoryBilling
) -> None:
    here = bridge(**EVERYTHING_MAY_PART)
    work = here.runner.demand_billing()
    job = here.runner.named(INTERNET).job
    assert isinstance(job, DebtJob)
    plan = work.plan(job, here.clock.now())
    told(billing, balance=Decimal(100))
    run = here.runner.outside.journal.start_run("job", at=here.clock.now(), selection="x")
    lines = list(work.carry_out(job, run, plan))
    assert [one.outcome for one in lines if WHO in one.title] == [Outcome.SKIPPED]
    assert WHO not in ours(sandbox)


def test_a_plan_for_a_day_to_come_takes_the_fees_to_come_from_the_balance(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    set_clock(clock, "2025-12-20T07:00")
    for who, paid, balance in ((WHO, 600, 100), ("Ф-10001", 1000, 500)):
        billing.pay(f"{who}/internet", paid)
        tariff = Tariff(since=Period(year=2025, month=1), fee=Decimal(500))
        told(billing, who, balance=Decimal(balance), tariffs=(tariff,))
    here = bridge()
    planned = here.runner.plan(here.runner.named(INTERNET), date(2026, 1, 1))
    assert [outcome for outcome, _ in said_of(planned)] == [Outcome.PLANNED]
    assert said_of(planned, "Ф-10001") == []


def test_a_feed_whose_balances_part_from_its_entries_raises_nothing(
    bridge: Make, sandbox: Sandbox, billing: MemoryBilling
) -> None:
    told(billing, balance=Decimal(-9000))
    report = bridge().run(INTERNET)
    assert report.objection is not None
    assert "1 accounts compared, 1 part from their entries" in report.objection.en
    assert not ours(sandbox)


def test_the_hold_has_a_name_of_its_own(bridge: Make, billing: MemoryBilling) -> None:
    told(billing, balance=Decimal(-500), credit=Decimal(500), credit_until=date(2025, 12, 9))
    here = bridge(**EVERYTHING_MAY_PART)
    reading = here.runner.demand_billing().reader.debts({}, moment=here.clock.now(), now=here.clock.now())
    (debt,) = [one.decision for one in reading.facts if one.decision and one.decision.account.contract == WHO]
    assert isinstance(debt, Debt)
    assert isinstance(debt.stopped_by, Stop)
    assert debt.stopped_by.mark == "covered 2025-12-09"
