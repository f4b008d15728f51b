"""service/pausing.py: a paused rule asks for nothing, what it missed is taken up, and a contested rule pauses itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.pause import EVERYTHING, THE_BRIDGE, Pause
from otrs_bridge.domain.selection import Everything, TheseTickets
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.pausing import PAUSED, without_paused
from tests.service.conftest import MakeWorkplace, MovableClock, Workplace
from tests.service.test_sweep import broken_tickets


@pytest.fixture(autouse=True)
def _some_ticket(sandbox: Sandbox) -> None:
    """An OTRS that shows no ticket at all is not believed, so there is one that is in order."""
    sandbox.add_ticket("Решено", state="closed successful", customer_user="иванов", customer_id="Ф-10482")


def pause(place: Workplace, name: str, **span: float) -> Pause:
    now = place.clock.now()
    made = Pause(name=name, who="анна", because="спорят", since=now, until=now + timedelta(**(span or {"hours": 1})))
    place.outside.journal.pauses.begin(made)
    return made


def test_a_paused_rule_asks_for_nothing_and_the_others_go_on(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    (ticket,) = broken_tickets(sandbox, 1)
    made = pause(place, "state")
    report = place.sweep.run(Everything(), apply=True)
    assert (sandbox.state_of(ticket), sandbox.priority_of(ticket)) == ("new", "3 normal")
    assert report.pauses == (made,)


def test_everything_paused_changes_nothing(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    (ticket,) = broken_tickets(sandbox, 1)
    pause(place, EVERYTHING)
    report = place.sweep.run(Everything(), apply=True)
    assert (report.lines, report.run) == ((), 0)
    assert sandbox.state_of(ticket) == "new"


def test_an_undo_is_a_persons_word_and_no_pause_keeps_it_back(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    (ticket,) = broken_tickets(sandbox, 1)
    run = place.sweep.run(Everything(), apply=True).run
    pause(place, EVERYTHING)
    place.undo.run(run, apply=True)
    assert sandbox.state_of(ticket) == "new"


def test_a_pause_that_comes_in_the_middle_of_a_sweep_stops_what_is_left(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace(workers=1)
    broken_tickets(sandbox, 40)
    told: list[Outcome] = []

    def tell(lines: object) -> None:
        if not told:
            pause(place, "state")
        told.extend(line.outcome for line in lines)  # type: ignore[attr-defined] # lines of a report

    report = place.sweep.run(Everything(), apply=True, tell=tell)
    assert report.outcomes[Outcome.SKIPPED] > 0
    states = [sandbox.state_of(ticket.ticket_id) for ticket in sandbox.tickets()]
    assert states.count("new") == report.outcomes[Outcome.SKIPPED]
    assert "state" not in {line.rule for line in place.sweep.run(Everything()).lines}


def test_only_what_is_paused_falls_out_of_a_decision(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    broken_tickets(sandbox, 1)
    (decision,) = place.sweep.examine(Everything()).decisions
    (kept,), lines = without_paused([decision], [pause(place, "state")])
    assert [change.rule for change in kept.planned] == ["priority"]
    assert [(line.rule, line.outcome, line.detail) for line in lines] == [("state", Outcome.SKIPPED, PAUSED)]
    assert without_paused([decision], []) == ([decision], [])


@pytest.mark.parametrize("early", [True, False], ids=["resumed", "by itself"])
def test_what_came_during_a_pause_is_brought_into_line_when_it_is_over(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock, *, early: bool
) -> None:
    place = workplace()
    place.daemon._guarded_turn()
    clock.move(seconds=15)
    pause(place, "state", days=3)
    (ticket,) = broken_tickets(sandbox, 1)
    for _ in range(4):
        place.daemon._guarded_turn()
        clock.move(minutes=30)
    assert sandbox.state_of(ticket) == "new"
    if early:
        place.outside.journal.pauses.lift("state", by="анна", at=clock.now())
    else:
        clock.move(days=3)
    place.daemon._guarded_turn()
    assert sandbox.state_of(ticket) == "open"
    for _ in range(3):
        clock.move(seconds=30)
        place.daemon._guarded_turn()
    assert place.daemon.turn().examined == 0, "taken up once"


def test_what_ended_while_the_bridge_was_down_is_taken_up_as_well(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock, tmp_path: object
) -> None:
    url = f"sqlite:///{tmp_path}/journal.db"
    place = workplace(url=url)
    place.daemon._guarded_turn()
    pause(place, "state", hours=2)
    (ticket,) = broken_tickets(sandbox, 1)
    for _ in range(3):
        clock.move(minutes=20)
        place.daemon._guarded_turn()
    clock.move(hours=2)
    again = workplace(url=url)
    again.daemon._guarded_turn()
    assert sandbox.state_of(ticket) == "open"


def test_the_log_tells_of_a_pause_once_and_of_its_end(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    pause(place, "state", minutes=10)
    with capture_logs() as logged:
        for _ in range(4):
            place.daemon._guarded_turn()
            clock.move(minutes=4)
    told = [(line["event"], line["name"]) for line in logged if line["event"] in {"paused", "pause over"}]
    assert told == [("paused", "state"), ("pause over", "state")]


def put_back(place: Workplace, tickets: list[int], back: int) -> None:
    """The bridge sets the priority of these tickets; people set it back in so many of them."""
    place.sweep.run(TheseTickets(ids=tuple(tickets)), apply=True)
    place.clock.move(minutes=1)
    for ticket in tickets[:back]:
        place.sandbox.edit(ticket, priority="5 very high")
    place.clock.move(minutes=1)
    place.sweep.run(TheseTickets(ids=tuple(tickets)), apply=True)


@pytest.mark.parametrize(("changed", "back", "pauses"), [(8, 4, []), (8, 5, ["priority"]), (60, 5, [])])
def test_a_rule_whose_changes_people_take_back_pauses_itself(
    workplace: MakeWorkplace, sandbox: Sandbox, changed: int, back: int, pauses: list[str]
) -> None:
    place = workplace()
    with capture_logs() as logged:
        put_back(place, broken_tickets(sandbox, changed), back)
    in_force = place.outside.journal.pauses.in_force(place.clock.now())
    assert [one.name for one in in_force] == pauses
    assert {one.who for one in in_force} <= {THE_BRIDGE}
    assert [line["rule"] for line in logged if line["event"] == "rule contested"] == pauses


def test_a_contested_rule_that_was_resumed_gets_another_chance(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    put_back(place, broken_tickets(sandbox, 8), 5)
    pauses = place.outside.journal.pauses
    assert pauses.lift("priority", by="анна", at=place.clock.now()) == 1
    place.clock.move(minutes=1)
    put_back(place, broken_tickets(sandbox, 8), 4)
    assert list(pauses.in_force(place.clock.now())) == []
    put_back(place, broken_tickets(sandbox, 8), 1)
    assert [one.name for one in pauses.in_force(place.clock.now())] == ["priority"]
