"""service/daemon.py: nothing missed, nothing done twice, and it lives on."""

from __future__ import annotations

from datetime import time, timedelta
from itertools import pairwise

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.selection import ChangedWithin
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
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


STEPS = {
    "a day back": {"days": -1},
    "an hour back, as in the autumn night": {"hours": -1},
    "an hour on, as in the spring night": {"hours": 1},
    "a day on": {"days": 1},
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_a_clock_that_is_set_never_makes_a_pause_longer(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock, step: dict[str, float]
) -> None:
    place = workplace()
    turns: list[float] = []

    def count() -> None:
        turns.append(clock.monotonic())
        if len(turns) == 2:
            clock.set(**step)
        if len(turns) == 6:
            place.stop.set()

    place.daemon.drive_jobs = count
    place.daemon.run()
    assert [after - before for before, after in pairwise(turns)] == [15.0] * 5


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_what_is_new_after_the_clock_was_set_is_brought_into_line(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock, step: dict[str, float]
) -> None:
    place = workplace()
    place.daemon.turn()
    (early,) = broken_tickets(sandbox, 1)
    clock.move(minutes=20)  # OTRS was away for so long
    clock.set(**step)
    (late,) = broken_tickets(sandbox, 1)
    place.daemon.turn()
    assert {sandbox.state_of(early), sandbox.state_of(late)} == {"open"}


def test_the_hourly_cap_neither_blocks_nor_opens_when_the_clock_is_set_back(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace(caps=Caps(per_hour=4))
    ids = broken_tickets(sandbox, 6)
    place.daemon.turn()
    clock.set(days=-1)
    clock.move(seconds=15)
    place.daemon.turn()
    assert sum(sandbox.state_of(i) == "open" for i in ids) == 4
    clock.move(hours=1, seconds=1)
    place.daemon.turn()
    assert sum(sandbox.state_of(i) == "open" for i in ids) == 6


def test_no_step_of_a_turn_needs_another_ones_success(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace()
    (ticket_id,) = broken_tickets(sandbox, 1)
    driven: list[str] = []

    def broken(*_: object) -> None:
        raise RuntimeError("this one breaks")

    place.daemon.step("recovery").work = broken
    place.daemon.prepare = broken
    place.daemon.drive_jobs = lambda: driven.append("jobs")
    place.daemon._guarded_turn()
    assert sandbox.state_of(ticket_id) == "open"
    sandbox.faults.add(Fault(kind=FaultKind.SERVER_ERROR, operation="TicketSearch", times=None))
    for _ in range(4):
        clock.move(minutes=20)
        place.daemon._guarded_turn()
    assert driven == ["jobs"] * 5


@pytest.mark.parametrize("bad", [3, 7, 15])
def test_tickets_whose_writes_fail_do_not_starve_the_others(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock, bad: int
) -> None:
    place = workplace(workers=1)
    ids = broken_tickets(sandbox, bad + 20)
    for ticket_id in ids[:bad]:
        sandbox.faults.add(
            Fault(kind=FaultKind.SERVER_ERROR, operation="TicketUpdate", ticket_id=ticket_id, times=None)
        )
    for _ in range(3):
        place.daemon.turn()
        clock.move(seconds=15)
    assert [sandbox.state_of(i) for i in ids] == ["new"] * bad + ["open"] * 20


def test_what_was_not_tried_does_not_have_to_wait(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace(workers=1)
    ids = broken_tickets(sandbox, 12)
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation="TicketUpdate", times=None))
    place.daemon.turn()
    sandbox.faults.clear()
    clock.move(seconds=1)
    place.daemon.turn()
    assert sum(sandbox.state_of(i) == "open" for i in ids) == 12 - 3


def test_the_jobs_are_looked_at_at_their_times_of_day_in_the_operators_zone(workplace: MakeWorkplace) -> None:
    place = workplace()
    place.daemon.times_of_day = [(time(6, 30), "Asia/Kamchatka"), (time(23, 5), "Europe/Moscow")]
    alarms = place.daemon._alarms()
    assert [(str(one.at_time), str(one.at_time_zone)) for one in alarms.jobs] == [
        ("06:30:00", "Asia/Kamchatka"),
        ("23:05:00", "Europe/Moscow"),
    ]
    driven: list[str] = []
    place.daemon.drive_jobs = lambda: driven.append("jobs")
    alarms.run_all()
    assert driven == ["jobs", "jobs"]


@pytest.mark.parametrize("ahead", [{"minutes": 30}, {"hours": 26}, {"days": 400}], ids=str)
def test_tickets_dated_in_the_future_are_handled_like_any_other(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock, ahead: dict[str, float]
) -> None:
    place = workplace()
    clock.set(**ahead)
    late = broken_tickets(sandbox, 2)
    clock.set(**{unit: -span for unit, span in ahead.items()})
    ids = [*late, *broken_tickets(sandbox, 2)]
    assert place.sweep.run(ChangedWithin(minutes=60)).examined >= 4
    for _ in range(3):
        place.daemon._guarded_turn()
        clock.move(seconds=15)
    assert place.daemon.backoff() == 0
    assert {sandbox.state_of(i) for i in ids} == {"open"}
    assert place.daemon.turn().examined == 0, "and then they are quiet"


def test_log_and_history_name_the_same_turn(workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock) -> None:
    place = workplace()
    with capture_logs(processors=[merge_contextvars]) as logged:
        place.daemon._guarded_turn()
        broken_tickets(sandbox, 1)
        clock.move(seconds=15)
        place.daemon._guarded_turn()
    (run,) = place.outside.journal.runs()
    (turn,) = {line["turn"] for line in logged if line["event"] == "turn" and line["run"] == run.id}
    assert turn.endswith("-2")
    assert run.selection.endswith(f", ход {turn}")
