"""What people do with the tickets meanwhile: hide, copy and reopen them. Nobody who paid stays to be cut off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.billing.outage import Outage
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import INTERNET, Make, moscow, ours, set_clock, states
from tests.service.jobs.memory_billing import MemoryBilling

ALL_OPEN = dict.fromkeys(("Ф-10000", "Ф-10001", "Ф-10002"), "open")
ALL_CLOSED = dict.fromkeys(ALL_OPEN, "closed successful")


def conflicts(report: Report) -> Mapping[str, str]:
    """{title's contract: why}."""
    return {line.title.split()[2]: line.why.en for line in report.lines if line.outcome is Outcome.CONFLICT}


def test_a_ticket_that_otrs_hides_is_no_line_that_was_cut(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    here.run(INTERNET)
    hidden = ours(sandbox)["Ф-10000"].ticket_id
    sandbox.add_queue("Монтажники", rights={})
    sandbox.edit(hidden, queue="Монтажники")
    set_clock(clock, "2025-12-10T07:00")
    billing.pay("Ф-10000/internet")
    assert "does not show the ticket" in conflicts(here.run("debt_sync"))["Ф-10000"]
    assert (states(sandbox), states(sandbox, "Вкл.")) == (ALL_OPEN, {})
    sandbox.edit(hidden, queue="Internet")
    clock.move(days=1)
    assert conflicts(here.run("debt_sync")) == {}
    assert states(sandbox) == ALL_OPEN | {"Ф-10000": "closed successful"}


def test_what_an_undo_opened_again_is_kept_current_again(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    here.run(INTERNET)
    set_clock(clock, "2025-12-10T07:00")
    for contract in ALL_OPEN:
        billing.pay(f"{contract}/internet")
    here.run("debt_sync")
    assert states(sandbox) == ALL_CLOSED
    for entries in billing.entries.values():  # the feed was wrong: nobody paid that much
        entries[-1] = replace(entries[-1], amount=Decimal("0.01"))
    for ticket in ours(sandbox).values():
        sandbox.edit(ticket.ticket_id, state="open")
    clock.move(days=1)
    assert conflicts(here.run("debt_sync")) == {}
    assert states(sandbox) == ALL_OPEN
    sandbox.edit(ours(sandbox)["Ф-10001"].ticket_id, state="closed successful")
    for contract in ALL_OPEN:
        billing.pay(f"{contract}/internet")
    clock.move(days=1)
    here.run("debt_sync")
    assert states(sandbox) == ALL_CLOSED
    assert states(sandbox, "Вкл.") == {"Ф-10001": "open"}


def test_who_opens_a_paid_ticket_again_is_not_fought_with(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    here.run(INTERNET)
    set_clock(clock, "2025-12-10T07:00")
    billing.pay("Ф-10000/internet")
    here.run("debt_sync")
    ticket = ours(sandbox)["Ф-10000"]
    sandbox.edit(ticket.ticket_id, state="open")
    said = len(ticket.articles)
    clock.move(days=1)
    here.run("debt_sync")
    assert (states(sandbox)["Ф-10000"], len(ticket.articles)) == ("open", said)


def test_a_copy_is_closed_and_the_older_ticket_stays(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    here.run(INTERNET)
    original = ours(sandbox)["Ф-10000"]
    copy = sandbox.add_ticket("Копия", queue="Internet", fields={"BridgeKey": original.values["BridgeKey"][0]})
    clock.move(days=1)
    report = here.run("debt_sync")
    assert sandbox.state_of(copy.ticket_id) == "closed successful"
    assert states(sandbox) == ALL_OPEN
    assert any(copy.number in line.why.en for line in report.lines)
    billing.pay("Ф-10000/internet")
    late = sandbox.add_ticket("Копия", queue="Internet", fields={"BridgeKey": original.values["BridgeKey"][0]})
    clock.move(days=1)
    here.run("debt_sync")
    clock.move(days=1)
    here.run("debt_sync")
    assert {sandbox.state_of(one.ticket_id) for one in (original, copy, late)} == {"closed successful"}


def test_a_bridge_without_memory_finds_open_tickets_by_itself(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    bridge().run(INTERNET)
    billing.pay("Ф-10000/internet")
    clock.move(days=1)
    bridge().run("debt_sync")
    assert states(sandbox) == ALL_OPEN | {"Ф-10000": "closed successful"}


def test_a_ticket_of_a_number_that_moved_to_a_new_account_is_closed_when_that_has_paid(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    old = billing.debtor("Ф-20000", charged=moscow("2025-10-01T00:00"), fee=40)
    billing.accounts[old.id] = replace(old, ended=True)
    new = replace(old, id="новый", ended=False)
    billing.accounts[new.id] = new
    billing.charge(new.id, moscow("2025-12-01T00:00"))
    here = bridge()
    here.run(INTERNET)
    assert states(sandbox)["Ф-20000"] == "open"
    billing.pay(new.id)
    clock.move(days=1)
    here.run("debt_sync")
    assert states(sandbox)["Ф-20000"] == "closed successful"


def test_a_line_owes_as_long_as_one_of_its_accounts_does(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    first = billing.debtor("Ю-204", charged=moscow("2025-12-01T00:00"), fee=300)
    second = replace(first, id="второй")
    billing.accounts[second.id] = second
    billing.charge(second.id, moscow("2025-12-01T00:00"), 700)
    here = bridge()
    here.run(INTERNET)
    assert states(sandbox)["Ю-204"] == "open"
    for paid, cut in ((first.id, False), (second.id, True)):
        if cut:
            sandbox.edit(ours(sandbox)["Ю-204"].ticket_id, state="closed successful")
            clock.move(days=1)
            here.run("debt_sync")
            assert states(sandbox, "Вкл.") == {}, "one account still owes"
        billing.pay(paid)
        clock.move(days=1)
        here.run("debt_sync")
        assert states(sandbox, "Вкл.") == ({"Ю-204": "open"} if cut else {})
        assert states(sandbox)["Ю-204"] == ("closed successful" if cut else "open")


def test_a_client_whom_the_directory_does_not_know_is_told_of_as_billing_knows_him(
    bridge: Make, sandbox: Sandbox, billing: MemoryBilling
) -> None:
    known = {"address": "ул. Кольцевая, д. 14", "district": "Южный", "client_type": ClientType.LEGAL}
    for contract in ("Ф-10000", "Ф-10001"):
        account = billing.accounts[f"{contract}/internet"]
        billing.accounts[account.id] = replace(account, **known)  # type: ignore[arg-type] # mypy cannot tell the fields apart
    billing.accounts["Ф-10001/internet"] = replace(billing.accounts["Ф-10001/internet"], district="Северный")
    day = date(2025, 12, 1)
    bridge(outages=[Outage(since=day, until=day, place="Северный")]).run(INTERNET)
    ticket = ours(sandbox)["Ф-10000"]
    assert ticket.customer_user == '"ул. Кольцевая, д. 14, Иванов Иван Иванович, Ф-10000" <test@mtel.ru>'
    assert "ул. Кольцевая, д. 14" in ticket.articles[0].body
    assert sandbox.priority_of(ticket.ticket_id) == "4 high"
    assert ticket.values["District"] == ["Южный"]
    assert "Ф-10001" not in ours(sandbox), "an outage in its district postpones it"


def test_a_debtor_whose_login_otrs_does_not_have_gets_his_ticket_under_a_placeholder(
    bridge: Make, sandbox: Sandbox, billing: MemoryBilling
) -> None:
    number = parse_contract("Ф-10000")
    assert number is not None
    stranger = Client(contracts=(number,), name="Котов Пётр", login="kotov-lk", address_text="ул. Мира, д. 1")
    report = bridge(directory=MemoryDirectory([stranger])).run(INTERNET)
    assert {line.outcome for line in report.lines} == {Outcome.APPLIED}
    assert ours(sandbox)["Ф-10000"].customer_user == '"ул. Мира, д. 1, Котов Пётр, Ф-10000" <test@mtel.ru>'


def test_a_closing_that_waits_for_the_fate_of_an_earlier_write_keeps_the_job_due(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    here = bridge()
    here.run(INTERNET)
    set_clock(clock, "2025-12-10T07:00")
    billing.pay("Ф-10000/internet")
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation="TicketUpdate"))
    for _ in range(2):  # the answer is lost; and at once again the ticket is left to rest
        here.run("debt_sync")
        run = here.jobs.job_run("debt_sync", "2025-12-10")
        assert run is not None
        assert run.state == "refused"
    clock.move(minutes=15)
    here.runner.sweep.gateway.recover()
    here.run("debt_sync")
    assert states(sandbox)["Ф-10000"] == "closed successful"
    assert len(ours(sandbox)["Ф-10000"].articles) == 2
