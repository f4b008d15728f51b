"""The jobs at a glance: the last good run of each, when it is due next, and whether it is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from otrs_bridge.domain.billing.working_calendar import UnknownYear
from otrs_bridge.domain.rule import Mode
from otrs_bridge.ports.insight import Insight
from otrs_bridge.ports.jobs import JobRun
from otrs_bridge.service.jobs.occurrences import ActiveJob, Occurrence, next_occurrence, owed
from otrs_bridge.service.jobs.run_job import JobRunner
from otrs_bridge.words import Words

LATE = timedelta(hours=1)  # after its time of day


@dataclass(frozen=True, kw_only=True, slots=True)
class JobRow:
    """One job. `last` is its last good run; `why` says why nothing is known of the next day."""

    active: ActiveJob
    last: JobRun | None
    next_day: date | None
    why: Words | None
    overdue: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class JobBoard:
    """Asks the journal and the calendar only."""

    runner: JobRunner
    insight: Insight

    def rows(self) -> Sequence[JobRow]:
        """Every job, in the order of the list."""
        almanac, jobs = self.runner.almanac, self.runner.jobs
        now = self.runner.outside.clock.now().astimezone(almanac.rules.zone)
        done = self.insight.last_done()
        rows = []
        for active in self.runner.active:
            found = next_occurrence(active, now.date(), almanac)
            late = (_began(one, now) + LATE < now for one in owed([active], now, almanac, jobs))
            rows.append(
                JobRow(
                    active=active,
                    last=done.get(active.job.name),
                    next_day=found.day if isinstance(found, Occurrence) else None,
                    why=found.words if isinstance(found, UnknownYear) else None,
                    overdue=active.mode is not Mode.OFF and self.runner.has_work(active) and any(late),
                )
            )
        return rows


def _began(occurrence: Occurrence, now: datetime) -> datetime:
    return datetime.combine(occurrence.day, occurrence.active.at, now.tzinfo)
