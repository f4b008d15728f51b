"""service/gateway/gateway.py when the network and OTRS misbehave: no change lost, none doubled, the report true."""

from __future__ import annotations

import re

import pytest

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.selection import Everything
from otrs_bridge.errors import ExitCode
from otrs_bridge.sandbox import ticket_update
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MakeWorkplace, Workplace
from tests.service.test_sweep import broken_tickets

UPDATE = "TicketUpdate"

HARMLESS = {
    "the answer is lost after the write": FaultKind.ANSWER_LOST,
    "the answer is cut in the middle": FaultKind.ANSWER_CUT,
    "HTTP 500 by OTRS itself before anything was done": FaultKind.SERVER_ERROR,
    "a proxy's page after the write": FaultKind.HTML_PAGE_AFTER,
    "the session is gone": FaultKind.SESSION_GONE,
    "the database hiccups": FaultKind.AUTH_FAIL,
}


# Nothing was done, and nobody can know that nothing will be.
LOST = {
    "the request is lost": FaultKind.REQUEST_LOST,
    "a proxy's page instead of an answer": FaultKind.HTML_PAGE,
    "OTRS dies in the middle": FaultKind.PERL_DIED,
}


def notes_of(sandbox: Sandbox, ticket_id: int) -> int:
    return sum("otrs-bridge" in article.subject for article in sandbox.ticket(ticket_id).articles)


def writes_of(sandbox: Sandbox, ticket_id: int, kind: str) -> int:
    return sum(entry.type == kind for entry in sandbox.history(ticket_id))


def sweep_again(place: Workplace) -> Report:
    """As the command does: first what is open in the journal."""
    place.gateway.recover()
    return place.sweep.run(Everything(), apply=True)


def assert_right_and_once(place: Workplace, ticket_ids: list[int]) -> None:
    for ticket_id in ticket_ids:
        assert place.sandbox.state_of(ticket_id) == "open"
        assert place.sandbox.priority_of(ticket_id) == "3 normal"
        assert notes_of(place.sandbox, ticket_id) == 1
        assert writes_of(place.sandbox, ticket_id, "PriorityUpdate") == 1


@pytest.mark.parametrize("kind", HARMLESS.values(), ids=HARMLESS.keys())
@pytest.mark.parametrize("skip", [0, 3])
def test_one_fault_in_a_write_costs_nothing(
    workplace: MakeWorkplace, sandbox: Sandbox, kind: FaultKind, skip: int
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 6)
    sandbox.faults.add(Fault(kind=kind, operation=UPDATE, skip=skip))
    report = place.sweep.run(Everything(), apply=True)
    assert sandbox.faults.struck, "the fault must have happened"
    assert {line.outcome for line in report.lines} == {Outcome.APPLIED}
    assert_right_and_once(place, ids)
    assert list(place.outside.journal.unsettled()) == []


@pytest.mark.parametrize("kind", LOST.values(), ids=LOST.keys())
@pytest.mark.parametrize("skip", [0, 3])
def test_a_write_that_is_not_to_be_seen_is_unknown_and_done_by_a_later_sweep(
    workplace: MakeWorkplace, sandbox: Sandbox, kind: FaultKind, skip: int
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 6)
    sandbox.faults.add(Fault(kind=kind, operation=UPDATE, skip=skip))
    report = place.sweep.run(Everything(), apply=True)
    (lost,) = {line.ticket_id for line in report.lines if line.outcome is Outcome.UNKNOWN}
    assert {line.outcome for line in report.lines} == {Outcome.APPLIED, Outcome.UNKNOWN}
    assert report.exit_code is ExitCode.OTRS_UNAVAILABLE
    at_once = sweep_again(place)
    assert {(line.ticket_id, line.outcome) for line in at_once.lines} == {(lost, Outcome.SKIPPED)}
    assert sandbox.state_of(lost) == "new"
    place.clock.move(minutes=11)
    assert {line.outcome for line in sweep_again(place).lines} == {Outcome.APPLIED}
    assert_right_and_once(place, ids)
    assert list(place.outside.journal.unsettled()) == []


@pytest.mark.parametrize("step", range(1, 6))
def test_an_update_that_breaks_in_the_middle_is_completed(
    workplace: MakeWorkplace, sandbox: Sandbox, step: int
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 2)
    sandbox.faults.add(Fault(kind=FaultKind.BROKEN_MIDWAY, operation=UPDATE, step=step))
    report = place.sweep.run(Everything(), apply=True)
    assert {line.outcome for line in report.lines} == {Outcome.APPLIED}
    for ticket_id in ids:
        assert sandbox.state_of(ticket_id) == "open"
        assert sandbox.priority_of(ticket_id) == "3 normal"
        assert writes_of(sandbox, ticket_id, "PriorityUpdate") == 1


@pytest.mark.parametrize("operation", ["TicketGet", "TicketSearch"])
@pytest.mark.parametrize(
    "kind", [FaultKind.REQUEST_LOST, FaultKind.ANSWER_CUT, FaultKind.HTML_PAGE, FaultKind.SESSION_GONE]
)
def test_one_fault_in_a_read_costs_nothing(
    workplace: MakeWorkplace, sandbox: Sandbox, operation: str, kind: FaultKind
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 6)
    sandbox.faults.add(Fault(kind=kind, operation=operation, every=2, times=3))
    report = place.sweep.run(Everything(), apply=True)
    assert sandbox.faults.struck
    assert {line.outcome for line in report.lines} == {Outcome.APPLIED}
    assert_right_and_once(place, ids)


