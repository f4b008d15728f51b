"""service/undo.py: a run taken back, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.selection import Everything
from otrs_bridge.errors import NeedsAPerson, UsageMistake
from otrs_bridge.ports.journal import Pin
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.undo import Undo
from tests.service.conftest import MakeWorkplace, active
from tests.service.test_sweep import broken_tickets


def test_undo_puts_every_old_value_back(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 6)
    ids.append(
        sandbox.add_ticket("Неизвестный", customer_user="a@b.ru", customer_id="a@b.ru", priority="4 high").ticket_id
    )
    done = place.sweep.run(Everything(), apply=True)
    report = place.undo.run(done.run, apply=True)
    assert {line.outcome for line in report.lines} == {Outcome.APPLIED}
    assert [sandbox.state_of(i) for i in ids] == ["new"] * 6 + ["open"]
    assert [sandbox.priority_of(i) for i in ids] == ["5 very high"] * 6 + ["4 high"]


def test_without_apply_undo_only_shows(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 2)
    done = place.sweep.run(Everything(), apply=True)
    report = place.undo.run(done.run)
    assert {line.outcome for line in report.lines} == {Outcome.PLANNED}
    assert {sandbox.state_of(i) for i in ids} == {"open"}


def test_a_field_that_somebody_changed_since_is_left_alone(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    done = place.sweep.run(Everything(), apply=True)
    sandbox.edit(ticket_id, priority="2 low")
    report = place.undo.run(done.run, apply=True)
    assert {(line.field, line.outcome) for line in report.lines} == {
        ("state", Outcome.APPLIED),
        ("priority", Outcome.SKIPPED),
    }
    assert sandbox.priority_of(ticket_id) == "2 low"


def test_what_an_agent_set_himself_in_the_same_second_is_not_taken_back(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    """The bridge found it done when it had sent the same, and its journal says that it did it."""
    place = workplace()
    ids = broken_tickets(sandbox, 3)
    done = place.sweep.run(Everything(), apply=True)
    (opening,) = (entry for entry in sandbox.ticket(ids[0]).history if entry.type == "StateUpdate")
    opening.created_by = 1  # another agent
    report = place.undo.run(done.run, apply=True)
    assert [sandbox.state_of(i) for i in ids] == ["open", "new", "new"]
    assert [sandbox.priority_of(i) for i in ids] == ["5 very high"] * 3
    left = [line for line in report.lines if line.outcome is Outcome.SKIPPED]
    assert [(line.ticket_id, line.field) for line in left] == [(ids[0], "state")]


def test_an_undo_goes_on_where_no_history_can_be_read(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 3)
    done = place.sweep.run(Everything(), apply=True)
    sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, operation="TicketHistoryGet", times=None))
    place.undo.run(done.run, apply=True)
    assert [sandbox.state_of(i) for i in ids] == ["new"] * 3


def test_what_was_undone_is_not_done_again(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    place.undo.run(place.sweep.run(Everything(), apply=True).run, apply=True)
    again = place.sweep.run(Everything(), apply=True)
    assert {line.outcome for line in again.lines} == {Outcome.PINNED}
    assert sandbox.state_of(ticket_id) == "new"


def test_after_the_undo_of_an_undo_the_pin_has_the_value_that_stands_there(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    undone = place.undo.run(place.sweep.run(Everything(), apply=True).run, apply=True)
    place.undo.run(undone.run, apply=True)
    (pin,) = [one for one in place.outside.journal.pins() if one.field == "state"]
    assert pin.value == sandbox.state_of(ticket_id) == "open"


def test_a_subject_that_came_with_control_characters_is_put_back_without_them(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(rules=active({"subject": Mode.ENFORCE}))
    ticket = sandbox.add_ticket("Re: Не работает\x07 интернет", state="open")
    done = place.sweep.run(Everything(), apply=True)
    undone = place.undo.run(done.run, apply=True)
    assert [line.outcome for line in undone.lines] == [Outcome.APPLIED]
    assert sandbox.ticket(ticket.ticket_id).title == "Re: Не работает интернет"
    again = place.undo.run(done.run, apply=True)
    assert [line.outcome for line in again.lines] == [Outcome.UNCHANGED]


def test_undoing_twice_finds_nothing_more(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    broken_tickets(sandbox, 1)
    done = place.sweep.run(Everything(), apply=True)
    place.undo.run(done.run, apply=True)
    again = place.undo.run(done.run, apply=True)
    assert {line.outcome for line in again.lines} == {Outcome.UNCHANGED}


def test_a_pending_state_comes_back_with_its_time(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    ticket = sandbox.add_ticket("Ждём", state="open")
    sandbox.edit(ticket.ticket_id, state="pending reminder")
    until = int(place.clock.now().timestamp()) + 3600
    sandbox.ticket(ticket.ticket_id).pending_until = until
    done = place.sweep.run(Everything(), apply=True)
    assert sandbox.state_of(ticket.ticket_id) == "open"
    place.undo.run(done.run, apply=True)
    assert sandbox.state_of(ticket.ticket_id) == "pending reminder"
    assert abs(sandbox.ticket(ticket.ticket_id).pending_until - until) < 60


def test_a_run_nobody_knows_is_a_usage_mistake(workplace: MakeWorkplace) -> None:
    with pytest.raises(UsageMistake, match="no run 99") as refused:
        workplace().undo.run(99)
    assert "Прохода 99 в журнале нет" in refused.value.words.ru


def test_of_two_at_once_one_undoes_and_the_other_says_that_it_is_done(
    workplace: MakeWorkplace, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 3)
    run = place.sweep.run(Everything(), apply=True).run
    journal = place.outside.journal
    assert journal.claim_undo(run, at=place.clock.now(), lease=timedelta(minutes=5)), "the first has begun"
    first = Undo(place.outside, place.gateway)
    done: list[Outcome] = []

    def first_ends(_seconds: float) -> None:
        if not done:
            journal.end_undo(run)
            done.extend(line.outcome for line in first.run(run, apply=True).lines)

    monkeypatch.setattr(place.clock, "sleep", first_ends)
    second = place.undo.run(run, apply=True)
    assert set(done) == {Outcome.APPLIED}
    assert {line.outcome for line in second.lines} == {Outcome.UNCHANGED}
    assert {sandbox.state_of(i) for i in ids} == {"new"}


def test_an_undo_that_another_process_is_at_for_long_is_left_to_it(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    broken_tickets(sandbox, 1)
    run = place.sweep.run(Everything(), apply=True).run
    assert place.outside.journal.claim_undo(run, at=place.clock.now(), lease=timedelta(hours=1))
    with pytest.raises(NeedsAPerson, match=f"taking run {run} back just now"):
        place.undo.run(run, apply=True)
    assert place.undo.run(run).counts["planned"], "looking is allowed"
    place.clock.move(hours=1)
    assert {line.outcome for line in place.undo.run(run, apply=True).lines} == {Outcome.APPLIED}


@pytest.mark.parametrize("out_of_sight", ["merged", "removed"])
def test_a_ticket_that_was_merged_or_removed_since_is_left_alone(
    workplace: MakeWorkplace, sandbox: Sandbox, out_of_sight: str
) -> None:
    place = workplace()
    gone, here = broken_tickets(sandbox, 2)
    done = place.sweep.run(Everything(), apply=True)
    sandbox.edit(gone, state=out_of_sight)
    before = len(sandbox.history(gone)), len(sandbox.ticket(gone).articles)
    shown = place.undo.run(done.run)
    report = place.undo.run(done.run, apply=True)
    assert {line.outcome for line in shown.lines if line.ticket_id == gone} == {Outcome.SKIPPED}
    assert {line.outcome for line in report.lines if line.ticket_id == gone} == {Outcome.SKIPPED}
    assert {line.outcome for line in report.lines if line.ticket_id == here} == {Outcome.APPLIED}
    assert (len(sandbox.history(gone)), len(sandbox.ticket(gone).articles)) == before
    assert {pin.ticket_id for pin in place.outside.journal.pins()} == {here}


def test_a_ticket_that_is_merged_while_the_undo_is_at_it_is_left_alone(
    workplace: MakeWorkplace, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    done = place.sweep.run(Everything(), apply=True)
    journal, pin = place.outside.journal, place.outside.journal.pin

    def merged_meanwhile(pins: Sequence[Pin]) -> None:
        pin(pins)
        sandbox.merge(ticket_id)

    monkeypatch.setattr(journal, "pin", merged_meanwhile)
    report = place.undo.run(done.run, apply=True)
    assert {line.outcome for line in report.lines} == {Outcome.SKIPPED}
    assert (sandbox.state_of(ticket_id), sandbox.priority_of(ticket_id)) == ("merged", "3 normal")


def test_what_a_later_run_wrote_over_a_persons_value_is_not_taken_back_with_the_older_run(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    first = place.sweep.run(Everything(), apply=True)
    sandbox.edit(ticket_id, priority="4 high")
    second = place.sweep.run(Everything(), apply=True)
    assert sandbox.priority_of(ticket_id) == "3 normal"
    (line,) = (one for one in place.undo.run(first.run, apply=True).lines if one.field == "priority")
    assert line.outcome is Outcome.SKIPPED
    assert line.detail is not None
    assert line.detail.en == f"the bridge wrote this field again later, in run {second.run}"
    assert sandbox.priority_of(ticket_id) == "3 normal"
    assert [pin.field for pin in place.outside.journal.pins()] == ["state"], "nor is it left to people"
    place.undo.run(second.run, apply=True)
    assert sandbox.priority_of(ticket_id) == "4 high", "the person's last word"


def test_an_older_run_can_be_taken_back_once_the_newer_one_was_and_so_can_an_undo(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    first = place.sweep.run(Everything(), apply=True)
    for number, priority in ((first.run, "5 very high"), (first.run + 1, "3 normal"), (first.run, "5 very high")):
        report = place.undo.run(number, apply=True)
        assert {line.outcome for line in report.lines} == {Outcome.APPLIED}
        assert sandbox.priority_of(ticket_id) == priority
