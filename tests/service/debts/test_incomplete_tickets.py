"""service/gateway/opening.py and completing.py: what was not read back whole is not called applied."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.decision import Decision, Outcome, Proposal
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.ports.journal import REPAIR
from otrs_bridge.sandbox import ticket_create, ticket_update, ticket_writing
from otrs_bridge.sandbox.articles import add_article
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.product import ZNUNY
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.sandbox.sql import MARIADB
from otrs_bridge.service.gateway.writing import NOT_TRIED, Order
from otrs_bridge.service.undo import Undo
from otrs_bridge.words import Words
from tests.service.conftest import MovableClock
from tests.service.debts.conftest import MakeDesk
from tests.service.debts.openers import Desk, opening
from tests.service.debts.test_opening import CONTRACTS, assert_one_each, ours

CREATE = "TicketCreate"
UPDATE = "TicketUpdate"


def test_a_customer_that_otrs_drops_without_a_word_is_a_failure_until_a_person_enters_it(
    desk: MakeDesk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, clock: MovableClock
) -> None:
    """OTOBO's column holds 191 characters, and what is longer is not kept: neither in a create nor afterwards."""
    bridge = desk()
    with monkeypatch.context() as narrow:
        narrow.setattr(sandbox.database, "product", replace(ZNUNY, longest_customer_user=10))
        for _ in range(2):
            done = bridge.open(CONTRACTS[:1])[CONTRACTS[0]]
            assert done.outcome is Outcome.FAILED
            assert "missing: Customer" in done.detail.en
            assert "нет: Клиент" in done.detail.ru
            clock.move(minutes=10)
    assert list(bridge.jobs.made_tickets()) == []
    (ticket,) = ours(sandbox)
    sandbox.edit(ticket.ticket_id, customer=("иванов", "иванов"))
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.APPLIED
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.UNCHANGED
    assert_one_each(sandbox, CONTRACTS[:1])


@pytest.fixture
def on_mariadb(sandbox: Sandbox) -> Sandbox:
    """A database that takes the login smírnov for the customer smirnov."""
    sandbox.database.sql = MARIADB
    return sandbox


def customer_of(sandbox: Sandbox) -> str | None:
    """Whose the one ticket is."""
    (ticket,) = ours(sandbox)
    return ticket.customer_user


@pytest.mark.parametrize("login", ["smírnov", "smirnóv", "SMÎRNOV", "smirnov@mtel.ru"])
def test_a_ticket_that_otrs_gave_to_another_customer_is_taken_back_to_the_placeholder(
    desk: MakeDesk, on_mariadb: Sandbox, login: str
) -> None:
    contract = CONTRACTS[0]
    done = desk().open([contract], customer=Customer(user=login))[contract]
    assert done.outcome is Outcome.APPLIED
    assert customer_of(on_mariadb) == f'"{contract}" <test@mtel.ru>'


@pytest.mark.parametrize("login", ["smirnov", "SMIRNOV", " smirnov"])
def test_a_login_in_another_letter_case_is_that_customers_own(desk: MakeDesk, on_mariadb: Sandbox, login: str) -> None:
    contract = CONTRACTS[0]
    assert desk().open([contract], customer=Customer(user=login))[contract].outcome is Outcome.APPLIED
    assert customer_of(on_mariadb) == "smirnov"


