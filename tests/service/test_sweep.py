"""service/sweep.py: examine everything, show or write, never more than allowed."""

from __future__ import annotations

from collections import Counter

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.selection import ChangedWithin, Everything, TheseTickets
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MakeWorkplace, MovableClock, active


def broken_tickets(sandbox: Sandbox, count: int) -> list[int]:
    """Tickets that need a state and a priority."""
    return [
        sandbox.add_ticket(
            f"Заявка {number}", state="new", priority="5 very high", customer_user="иванов", customer_id="Ф-10482"
        ).ticket_id
        for number in range(count)
    ]


def test_a_dry_sweep_writes_nothing_at_all(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 3)
    before = [sandbox.history(ticket_id) for ticket_id in ids]
    report = place.sweep.run(Everything())
    assert Counter(line.outcome for line in report.lines) == {Outcome.PLANNED: 6}
    assert [sandbox.history(ticket_id) for ticket_id in ids] == before
    assert list(place.outside.journal.runs()) == []


def test_an_applied_sweep_brings_every_ticket_into_line(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 12)
    report = place.sweep.run(Everything(), apply=True)
    assert not report.needs_a_person
    assert Counter(line.outcome for line in report.lines) == {Outcome.APPLIED: 24}
    assert {sandbox.state_of(i) for i in ids} == {"open"}
    assert {sandbox.priority_of(i) for i in ids} == {"3 normal"}
    entries = place.outside.journal.entries(run=report.run)
    assert {entry.state for entry in entries} == {"applied"}
    assert len(entries) == 24


def test_the_second_sweep_has_nothing_to_do(workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 5)
    place.sweep.run(Everything(), apply=True)
    clock.move(minutes=1)
    before = [sandbox.history(ticket_id) for ticket_id in ids]
    again = place.sweep.run(Everything(), apply=True)
    assert again.lines == ()
    assert again.run == 0
    assert [sandbox.history(ticket_id) for ticket_id in ids] == before


def test_one_update_and_one_note_for_all_changes_of_a_ticket(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    place.sweep.run(Everything(), apply=True)
    notes = [article for article in sandbox.ticket(ticket_id).articles if "otrs-bridge" in article.subject]
    (note,) = notes
    assert not note.is_visible_for_customer
    assert "5 very high" in note.body
    assert "[priority]" in note.body
    assert "[state]" not in note.body, "new becoming open is not worth an agent's time"


def test_more_than_the_cap_changes_nothing_and_says_so(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(caps=Caps(max_changes=4, max_share=1.0))
    ids = broken_tickets(sandbox, 5)
    report = place.sweep.run(Everything(), apply=True)
    assert report.objection is not None
    assert report.needs_a_person
    assert {line.outcome for line in report.lines} == {Outcome.SKIPPED}
    assert {sandbox.state_of(i) for i in ids} == {"new"}


def test_an_observing_rule_reports_and_writes_nothing(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace(rules=active({"state": Mode.OBSERVE, "priority": Mode.ENFORCE}))
    (ticket_id,) = broken_tickets(sandbox, 1)
    report = place.sweep.run(Everything(), apply=True)
    assert {(line.rule, line.outcome) for line in report.lines} == {
        ("state", Outcome.OBSERVED),
        ("priority", Outcome.APPLIED),
    }
    assert sandbox.state_of(ticket_id) == "new"


def test_a_ticket_that_is_still_being_created_is_left_for_later(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    half = sandbox.add_ticket("Половина", state="new", body=None)
    report = place.sweep.run(Everything(), apply=True)
    assert (report.examined, report.incomplete, report.lines) == (0, 1, ())
    assert sandbox.state_of(half.ticket_id) == "new"


def test_only_recently_changed_tickets_are_examined_when_asked(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    broken_tickets(sandbox, 1)
    clock.move(hours=3)
    (fresh,) = broken_tickets(sandbox, 1)
    report = place.sweep.run(ChangedWithin(minutes=60))
    assert {line.ticket_id for line in report.lines} == {fresh}


def test_what_a_person_put_back_is_left_alone_from_then_on(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    place.sweep.run(Everything(), apply=True)
    clock.move(minutes=1)
    sandbox.edit(ticket_id, priority="5 very high")
    report = place.sweep.run(TheseTickets(ids=(ticket_id,)), apply=True)
    assert [(line.field, line.outcome) for line in report.lines] == [("priority", Outcome.PINNED)]
    assert sandbox.priority_of(ticket_id) == "5 very high"
    sandbox.edit(ticket_id, priority="4 high")
    later = place.sweep.run(TheseTickets(ids=(ticket_id,)), apply=True)
    assert [(line.field, line.outcome) for line in later.lines] == [("priority", Outcome.PINNED)]
    (pin,) = place.outside.journal.pins()
    assert (pin.ticket_id, pin.field) == (ticket_id, "priority")


def test_a_ticket_without_permission_sinks_only_itself(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    ids = broken_tickets(sandbox, 3)
    secret = sandbox.add_ticket("Тайна", queue="Secret", state="new").ticket_id
    report = place.sweep.run(TheseTickets(ids=(*ids, secret)), apply=True)
    assert set(report.unreadable) == {secret}
    assert report.needs_a_person
    assert {sandbox.state_of(i) for i in ids} == {"open"}
