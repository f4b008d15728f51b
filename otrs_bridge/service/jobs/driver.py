"""Drives the jobs in the daemon: whatever is due is run, what could not act is tried again later."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from otrs_bridge.errors import BridgeError
from otrs_bridge.service.jobs.occurrences import ActiveJob, Occurrence, owed
from otrs_bridge.service.jobs.run_job import JobRunner

log = structlog.get_logger(__name__)

REST = timedelta(minutes=15)  # after a run that could not act, or left something undone


@dataclass(kw_only=True, slots=True)
class JobDriver:
    """Asked at every turn of the daemon; mostly nothing is due."""

    runner: JobRunner
    _rests: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def turn(self) -> None:
        """Run what is due. A job that fails or breaks is logged and rests; the others are run all the same."""
        for active in self.runner.active:
            try:
                self._drive(active)
            except BridgeError:  # the journal, which every other job would need as well
                raise
            except Exception as broken:  # one job that nobody foresaw to break must not keep the others from running
                log.exception("job broke", job=active.job.name, error=type(broken).__name__)

    def _drive(self, active: ActiveJob) -> None:
        clock, almanac = self.runner.outside.clock, self.runner.almanac
        now = clock.now()
        for occurrence in list(owed([active], now.astimezone(almanac.rules.zone), almanac, self.runner.jobs)):
            name = (occurrence.active.job.name, occurrence.period)
            if self._rests.get(name, now) <= now:
                self._rests[name] = now + REST  # beforehand, for a run that breaks
                if self._run(occurrence):
                    del self._rests[name]
                else:
                    self._rests[name] = clock.now() + REST

    def _run(self, occurrence: Occurrence) -> bool:
        job = occurrence.active.job.name
        try:
            report = self.runner.run(occurrence)
        except BridgeError as error:
            log.warning("job failed", job=job, period=occurrence.period, error=str(error))
            return False
        if report.objection is not None:
            log.warning("job stopped", job=job, period=occurrence.period, run=report.run, reason=report.objection.en)
        return not report.needs_a_person
