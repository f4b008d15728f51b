"""A payment that is taken out of the ledger again: its debt stays with a person, later debts are debts like any other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.journal.database import open_database
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.bridges import JobBridge
from tests.service.jobs.conftest import INTERNET, Make, moscow, set_clock
from tests.service.jobs.memory_billing import MemoryBilling

WHO = "Ф-10000/internet"
NIGHTLY = (INTERNET, "telephony_disconnection", "debt_sync")


def tickets(sandbox: Sandbox, contract: str = "Ф-10000") -> dict[str, str]:
    """{title without the contract: state} of a contract's tickets."""
    made = [one for one in sandbox.tickets() if contract in one.title.split()]
    return {" ".join(one.title.split()[:1] + one.title.split()[3:]): sandbox.state_of(one.ticket_id) for one in made}


def night(here: JobBridge, clock: MovableClock, written: str) -> Mapping[str, str]:
    """Everything that is due in this night; {title: why} of what a person has to look at."""
    set_clock(clock, written)
    lines = [line for report in here.reports().values() for line in report.lines]
    assert {line.outcome for line in lines if line.rule in NIGHTLY} <= {
        Outcome.APPLIED,
        Outcome.UNCHANGED,
        Outcome.CONFLICT,
    }
    return {line.title: line.why.en for line in lines if line.outcome is Outcome.CONFLICT}


def close_everything(sandbox: Sandbox) -> None:
    """Agents do what the tickets ask for."""
    for one in sandbox.tickets():
        sandbox.edit(one.ticket_id, state="closed successful")


def cut_paid_and_reconnected(here: JobBridge, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling) -> None:
    """The debt of December: cut off, paid on the 2nd, reconnected."""
    night(here, clock, "2025-12-01T07:00")
    close_everything(sandbox)
    set_clock(clock, "2025-12-02T12:00")
    billing.pay(WHO)
    assert night(here, clock, "2025-12-03T07:00") == {}
    close_everything(sandbox)
    assert tickets(sandbox) == {"Откл. 2025-12": "closed successful", "Вкл. 2025-12": "closed successful"}


