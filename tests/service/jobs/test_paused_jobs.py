"""A paused job does not run, says so, and is run when the pause is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from otrs_bridge.domain.pause import EVERYTHING, Pause
from otrs_bridge.domain.rule import Mode
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.jobs.driver import JobDriver
from tests.service.conftest import MovableClock
from tests.service.jobs.bridges import JobBridge
from tests.service.jobs.conftest import INTERNET, Make, ours

ONLY = dict.fromkeys(("telephony_disconnection", "debt_sync", "reminders", "cleanup"), Mode.OFF)


def pause(here: JobBridge, name: str) -> None:
    now = here.clock.now()
    made = Pause(name=name, who="анна", because="платежи задерживаются", since=now, until=now + timedelta(hours=5))
    here.runner.outside.journal.pauses.begin(made)


@pytest.mark.parametrize("name", [INTERNET, EVERYTHING])
def test_a_paused_job_does_not_run_by_hand_and_says_why(bridge: Make, sandbox: Sandbox, name: str) -> None:
    here = bridge(modes=ONLY)
    pause(here, name)
    report = here.run(INTERNET)
    assert report.objection is not None
    assert "платежи задерживаются" in report.objection.ru
    assert "анна" in report.objection.en
    assert report.needs_a_person
    assert ours(sandbox) == {}
    assert here.jobs.job_run(INTERNET, "2025-12") is None


def test_the_daemon_leaves_it_due_and_runs_it_when_the_pause_is_over(
    bridge: Make, sandbox: Sandbox, clock: MovableClock
) -> None:
    here = bridge(modes=ONLY)
    pause(here, INTERNET)
    driver = JobDriver(runner=here.runner)
    with capture_logs() as logged:
        for _ in range(3):
            driver.turn()
            clock.move(minutes=20)
    assert [line["job"] for line in logged if line["event"] == "job paused"] == [INTERNET]
    assert ours(sandbox) == {}
    clock.move(hours=5)
    driver.turn()
    assert set(ours(sandbox)) == {"Ф-10000", "Ф-10001", "Ф-10002"}


def test_a_dry_run_shows_what_would_be_done_and_that_it_is_paused(bridge: Make) -> None:
    here = bridge(modes=ONLY)
    pause(here, INTERNET)
    active = here.runner.named(INTERNET)
    report = here.runner.preview(here.runner.occurrence(active, None))
    assert len(report.lines) == 3
    assert [one.name for one in report.pauses] == [INTERNET]


def test_a_plan_of_a_paused_job_cannot_be_approved(bridge: Make, sandbox: Sandbox) -> None:
    from otrs_bridge.domain.billing.billing_caps import BillingCaps

    here = bridge(modes=ONLY, caps=BillingCaps(max_tickets=1, max_share=1))  # type: ignore[arg-type] # a whole number is a fraction
    held = here.run(INTERNET)
    pause(here, INTERNET)
    assert here.runner.approve(held.run).objection is not None
    assert ours(sandbox) == {}


def test_a_job_that_is_paused_in_the_middle_stays_due(bridge: Make, sandbox: Sandbox, clock: MovableClock) -> None:
    here = bridge(modes=ONLY)
    looks: list[int] = []

    def look() -> bool:
        looks.append(1)
        if len(looks) == 2:
            pause(here, INTERNET)
        return here.runner.held_back

    here.gateway.stopping = look
    here.run(INTERNET)
    known = here.jobs.job_run(INTERNET, "2025-12")
    assert known is not None
    assert known.state == "refused"
    here.runner.outside.journal.pauses.lift(INTERNET, by="анна", at=clock.now())
    clock.move(minutes=20)
    here.run(INTERNET)
    assert set(ours(sandbox)) == {"Ф-10000", "Ф-10001", "Ф-10002"}
