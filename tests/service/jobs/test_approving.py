"""service/jobs/approving.py: a plan over the limits waits for a person, who lets go what did not drift."""

from __future__ import annotations

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.errors import UsageMistake
from otrs_bridge.journal.database import open_database
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import INTERNET, Make, moscow, ours, states
from tests.service.jobs.memory_billing import MemoryBilling


def test_too_many_wait_for_an_approval_which_lets_go_what_did_not_drift(
    bridge: Make, sandbox: Sandbox, billing: MemoryBilling
) -> None:
    here = bridge(caps=BillingCaps(max_tickets=2))
    held = here.run(INTERNET)
    assert held.objection is not None
    assert not ours(sandbox)
    assert here.tick() != [f"{INTERNET} 2025-12"], "a held run waits for a person, not for the next turn"
    assert not ours(sandbox)
    billing.pay("Ф-10000/internet")
    billing.pay("Ф-10001/internet", 100)
    billing.debtor("Ф-30000", charged=moscow("2025-12-01T00:00"))
    runs = here.runner.outside.journal.runs()
    shown = here.runner.approval(held.run)
    assert not ours(sandbox)
    assert here.runner.outside.journal.runs() == runs, "looking leaves no trace"
    done = here.runner.approve(held.run)
    assert [(one.new, one.why) for one in shown.lines] == [(one.new, one.why) for one in done.lines]
    assert set(ours(sandbox)) == {"Ф-10002"}
    drifted = {line.new.split()[2]: line.why.en for line in done.lines if line.outcome is Outcome.SKIPPED}
    assert set(drifted) == {"Ф-10000", "Ф-10001", "Ф-30000"}
    assert "500.00" in drifted["Ф-10001"]
    assert "400.00" in drifted["Ф-10001"]
    for again in (here.runner.approval(held.run), here.runner.approve(held.run)):
        (there,) = [line for line in again.lines if "Ф-10002" in line.new]
        assert (there.outcome, there.why.en) == (Outcome.UNCHANGED, "the ticket is there already")
        assert [line.why.en for line in again.lines if "Ф-10000" in line.new] == ["is not to be cut off any more"]
    assert set(ours(sandbox)) == {"Ф-10002"}
    with pytest.raises(UsageMistake, match="no plan") as refused:
        here.runner.approve(999)
    assert "Запуск 999 не оставил плана" in refused.value.words.ru


def test_what_is_postponed_since_is_told_once_and_with_its_own_reason(bridge: Make, sandbox: Sandbox) -> None:
    database = open_database("sqlite://")
    held = bridge(database, caps=BillingCaps(max_tickets=2)).run(INTERNET)
    number = parse_contract("Ф-10000")
    assert number is not None
    ivanov = Client(contracts=(number,), name="Иванов", login="иванов", customer_id="Ф-10482")
    fault = sandbox.add_ticket("Нет связи", customer_user="иванов", customer_id="Ф-10482", state="open")
    shown = bridge(database, directory=MemoryDirectory([ivanov])).runner.approval(held.run)
    said = [line.why.en for line in shown.lines if line.outcome is Outcome.SKIPPED]
    assert len(said) == 1
    assert fault.number in said[0]
    database.close()


def test_a_night_in_which_most_debts_are_paid_waits_for_an_approval(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    for number in range(30):
        billing.debtor(f"Ф-2{number:04}", charged=moscow("2025-12-01T00:00"))
    here = bridge()
    here.run(INTERNET)
    debtors = list(ours(sandbox))
    sandbox.edit(ours(sandbox)["Ф-20000"].ticket_id, state="closed successful")
    for contract in debtors[3:]:
        billing.pay(f"{contract}/internet")
    clock.move(days=1)
    held = here.run("debt_sync")
    assert held.objection is not None
    assert "30 of 33 debts are paid at once" in held.objection.en
    assert list(states(sandbox).values()).count("open") == 32
    billing.charge("Ф-20001/internet", moscow("2025-12-01T00:00"))
    here.runner.approve(held.run)
    assert states(sandbox, "Вкл.") == {"Ф-20000": "open"}
    assert {contract for contract, state in states(sandbox).items() if state == "open"} == {*debtors[:3], "Ф-20001"}
    again = here.runner.approval(held.run)
    assert {line.why.en for line in again.lines if line.new.startswith("Вкл.")} == {"the ticket is there already"}
    said = {line.new.split()[2]: line.why.en for line in again.lines if line.new.startswith("Откл.")}
    assert said.pop("Ф-20001") == "does not count as paid any more"
    assert set(said.values()) == {"the ticket is closed already"}