def test_a_payment_that_vanishes_makes_no_second_ticket_and_is_told_every_night(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    cut_paid_and_reconnected(here, sandbox, clock, billing)
    del billing.entries[WHO][-1]
    for day in ("2025-12-10", "2025-12-11", "2025-12-31"):
        told = night(here, clock, f"{day}T07:00")
        assert [*told] == ["Откл. интернет Ф-10000 2025-12"]
        assert "settled as paid" in told["Откл. интернет Ф-10000 2025-12"]
    assert len(tickets(sandbox)) == 2


def test_what_falls_due_later_is_a_debt_like_any_other(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    cut_paid_and_reconnected(here, sandbox, clock, billing)
    del billing.entries[WHO][-1]
    billing.charge(WHO, moscow("2026-01-01T00:00"))
    old = ["Откл. интернет Ф-10000 2025-12"]
    assert [*night(here, clock, "2026-01-01T07:00")] == old
    assert tickets(sandbox)["Откл. 2026-01"] == "open"
    (raised,) = [one for one in sandbox.tickets() if one.title.endswith("Ф-10000 2026-01")]
    assert raised.values["BridgeKey"] == ["debt:internet:Ф-10000:2026-01"]
    assert "Долг: 500,00" in raised.articles[0].body.replace("\u00a0", " ")
    assert "закрытый как оплаченный: 500,00" in raised.articles[0].body.replace("\u00a0", " ")
    billing.charge(WHO, moscow("2026-02-01T00:00"))
    assert [*night(here, clock, "2026-02-01T07:00")] == old
    assert "составляет 1 000,00" in raised.articles[-1].body.replace("\u00a0", " ")
    sandbox.edit(raised.ticket_id, state="closed successful")
    billing.pay(WHO, 1000)
    assert [*night(here, clock, "2026-02-03T07:00")] == old, "the debt of December is still there"
    assert tickets(sandbox)["Вкл. 2026-01"] == "open"
    billing.pay(WHO, 500)
    assert night(here, clock, "2026-02-05T07:00") == {}
    assert len(tickets(sandbox)) == 4


def test_a_later_debt_that_is_paid_is_over_though_the_old_one_is_there(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    cut_paid_and_reconnected(here, sandbox, clock, billing)
    del billing.entries[WHO][-1]
    for month in (1, 2, 3):
        billing.charge(WHO, moscow(f"2026-0{month}-01T00:00"))
        assert len(night(here, clock, f"2026-0{month}-01T07:00")) == 1
        assert tickets(sandbox)[f"Откл. 2026-0{month}"] == "open"
        billing.pay(WHO, 500)
        assert len(night(here, clock, f"2026-0{month}-02T07:00")) == 1
        assert tickets(sandbox)[f"Откл. 2026-0{month}"] == "closed successful"


def test_a_debt_that_had_grown_is_settled_as_a_whole(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    night(here, clock, "2025-12-01T07:00")
    billing.charge(WHO, moscow("2026-01-01T00:00"))
    night(here, clock, "2026-01-01T07:00")
    billing.pay(WHO)  # both months
    assert night(here, clock, "2026-01-02T07:00") == {}
    del billing.entries[WHO][-1]
    assert len(night(here, clock, "2026-01-03T07:00")) == 1
    assert [*tickets(sandbox)] == ["Откл. 2025-12"], "the fee of January was paid with that payment, too"
    billing.charge(WHO, moscow("2026-02-01T00:00"))
    night(here, clock, "2026-02-01T07:00")
    assert tickets(sandbox)["Откл. 2026-02"] == "open"


def test_two_payments_that_vanish_leave_one_report_and_no_ticket(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    cut_paid_and_reconnected(here, sandbox, clock, billing)
    billing.charge(WHO, moscow("2026-01-01T00:00"))
    night(here, clock, "2026-01-01T07:00")
    billing.pay(WHO)
    night(here, clock, "2026-01-02T07:00")
    before = len(tickets(sandbox))
    billing.entries[WHO] = [
        replace(entry, amount=Decimal("0.01")) if entry.kind == "payment" else entry for entry in billing.entries[WHO]
    ]
    assert [*night(here, clock, "2026-01-10T07:00")] == ["Откл. интернет Ф-10000 2026-01"]
    assert len(tickets(sandbox)) == before
    billing.charge(WHO, moscow("2026-02-01T00:00"))
    night(here, clock, "2026-02-01T07:00")
    assert tickets(sandbox)["Откл. 2026-02"] == "open"


def test_a_payment_for_calls_that_vanishes_is_no_other(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    calls = billing.debtor("Ф-20000", "telephony", charged=moscow("2025-09-30T00:00"), fee=90).id
    night(here, clock, "2025-12-01T07:00")
    assert tickets(sandbox, "Ф-20000") == {"Откл. 2025-10": "open"}
    billing.pay(calls)
    night(here, clock, "2025-12-02T07:00")
    del billing.entries[calls][-1]
    billing.charge(calls, moscow("2025-11-30T00:00"), 70)
    for written in ("2025-12-03T07:00", "2025-12-26T07:00", "2026-01-01T07:00"):
        assert "Откл. телефония Ф-20000 2025-10" in night(here, clock, written)
    assert tickets(sandbox, "Ф-20000") == {"Откл. 2025-10": "closed successful"}
    night(here, clock, "2026-01-12T07:00")
    assert tickets(sandbox, "Ф-20000")["Откл. 2025-12"] == "open"


def test_a_bridge_that_lost_its_memory_does_not_take_an_open_debt_for_settled(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    database = open_database("sqlite://")
    here = bridge(database)
    cut_paid_and_reconnected(here, sandbox, clock, billing)
    del billing.entries[WHO][-1]
    billing.charge(WHO, moscow("2026-01-01T00:00"))
    night(here, clock, "2026-01-01T07:00")
    database.close()
    set_clock(clock, "2026-02-01T07:00")
    billing.charge(WHO, moscow("2026-02-01T00:00"))
    reborn = bridge()
    assert reborn.runner.debts is not None
    reborn.runner.debts.memory.rebuild()
    assert [*night(reborn, clock, "2026-02-01T08:00")] == ["Откл. интернет Ф-10000 2025-12"]
    assert tickets(sandbox)["Откл. 2026-01"] == "open"
    assert "Откл. 2026-02" not in tickets(sandbox)


def test_the_other_account_of_the_line_still_owes(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    cut_paid_and_reconnected(here, sandbox, clock, billing)
    del billing.entries[WHO][-1]
    second = billing.debtor("Ф-10000", charged=datetime(2026, 1, 1, tzinfo=moscow("2026-01-01").tzinfo), fee=300)
    assert second.id == WHO  # the same name: give it one of its own
    billing.entries["второй"] = [billing.entries[WHO].pop()]
    billing.accounts["второй"] = type(second)(id="второй", contract="Ф-10000", service="internet")
    assert [*night(here, clock, "2026-01-01T07:00")] == ["Откл. интернет Ф-10000 2025-12"]
    assert tickets(sandbox)["Откл. 2026-01"] == "open"
