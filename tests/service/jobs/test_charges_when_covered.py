"""Billing that charges only who can pay: what it does not charge counts as charged, once, and the plan is the run."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from otrs_bridge.domain.billing.accounts import BillingRules, Tariff
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.presumed import Presumed
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import DebtJob
from otrs_bridge.domain.report import Report
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.bridges import JobBridge
from tests.service.jobs.conftest import INTERNET, Make, moscow, ours, set_clock
from tests.service.jobs.memory_billing import MOSCOW, MemoryBilling
from tests.service.jobs.test_vanished_payments import close_everything, tickets

WHO = "Ф-10000"
RULES = BillingRules(zone=MOSCOW, charges="when covered")
TARIFF = Tariff(since=Period(year=2025, month=1), fee=Decimal(500))


@pytest.fixture
def billing(billing: MemoryBilling) -> MemoryBilling:
    """One account of 500 roubles a month, which was charged and paid for November."""
    account = replace(billing.accounts[f"{WHO}/internet"], tariffs=(TARIFF,))
    billing.accounts, billing.entries = {account.id: account}, {}
    billing.charge(account.id, moscow("2025-11-01T00:00"))
    billing.entries[account.id].append(paid(500, "2025-10-20T12:00"))
    return billing


def paid(roubles: int, written: str) -> Entry:
    return Entry(kind="payment", amount=Decimal(roubles), dated=moscow(written))


def told(billing: MemoryBilling, **columns: Any) -> None:
    billing.accounts[f"{WHO}/internet"] = replace(billing.accounts[f"{WHO}/internet"], **columns)


def pay(billing: MemoryBilling, roubles: int, written: str) -> None:
    billing.entries[f"{WHO}/internet"].append(paid(roubles, written))


def run(here: JobBridge, clock: MovableClock, written: str) -> dict[str, str]:
    """The disconnections and the nightly sync: title and reason of what is done."""
    set_clock(clock, written)
    return {title: why for name in (INTERNET, "debt_sync") for title, why in raised(here.run(name)).items()}


def raised(report: Report) -> dict[str, str]:
    done = {Outcome.PLANNED, Outcome.APPLIED}
    return {line.title: line.why.en.replace("\u00a0", " ") for line in report.lines if line.outcome in done}


def test_the_first_fee_that_is_not_charged_is_a_debt_of_its_month(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    pay(billing, 100, "2025-11-20T12:00")
    here = bridge(rules=RULES)
    assert run(here, clock, "2025-12-01T07:00") == {"Откл. интернет Ф-10000 2025-12": "debt 400.00 ₽ since 2025-12"}
    assert "Долг: 400,00" in ours(sandbox)[WHO].articles[0].body
    assert "предоплата за текущий месяц" in ours(sandbox)[WHO].articles[0].body


def test_where_billing_charges_ahead_nothing_is_added(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    assert run(bridge(), clock, "2025-12-01T07:00") == {}


def test_it_counts_once_and_stays_until_it_is_paid(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge(rules=RULES)
    for day in ("2025-12-01", "2025-12-02", "2026-01-01", "2026-03-05"):
        run(here, clock, f"{day}T07:00")
    assert tickets(sandbox) == {"Откл. 2025-12": "open"}
    assert len(ours(sandbox)[WHO].articles) == 1, "the debt has not grown"
    close_everything(sandbox)
    pay(billing, 500, "2026-03-06T12:00")
    assert list(run(here, clock, "2026-03-07T07:00")) == ["Вкл. интернет Ф-10000 2025-12"]


def test_a_line_that_billing_has_blocked_still_owes_the_fee_that_it_was_blocked_for(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge(rules=RULES)
    run(here, clock, "2025-12-01T07:00")
    close_everything(sandbox)
    for off in (True, date(2025, 12, 1)):
        told(billing, suspended=off)
        assert run(here, clock, "2025-12-02T07:00") == {}, "nothing is asked back that was not paid"
    pay(billing, 500, "2026-01-06T12:00")
    assert list(run(here, clock, "2026-01-07T07:00")) == ["Вкл. интернет Ф-10000 2025-12"]


NOT_COUNTED: dict[str, dict[str, Any]] = {
    "paused": {"frozen": True},
    "paused since": {"frozen": date(2025, 11, 20)},
    "off already": {"suspended": date(2025, 11, 20)},
    "over": {"ended": True},
    "over since": {"ends": date(2025, 11, 30)},
    "of no known tariff": {"tariffs": ()},
    "begun in this month": {"starts": date(2025, 12, 1), "tariffs": ()},
    "covered": {"balance": Decimal(500)},
}


@pytest.mark.parametrize("case", NOT_COUNTED)
def test_no_fee_is_counted_where_billing_would_not_have_charged_one(
    case: str, bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    told(billing, **NOT_COUNTED[case])
    if case == "covered":
        pay(billing, 500, "2025-11-20T12:00")
    assert run(bridge(rules=RULES), clock, "2025-12-01T07:00") == {}


def test_what_billing_has_charged_is_not_counted_again_whatever_day_it_is_dated(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge(rules=RULES)
    pay(billing, 500, "2025-12-01T00:30")
    billing.charge(f"{WHO}/internet", moscow("2025-12-01T00:40"), 500)
    assert run(here, clock, "2025-12-01T07:00") == {}
    pay(billing, 400, "2026-01-10T12:00")
    billing.charge(f"{WHO}/internet", moscow("2026-01-10T12:01"), 350)
    assert run(here, clock, "2026-01-11T07:00") == {}, "billing itself charged the rest of the month when it was paid"


def test_a_client_who_came_back_owes_nothing_for_the_months_away(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    told(billing, starts=date(2026, 3, 10))
    here = bridge(rules=RULES)
    assert run(here, clock, "2026-03-11T07:00") == {}
    assert run(here, clock, "2026-04-01T07:00") == {"Откл. интернет Ф-10000 2026-04": "debt 500.00 ₽ since 2026-04"}


def test_a_line_that_billing_could_have_charged_for_months_and_has_not_is_left_alone(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    pay(billing, 700, "2025-11-20T12:00")
    here = bridge(rules=RULES)
    for day in ("2026-02-01", "2026-03-01", "2026-09-01"):
        assert run(here, clock, f"{day}T07:00") == {}


def test_who_has_paid_since_the_plan_is_not_cut(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge(rules=RULES)
    set_clock(clock, "2025-12-01T07:00")
    work, job = here.runner.demand_billing(), here.runner.named(INTERNET).job
    assert isinstance(job, DebtJob)
    plan = work.plan(job, clock.now())
    assert len(plan.raises) == 1
    pay(billing, 500, "2025-12-01T06:59")
    number = here.runner.outside.journal.start_run("job", at=clock.now(), selection="x")
    assert [one.outcome for one in work.carry_out(job, number, plan)] == [Outcome.SKIPPED]
    assert not ours(sandbox)


def test_a_plan_months_ahead_charges_as_billing_would(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    pay(billing, 1200, "2025-11-20T12:00")
    set_clock(clock, "2025-11-25T07:00")
    here = bridge(rules=RULES)
    plans = {month: here.runner.plan(here.runner.named(INTERNET), date(2026, month, 1)) for month in (1, 2, 3)}
    assert raised(plans[1]) == {}
    once = {"Откл. интернет Ф-10000 2026-02": "debt 300.00 ₽ since 2026-02"}
    assert raised(plans[2]) == once
    assert raised(plans[3]) == once, "from then on the line is off, and nothing more is charged"
    assert plans[1].presumed == Presumed(periods=(Period(year=2025, month=12), Period(year=2026, month=1)))


def test_a_reminder_asks_for_the_fee_that_is_not_charged_and_the_next(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge(rules=RULES)
    set_clock(clock, "2025-12-20T07:00")
    report = here.runner.plan(here.runner.named("reminders"))
    assert ["1,000.00" in line.why.en for line in report.lines] == [True]