def test_a_ticket_that_stays_with_another_customer_is_not_called_applied(
    desk: MakeDesk, on_mariadb: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stubborn(*_: Any, **__: Any) -> None:
        return None

    bridge, contract = desk(), CONTRACTS[0]
    monkeypatch.setattr(ticket_update, "set_customer", stubborn)
    done = bridge.open([contract], customer=Customer(user="smírnov"))[contract]
    assert done.outcome is Outcome.FAILED
    assert "missing: Customer (OTRS gave the ticket to another customer, smirnov" in done.detail.en
    assert "OTRS отдал заявку другому клиенту, smirnov" in done.detail.ru
    assert list(bridge.jobs.made_tickets()) == []


def test_the_next_run_completes_what_otrs_did_not_keep(
    desk: MakeDesk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, clock: MovableClock
) -> None:
    bridge = desk()
    with monkeypatch.context() as narrow:
        narrow.setattr(sandbox.database, "product", replace(ZNUNY, longest_customer_user=10))
        bridge.open(CONTRACTS[:3])
    clock.move(minutes=10)
    assert {one.outcome for one in bridge.open(CONTRACTS[:3]).values()} == {Outcome.APPLIED}
    assert_one_each(sandbox, CONTRACTS[:3])


def test_a_field_that_otrs_drops_without_a_word_is_named(
    desk: MakeDesk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forgetful(database: Any, ticket: Any, new: Any, user_id: int) -> None:
        if new.name != "Category":
            ticket_writing.set_field(database, ticket, new, user_id)

    bridge = desk()
    with monkeypatch.context() as patched:
        patched.setattr(ticket_create, "set_field", forgetful)
        patched.setattr(ticket_update, "set_field", forgetful)
        done = bridge.open(CONTRACTS[:1])[CONTRACTS[0]]
    assert done.outcome is Outcome.FAILED
    assert "missing: Category" in done.detail.en


def test_a_ticket_that_cannot_be_read_back_is_not_called_applied_and_the_next_run_reads_it(
    desk: MakeDesk, sandbox: Sandbox
) -> None:
    bridge = desk(workers=1)

    def away(_step: str, _ticket_id: int) -> None:
        sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation="TicketSearch", times=None))

    sandbox.observe_steps(away)
    done = bridge.open(CONTRACTS[:2])
    assert {one.outcome for one in done.values()} == {Outcome.FAILED}
    assert {"could not be verified" in one.detail.en for one in done.values()} == {True}
    assert list(bridge.jobs.made_tickets()) == []
    sandbox.database.step_observers.clear()
    sandbox.faults.clear()
    assert {one.outcome for one in bridge.open(CONTRACTS[:2]).values()} == {Outcome.APPLIED}
    assert_one_each(sandbox, CONTRACTS[:2])


def test_a_ticket_that_otrs_refuses_to_have_completed_does_not_sink_the_others(
    desk: MakeDesk, sandbox: Sandbox
) -> None:
    bridge = desk(workers=1)
    sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation=CREATE, step=1, times=1))
    real = bridge.outside.helpdesk.update

    def refusing(ticket_id: int, fields: Any, note: Any) -> None:
        real(ticket_id, {**fields, "priority": "nobody has this priority"}, note)

    bridge.outside.helpdesk.update = refusing  # type: ignore[method-assign]
    done = bridge.open(CONTRACTS[:4])
    outcomes = [one.outcome for one in done.values()]
    assert outcomes.count(Outcome.FAILED) == 1
    assert outcomes.count(Outcome.APPLIED) == 3
    (failed,) = [one for one in done.values() if one.outcome is Outcome.FAILED]
    assert "InvalidParameter" in failed.detail.en


def test_a_ticket_that_somebody_deletes_before_it_was_seen_whole_is_told_once_and_not_made_again(
    desk: MakeDesk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, clock: MovableClock
) -> None:
    bridge = desk()
    with monkeypatch.context() as narrow:
        narrow.setattr(sandbox.database, "product", replace(ZNUNY, longest_customer_user=10))
        bridge.open(CONTRACTS[:1])
    sandbox.delete_ticket(ours(sandbox)[0].ticket_id)
    clock.move(hours=1)
    assert [bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome for _ in range(2)] == [Outcome.FAILED, Outcome.UNCHANGED]
    assert ours(sandbox) == []


def test_a_duplicate_that_cannot_be_closed_is_told_and_not_called_closed(desk: MakeDesk, sandbox: Sandbox) -> None:
    desk().open(CONTRACTS[:1])
    second = sandbox.add_ticket("Откл. копия", fields={"BridgeKey": f"debt:internet:{CONTRACTS[0]}:2013-05"})
    sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, operation=UPDATE, times=None))
    done = desk().open(CONTRACTS[:1])[CONTRACTS[0]]
    assert done.outcome is Outcome.FAILED
    assert f"could not be closed: {second.number}" in done.detail.en
    sandbox.faults.clear()
    assert desk().open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.UNCHANGED
    assert sandbox.state_of(second.ticket_id) == "closed successful"


def without_text(*given: Any, **more: Any) -> Any:
    """The article is there, its text is not."""
    article = add_article(*given, **more)
    article.body = ""
    return article


