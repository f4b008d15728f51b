"""service/undo.py: a run taken back, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.selection import Everything
from otrs_bridge.errors import NeedsAPerson, UsageMistake
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.undo import Undo
from tests.service.conftest import MakeWorkplace
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


def test_what_was_undone_is_not_done_again(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    place.undo.run(place.sweep.run(Everything(), apply=True).run, apply=True)
    again = place.sweep.run(Everything(), apply=True)
    assert {line.outcome for line in again.lines} == {Outcome.PINNED}
    assert sandbox.state_of(ticket_id) == "new"


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
