"""A plan for a day to come: who would be cut off then if nobody paid any more, and never a ticket for a presumed fee."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from jobs import internet_suspension
from otrs_bridge.domain.billing.accounts import Hold, Tariff
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.presumed import Presumed
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import INTERNET, Make, moscow, ours, set_clock
from tests.service.jobs.memory_billing import MemoryBilling

JANUARY = Period(year=2026, month=1)
NEW_YEAR = date(2026, 1, 1)


@pytest.fixture
def billing(billing: MemoryBilling) -> MemoryBilling:
    """The four of the town, each with a tariff of 500 roubles."""
    for name, account in billing.accounts.items():
        tariff = Tariff(since=Period(year=2025, month=1), fee=Decimal(500))
        billing.accounts[name] = replace(account, tariffs=(tariff,))
    return billing


def raised(report: Report) -> dict[str, str]:
    """Title and reason of every disconnection in it."""
    return {line.new: line.why.en for line in report.lines if line.outcome in {Outcome.PLANNED, Outcome.APPLIED}}


def test_a_plan_for_the_next_first_is_what_happens_when_nobody_pays_any_more(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    here.run(INTERNET)
    set_clock(clock, "2025-12-20T07:00")
    billing.pay("Ф-10000/internet")
    billing.pay("Ф-10001/internet", 1000)
    billing.pay("Ф-10003/internet", 499)
    before = set(ours(sandbox))
    planned = here.runner.plan(here.runner.named(INTERNET), NEW_YEAR)
    assert planned.presumed == Presumed(periods=(JANUARY,))
    assert raised(planned) == {"Откл. интернет Ф-10000 2026-01": "debt 500.00\u00a0₽ since 2026-01"}, (
        "10001 has prepaid, 10002 has its ticket, one rouble is below the minimum"
    )
    assert set(ours(sandbox)) == before

    set_clock(clock, "2026-01-01T07:00")
    for account in billing.accounts:
        billing.charge(account, moscow("2026-01-01T00:00"))
    done = here.run(INTERNET)
    assert done.presumed is None
    assert raised(done) == raised(planned)


def test_holds_that_lapse_are_rehearsed_too(bridge: Make, clock: MovableClock, billing: MemoryBilling) -> None:
    set_clock(clock, "2025-12-20T07:00")
    for account in ("Ф-10000/internet", "Ф-10001/internet", "Ф-10002/internet"):
        billing.pay(account)
    billing.hold("Ф-10000/internet", Hold(kind="promised payment", until=date(2026, 1, 5)))
    billing.hold("Ф-10001/internet", Hold(kind="do not cut"))
    here = bridge()
    job = here.runner.named(INTERNET)
    first, later = (raised(here.runner.plan(job, date(2026, 1, day))) for day in (1, 6))
    assert {title.split()[2] for title in first} == {"Ф-10002", "Ф-10003"}
    assert {title.split()[2] for title in later} == {"Ф-10000", "Ф-10002", "Ф-10003"}


def test_nothing_is_presumed_of_today_nor_of_this_month(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    for account in ("Ф-10000/internet", "Ф-10001/internet", "Ф-10002/internet"):
        billing.pay(account)
    set_clock(clock, "2025-12-20T07:00")
    here = bridge()
    for day in (None, date(2025, 12, 20), date(2025, 12, 31)):
        report = here.runner.plan(here.runner.named(INTERNET), day)
        assert (report.presumed, raised(report)) == (None, {})
    set_clock(clock, "2026-01-01T00:01")
    assert raised(here.run(INTERNET)) == {}, "the fees of January are not charged yet, so nobody owes them"
    assert not ours(sandbox)


def test_accounts_without_a_tariff_are_counted(bridge: Make, clock: MovableClock, billing: MemoryBilling) -> None:
    set_clock(clock, "2025-12-20T07:00")
    account = billing.accounts["Ф-10003/internet"]
    billing.accounts["Ф-10003/internet"] = replace(account, tariffs=())
    here = bridge()
    report = here.runner.plan(here.runner.named(INTERNET), NEW_YEAR)
    assert report.presumed == Presumed(periods=(JANUARY,), without_tariff=1)
    assert "Ф-10003" not in {title.split()[2] for title in raised(report)}


def test_telephony_is_charged_by_use_so_nothing_is_presumed_of_it(bridge: Make, clock: MovableClock) -> None:
    set_clock(clock, "2025-12-20T07:00")
    here = bridge()
    assert here.runner.plan(here.runner.named("telephony_disconnection"), date(2026, 1, 12)).presumed is None


def test_the_reminders_of_the_next_month_count_the_fee_that_comes_before(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    set_clock(clock, "2025-12-20T07:00")
    here = bridge()
    report = here.runner.plan(here.runner.named("reminders"), date(2026, 1, 20))
    assert report.presumed == Presumed(periods=(JANUARY,))
    said = {line.new: line.why.en for line in report.lines}
    assert "1,500.00" in said["Ф-10000"], "December and January owed, February to be paid"
    assert "1,000.00" in said["Ф-10003"]


def test_a_plan_of_a_day_to_come_cannot_be_carried_out(bridge: Make, sandbox: Sandbox, clock: MovableClock) -> None:
    set_clock(clock, "2025-12-20T07:00")
    runner = bridge().runner
    assert runner.debts is not None
    job = internet_suspension.JOB
    plan = runner.debts.plan(job, moscow("2026-01-01T12:00"))
    assert plan.raises
    with pytest.raises(AssertionError, match="to come"):
        list(runner.debts.carry_out(job, 1, plan))
    assert not ours(sandbox)
