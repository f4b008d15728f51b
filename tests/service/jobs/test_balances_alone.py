"""Billing systems that tell balances and no entries: the debt is the balance, since when is what the bridge has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.accounts import Tariff
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.ports.billing import ContractLedger
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.bridges import JobBridge
from tests.service.jobs.conftest import INTERNET, Make, ours, set_clock
from tests.service.jobs.memory_billing import MemoryBilling
from tests.service.jobs.test_vanished_payments import close_everything, tickets

WHO = "Ф-10000"


@pytest.fixture
def billing(billing: MemoryBilling) -> MemoryBilling:
    """The four of the town, told by their balances alone: one owes 500 roubles, the others nothing."""
    billing.by_balance, billing.entries = True, {}
    for name, account in billing.accounts.items():
        balance = Decimal(-500) if WHO in name else Decimal(100)
        billing.accounts[name] = replace(account, balance=balance)
    return billing


def set_balance(billing: MemoryBilling, balance: int | str, who: str = WHO) -> None:
    account = billing.accounts[f"{who}/internet"]
    billing.accounts[account.id] = replace(account, balance=Decimal(balance))


def night(here: JobBridge, clock: MovableClock, written: str) -> Mapping[str, Outcome]:
    """The disconnections and the nightly sync; what came of the tickets of Ф-10000."""
    set_clock(clock, written)
    lines = [line for name in (INTERNET, "debt_sync") for line in here.run(name).lines]
    return {line.title: line.outcome for line in lines if WHO in line.title}


def test_the_debt_is_the_balance_and_the_ticket_says_that_there_is_nothing_else(
    bridge: Make, sandbox: Sandbox, clock: MovableClock
) -> None:
    assert night(bridge(), clock, "2025-12-01T07:00")["Откл. интернет Ф-10000 2025-12"] is Outcome.APPLIED
    body = ours(sandbox)[WHO].articles[0].body.replace("\u00a0", " ")
    assert "Долг: 500,00 ₽" in body
    assert "долг по балансу биллинга: 500,00 ₽\n  впервые увиден: декабрь 2025" in body
    assert "начислений и оплат биллинг не сообщает" in body
    assert "оплачено в прошлом месяце" not in body
    assert len(ours(sandbox)) == 1


def test_it_is_one_ticket_for_as_long_as_the_balance_is_below_zero(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    night(here, clock, "2025-12-01T07:00")
    for month, balance in (("2026-01", -1000), ("2026-02", -300), ("2026-03", -5)):
        set_balance(billing, balance)
        night(here, clock, f"{month}-01T07:00")
    assert tickets(sandbox) == {"Откл. 2025-12": "open"}
    notes = [one.body.replace("\u00a0", " ") for one in ours(sandbox)[WHO].articles[1:]]
    assert "Долг вырос и составляет 1 000,00 ₽" in notes[0]
    set_balance(billing, 0)
    night(here, clock, "2026-03-02T07:00")
    assert tickets(sandbox) == {"Откл. 2025-12": "closed successful"}
    assert "Баланс в биллинге больше не ниже нуля" in ours(sandbox)[WHO].articles[-1].body


def test_the_next_debt_is_another_one(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    night(here, clock, "2025-12-01T07:00")
    close_everything(sandbox)
    set_balance(billing, 0)
    assert night(here, clock, "2025-12-05T07:00") == {"Вкл. интернет Ф-10000 2025-12": Outcome.APPLIED}
    set_balance(billing, -500)
    night(here, clock, "2026-01-01T07:00")
    assert tickets(sandbox) == {"Откл. 2025-12": "closed successful", "Вкл. 2025-12": "open", "Откл. 2026-01": "open"}


def test_a_debt_that_comes_up_again_in_the_month_of_its_settled_ticket_counts_from_the_next_month(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    night(here, clock, "2025-12-01T07:00")
    set_balance(billing, 0)
    night(here, clock, "2025-12-03T07:00")
    set_balance(billing, -40)
    assert night(here, clock, "2025-12-10T07:00") == {}
    set_balance(billing, -540)
    assert night(here, clock, "2026-01-01T07:00") == {"Откл. интернет Ф-10000 2026-01": Outcome.APPLIED}


def test_what_is_first_seen_in_mid_month_is_due_on_the_next_first(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    set_balance(billing, 10)
    night(here, clock, "2025-12-01T07:00")
    set_balance(billing, -40)
    for day in ("2025-12-10", "2025-12-31"):
        assert night(here, clock, f"{day}T07:00") == {}, day
    assert night(here, clock, "2026-01-01T07:00")["Откл. интернет Ф-10000 2025-12"] is Outcome.APPLIED


def test_what_an_account_that_is_over_left_unpaid_does_not_make_a_new_one_of_its_contract_older(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    set_balance(billing, 10)
    account = billing.accounts[f"{WHO}/internet"]
    billing.accounts["old"] = replace(account, id="old", balance=Decimal(-700), ended=True)
    night(here, clock, "2025-12-01T07:00")
    set_balance(billing, -40)
    assert night(here, clock, "2025-12-10T07:00") == {}
    assert night(here, clock, "2026-01-01T07:00") == {"Откл. интернет Ф-10000 2025-12": Outcome.APPLIED}


def test_who_is_off_and_owes_nothing_is_not_read_one_by_one_for_nothing(
    bridge: Make, billing: MemoryBilling, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, account in billing.accounts.items():
        billing.accounts[name] = replace(account, balance=Decimal(0), suspended=True)
    asked: list[str] = []
    one_by_one = billing.contract

    def noted(contract: str) -> ContractLedger:
        asked.append(contract)
        return one_by_one(contract)

    monkeypatch.setattr(billing, "contract", noted)
    report = bridge().run("debt_sync")
    assert report.objection is None
    assert asked == []


def test_what_is_posted_some_days_after_the_first_is_due_with_it(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    set_balance(billing, 10)
    night(here, clock, "2025-12-01T07:00")
    set_balance(billing, -40)
    assert night(here, clock, "2025-12-04T07:00") == {"Откл. интернет Ф-10000 2025-12": Outcome.APPLIED}


def test_kopecks_are_not_noted_and_the_debt_is_as_old_as_it_is_worth_acting_on(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    set_balance(billing, "-9.99")
    assert night(here, clock, "2025-12-01T07:00") == {}
    set_balance(billing, "-509.99")
    assert night(here, clock, "2026-01-01T07:00") == {"Откл. интернет Ф-10000 2026-01": Outcome.APPLIED}


def test_after_the_database_was_lost_the_keys_of_the_tickets_say_since_when(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    night(bridge(), clock, "2025-12-01T07:00")
    set_balance(billing, -1000)
    here = bridge()
    here.runner.demand_billing().memory.rebuild()
    night(here, clock, "2026-01-01T07:00")
    assert tickets(sandbox) == {"Откл. 2025-12": "open"}
    assert here.jobs.debts_seen()["internet", WHO].period == Period(year=2025, month=12)


def test_a_database_that_was_lost_raises_no_second_ticket_before_it_is_rebuilt(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    night(bridge(), clock, "2025-12-01T07:00")
    close_everything(sandbox)  # the line is cut
    set_balance(billing, -1000)
    here = bridge()
    set_clock(clock, "2026-01-01T07:00")
    for name in (INTERNET, "debt_sync", INTERNET):
        report = here.run(name)
        assert report.objection is not None
        assert "first otrs-bridge jobs rebuild" in report.objection.en
    assert here.jobs.debts_seen() == {}, "nothing wrong is learnt of it"
    here.runner.demand_billing().memory.rebuild()
    night(here, clock, "2026-01-01T08:00")
    assert tickets(sandbox) == {"Откл. 2025-12": "closed successful"}


def test_a_plan_remembers_nothing_and_a_run_does(bridge: Make, clock: MovableClock, billing: MemoryBilling) -> None:
    here = bridge()
    here.runner.plan(here.runner.named(INTERNET))
    assert here.jobs.debts_seen() == {}
    here.run(INTERNET)
    assert list(here.jobs.debts_seen()) == [("internet", WHO)]
    set_balance(billing, 0)
    here.run("debt_sync")
    assert here.jobs.debts_seen() == {}


def test_an_account_without_a_balance_refuses_the_feed(bridge: Make, sandbox: Sandbox, billing: MemoryBilling) -> None:
    account = billing.accounts["Ф-10001/internet"]
    billing.accounts[account.id] = replace(account, balance=None)
    report = bridge().run(INTERNET)
    assert report.objection is not None
    assert "Ф-10001/internet: has no balance" in report.objection.en
    assert not ours(sandbox)


def test_a_plan_for_the_next_first_takes_the_fee_from_the_balance(
    bridge: Make, clock: MovableClock, billing: MemoryBilling
) -> None:
    tariff = Tariff(since=Period(year=2025, month=1), fee=Decimal(500))
    for name, account in billing.accounts.items():
        balance = Decimal(499 if WHO in name else 500)
        billing.accounts[name] = replace(account, balance=balance, tariffs=(tariff,))
    set_clock(clock, "2025-12-20T07:00")
    here = bridge()
    planned = here.runner.plan(here.runner.named(INTERNET), date(2026, 1, 1))
    assert [line.title for line in planned.lines if line.outcome is Outcome.PLANNED] == []
    set_balance(billing, 400)
    planned = here.runner.plan(here.runner.named(INTERNET), date(2026, 1, 1))
    assert [line.title for line in planned.lines] == ["Откл. интернет Ф-10000 2026-01"]
