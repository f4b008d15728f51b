"""service/push/worker.py: what OTRS tells of is put right at once, once, and the poll remains the truth."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from otrs_bridge.domain.caps import Caps
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.push.inbox import PushInbox, PushOutcome
from otrs_bridge.service.push.worker import WATERMARK, PushWorker
from otrs_bridge.service.sweep import Sweep
from tests.service.conftest import MakeWorkplace, MovableClock, Workplace
from tests.service.push.test_inbox import told
from tests.service.test_sweep import broken_tickets


@pytest.fixture(autouse=True)
def _some_ticket(sandbox: Sandbox) -> None:
    """An OTRS that shows no ticket at all is not believed."""
    sandbox.add_ticket("Решено", state="closed successful", customer_user="иванов", customer_id="Ф-10482")


@pytest.fixture
def place(workplace: MakeWorkplace) -> Workplace:
    return workplace()


@pytest.fixture
def worker(place: Workplace) -> PushWorker:
    return worker_at(place)


def worker_at(place: Workplace) -> PushWorker:
    gateway = Gateway(place.outside, place.judge, language="ru", stopping=place.stop.is_set)
    return PushWorker(
        outside=place.outside,
        inbox=PushInbox(place.clock),
        looking=place.daemon.looking,
        sweep=Sweep(place.outside, place.judge, gateway, place.daemon.caps),
        stopping=place.stop.is_set,
    )


def push(worker: PushWorker, clock: MovableClock, *ids: int) -> None:
    for ticket_id in ids:
        worker.inbox.take_in(told(ticket_id))
    clock.move(seconds=1)


def test_a_ticket_is_put_right_without_waiting_for_the_poll(
    worker: PushWorker, sandbox: Sandbox, clock: MovableClock
) -> None:
    (ticket_id,) = broken_tickets(sandbox, 1)
    push(worker, clock, ticket_id)
    report = worker.look()
    assert report is not None
    assert sandbox.state_of(ticket_id) == "open"
    assert worker.inbox.lag.seconds == pytest.approx(1.0)


def test_the_poll_finds_nothing_more_to_do_and_looks_once_more_itself(
    place: Workplace, worker: PushWorker, sandbox: Sandbox, clock: MovableClock
) -> None:
    ids = broken_tickets(sandbox, 5)
    push(worker, clock, *ids)
    worker.look()
    clock.move(seconds=15)
    report = place.daemon.turn()
    assert (report.examined, report.counts["changed_tickets"]) == (6, 0)


def test_a_push_that_never_came_costs_nothing_but_time(
    place: Workplace, worker: PushWorker, sandbox: Sandbox, clock: MovableClock
) -> None:
    told_of, lost = broken_tickets(sandbox, 2)
    push(worker, clock, told_of)
    worker.look()
    assert sandbox.state_of(lost) == "new"
    place.daemon.turn()
    assert sandbox.state_of(lost) == "open"


def test_replays_write_nothing_a_second_time(worker: PushWorker, sandbox: Sandbox, clock: MovableClock) -> None:
    (ticket_id,) = broken_tickets(sandbox, 1)
    for _ in range(5):
        push(worker, clock, ticket_id, ticket_id)
        clock.move(seconds=5)
        worker.look()
    assert len(worker.outside.journal.runs()) == 1
    assert len({entry.field for entry in worker.outside.journal.entries()}) == len(worker.outside.journal.entries())


def test_an_unknown_ticket_is_harmless_and_the_others_are_put_right(
    worker: PushWorker, sandbox: Sandbox, clock: MovableClock
) -> None:
    (ticket_id,) = broken_tickets(sandbox, 1)
    push(worker, clock, 123_456, ticket_id)
    worker.look()
    assert sandbox.state_of(ticket_id) == "open"
    assert worker.inbox.take_in(told(123_456)) is PushOutcome.UNKNOWN


def test_while_otrs_is_away_they_wait_and_nothing_is_lost(
    place: Workplace, worker: PushWorker, sandbox: Sandbox, clock: MovableClock
) -> None:
    (ticket_id,) = broken_tickets(sandbox, 1)
    push(worker, clock, ticket_id)
    sandbox.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation="TicketGet", times=50))
    worker.step.attempt(clock, place.stop.is_set)
    assert (worker.step.failures, worker.inbox.waiting) == (1, 1)
    sandbox.faults.clear()
    clock.move(minutes=5)
    worker.step.attempt(clock, place.stop.is_set)
    assert (worker.step.failures, worker.inbox.waiting) == (0, 0)
    assert sandbox.state_of(ticket_id) == "open"


def test_the_hourly_cap_counts_poll_and_pushes_together(
    workplace: MakeWorkplace, sandbox: Sandbox, clock: MovableClock
) -> None:
    place = workplace(caps=Caps(per_hour=3, max_share=1.0))
    worker = worker_at(place)
    ids = broken_tickets(sandbox, 4)
    push(worker, clock, *ids[:2])
    worker.look()
    place.daemon.turn()
    assert sum(sandbox.state_of(i) == "open" for i in ids) == 3


def test_log_history_and_doctor_learn_which_push_it_was(
    worker: PushWorker, sandbox: Sandbox, clock: MovableClock
) -> None:
    push(worker, clock, *broken_tickets(sandbox, 2))
    with capture_logs() as logs:
        worker.look()
    (line,) = [line for line in logs if line["event"] == "push"]
    assert (line["pushed"], line["changed_tickets"]) == (2, 2)
    (run,) = worker.outside.journal.runs()
    assert worker.names.name in run.selection
    assert worker.outside.journal.watermark(WATERMARK) == worker.inbox.received_at


def test_its_thread_looks_by_itself_and_ends_when_it_is_told(worker: PushWorker, sandbox: Sandbox) -> None:
    (ticket_id,) = broken_tickets(sandbox, 1)
    push(worker, worker.outside.clock, ticket_id)  # type: ignore[arg-type]  # the movable one, as everywhere here
    ended: list[int] = []
    attempt = worker.step.work

    def once() -> None:
        attempt()
        ended.append(1)
        worker.end()

    worker.step.work = once
    worker.run()
    assert ended == [1]
    assert sandbox.state_of(ticket_id) == "open"