def test_an_article_whose_text_was_not_stored_is_none(
    desk: MakeDesk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """OTRS stores the article first and its text afterwards, each for itself."""
    bridge = desk()
    monkeypatch.setattr(ticket_create, "add_article", without_text)
    done = bridge.open(CONTRACTS[:1])[CONTRACTS[0]]
    assert done.outcome is Outcome.APPLIED
    (ticket,) = ours(sandbox)
    assert ["Долг по договору" in article.body for article in ticket.articles] == [False, True]


def test_a_ticket_whose_text_is_only_coming_is_unknown_and_gets_no_second_text(
    desk: MakeDesk, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, clock: MovableClock
) -> None:
    bridge = desk()
    monkeypatch.setattr(ticket_create, "add_article", without_text)
    sandbox.faults.add(Fault(kind=FaultKind.ANSWER_LOST, operation=CREATE))
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.UNKNOWN
    (ticket,) = ours(sandbox)
    ticket.articles[0].body = "Долг по договору Ф-10000"
    clock.move(minutes=10)
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.APPLIED
    assert_one_each(sandbox, CONTRACTS[:1])


def repairs(bridge: Desk) -> dict[str, str]:
    """What the journal says of completions, by field."""
    return {entry.field: entry.state for entry in bridge.outside.journal.entries() if entry.mode == REPAIR}


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_what_completes_a_ticket_is_journaled_before_it_is_sent(desk: MakeDesk, sandbox: Sandbox, step: int) -> None:
    bridge = desk()
    sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation=CREATE, step=step, times=1))
    seen: list[dict[str, str]] = []
    sandbox.observe_steps(lambda _step, _ticket: seen.append(repairs(bridge)))
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.APPLIED
    assert set(seen[-1].values()) == {"intended"}
    assert set(repairs(bridge).values()) == {"applied"}
    assert seen[-1].keys() == repairs(bridge).keys()
    assert_one_each(sandbox, CONTRACTS[:1])


def test_a_completion_whose_answer_was_lost_is_settled_by_recovery_and_not_sent_twice(
    desk: MakeDesk, sandbox: Sandbox, clock: MovableClock
) -> None:
    bridge = desk()
    sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation=CREATE, step=1, times=1))
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation=UPDATE, times=1))
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.UNKNOWN
    assert set(repairs(bridge).values()) == {"intended"}
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.UNKNOWN  # it may still land
    assert sum(operation == UPDATE for operation, _ in sandbox.faults.struck) == 1
    clock.move(minutes=11)
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.APPLIED
    assert set(repairs(bridge).values()) == {"applied"}
    assert_one_each(sandbox, CONTRACTS[:1])


def test_an_undo_leaves_what_completed_a_ticket(desk: MakeDesk, sandbox: Sandbox) -> None:
    bridge = desk()
    sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation=CREATE, step=1, times=1))
    bridge.open(CONTRACTS[:1])
    (entry, *_) = bridge.outside.journal.entries()
    assert Undo(bridge.outside, bridge.opener.gateway).run(entry.run, apply=True).lines == ()
    assert_one_each(sandbox, CONTRACTS[:1])


@pytest.mark.parametrize("broken", [FaultKind.SERVER_ERROR, FaultKind.REQUEST_LOST])
def test_the_breaker_of_the_creates_holds_the_updates_of_the_run_back_too(
    desk: MakeDesk, sandbox: Sandbox, broken: FaultKind
) -> None:
    bridge = desk(workers=1)
    (ticket_id,) = [sandbox.add_ticket("Чужая", priority="5 very high").ticket_id]
    sandbox.faults.add(Fault(kind=broken, operation=CREATE, times=None))
    journal, now = bridge.outside.journal, bridge.outside.clock.now()
    this, next_one = (journal.start_run("job", at=now, selection="test") for _ in range(2))
    list(bridge.opener.open_all(this, [opening(f"Ф-2{n:04}") for n in range(20)]))
    (ticket,) = bridge.outside.helpdesk.read([ticket_id]).tickets
    closing = Change(rule="test", field="state", old=ticket.state_value, new="closed successful", why=Words.alike("x"))
    proposal = Proposal(change=closing, mode=Mode.ENFORCE, outcome=Outcome.PLANNED)
    wanted = Decision(ticket=ticket, proposals=(proposal,))
    gateway = bridge.opener.gateway
    assert [line.detail for line in gateway.carry_out(Order(run=this), [wanted])] == [NOT_TRIED]
    assert [line.outcome for line in gateway.carry_out(Order(run=next_one), [wanted])] == [Outcome.APPLIED]
