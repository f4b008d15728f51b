"""When jobs are due: the occurrence that a day belongs to, and what is still owed after the bridge was down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from otrs_bridge.domain.billing.period import parse_period
from otrs_bridge.domain.billing.working_calendar import UnknownYear
from otrs_bridge.domain.job import Almanac, Job
from otrs_bridge.domain.rule import Mode
from otrs_bridge.ports.jobs import JobJournal

LOOK_BACK = 31  # days: a job of the month that was missed is run as long as its month lasts
FINISHED = frozenset({"done", "held"})


@dataclass(frozen=True, kw_only=True, slots=True)
class ActiveJob:
    """A job as this operator runs it: `at` is the time of day from which it runs."""

    job: Job
    mode: Mode
    at: time


@dataclass(frozen=True, kw_only=True, slots=True)
class Occurrence:
    """A job on a day: `period` names it in the journal."""

    active: ActiveJob
    period: str
    day: date

    @property
    def is_of_the_month(self) -> bool:
        """Whether it comes once a month, and not once a day."""
        return parse_period(self.period) is not None


def occurrence_on(active: ActiveJob, day: date, almanac: Almanac) -> Occurrence | UnknownYear | None:
    """The occurrence on exactly this day."""
    due = active.job.due(day, almanac)
    if due is None or isinstance(due, UnknownYear):
        return due
    return Occurrence(active=active, period=due, day=day)


def last_occurrence(active: ActiveJob, day: date, almanac: Almanac) -> Occurrence | UnknownYear | None:
    """The newest occurrence on this day or before it."""
    for back in range(LOOK_BACK + 1):
        found = occurrence_on(active, day - timedelta(days=back), almanac)
        if found is not None:
            return found
    return None


def next_occurrence(active: ActiveJob, day: date, almanac: Almanac) -> Occurrence | UnknownYear | None:
    """The first occurrence behind this day."""
    for ahead in range(1, 2 * LOOK_BACK):
        found = occurrence_on(active, day + timedelta(days=ahead), almanac)
        if found is not None:
            return found
    return None


def owed(active: Sequence[ActiveJob], now: datetime, almanac: Almanac, journal: JobJournal) -> Iterator[Occurrence]:
    """What is due now: of each job the newest occurrence of the month and the newest of a day, unless they are done.

    `now` in the operator's zone. What was missed more than once is owed once: its newest run sees what the older
    ones would have seen.
    """
    for one in active:
        if one.mode is Mode.OFF:
            continue
        for of_the_month in (True, False):
            newest = _newest(one, now, almanac, of_the_month=of_the_month)
            if newest is not None:
                known = journal.job_run(one.job.name, newest.period)
                if known is None or known.state not in FINISHED:
                    yield newest


def _newest(active: ActiveJob, now: datetime, almanac: Almanac, *, of_the_month: bool) -> Occurrence | None:
    today = now.date()
    for back in range(LOOK_BACK + 1 if of_the_month else 1):
        day = today - timedelta(days=back)
        if day.month != today.month:
            return None  # the month that begins sees everything that the one before would have seen
        if day == today and now.timetz().replace(tzinfo=None) < active.at:
            continue
        found = occurrence_on(active, day, almanac)
        if isinstance(found, Occurrence) and found.is_of_the_month is of_the_month:
            return found
    return None
