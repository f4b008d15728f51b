"""service/gateway/opening.py: one ticket for each key, whatever the network, OTRS or a kill does."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.journal.database import open_database
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.words import Words
from tests.depth import deep, sample
from tests.service.conftest import MovableClock
from tests.service.debts import killed_opener
from tests.service.debts.conftest import MakeDesk
from tests.service.debts.openers import opening

CONTRACTS = [f"Ф-{10000 + number}" for number in range(50)]
CREATE = "TicketCreate"

HARMLESS = {
    "the answer is lost after the create": FaultKind.ANSWER_LOST,
    "the answer is cut in the middle": FaultKind.ANSWER_CUT,
    "a proxy's page after the create": FaultKind.HTML_PAGE_AFTER,
    "the session is gone": FaultKind.SESSION_GONE,
    "the database hiccups": FaultKind.AUTH_FAIL,
}

NOTHING_DONE = {
    "the request is lost": FaultKind.REQUEST_LOST,
    "HTTP 500 before anything was done": FaultKind.SERVER_ERROR,
    "a proxy's page instead of an answer": FaultKind.HTML_PAGE,
    "OTRS dies in the middle": FaultKind.PERL_DIED,
}


def ours(sandbox: Sandbox) -> list[TicketRow]:
    """The tickets that the bridge made."""
    return [ticket for ticket in sandbox.tickets() if ticket.title.startswith("Откл.")]


def assert_one_each(sandbox: Sandbox, contracts: Sequence[str]) -> None:
    """Exactly one whole ticket for each contract, and no other ticket of ours."""
    titles = {opening(contract).title for contract in contracts}
    assert Counter(ticket.title for ticket in ours(sandbox)) == dict.fromkeys(titles, 1)
    for ticket in ours(sandbox):
        assert ticket.values["BridgeKey"] == [f"debt:internet:{ticket.title.split()[2]}:2013-05"]
        assert ticket.values["Category"] == ["billing"]
        assert ticket.customer_user
        (article,) = [one for one in ticket.articles if not one.content_lost]
        assert "Долг по договору" in article.body
        assert not article.is_visible_for_customer


def test_fifty_tickets_are_opened_once_and_the_second_run_opens_none(desk: MakeDesk, sandbox: Sandbox) -> None:
    bridge = desk()
    assert {one.outcome for one in bridge.open(CONTRACTS).values()} == {Outcome.APPLIED}
    assert_one_each(sandbox, CONTRACTS)
    assert {one.outcome for one in bridge.open(CONTRACTS).values()} == {Outcome.UNCHANGED}
    assert_one_each(sandbox, CONTRACTS)


def test_a_bridge_that_lost_its_database_finds_the_tickets_by_their_keys(desk: MakeDesk, sandbox: Sandbox) -> None:
    desk().open(CONTRACTS)
    again = desk().open(CONTRACTS)
    assert {one.outcome for one in again.values()} == {Outcome.UNCHANGED}
    assert_one_each(sandbox, CONTRACTS)


@pytest.mark.parametrize("kind", HARMLESS.values(), ids=HARMLESS.keys())
@pytest.mark.parametrize("skip", [0, 7])
def test_one_fault_in_a_create_costs_nothing(desk: MakeDesk, sandbox: Sandbox, kind: FaultKind, skip: int) -> None:
    bridge = desk()
    sandbox.faults.add(Fault(kind=kind, operation=CREATE, skip=skip))
    done = bridge.open(CONTRACTS[:10])
    assert sandbox.faults.struck
    assert {one.outcome for one in done.values()} == {Outcome.APPLIED}
    assert_one_each(sandbox, CONTRACTS[:10])


@pytest.mark.parametrize("kind", NOTHING_DONE.values(), ids=NOTHING_DONE.keys())
@pytest.mark.parametrize("skip", [0, 7])
def test_a_create_of_which_nothing_is_found_is_unknown_and_sent_again_by_a_later_run_only(
    desk: MakeDesk, sandbox: Sandbox, clock: MovableClock, kind: FaultKind, skip: int
) -> None:
    bridge = desk()
    sandbox.faults.add(Fault(kind=kind, operation=CREATE, skip=skip))
    for _ in range(2):  # another run at once does not send it either
        done = bridge.open(CONTRACTS[:10])
        assert Counter(one.outcome for one in done.values())[Outcome.UNKNOWN] == 1
        assert len(ours(sandbox)) == 9
    clock.move(minutes=10)
    assert {one.outcome for one in bridge.open(CONTRACTS[:10]).values()} == {Outcome.APPLIED, Outcome.UNCHANGED}
    assert_one_each(sandbox, CONTRACTS[:10])


@pytest.mark.parametrize("kind", [FaultKind.ANSWER_LOST, FaultKind.ANSWER_CUT, FaultKind.HTML_PAGE_AFTER])
def test_every_third_answer_to_a_create_is_lost(desk: MakeDesk, sandbox: Sandbox, kind: FaultKind) -> None:
    bridge = desk()
    sandbox.faults.add(Fault(kind=kind, operation=CREATE, every=3, times=None))
    assert {one.outcome for one in bridge.open(CONTRACTS).values()} == {Outcome.APPLIED}
    assert_one_each(sandbox, CONTRACTS)


@pytest.mark.parametrize("step", range(1, 12))
def test_a_create_that_breaks_after_its_nth_write_is_completed_and_adopted(
    desk: MakeDesk, sandbox: Sandbox, step: int
) -> None:
    bridge = desk()
    sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation=CREATE, step=step, every=4, times=3))
    done = bridge.open(CONTRACTS[:12])
    assert {one.outcome for one in done.values()} == {Outcome.APPLIED}
    assert_one_each(sandbox, CONTRACTS[:12])


@pytest.mark.parametrize("operation", ["TicketSearch", "TicketGet", "TicketUpdate", "SessionCreate"])
@pytest.mark.parametrize("kind", [FaultKind.REQUEST_LOST, FaultKind.ANSWER_LOST, FaultKind.HTML_PAGE])
def test_every_answer_to_another_call_is_lost_in_turn(
    desk: MakeDesk, sandbox: Sandbox, clock: MovableClock, operation: str, kind: FaultKind
) -> None:
    """Where that leaves open whether a ticket was completed, nothing is sent twice: a run ten minutes later finds out."""
    skips = sample(range(8), 3)
    for skip in skips:
        contracts = [f"Ф-{skip}{number:02}" for number in range(3)]
        sandbox.faults.clear()
        sandbox.faults.add(Fault(kind=kind, operation=operation, skip=skip))
        sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation=CREATE, step=1, skip=1))
        bridge = desk()
        done = bridge.open(contracts)
        if operation == "TicketUpdate" and Outcome.UNKNOWN in {one.outcome for one in done.values()}:
            clock.move(minutes=11)
            done |= bridge.open([contract for contract, one in done.items() if one.outcome is Outcome.UNKNOWN])
        assert {one.outcome for one in done.values()} == {Outcome.APPLIED}
    assert_one_each(sandbox, [f"Ф-{skip}{number:02}" for skip in skips for number in range(3)])


def test_an_empty_answer_that_lies_creates_nothing(desk: MakeDesk, sandbox: Sandbox) -> None:
    desk().open(CONTRACTS[:5])
    sandbox.faults.add(Fault(kind=FaultKind.NOTHING_FOUND, operation="TicketSearch", times=None))
    done = desk().open(CONTRACTS[:5])
    assert {one.outcome for one in done.values()} == {Outcome.FAILED}
    assert_one_each(sandbox, CONTRACTS[:5])


def test_searches_that_lie_now_and_then_never_make_a_second_ticket(desk: MakeDesk, sandbox: Sandbox) -> None:
    desk().open(CONTRACTS[:5])
    for skip in range(8):
        sandbox.faults.clear()
        sandbox.faults.add(Fault(kind=FaultKind.NOTHING_FOUND, operation="TicketSearch", skip=skip))
        desk().open(CONTRACTS[:5])
    assert_one_each(sandbox, CONTRACTS[:5])


def test_when_otrs_stops_answering_the_rest_is_not_tried_and_the_next_run_finishes(
    desk: MakeDesk, sandbox: Sandbox, clock: MovableClock
) -> None:
    bridge = desk(workers=1)
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation=CREATE, times=None))
    done = bridge.open(CONTRACTS)
    assert {one.outcome for one in done.values()} == {Outcome.FAILED, Outcome.UNKNOWN}
    assert sum(operation == CREATE for operation, _ in sandbox.faults.struck) < 50
    sandbox.faults.clear()
    clock.move(minutes=10)
    assert {one.outcome for one in bridge.open(CONTRACTS).values()} == {Outcome.APPLIED}
    assert_one_each(sandbox, CONTRACTS)


def test_what_is_not_wanted_at_the_last_second_is_not_opened(desk: MakeDesk, sandbox: Sandbox) -> None:
    bridge = desk()
    paid = Words(ru="оплачено", en="paid")
    done = bridge.open(CONTRACTS[:3], why_not=paid)
    assert {(one.outcome, one.detail) for one in done.values()} == {(Outcome.SKIPPED, paid)}
    assert_one_each(sandbox, [])
    bridge.open(CONTRACTS[:3])
    assert_one_each(sandbox, CONTRACTS[:3])


def test_an_email_with_our_title_is_not_taken_for_our_ticket(desk: MakeDesk, sandbox: Sandbox) -> None:
    title = opening(CONTRACTS[0]).title
    mail = sandbox.receive_mail("client@nowhere.ru", title, "За что?")
    done = desk().open(CONTRACTS[:1])
    assert done[CONTRACTS[0]].outcome is Outcome.APPLIED
    assert done[CONTRACTS[0]].ticket.id != mail.ticket_id


@pytest.mark.parametrize("state", ["merged", "removed", "closed successful"])
def test_a_ticket_that_people_have_dealt_with_is_not_opened_again(desk: MakeDesk, sandbox: Sandbox, state: str) -> None:
    bridge = desk()
    made = bridge.open(CONTRACTS[:1])[CONTRACTS[0]].ticket.id
    sandbox.edit(made, state=state)
    assert desk().open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.UNCHANGED
    sandbox.delete_ticket(made)
    assert bridge.open(CONTRACTS[:1])[CONTRACTS[0]].outcome is Outcome.UNCHANGED
    assert_one_each(sandbox, [])


def test_of_two_tickets_for_one_key_the_older_stays(desk: MakeDesk, sandbox: Sandbox) -> None:
    first = desk().open(CONTRACTS[:1])[CONTRACTS[0]].ticket.id
    key = f"debt:internet:{CONTRACTS[0]}:2013-05"
    second = sandbox.add_ticket("Откл. копия", fields={"BridgeKey": key}).ticket_id
    done = desk().open(CONTRACTS[:1])[CONTRACTS[0]]
    assert done.ticket.id == first
    assert sandbox.ticket(second).number in done.detail.en
    assert (sandbox.state_of(first), sandbox.state_of(second)) == ("open", "closed successful")
    assert sandbox.ticket(first).number in sandbox.ticket(second).articles[-1].body
    desk().open(CONTRACTS[:1])
    assert len(sandbox.ticket(second).articles) == 2


def test_two_bridges_on_one_database_share_the_work(desk: MakeDesk, sandbox: Sandbox, tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/journal.db")
    bridges = [desk(database), desk(database)]
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda bridge: bridge.open(CONTRACTS), bridges))
    outcomes = Counter(one.outcome for results in done for one in results.values())
    assert outcomes[Outcome.APPLIED] == 50
    assert set(outcomes) <= {Outcome.APPLIED, Outcome.SKIPPED, Outcome.UNCHANGED}
    assert_one_each(sandbox, CONTRACTS)
    database.close()


def test_two_bridges_on_two_databases_leave_one_open_ticket_each(desk: MakeDesk, sandbox: Sandbox) -> None:
    bridges = [desk(), desk()]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda bridge: bridge.open(CONTRACTS), bridges))
    still_open = Counter(t.title for t in ours(sandbox) if sandbox.state_of(t.ticket_id) == "open")
    assert still_open == {opening(contract).title: 1 for contract in CONTRACTS}


def test_killed_at_every_step_and_started_again_there_is_one_ticket_each(sandbox: Sandbox, tmp_path: Path) -> None:
    sandbox.add_ticket("Обычная заявка")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([killed_opener.__name__])
    contracts: list[str] = []
    each = deep(1, 5)
    kill_at = 1 - each
    exit_code: int | None = -9
    while exit_code == -9:
        kill_at += each
        some = [f"Ф-{kill_at}00{number}" for number in range(3)]
        contracts += some
        for at, minutes in ((kill_at, 0), (0, 0), (0, 10)):  # again at once, and when OTRS had its time
            url = f"sqlite:///{tmp_path}/journal.db"
            arguments = (sandbox.base_url, sandbox.password, url, some, at, minutes)
            process = context.Process(target=killed_opener.open_until_killed, args=arguments)
            process.start()
            process.join()
            exit_code = process.exitcode if at else exit_code
            assert at or process.exitcode == 0
    assert kill_at > 20
    assert_one_each(sandbox, contracts)


@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.HTML_PAGE, FaultKind.REQUEST_LOST])
@pytest.mark.parametrize("which", [0, 4])
def test_a_ticket_that_otrs_breaks_over_costs_its_own_key_only(
    desk: MakeDesk, sandbox: Sandbox, kind: FaultKind, which: int
) -> None:
    sandbox.add_ticket("Обычная заявка")
    desk().open(CONTRACTS[:5])
    bad = next(ticket for ticket in sandbox.tickets() if CONTRACTS[which] in ticket.title)
    sandbox.faults.add(Fault(kind=kind, operation="TicketGet", ticket_id=bad.ticket_id, times=None))
    bridge = desk()  # has lost its database
    for _ in range(2):
        done = bridge.open(CONTRACTS[:8])
        assert [contract for contract, one in done.items() if one.outcome is Outcome.FAILED] == [CONTRACTS[which]]
    assert_one_each(sandbox, CONTRACTS[:8])
