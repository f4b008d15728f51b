"""One ticket, whatever OTRS answers for it, costs itself and nothing else: in the poll, a sweep, recovery and undo."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.selection import ChangedWithin, Everything
from otrs_bridge.ports.journal import Intent
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MakeWorkplace, MovableClock, Workplace
from tests.service.test_sweep import broken_tickets

ODD = {
    "500": FaultKind.SERVER_ERROR,
    "a page instead of JSON": FaultKind.HTML_PAGE,
    "a dead process": FaultKind.PERL_DIED,
    "no byte at all": FaultKind.REQUEST_LOST,
    "half an answer": FaultKind.ANSWER_CUT,
}


def break_ticket(sandbox: Sandbox, ticket_id: int, kind: FaultKind) -> None:
    """OTRS breaks over every call that reads this ticket, alone or among others."""
    sandbox.faults.add(Fault(kind=kind, operation="TicketGet", ticket_id=ticket_id, times=None))


def killed_while_writing(place: Workplace, ticket_ids: list[int]) -> None:
    """The process died after it had announced a change and before it sent it; some time passes."""
    run = place.outside.journal.start_run("sweep", at=place.clock.now(), selection="")
    intents = [
        Intent(
            ticket_id=ticket_id,
            ticket_number=str(ticket_id),
            rule="priority",
            field="priority",
            old="5 very high",
            new="3 normal",
            why="",
            mode="enforce",
        )
        for ticket_id in ticket_ids
    ]
    place.outside.journal.intend(run, intents, at=place.clock.now())
    place.clock.move(minutes=5)


@pytest.mark.parametrize("kind", ODD.values(), ids=ODD)
@pytest.mark.parametrize("which", [0, 2])
def test_the_daemon_goes_on_around_it_and_takes_it_up_when_it_can_be_read(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock, kind: FaultKind, which: int
) -> None:
    place = workplace()
    sandbox.add_ticket("Решено", state="closed successful", customer_user="иванов", customer_id="Ф-10482")
    driven: list[str] = []
    place.daemon.drive_jobs = lambda: driven.append("jobs")
    place.daemon.turn()
    clock.move(seconds=15)
    ids = broken_tickets(sandbox, 3)
    bad = ids[which]
    break_ticket(sandbox, bad, kind)
    for _ in range(20):
        place.daemon._guarded_turn()
        clock.move(seconds=15)
    assert place.daemon.backoff() == 0
    assert len(driven) == 20
    assert [i for i in ids if sandbox.state_of(i) == "new"] == [bad]
    asked = sum(operation == "TicketGet" for operation, _ in sandbox.faults.struck)
    assert asked <= 40, "it is asked for ever more seldom"
    sandbox.faults.clear()
    clock.move(hours=1)
    place.daemon._guarded_turn()
    assert sandbox.state_of(bad) == "open"


def test_a_poll_that_finds_nothing_but_a_broken_ticket_does_not_fail(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    clock.move(hours=3)
    (bad,) = broken_tickets(sandbox, 1)
    break_ticket(sandbox, bad, FaultKind.SERVER_ERROR)
    for _ in range(3):
        place.daemon.turn()
        clock.move(seconds=15)
    report = place.sweep.run(ChangedWithin(minutes=30))
    assert set(report.unreadable) == {bad}


@pytest.mark.parametrize("kind", ODD.values(), ids=ODD)
def test_a_sweep_brings_the_others_into_line_and_names_it(
    workplace: MakeWorkplace, sandbox: Sandbox, kind: FaultKind
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 5)
    break_ticket(sandbox, ids[4], kind)
    report = place.sweep.run(Everything(), apply=True)
    assert set(report.unreadable) == {ids[4]}
    assert report.needs_a_person
    assert [sandbox.state_of(i) for i in ids] == ["open"] * 4 + ["new"]


@pytest.mark.parametrize("kind", ODD.values(), ids=ODD)
def test_its_open_intent_stays_open_while_those_of_others_are_settled(
    workplace: MakeWorkplace, sandbox: Sandbox, kind: FaultKind
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 3)
    killed_while_writing(place, ids)
    place.clock.move(minutes=10)  # what is not to be seen so long after it was journaled was not done
    break_ticket(sandbox, ids[1], kind)
    assert place.gateway.recover() == 2
    assert [entry.ticket_id for entry in place.outside.journal.unsettled()] == [ids[1]]
    sandbox.faults.clear()
    place.clock.move(hours=1)
    assert place.gateway.recover() == 1


@pytest.mark.parametrize("kind", ODD.values(), ids=ODD)
def test_an_undo_takes_the_others_back_and_names_it(
    workplace: MakeWorkplace, sandbox: Sandbox, kind: FaultKind
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 3)
    run = place.sweep.run(Everything(), apply=True).run
    break_ticket(sandbox, ids[0], kind)
    report = place.undo.run(run, apply=True)
    assert {line.ticket_id for line in report.lines if line.outcome is Outcome.FAILED} == {ids[0]}
    assert [sandbox.state_of(i) for i in ids] == ["open", "new", "new"]


@pytest.mark.parametrize("kind", ODD.values(), ids=ODD)
def test_broken_between_decision_and_write_it_is_left_alone(
    workplace: MakeWorkplace, sandbox: Sandbox, kind: FaultKind
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 4)
    seen = place.sweep.examine(Everything())
    break_ticket(sandbox, ids[0], kind)
    _, lines = place.sweep.write(seen.decisions, kind="sweep", selection=Everything().words)
    assert {line.ticket_id for line in lines if line.outcome is Outcome.FAILED} == {ids[0]}
    assert [sandbox.state_of(i) for i in ids] == ["new", "open", "open", "open"]
