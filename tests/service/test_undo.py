"""service/undo.py: a run taken back, and nothing else."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.selection import Everything
from otrs_bridge.errors import UsageMistake
from otrs_bridge.otrs.sandbox.sandbox import Sandbox
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