def test_a_ticket_whose_write_never_gets_through_is_reported_and_the_next_sweep_does_it(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(workers=1)
    ids = broken_tickets(sandbox, 6)
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation=UPDATE, times=5))
    report = place.sweep.run(Everything(), apply=True)
    failed = {line.ticket_id for line in report.lines if line.outcome in {Outcome.FAILED, Outcome.UNKNOWN}}
    assert failed
    for ticket_id in set(ids) - failed:
        assert sandbox.state_of(ticket_id) == "open"
    for ticket_id in failed:
        assert sandbox.state_of(ticket_id) == "new", "the report must not call done what is not"
    sandbox.faults.clear()
    place.clock.move(minutes=11)
    assert sweep_again(place).exit_code is ExitCode.FINE
    told = [entry.error for entry in place.outside.journal.entries() if entry.state == "failed"]
    assert told
    assert all(re.search("[а-я]{3}", reason) for reason in told), "the history speaks the operator's language"
    assert_right_and_once(place, ids)


def test_when_otrs_stops_answering_the_rest_is_not_tried(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    ids = broken_tickets(sandbox, 30)
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation=UPDATE, times=None))
    report = place.sweep.run(Everything(), apply=True)
    assert {line.outcome for line in report.lines} == {Outcome.FAILED, Outcome.UNKNOWN}
    tried = sum(operation == UPDATE for operation, _ in sandbox.faults.struck)
    assert tried < 15
    assert {sandbox.state_of(i) for i in ids} == {"new"}


def test_what_otrs_refuses_by_name_does_not_cost_the_rest(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    sandbox.database.priorities[:] = [p for p in sandbox.database.priorities if p.name != "3 normal"]
    report = place.sweep.run(Everything(), apply=True)
    assert {(line.field, line.outcome) for line in report.lines} == {
        ("state", Outcome.APPLIED),
        ("priority", Outcome.FAILED),
    }
    assert "InvalidParameter" in next(line.detail.en for line in report.lines if line.detail)
    assert sandbox.state_of(ticket_id) == "open"


def test_a_ticket_that_changed_since_the_decision_is_decided_again(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    seen = place.sweep.examine(Everything())
    place.clock.move(minutes=1)
    sandbox.edit(ticket_id, state="closed successful", priority="4 high")
    _, lines = place.sweep.write(seen.decisions, kind="sweep", selection=Everything().words)
    assert sandbox.state_of(ticket_id) == "closed successful", "the agent closed it meanwhile"
    assert [(line.field, line.old, line.outcome) for line in lines] == [("priority", "4 high", Outcome.APPLIED)]


def test_a_ticket_that_vanished_is_reported(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    first, second = broken_tickets(sandbox, 2)
    seen = place.sweep.examine(Everything())
    sandbox.delete_ticket(first)
    _, lines = place.sweep.write(seen.decisions, kind="sweep", selection=Everything().words)
    assert {line.ticket_id for line in lines if line.outcome is Outcome.FAILED} == {first}
    assert sandbox.state_of(second) == "open"


def test_told_to_stop_the_gateway_ends_after_the_ticket_in_hand(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    ids = broken_tickets(sandbox, 9)
    seen = place.sweep.examine(Everything())
    written = 0

    def stop_after_two(step: str, ticket_id: int) -> None:
        place.stop.set()

    sandbox.observe_steps(stop_after_two)
    _, lines = place.sweep.write(seen.decisions, kind="sweep", selection=Everything().words)
    written = sum(sandbox.state_of(i) == "open" for i in ids)
    assert written == 1
    applied = {line.ticket_id for line in lines if line.outcome is Outcome.APPLIED}
    assert len(applied) == 1
    assert {line.outcome for line in lines} == {Outcome.APPLIED, Outcome.SKIPPED}
    assert list(place.outside.journal.unsettled()) == []


def test_what_otrs_turned_into_something_else_is_not_called_applied(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    broken_tickets(sandbox, 1)

    def not_as_sent(step: str, ticket_id: int) -> None:
        """By itself: no history says that anybody did it."""
        if step == "priority":
            sandbox.ticket(ticket_id).priority_id = 1

    sandbox.observe_steps(not_as_sent)
    report = place.sweep.run(Everything(), apply=True)
    assert {(line.field, line.outcome) for line in report.lines} == {
        ("state", Outcome.APPLIED),
        ("priority", Outcome.FAILED),
    }
    assert "1 very low" in next(line.detail.en for line in report.lines if line.detail)
    assert report.needs_a_person
    assert [entry.field for entry in place.outside.journal.entries() if entry.state == "applied"] == ["state"]


def test_a_note_that_otrs_does_not_name_is_looked_for(
    workplace: MakeWorkplace, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing_stored(*_anything: object) -> None:
        return None

    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    monkeypatch.setattr(ticket_update, "_apply_article", nothing_stored)
    report = place.sweep.run(Everything(), apply=True)
    assert sandbox.state_of(ticket_id) == "open"
    assert notes_of(sandbox, ticket_id) == 0
    assert {line.outcome for line in report.lines} == {Outcome.APPLIED}, "the changes were read back"
