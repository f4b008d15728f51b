"""Drives the jobs in the daemon: whatever is due is run, what could not act is tried again later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from otrs_bridge.domain.pause import EVERYTHING
from otrs_bridge.errors import BridgeError, ExitCode, JournalUnusable
from otrs_bridge.ports.plans import HeldPlans
from otrs_bridge.service.jobs.occurrences import ActiveJob, Occurrence, owed
from otrs_bridge.service.jobs.run_job import JobRunner

log = structlog.get_logger(__name__)

REST = 15 * 60.0  # seconds, after a run that could not act, or left something undone


@dataclass(kw_only=True, slots=True)
class JobDriver:
    """Asked at every turn of the daemon; mostly nothing is due, and nothing begins any more once it is `stopping`.

    `plans` tells which plans people have approved meanwhile: they go first.
    `stopped`: the jobs whose last run a person has to look at (a refused feed, say), not just OTRS's or billing's absence.
    """

    runner: JobRunner
    plans: HeldPlans | None = None
    stopping: Callable[[], bool] = lambda: False
    _rests: dict[tuple[str, str], float] = field(default_factory=dict)
    stopped: frozenset[str] = frozenset()
    _paused: set[tuple[str, str, str]] = field(default_factory=set)

    def turn(self) -> None:
        """Run what is due. A job that fails or breaks is logged and rests; the others are run all the same."""
        self._look_again()
        self._let_go()
        for active in filter(self.runner.has_work, self.runner.active):
            try:
                self._drive(active)
            except BridgeError:  # the journal, which every other job would need as well
                raise
            except Exception as broken:  # one job that nobody foresaw to break must not keep the others from running
                log.exception("job broke", job=active.job.name, error=type(broken).__name__)

    def _look_again(self) -> None:
        if self.runner.pause_of(EVERYTHING):
            return
        try:
            self.runner.look_again()
        except JournalUnusable:
            raise
        except BridgeError as error:  # the next turn looks
            log.warning("not looked again", error=str(error))

    def _let_go(self) -> None:
        """Carry out what was approved. A plan that cannot go now rests, and so does its job: it would only ask again."""
        clock = self.runner.outside.clock
        for run in self.plans.approved() if self.plans else ():
            stored = self.runner.jobs.plan(run)
            if stored is None or self.stopping() or self._rests.get(("approved", str(run)), 0.0) > clock.monotonic():
                continue
            if self.runner.pause_of(stored.job):
                continue
            for name in (("approved", str(run)), (stored.job, stored.period)):
                self._rests[name] = clock.monotonic() + REST
            try:
                report = self.runner.approve(run)
            except JournalUnusable:
                raise
            except BridgeError as error:
                log.warning("approved plan not let go", run=run, job=stored.job, error=str(error))
            else:
                if report.objection is not None:
                    why = report.objection.en
                    log.warning("approved plan not let go", run=run, job=stored.job, error=why)
                else:
                    log.info("approved plan let go", approved=run, job=stored.job, run=report.run)

    def _drive(self, active: ActiveJob) -> None:
        clock, almanac = self.runner.outside.clock, self.runner.almanac
        now = clock.now().astimezone(almanac.rules.zone)
        for occurrence in list(owed([active], now, almanac, self.runner.jobs)):
            name = (occurrence.active.job.name, occurrence.period)
            if self._is_paused(*name):
                continue
            if not self.stopping() and self._rests.get(name, 0.0) <= clock.monotonic():
                self._rests[name] = clock.monotonic() + REST  # beforehand, for a run that breaks
                if self._run(occurrence):
                    del self._rests[name]
                else:
                    self._rests[name] = clock.monotonic() + REST

    def _is_paused(self, job: str, period: str) -> bool:
        """It stays due; of each pause the log tells once."""
        pause = self.runner.pause_of(job)
        if pause is None:
            return False
        told = (job, period, pause.since.isoformat())
        if told not in self._paused:
            self._paused.add(told)
            until = pause.until.isoformat()
            log.warning("job paused", job=job, period=period, until=until, who=pause.who, because=pause.because)
        return True

    def _run(self, occurrence: Occurrence) -> bool:
        job = occurrence.active.job.name
        try:
            report = self.runner.run(occurrence)
        except BridgeError as error:
            log.warning("job failed", job=job, period=occurrence.period, error=str(error))
            return False
        self.stopped -= {job}
        if report.objection is not None:
            self.stopped |= {job}
            log.warning("job stopped", job=job, period=occurrence.period, run=report.run, reason=report.objection.en)
        return report.exit_code is ExitCode.FINE
