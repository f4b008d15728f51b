"""What another agent does between our reading and our writing wins: given back, pinned and told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.selection import Everything
from otrs_bridge.errors import ExitCode
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.sweep import Sweep
from tests.service.conftest import MakeWorkplace, Workplace
from tests.service.test_sweep import broken_tickets

Act = Callable[[int], object]


class SlowOtrs:
    """A helpdesk whose update of a ticket takes long enough for a person to act before it, or right after it."""

    def __init__(
        self, place: Workplace, act: Act, *, only: int = 0, afterwards: bool = False, seconds: float = 15
    ) -> None:
        self._place = place
        self._act = act
        self._only = only
        self._afterwards = afterwards
        self._seconds = seconds
        self.acted = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._place.outside.helpdesk, name)

    def update(self, ticket_id: int, fields: Any, note: Any) -> None:
        """The first one is slow."""
        due = not self.acted and self._only in {0, ticket_id}
        self.acted = self.acted or due
        if due:
            self._place.clock.move(seconds=self._seconds)
        if due and not self._afterwards:
            self._act(ticket_id)
        self._place.outside.helpdesk.update(ticket_id, fields, note)
        if due and self._afterwards:
            self._act(ticket_id)


def swept(place: Workplace, act: Act, **when: Any) -> Report:
    outside = replace(place.outside, helpdesk=SlowOtrs(place, act, **when))
    return Sweep(outside, place.judge, Gateway(outside, place.judge, language="ru"), Caps(max_share=1.0)).run(
        Everything(), apply=True
    )


def outcomes(report: Report) -> dict[str, Outcome]:
    return {line.field: line.outcome for line in report.lines}


@pytest.mark.parametrize(
    ("doing", "held"),
    [
        ({"state": "closed successful"}, {"state": "closed successful"}),
        ({"priority": "1 very low"}, {"priority": "1 very low"}),
        ({"state": "closed unsuccessful", "priority": "2 low"}, {"state": "closed unsuccessful", "priority": "2 low"}),
    ],
    ids=["closed", "priority", "both"],
)
def test_what_a_person_sets_before_our_write_is_given_back_and_pinned(
    workplace: MakeWorkplace, sandbox: Sandbox, doing: dict[str, str], held: dict[str, str]
) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    report = swept(place, lambda number: sandbox.edit(number, **doing))  # type: ignore[arg-type]
    now = {"state": sandbox.state_of(ticket), "priority": sandbox.priority_of(ticket)}
    assert {field: now[field] for field in held} == held
    assert {field for field, outcome in outcomes(report).items() if outcome is Outcome.PINNED} == set(held)
    told = next(line.detail for line in report.lines if line.outcome is Outcome.PINNED and line.detail)
    assert "number" in told.en
    assert "given back" in told.en
    assert {(pin.field, pin.value) for pin in place.outside.journal.pins()} == set(held.items())
    assert list(place.outside.journal.unsettled()) == []
    again = place.sweep.run(Everything(), apply=True)
    assert {line.outcome for line in again.lines} <= {Outcome.PINNED}
    assert {"state": sandbox.state_of(ticket), "priority": sandbox.priority_of(ticket)} == now


def test_a_closing_is_given_back_however_short_the_time_was(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    report = swept(place, lambda number: sandbox.edit(number, state="closed successful"), seconds=0)
    assert sandbox.state_of(ticket) == "closed successful"
    assert outcomes(report)["state"] is Outcome.PINNED


def test_so_is_a_priority_where_nothing_else_was_written(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    ticket = sandbox.add_ticket("Срочно", priority="5 very high", customer_user="иванов").ticket_id
    report = swept(place, lambda number: sandbox.edit(number, priority="2 low"), seconds=0)
    assert sandbox.priority_of(ticket) == "2 low"
    assert outcomes(report)["priority"] is Outcome.PINNED


def test_an_undo_leaves_to_a_person_what_was_given_back(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    report = swept(place, lambda number: sandbox.edit(number, state="closed successful"))
    undone = place.undo.run(report.run, apply=True)
    assert sandbox.state_of(ticket) == "closed successful"
    assert outcomes(undone)["state"] is Outcome.SKIPPED


def test_a_merge_that_our_write_took_back_is_told_to_a_person(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    broken_tickets(sandbox, 1)
    report = swept(place, sandbox.merge)
    assert outcomes(report)["state"] is Outcome.FAILED
    assert report.exit_code is ExitCode.NEEDS_A_PERSON
    told = next(line.detail for line in report.lines if line.field == "state" and line.detail)
    assert "merged" in told.en
    assert "put it right yourself" in told.en


def test_what_a_person_sets_right_after_our_write_stays_and_is_pinned(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    report = swept(place, lambda number: sandbox.edit(number, priority="2 low"), afterwards=True)
    assert outcomes(report) == {"state": Outcome.APPLIED, "priority": Outcome.PINNED}
    assert sandbox.priority_of(ticket) == "2 low"
    assert [pin.value for pin in place.outside.journal.pins()] == ["2 low"]


def test_a_person_who_sets_what_we_were_about_to_set_is_not_disturbed(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(workers=1)
    broken_tickets(sandbox, 1)
    report = swept(place, lambda number: sandbox.edit(number, state="open", priority="3 normal"))
    assert set(outcomes(report).values()) == {Outcome.APPLIED}
    assert list(place.outside.journal.pins()) == []


def test_what_a_person_does_to_a_ticket_while_those_before_it_take_long_is_seen_before_it_is_written(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    """One reading covers six tickets; the last of them is read again when its turn comes."""
    place = workplace(workers=1)
    ids = broken_tickets(sandbox, 6)
    report = swept(place, lambda _number: sandbox.edit(ids[5], state="closed successful"), only=ids[0])
    assert sandbox.state_of(ids[5]) == "closed successful"
    assert [sandbox.state_of(one) for one in ids[:5]] == ["open"] * 5
    states = [entry for entry in sandbox.history(ids[5]) if entry.type == "StateUpdate"]
    assert len(states) == 1, "it was not written over and given back"
    assert {line.outcome for line in report.lines} == {Outcome.APPLIED}


def test_a_history_that_cannot_be_read_costs_no_write(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)

    def blind(_number: int) -> None:
        sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, operation="TicketHistoryGet", times=None))

    assert set(outcomes(swept(place, blind)).values()) == {Outcome.APPLIED}
    assert sandbox.state_of(ticket) == "open"


def test_what_an_agent_set_to_the_same_in_that_second_is_told_as_there_already(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    """OTRS keeps no trace of our write then: "applied" would let an undo take his back."""
    place = workplace(workers=1)
    tickets = broken_tickets(sandbox, 4)
    report = swept(place, lambda ticket: sandbox.edit(ticket, state="open"), only=tickets[0], seconds=1)
    of_first = {line.field: line.outcome for line in report.lines if line.ticket_id == tickets[0]}
    assert of_first == {"state": Outcome.UNCHANGED, "priority": Outcome.APPLIED}
    assert {line.outcome for line in report.lines if line.ticket_id != tickets[0]} == {Outcome.APPLIED}
    place.undo.run(report.run, apply=True)
    assert [sandbox.state_of(ticket) for ticket in tickets] == ["open", "new", "new", "new"]
    assert place.outside.journal.unsettled() == []
