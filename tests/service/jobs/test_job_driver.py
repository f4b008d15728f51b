"""service/jobs/driver.py: what is due is run, and what could not act rests and is tried again."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from typing import NoReturn

from structlog.testing import capture_logs

from otrs_bridge.journal.database import open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.jobs.driver import JobDriver
from tests.service.conftest import MovableClock
from tests.service.jobs.bridges import make_bridge
from tests.service.jobs.conftest import moscow, ours, set_clock
from tests.service.jobs.memory_billing import MemoryBilling


def test_a_job_that_cannot_act_rests_and_is_done_when_billing_is_back(sandbox: Sandbox, clock: MovableClock) -> None:
    set_clock(clock, "2025-12-01T07:00")
    sandbox.add_ticket("Обычная заявка")
    billing = MemoryBilling(clock=clock, broken=True)
    billing.debtor("Ф-10000", charged=moscow("2025-12-01T00:00"))
    connection = OtrsConnection(url=sandbox.base_url, user=sandbox.user, password=sandbox.password, timeout=5.0)
    with ExitStack() as closing:
        database = open_database("sqlite://")
        closing.callback(database.close)
        here = make_bridge(database, connection, clock, billing, closing)
        driver = JobDriver(runner=here.runner)
        driver.turn()
        known = here.jobs.job_run("internet_suspension", "2025-12")
        assert known is not None
        assert (known.state, "биллинга недоступна" in known.said) == ("refused", True)
        cleanup = here.jobs.job_run("cleanup", "2025-12-01")
        assert cleanup is not None
        assert cleanup.state == "done", "one job's trouble is not another's"
        runs = len(here.runner.outside.journal.runs())
        billing.broken = False
        clock.move(minutes=5)
        driver.turn()
        assert len(here.runner.outside.journal.runs()) == runs, "it rests"
        assert not ours(sandbox)
        clock.move(minutes=11)
        driver.turn()
        assert set(ours(sandbox)) == {"Ф-10000"}
        known = here.jobs.job_run("internet_suspension", "2025-12")
        assert known is not None
        assert known.state == "done"


def test_a_job_that_breaks_keeps_no_other_from_running_and_stays_due(sandbox: Sandbox, clock: MovableClock) -> None:
    set_clock(clock, "2025-12-01T07:00")
    sandbox.add_ticket("Обычная заявка")
    billing = MemoryBilling(clock=clock)
    billing.debtor("Ф-10000", charged=moscow("2025-12-01T00:00"))
    sound = billing.contract
    billing.contract = broken  # type: ignore[method-assign] # the source itself breaks
    connection = OtrsConnection(url=sandbox.base_url, user=sandbox.user, password=sandbox.password, timeout=5.0)
    with ExitStack() as closing:
        database = open_database("sqlite://")
        closing.callback(database.close)
        here = make_bridge(database, connection, clock, billing, closing)
        driver = JobDriver(runner=here.runner)
        with capture_logs() as logged:
            driver.turn()
        known = here.jobs.job_run("internet_suspension", "2025-12")
        assert known is not None
        assert (known.state, "ZeroDivisionError" in known.said) == ("refused", True)
        assert "a secret" not in known.said
        cleanup = here.jobs.job_run("cleanup", "2025-12-01")
        assert cleanup is not None
        assert cleanup.state == "done"
        broke = [(one["job"], one["error"]) for one in logged if one["event"] == "job broke"]
        assert broke == [("internet_suspension", "ZeroDivisionError")]
        billing.contract = sound  # type: ignore[method-assign] # mended again
        clock.move(minutes=5)
        driver.turn()
        assert not ours(sandbox), "it rests"
        clock.move(minutes=11)
        driver.turn()
        assert set(ours(sandbox)) == {"Ф-10000"}


def test_a_job_that_does_not_even_know_when_it_is_due_keeps_no_other_from_running(
    sandbox: Sandbox, clock: MovableClock
) -> None:
    set_clock(clock, "2025-12-01T07:00")
    sandbox.add_ticket("Обычная заявка")
    billing = MemoryBilling(clock=clock)
    billing.debtor("Ф-10000", charged=moscow("2025-12-01T00:00"))
    connection = OtrsConnection(url=sandbox.base_url, user=sandbox.user, password=sandbox.password, timeout=5.0)
    with ExitStack() as closing:
        database = open_database("sqlite://")
        closing.callback(database.close)
        here = make_bridge(database, connection, clock, billing, closing)
        first, *others = here.runner.active
        puzzled = replace(first, job=replace(first.job, name="puzzled", due=lambda *_: broken("")))
        here.runner.active = [puzzled, first, *others]
        JobDriver(runner=here.runner).turn()
        assert set(ours(sandbox)) == {"Ф-10000"}


def broken(contract: str) -> NoReturn:
    """What nobody foresaw."""
    raise ZeroDivisionError(f"a secret in {contract}")


def test_a_job_that_has_nothing_to_work_on_is_not_due(sandbox: Sandbox, clock: MovableClock) -> None:
    set_clock(clock, "2025-12-01T07:00")
    sandbox.add_ticket("Обычная заявка")
    connection = OtrsConnection(url=sandbox.base_url, user=sandbox.user, password=sandbox.password, timeout=5.0)
    with ExitStack() as closing:
        database = open_database("sqlite://")
        closing.callback(database.close)
        here = make_bridge(database, connection, clock, None, closing)
        with capture_logs() as logged:
            JobDriver(runner=here.runner).turn()
        assert [line for line in logged if line["log_level"] == "warning"] == []
        assert [run.job for run in here.jobs.job_runs(limit=10)] == ["cleanup"]


def test_nothing_begins_once_the_bridge_is_being_stopped(sandbox: Sandbox, clock: MovableClock) -> None:
    set_clock(clock, "2025-12-01T07:00")
    connection = OtrsConnection(url=sandbox.base_url, user=sandbox.user, password=sandbox.password, timeout=5.0)
    with ExitStack() as closing:
        database = open_database("sqlite://")
        closing.callback(database.close)
        here = make_bridge(database, connection, clock, MemoryBilling(clock=clock), closing)
        JobDriver(runner=here.runner, stopping=lambda: True).turn()
        assert list(here.jobs.job_runs(limit=10)) == []
