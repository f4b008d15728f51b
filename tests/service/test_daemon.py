"""service/daemon.py: nothing missed, nothing done twice, and it lives on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from otrs_bridge.domain.caps import Caps
from otrs_bridge.otrs.sandbox.faults import Fault, FaultKind
from otrs_bridge.otrs.sandbox.sandbox import Sandbox
from tests.service.conftest import MakeWorkplace, MovableClock
from tests.service.test_sweep import broken_tickets


@pytest.fixture(autouse=True)
def _some_ticket(sandbox: Sandbox) -> None:
    """An OTRS that shows no ticket at all is not believed, so there is one that is in order."""
    sandbox.add_ticket("Решено", state="closed successful", customer_user="иванов", customer_id="Ф-10482")


def test_a_new_ticket_is_brought_into_line_by_the_next_turn(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    place.daemon.turn()
    clock.move(seconds=15)
    ids = broken_tickets(sandbox, 3)
    report = place.daemon.turn()
    assert report.counts["changed_tickets"] == 3
    assert {sandbox.state_of(i) for i in ids} == {"open"}


def test_a_quiet_desk_costs_one_search_and_nothing_is_read_again(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    broken_tickets(sandbox, 3)
    for _ in range(4):
        place.daemon.turn()
        clock.move(seconds=15)
    report = place.daemon.turn()
    assert report.examined == 0


def test_a_second_change_within_the_same_second_is_not_missed(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    ticket_id = sandbox.add_ticket("Заявка", state="open").ticket_id
    place.daemon.turn()
    sandbox.edit(ticket_id, state="pending reminder")
    clock.move(seconds=15)
    place.daemon.turn()
    assert sandbox.state_of(ticket_id) == "open"


def test_a_ticket_still_being_created_is_taken_up_when_it_is_complete(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    half = sandbox.add_ticket("Половина", state="new", body=None)
    assert place.daemon.turn().incomplete == 1
    sandbox.receive_mail("a@b.ru", f"Re: [Ticket#{half.number}] Половина", "Текст")
    clock.move(seconds=15)
    place.daemon.turn()
    assert sandbox.state_of(half.ticket_id) == "open"


def test_what_happened_while_the_bridge_was_down_is_not_missed(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    place.daemon.turn()
    clock.move(hours=5)
    (early,) = broken_tickets(sandbox, 1)
    clock.move(hours=40)
    place.daemon.turn()
    assert sandbox.state_of(early) == "open"


def test_the_hourly_cap_holds_and_the_rest_comes_later(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace(caps=Caps(per_hour=4))
    ids = broken_tickets(sandbox, 6)
    for _ in range(3):
        place.daemon.turn()
        clock.move(seconds=15)
    assert sum(sandbox.state_of(i) == "open" for i in ids) == 4
    clock.move(hours=1)
    place.daemon.turn()
    assert sum(sandbox.state_of(i) == "open" for i in ids) == 6


def test_a_failing_write_is_tried_ever_more_seldom(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    broken_tickets(sandbox, 1)
    sandbox.database.states[:] = [state for state in sandbox.database.states if state.name != "open"]
    tries = 0
    for _ in range(40):
        tries += bool(place.daemon.turn().counts["failed"])
        clock.move(seconds=15)
    assert 2 <= tries <= 7


def test_a_turn_that_fails_does_not_lose_what_it_would_have_seen(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    place.daemon.turn()
    (ticket_id,) = broken_tickets(sandbox, 1)
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation="TicketSearch", times=8))
    place.daemon._guarded_turn()
    assert place.daemon.backoff() > 0
    clock.move(minutes=10)
    sandbox.faults.clear()
    place.daemon._guarded_turn()
    assert place.daemon.backoff() == 0
    assert sandbox.state_of(ticket_id) == "open"


def test_our_own_clock_being_wrong_loses_nothing(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    place.daemon.turn()
    place.outside.journal.set_watermark("daemon", clock.now() + timedelta(days=1))
    (ticket_id,) = broken_tickets(sandbox, 1)
    place.daemon.turn()
    assert sandbox.state_of(ticket_id) == "open"
