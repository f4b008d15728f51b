"""A dry run shows exactly what the run of the same command would do; a plan shows another day."""

from __future__ import annotations

from datetime import date

import pytest

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.rule import Mode
from otrs_bridge.errors import UsageMistake
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.conftest import INTERNET, Make, moscow, ours, set_clock
from tests.service.jobs.memory_billing import MemoryBilling

TELEPHONY = "telephony_disconnection"


def named(report: Report) -> list[str]:
    """The contracts whose tickets it speaks of."""
    return sorted(line.new.split()[2] for line in report.lines)


def test_a_dry_run_of_an_earlier_day_shows_whom_the_run_cuts_off_now(
    bridge: Make, sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling
) -> None:
    billing.accounts.clear()
    billing.debtor("Ф-20001", "telephony", charged=moscow("2025-10-31T00:00"))
    billing.debtor("Ф-20002", "telephony", charged=moscow("2025-11-30T00:00"))
    set_clock(clock, "2026-01-20T10:00")
    runner = bridge().runner
    active, earlier = runner.named(TELEPHONY), date(2025, 12, 1)
    assert named(runner.plan(active, earlier)) == ["Ф-20001"], "as it would have looked then"
    occurrence = runner.occurrence(active, earlier)
    shown = runner.preview(occurrence)
    assert not ours(sandbox)
    assert not runner.outside.journal.runs(), "looking leaves no trace"
    done = runner.run(occurrence)
    assert named(shown) == named(done) == sorted(ours(sandbox)) == ["Ф-20001", "Ф-20002"]
    assert {line.outcome for line in shown.lines} == {Outcome.PLANNED}


def test_a_dry_run_of_a_job_that_observes_shows_that_it_observes(bridge: Make, sandbox: Sandbox) -> None:
    runner = bridge(modes={INTERNET: Mode.OBSERVE}).runner
    occurrence = runner.occurrence(runner.named(INTERNET), None)
    shown, done = runner.preview(occurrence), runner.run(occurrence)
    assert shown.lines == done.lines
    assert {line.outcome for line in done.lines} == {Outcome.OBSERVED}
    assert not ours(sandbox)


def test_what_may_not_be_run_is_not_shown_as_if_it_might(bridge: Make) -> None:
    runner = bridge(modes={INTERNET: Mode.OFF}).runner
    occurrence = runner.occurrence(runner.named(INTERNET), None)
    with pytest.raises(UsageMistake, match="is off"):
        runner.preview(occurrence)
    assert runner.plan(runner.named(INTERNET)).lines, "a plan rehearses a job before it is switched on"
