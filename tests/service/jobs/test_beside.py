"""A job that takes long keeps nobody from anything, and is never begun twice."""

from __future__ import annotations

import threading
from contextlib import closing

import pytest
import structlog

from otrs_bridge.service.jobs.beside import Beside
from tests.service.conftest import MakeWorkplace


class Job:
    """Works until it is let go, at the latest at the end of the `with`."""

    def __init__(self) -> None:
        self.begun = 0
        self.go = threading.Event()

    def work(self) -> None:
        self.begun += 1
        self.go.wait()

    def __enter__(self) -> Job:
        return self

    def __exit__(self, *_: object) -> None:
        self.go.set()


@pytest.fixture
def job() -> Job:
    return Job()


def test_a_short_one_is_done_when_the_turn_ends(job: Job) -> None:
    job.go.set()
    with closing(Beside(job.work, patience=60)) as beside, job:
        beside.turn()
        beside.turn()
    assert job.begun == 2


def test_a_long_one_goes_on_over_turns_and_is_begun_once(job: Job) -> None:
    with closing(Beside(job.work, patience=0)) as beside, job:
        for _ in range(3):
            beside.turn()
        assert job.begun == 1
    assert job.begun == 1


def test_what_breaks_it_comes_out_of_a_turn_and_the_next_one_begins_anew() -> None:
    def broken() -> None:
        raise OSError("no billing")

    with closing(Beside(broken, patience=60)) as beside:
        for _ in range(2):
            with pytest.raises(OSError, match="no billing"):
                beside.turn()


def test_its_log_lines_name_the_turn_that_began_it() -> None:
    seen: list[object] = []
    jobs = Beside(lambda: seen.append(structlog.contextvars.get_contextvars()), patience=60)
    with closing(jobs), structlog.contextvars.bound_contextvars(turn="t-1"):
        jobs.turn()
    assert seen == [{"turn": "t-1"}]


def test_the_poll_has_its_turns_while_a_job_is_at_work(workplace: MakeWorkplace, job: Job) -> None:
    place = workplace(workers=1)
    place.sandbox.add_ticket("Старая заявка")
    with closing(Beside(job.work, patience=0)) as beside, job:
        place.daemon.drive_jobs = beside.turn
        place.daemon._guarded_turn()
        place.clock.move(seconds=20)
        late = place.sandbox.add_ticket("Нет связи", state="new")
        place.daemon._guarded_turn()
        assert place.sandbox.state_of(late.ticket_id) == "open"
        assert job.begun == 1
        assert all(step.error is None for step in place.daemon.steps)
