"""Looks at a daemon and its journal for whoever watches it: health, and the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from otrs_bridge.domain.pause import Pause, pause_of
from otrs_bridge.domain.rule import Mode
from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.figures import DebtCounts, Figures
from otrs_bridge.ports.plans import HeldPlans
from otrs_bridge.service.daemon import Daemon
from otrs_bridge.service.health import GRACE, JobSeen, Part, Seen, health, lead, process
from otrs_bridge.service.jobs.occurrences import ActiveJob, Occurrence, last_occurrence, owed
from otrs_bridge.service.jobs.run_job import JobRunner
from otrs_bridge.service.leading import Leadership
from otrs_bridge.service.meters import Meters
from otrs_bridge.service.push.inbox import PushInbox
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbers:
    """What the journal counts now. `changes`: entries since the process began, by rule and state."""

    changes: Mapping[tuple[str, str], int]
    waiting: int
    unsettled: int
    pins: int
    debts: DebtCounts
    pauses: tuple[Pause, ...]
    held_plans: int
    good_jobs: Mapping[str, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Monitor:
    """Asked from other threads than the daemon's. `newest_entry`: the journal's last one when the process began.

    `inbox`: where pushes come in, None where none are to come. Whether they do makes nothing red: the poll is what counts.
    `leadership`: None where no other daemon can be beside this one.
    """

    daemon: Daemon
    runner: JobRunner
    plans: HeldPlans
    figures: Figures
    meters: Meters
    newest_entry: int
    inbox: PushInbox | None = None
    leadership: Leadership | None = None

    def process(self) -> tuple[Part, ...]:
        """Whether the process goes on, and whether it leads."""
        return (process(self._seen(())), *self._lead())

    def health(self) -> tuple[Part, ...]:
        """Everything that this process is to do: one that follows looks at no ticket and does no job."""
        try:
            found = health(self._seen(self._jobs()))
        except BridgeError as error:
            found = health(self._seen((), error.words))
        wanted = found if self.leads else [part for part in found if part.name in {"process", "database"}]
        return (*wanted, *self._lead())

    @property
    def leads(self) -> bool:
        """Whether this is the daemon that works."""
        return self.leadership is None or self.leadership.epoch > 0

    def _lead(self) -> tuple[Part, ...]:
        return (
            ()
            if self.leadership is None
            else (lead(self.leadership.leader, self.runner.almanac.rules.zone, leads=self.leads),)
        )

    def numbers(self) -> Numbers:
        """Raises JournalUnusable."""
        journal, now = self.daemon.outside.journal, self.now
        return Numbers(
            changes=self.figures.changes_beyond(self.newest_entry),
            waiting=self.figures.waiting(),
            unsettled=self.figures.unsettled(),
            pins=self.figures.pins(),
            debts=self.figures.debts(now),
            pauses=tuple(journal.pauses.in_force(now)),
            held_plans=len(self.plans.waiting()),
            good_jobs=self.figures.good_jobs(),
        )

    @property
    def now(self) -> datetime:
        """The moment."""
        return self.daemon.outside.clock.now()

    def _seen(self, jobs: Sequence[JobSeen], wrong: Words | None = None) -> Seen:
        poll = self.daemon.step("poll")
        error = poll.error
        said = error.words if isinstance(error, BridgeError) else Words.alike(type(error).__name__) if error else None
        return Seen(
            now=self.now,
            started_at=self.meters.started_at,
            poll_seconds=self.daemon.poll_seconds,
            idle=timedelta(seconds=self.meters.idle_seconds),
            answered_at=self.meters.answered_at,
            polled_at=poll.worked_at,
            poll_error=said,
            database_error=wrong,
            jobs=tuple(jobs),
        )

    def _jobs(self) -> list[JobSeen]:
        pauses, good = self.daemon.outside.journal.pauses.in_force(self.now), self.figures.good_jobs()
        wanted = [one for one in self.runner.active if one.mode is not Mode.OFF and self.runner.has_work(one)]
        return [
            JobSeen(
                name=active.job.name,
                due_at=self._due_at(active),
                is_owed=any(owed([active], self._local, self.runner.almanac, self.runner.jobs)),
                good_at=good.get(active.job.name),
                is_paused=pause_of(active.job.name, pauses) is not None,
            )
            for active in wanted
        ]

    @property
    def _local(self) -> datetime:
        return self.now.astimezone(self.runner.almanac.rules.zone)

    def _due_at(self, active: ActiveJob) -> datetime | None:
        """When the newest occurrence was due that should be done by now."""
        latest = self._local - GRACE
        day = latest.date() if latest.timetz().replace(tzinfo=None) >= active.at else latest.date() - timedelta(days=1)
        found = last_occurrence(active, day, self.runner.almanac)
        if not isinstance(found, Occurrence):
            return None
        return datetime.combine(found.day, active.at, latest.tzinfo)
