"""Three columns of billing that are not one: switched off because of debt, paused by the client, and over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.ticket import NewTicket
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.debts.tickets import ON_AGAIN
from tests.service.conftest import MovableClock
from tests.service.jobs.bridges import JobBridge
from tests.service.jobs.conftest import INTERNET, Make, moscow, set_clock
from tests.service.jobs.memory_billing import MemoryBilling
from tests.service.jobs.test_vanished_payments import close_everything, tickets

WHO = "Ф-10000/internet"
OFF: tuple[Any, ...] = (True, date(2025, 12, 1))


def told(billing: MemoryBilling, **columns: Any) -> None:
    """What billing says of the account from now on."""
    billing.accounts[WHO] = replace(billing.accounts[WHO], **columns)


def night(here: JobBridge, clock: MovableClock, written: str) -> Mapping[str, Outcome]:
    """The disconnections and the nightly sync; what came of the tickets of Ф-10000."""
    set_clock(clock, written)
    lines = [line for name in (INTERNET, "debt_sync") for line in here.run(name).lines]
    return {line.title: line.outcome for line in lines if "Ф-10000" in line.title}


@pytest.mark.parametrize("since", OFF)
def test_nothing_is_cut_again_and_billing_s_own_cut_is_reconnected_once(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling, since: Any
) -> None:
    here = bridge()
    told(billing, suspended=since)
    assert night(here, clock, "2025-12-01T07:00") == {}
    set_clock(clock, "2025-12-02T12:00")
    billing.pay(WHO)
    assert night(here, clock, "2025-12-03T07:00") == {"Вкл. интернет Ф-10000 2025-12": Outcome.APPLIED}
    (asked,) = [one for one in sandbox.tickets() if "Ф-10000" in one.title]
    assert asked.values["BridgeKey"] == ["reconnect:internet:Ф-10000:2025-12"]
    assert "Отключение было по заявке: без заявки, биллингом" in asked.articles[0].body
    close_everything(sandbox)
    for day in ("2025-12-04", "2026-01-15", "2026-03-01"):
        assert night(here, clock, f"{day}T07:00") == {}, "whoever closed it and did not switch the line on has a reason"


@pytest.mark.parametrize("since", OFF)
def test_a_line_that_we_had_cut_and_billing_still_has_off_is_reconnected_once(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling, since: Any
) -> None:
    here = bridge()
    night(here, clock, "2025-12-01T07:00")
    close_everything(sandbox)
    told(billing, suspended=since)
    assert night(here, clock, "2025-12-02T07:00") == {}
    billing.pay(WHO)
    assert night(here, clock, "2025-12-03T07:00") == {"Вкл. интернет Ф-10000 2025-12": Outcome.APPLIED}
    for day in ("2025-12-04", "2026-01-02"):
        assert night(here, clock, f"{day}T07:00") == {}
    assert tickets(sandbox) == {"Откл. 2025-12": "closed successful", "Вкл. 2025-12": "open"}


def test_a_ticket_that_is_still_open_when_billing_s_cut_is_paid_is_closed_and_the_line_asked_back(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    night(here, clock, "2025-12-01T07:00")
    told(billing, suspended=True)
    night(here, clock, "2025-12-02T07:00")
    (ticket,) = [one for one in sandbox.tickets() if "Ф-10000" in one.title]
    assert "линия уже отключена за долг" in ticket.articles[-1].body
    billing.pay(WHO)
    night(here, clock, "2025-12-03T07:00")
    assert tickets(sandbox) == {"Откл. 2025-12": "closed successful", "Вкл. 2025-12": "open"}


def test_the_fee_goes_on_while_the_line_is_off(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    told(billing, suspended=True)
    night(here, clock, "2025-12-01T07:00")
    billing.charge(WHO, moscow("2026-01-01T00:00"))
    set_clock(clock, "2026-01-01T12:00")
    billing.pay(WHO, 500)
    assert night(here, clock, "2026-01-02T07:00") == {}, "the fee of January is still owed"
    billing.pay(WHO, 500)
    assert night(here, clock, "2026-01-03T07:00") == {"Вкл. интернет Ф-10000 2025-12": Outcome.APPLIED}


def test_who_paid_on_the_very_day_on_which_billing_cut_him_is_asked_back(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    set_clock(clock, "2025-12-01T15:00")
    billing.pay(WHO)
    told(billing, suspended=date(2025, 12, 1))
    assert night(here, clock, "2025-12-02T07:00") == {"Вкл. интернет Ф-10000 2025-12": Outcome.APPLIED}


def test_lines_that_billing_cut_do_not_count_against_the_debts_with_tickets(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    names = [f"Ф-2000{number:02}" for number in range(12)]
    for name in names:
        billing.debtor(name, charged=moscow("2025-12-01T00:00"))
        billing.accounts[f"{name}/internet"] = replace(billing.accounts[f"{name}/internet"], suspended=True)
    set_clock(clock, "2025-12-02T12:00")
    for name in names:
        billing.pay(f"{name}/internet")
    set_clock(clock, "2025-12-03T07:00")
    assert here.run("debt_sync").objection is None
    assert sum(one.title.startswith("Вкл.") for one in sandbox.tickets()) == len(names)


def test_more_of_them_than_a_run_may_raise_wait_for_an_approval(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge(caps=BillingCaps(max_tickets=0))
    told(billing, suspended=True)
    set_clock(clock, "2025-12-02T12:00")
    billing.pay(WHO)
    set_clock(clock, "2025-12-03T07:00")
    assert here.run("debt_sync").objection is not None
    assert not any(one.title.startswith("Вкл.") for one in sandbox.tickets())


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"suspended": True}, "never owed anything: billing does not charge whom it has blocked"),
        ({"suspended": date(2025, 12, 20)}, "switched off after the debt was paid, for another reason"),
        ({"suspended": date(2026, 12, 20)}, "not yet"),
        ({"suspended": True, "ended": True}, "nothing left to reconnect"),
        ({"suspended": True, "frozen": True}, "paused as well"),
    ],
)
def test_no_reconnection_is_asked_for_where_no_debt_was_paid_for_it(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling, columns: dict[str, Any], why: str
) -> None:
    here = bridge()
    set_clock(clock, "2025-12-02T12:00")
    if "never" in why:
        billing.entries[WHO] = [replace(billing.entries[WHO][0], kind="payment")]
    else:
        billing.pay(WHO)
    told(billing, **columns)
    assert night(here, clock, "2026-01-26T07:00") == {}, why


def test_a_line_that_is_on_again_by_the_last_look_is_not_asked_for(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    set_clock(clock, "2025-12-02T12:00")
    billing.pay(WHO)
    told(billing, suspended=True)
    assert here.runner.debts is not None
    compose = here.runner.debts.tickets.reconnection
    key = EpisodeKey(service="internet", contract="Ф-10000", period=Period(year=2025, month=12)).reconnection
    assert isinstance(compose(billing.accounts[WHO], key, None), NewTicket)
    told(billing, suspended=False)
    assert compose(billing.accounts[WHO], key, None) == ON_AGAIN


@pytest.mark.parametrize("since", OFF)
def test_a_paused_line_is_neither_cut_nor_reconnected_and_its_debt_stays(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling, since: Any
) -> None:
    here = bridge()
    told(billing, frozen=since)
    assert night(here, clock, "2025-12-01T07:00") == {}
    told(billing, frozen=False)
    night(here, clock, "2025-12-05T07:00")
    assert tickets(sandbox) == {"Откл. 2025-12": "open"}
    close_everything(sandbox)
    billing.pay(WHO)
    told(billing, frozen=True)
    assert night(here, clock, "2025-12-06T07:00") == {}
    told(billing, frozen=False)
    assert night(here, clock, "2025-12-07T07:00") == {"Вкл. интернет Ф-10000 2025-12": Outcome.APPLIED}
