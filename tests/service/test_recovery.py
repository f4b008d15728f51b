"""service/gateway/recovery.py: who changed what is read from the history before anything is called not done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.selection import Everything
from otrs_bridge.domain.ticket import Article
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.sweep import Sweep
from tests.service.conftest import MakeWorkplace, Workplace
from tests.service.test_gateway_faults import notes_of, writes_of
from tests.service.test_sweep import broken_tickets


class Killed(BaseException):
    """As SIGKILL: nobody catches it."""


class KilledAt:
    """A helpdesk that kills its process before or after an update has reached OTRS."""

    def __init__(self, inner: Any, *, sent: bool, meanwhile: Callable[[], object]) -> None:
        self._inner = inner
        self._sent = sent
        self._meanwhile = meanwhile

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def update(self, *given: Any) -> None:
        """The end."""
        self._meanwhile()
        if self._sent:
            self._inner.update(*given)
        raise Killed


def killed(place: Workplace, *, sent: bool, meanwhile: Callable[[], object] = lambda: None) -> None:
    """A sweep that is killed at its first update; `meanwhile` happens right before that."""
    outside = replace(place.outside, helpdesk=KilledAt(place.outside.helpdesk, sent=sent, meanwhile=meanwhile))
    sweep = Sweep(outside, place.judge, Gateway(outside, place.judge, language="ru"), Caps(max_share=1.0))
    with suppress(Killed):
        sweep.run(Everything(), apply=True)


def states(place: Workplace) -> dict[str, str]:
    return {entry.field: entry.state for entry in place.outside.journal.entries()}


@pytest.mark.parametrize("minutes", [0, 5, 60])
@pytest.mark.parametrize("chosen", ["5 very high", "4 high"], ids=["put back", "another one"])
def test_what_an_agent_sets_after_our_kill_wins(
    workplace: MakeWorkplace, sandbox: Sandbox, chosen: str, minutes: int
) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    killed(place, sent=True)
    sandbox.edit(ticket, priority=chosen)
    place.clock.move(minutes=minutes)
    place.gateway.recover()
    assert states(place) == {"state": "applied", "priority": "applied"}
    assert [(pin.field, pin.value) for pin in place.outside.journal.pins()] == [("priority", chosen)]
    assert {line.outcome for line in place.sweep.run(Everything(), apply=True).lines} <= {Outcome.PINNED}
    assert sandbox.priority_of(ticket) == chosen
    assert writes_of(sandbox, ticket, "PriorityUpdate") == 2
    assert "агент" in {entry.field: entry.error for entry in place.outside.journal.entries()}["priority"]


def test_what_an_agent_set_before_our_last_write_is_given_back_after_the_kill(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    killed(place, sent=True, meanwhile=lambda: sandbox.edit(ticket, state="closed successful"))
    assert sandbox.state_of(ticket) == "open", "the write covered it"
    place.gateway.recover()
    assert sandbox.state_of(ticket) == "closed successful"
    assert [(pin.field, pin.value) for pin in place.outside.journal.pins()] == [("state", "closed successful")]
    entries = [entry for entry in place.outside.journal.entries() if entry.field == "state"]
    assert {entry.state for entry in entries} == {"applied"}
    assert len(entries) == 2, "giving back is an intent like any other"
    assert place.outside.journal.unsettled() == []
    assert {line.outcome for line in place.sweep.run(Everything(), apply=True).lines} <= {Outcome.PINNED}
    assert place.gateway.recover() == 0
    assert notes_of(sandbox, ticket) == 1


def test_what_an_agent_sets_while_recovery_looks_for_our_note_stays(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    killed(place, sent=True, meanwhile=lambda: sandbox.edit(ticket, state="closed successful"))
    helpdesk = place.outside.helpdesk
    look = helpdesk.last_articles

    def slowly(ticket_id: int, count: int) -> tuple[Article, ...]:
        found = look(ticket_id, count)
        sandbox.edit(ticket, state="closed unsuccessful")
        return found

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(helpdesk, "last_articles", slowly)
        place.gateway.recover()
    assert sandbox.state_of(ticket) == "closed unsuccessful"
    assert [(pin.field, pin.value) for pin in place.outside.journal.pins()] == [("state", "closed unsuccessful")]
    assert place.outside.journal.unsettled() == []


def test_a_state_that_two_agents_set_after_a_write_that_never_came_is_theirs(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    killed(place, sent=False)
    sandbox.edit(ticket, state="closed successful")
    sandbox.edit(ticket, state="open")
    [*_, latest] = (entry for entry in sandbox.ticket(ticket).history if entry.type == "StateUpdate")
    latest.created_by = 1  # another agent
    place.clock.move(minutes=11)
    place.gateway.recover()
    assert sandbox.state_of(ticket) == "open"
    assert list(place.outside.journal.pins()) == []


def test_what_was_sent_before_the_kill_and_stands_was_done(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    killed(place, sent=True)
    assert place.gateway.recover() == 2
    assert states(place) == {"state": "applied", "priority": "applied"}
    assert place.sweep.run(Everything(), apply=True).lines == ()
    assert notes_of(sandbox, ticket) == 1


def test_what_was_not_sent_is_called_so_when_otrs_had_its_time_and_the_ticket_rests_until_then(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    killed(place, sent=False)
    assert place.gateway.recover() == 0
    assert {line.outcome for line in place.sweep.run(Everything(), apply=True).lines} == {Outcome.SKIPPED}
    place.clock.move(minutes=11)
    assert place.gateway.recover() == 2
    assert set(states(place).values()) == {"failed"}
    assert {line.outcome for line in place.sweep.run(Everything(), apply=True).lines} == {Outcome.APPLIED}
    assert notes_of(sandbox, ticket) == 1


def test_minutes_that_only_the_clock_has_jumped_are_no_time_for_otrs(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    """A write that lands after such a jump would be there twice."""
    place = workplace(workers=1)
    broken_tickets(sandbox, 1)
    killed(place, sent=False)
    place.clock.move(minutes=2)
    place.clock.set(days=1)
    assert place.gateway.recover() == 0
    place.clock.move(minutes=7)
    assert place.gateway.recover() == 0
    place.clock.move(minutes=2)
    assert place.gateway.recover() == 2
    killed(place, sent=False)  # and what is sent after the jump has its ten minutes, no more
    place.clock.move(minutes=11)
    assert place.gateway.recover() == 2


def test_an_agents_edit_of_what_was_not_sent_is_no_reason_to_pin(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    killed(place, sent=False)
    sandbox.edit(ticket, priority="4 high")
    place.clock.move(minutes=11)
    place.gateway.recover()
    assert states(place)["priority"] == "failed"
    assert list(place.outside.journal.pins()) == []


def test_an_earlier_write_to_the_same_value_is_not_taken_for_the_lost_one(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    place.sweep.run(Everything(), apply=True)
    sandbox.edit(ticket, priority="4 high")
    killed(place, sent=False)
    place.clock.move(minutes=11)
    place.gateway.recover()
    assert [entry.state for entry in place.outside.journal.entries() if entry.field == "priority"] == [
        "applied",
        "failed",
    ]
    assert list(place.outside.journal.pins()) == []


def test_without_a_history_nothing_is_called_not_done_for_an_hour(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    killed(place, sent=True)
    sandbox.edit(ticket, priority="4 high")
    sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, operation="TicketHistoryGet", times=None))
    place.clock.move(minutes=20)
    place.gateway.recover()
    assert states(place) == {"state": "applied", "priority": "intended"}
    sandbox.faults.clear()
    place.gateway.recover()
    assert [pin.value for pin in place.outside.journal.pins()] == ["4 high"]


@pytest.mark.parametrize("verb", ["sweep", "undo"])
def test_whoever_is_going_to_write_settles_first_what_was_left_open(
    workplace: MakeWorkplace, sandbox: Sandbox, verb: str
) -> None:
    place = workplace(workers=1)
    (ticket,) = broken_tickets(sandbox, 1)
    killed(place, sent=True)
    (run,) = place.outside.journal.runs()
    place.sweep.run(Everything())  # a dry run settles nothing
    assert set(states(place).values()) == {"intended"}
    if verb == "sweep":
        assert place.sweep.run(Everything(), apply=True).lines == ()
    else:
        assert {line.outcome for line in place.undo.run(run.id, apply=True).lines} == {Outcome.APPLIED}
    assert place.outside.journal.unsettled() == []
    assert sandbox.priority_of(ticket) == ("3 normal" if verb == "sweep" else "5 very high")
