"""One run of one job: claim → decide → guard → plan → gateway → report. The same way for the daemon and by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal, assert_never

import structlog

from otrs_bridge.domain.billing.period import day_at
from otrs_bridge.domain.billing.working_calendar import UnknownYear
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import Almanac, DebtJob, Job, ReminderJob, SweepJob
from otrs_bridge.domain.pause import EVERYTHING, Pause, pause_of, told
from otrs_bridge.domain.report import Report, Tell
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.selection import OpenTickets
from otrs_bridge.errors import BridgeError, ConfigMistake, ExitCode, UsageMistake
from otrs_bridge.ports.billing import NO_BILLING, FeedSize
from otrs_bridge.ports.jobs import JobJournal, JobRun, JobRunState, StoredPlan
from otrs_bridge.service.debts.work import DebtWork
from otrs_bridge.service.jobs.debt_run import LEASE, DebtRun, Done
from otrs_bridge.service.jobs.occurrences import ActiveJob, Occurrence, last_occurrence
from otrs_bridge.service.jobs.reminding import Reminding
from otrs_bridge.service.outside import Outside
from otrs_bridge.service.sweep import Sweep
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

_Work = Callable[[int], Done]
PingEvent = Literal["start", "success", "fail"]
IN_HAND = Words(ru="этот запуск сейчас выполняет другой мост", en="another bridge is doing this run right now")


@dataclass(frozen=True, kw_only=True, slots=True)
class SweepRun:
    """All open tickets by the field rules; `tell` takes the lines as they come."""

    sweep: Sweep
    tell: Tell | None

    def rehearsed(self, _outcome: Outcome) -> Report:
        """What it would change; the rules' own modes say what comes of it."""
        return self.sweep.run(OpenTickets(), tell=self.tell)

    def carry_out(self, _run: int, *, enforced: bool) -> Done:
        """The sweep, with a run of its own."""
        report = self.sweep.run(OpenTickets(), apply=enforced, tell=self.tell)
        return ("refused" if report.objection else "done"), report, None


@dataclass(kw_only=True, slots=True)
class JobRunner:
    """Runs jobs. `debts` is None where no billing source is configured.

    `tell`: takes a sweep's lines as they come; otherwise its report keeps them. `at_work`: the job in hand, if any.
    `ping` is told of every run.
    """

    outside: Outside
    jobs: JobJournal
    active: Sequence[ActiveJob]
    almanac: Almanac
    sweep: Sweep
    debts: DebtWork | None
    tell: Tell | None = None
    ping: Callable[[str, PingEvent], None] = lambda _job, _event: None
    at_work: list[str] = field(default_factory=list)

    def pause_of(self, name: str) -> Pause | None:
        """The pause that a job is under now; of everything, where none is named."""
        return pause_of(name or EVERYTHING, self.outside.journal.pauses.in_force(self.outside.clock.now()))

    @property
    def held_back(self) -> bool:
        """Whether the job in hand was paused meanwhile: it opens nothing more then, and stays due."""
        return any(self.pause_of(name) for name in self.at_work)

    def paused(self, pause: Pause) -> Words:
        """What is said of a job that does not run."""
        return told(pause, f"{pause.until.astimezone(self.almanac.rules.zone):%Y-%m-%d %H:%M %Z}")

    def named(self, name: str) -> ActiveJob:
        """The job of this name. Raises UsageMistake."""
        for one in self.active:
            if one.job.name == name:
                return one
        known = ", ".join(one.job.name for one in self.active)
        raise UsageMistake(
            Words(ru=f"Задания «{name}» нет; есть: {known}.", en=f"There is no job {name!r}; the jobs are: {known}.")
        )

    def has_work(self, active: ActiveJob) -> bool:
        """Whether there is anything for the job to work on: without billing nothing is known of debts."""
        return self.debts is not None or isinstance(active.job, SweepJob)

    def occurrence(self, active: ActiveJob, day: date | None) -> Occurrence:
        """The newest occurrence up to this day (None: today). Raises UsageMistake when there is none."""
        today = self._today()
        found = last_occurrence(active, day or today, self.almanac)
        if isinstance(found, UnknownYear):
            words = found.words
            raise UsageMistake(Words(ru=f"{active.job.name}: {words.ru}.", en=f"{active.job.name}: {words.en}."))
        if found is None:
            raise UsageMistake(
                Words(
                    ru=f"{active.job.name}: за месяц до {day or today} нет ни одного дня, на который приходится запуск.",
                    en=f"{active.job.name} is due on no day of the month before {day or today}.",
                )
            )
        return found

    def plan(self, active: ActiveJob, day: date | None = None) -> Report:
        """What a run on this day would do, as it would have looked then. Nothing is written, not even to the journal."""
        occurrence = self.occurrence(active, day)  # a day for which nothing could ever run is refused here
        return self._rehearsed(occurrence, self._moment(day), Outcome.PLANNED)

    def preview(self, occurrence: Occurrence) -> Report:
        """What `run` would do now. Nothing is written. Raises UsageMistake as `run` does."""
        _refuse_what_is_off(occurrence.active)
        outcome = Outcome.PLANNED if occurrence.active.mode is Mode.ENFORCE else Outcome.OBSERVED
        return self._rehearsed(occurrence, self.outside.clock.now(), outcome)

    def _rehearsed(self, occurrence: Occurrence, moment: datetime, outcome: Outcome) -> Report:
        began = self.outside.clock.monotonic()
        report = self._kind(occurrence, moment).rehearsed(outcome)
        pause = self.pause_of(occurrence.active.job.name)
        pauses = report.pauses or ((pause,) if pause else ())
        return replace(report, seconds=self.outside.clock.monotonic() - began, pauses=pauses)

    def run(self, occurrence: Occurrence) -> Report:
        """Carry an occurrence out, once: a run that is done already finds nothing left to do.

        Raises UsageMistake for a job that is not enforced, and BridgeError when it cannot act: it stays due then.
        """
        _refuse_what_is_off(occurrence.active)
        if not self.has_work(occurrence.active):
            self.demand_billing()
        if pause := self.pause_of(occurrence.active.job.name):
            return Report(objection=self.paused(pause))
        claim = self._claim(occurrence)
        if claim is None:
            return Report(objection=IN_HAND)
        enforced, clock = occurrence.active.mode is Mode.ENFORCE, self.outside.clock
        return self._closed(claim, lambda run: self._kind(occurrence, clock.now()).carry_out(run, enforced=enforced))

    def look_again(self) -> None:
        """Close the twins of tickets whose create had to be sent again. Mostly there is nothing to look for."""
        if self.debts is None or not self.debts.copies.watched:
            return
        journal, clock = self.outside.journal, self.outside.clock
        run = journal.start_run("job", at=clock.now(), selection="look again")
        for _ in self.debts.copies.look_again(run):
            pass  # the closing tells of itself in the log
        journal.finish_run(run, at=clock.now(), summary=Report().counts)

    def approval(self, run: int) -> Report:
        """What `approve` would let go of this run's plan now, and what has drifted. Nothing is written."""
        active, stored = self._held(run)
        began = self.outside.clock.monotonic()
        report = self._debt_run(active.job, stored.period, self.outside.clock.now()).approval(stored)
        return replace(report, seconds=self.outside.clock.monotonic() - began)

    def approve(self, run: int, *, decide: Callable[[], None] = lambda: None) -> Report:
        """Let the plan that run `run` left go, minus what has drifted since. Raises UsageMistake for an unknown run.

        `decide` keeps a person's word: not where he is told that it cannot be done now, for it would be done later.
        """
        active, stored = self._held(run)
        if pause := self.pause_of(active.job.name):
            return Report(objection=self.paused(pause))
        decide()
        _, stored = self._held(run)  # anew: with what was approved, and what people took out until then
        debts = self._debt_run(active.job, stored.period, self.outside.clock.now())
        known = self.jobs.job_run(stored.job, stored.period)
        occurrence = Occurrence(active=active, period=stored.period, day=known.due_on if known else self._today())
        claim = self._claim(occurrence)
        if claim is None:
            return Report(objection=IN_HAND)
        return self._closed(claim, lambda number: debts.let_go(stored, number))

    def _held(self, run: int) -> tuple[ActiveJob, StoredPlan]:
        stored = self.jobs.plan(run)
        if stored is None:
            raise UsageMistake(
                Words(
                    ru=f"Запуск {run} не оставил плана на утверждение; запуски показывает `otrs-bridge jobs history`.",
                    en=f"Run {run} has left no plan to approve; `otrs-bridge jobs history` lists the runs.",
                )
            )
        active = self.named(stored.job)
        if active.mode is not Mode.ENFORCE:
            raise UsageMistake(
                Words(
                    ru=f"Задание {stored.job} ничего не записывает: в jobs.{stored.job}.mode задано {active.mode.value}.",
                    en=f"{stored.job} is not enforced: jobs.{stored.job}.mode says {active.mode.value}.",
                )
            )
        return active, stored

    # --- one claim --------------------------------------------------------------------------------------------------

    def _claim(self, occurrence: Occurrence) -> JobRun | None:
        self.sweep.gateway.recover()
        name, now = occurrence.active.job.name, self.outside.clock.now()
        return self.jobs.claim_run(name, occurrence.period, due_on=occurrence.day, at=now, lease=LEASE)

    def _closed(self, claim: JobRun, work: _Work) -> Report:
        """Do the work under a claim, and give the claim back with what came of it, whatever that is."""
        journal, clock = self.outside.journal, self.outside.clock
        began = clock.monotonic()
        run = journal.start_run("job", at=clock.now(), selection=f"{claim.job} {claim.period}")
        self.at_work.append(claim.job)
        self.ping(claim.job, "start")
        try:
            state, report, size = work(run)
        except Exception as error:  # whatever it was: the claim is given back, so that the run stays due
            self._close(claim, run, "refused", error.words if isinstance(error, BridgeError) else _broke(error), None)
            journal.finish_run(run, at=clock.now(), summary=_summary("refused", Report()))
            self.ping(claim.job, "fail")
            raise
        finally:
            self.at_work.remove(claim.job)
        report = replace(report, run=report.run or run, seconds=clock.monotonic() - began)
        self._close(claim, run, state, report.objection, size)
        journal.finish_run(run, at=clock.now(), summary=_summary(state, report))
        self.ping(claim.job, "success" if report.exit_code is ExitCode.FINE else "fail")
        log.info("job", job=claim.job, period=claim.period, state=state, **_logged(report))
        return report

    def _close(self, claim: JobRun, run: int, state: JobRunState, said: Words | None, size: FeedSize | None) -> None:
        told = said.text(self.sweep.gateway.language) if said else ""
        closed = replace(claim, state=state, finished_at=self.outside.clock.now(), run=run, said=told, words=said)
        self.jobs.close_run(closed, feed=size.feed if size else "", feed_rows=size.rows if size else None)

    # --- the work ---------------------------------------------------------------------------------------------------

    def _kind(self, occurrence: Occurrence, moment: datetime) -> SweepRun | Reminding | DebtRun:
        """What plans and runs a job of this kind."""
        match occurrence.active.job:
            case SweepJob():
                return SweepRun(sweep=self.sweep, tell=self.tell)
            case ReminderJob() as job:
                work, now = self.demand_billing(), self.outside.clock.now()
                return Reminding(work=work, job=job, occurrence=occurrence, moment=moment, now=now)
            case DebtJob() as job:
                return self._debt_run(job, occurrence.period, moment)
            case _ as never:
                assert_never(never)

    def _debt_run(self, job: Job, period: str, moment: datetime) -> DebtRun:
        assert isinstance(job, DebtJob), "no other leaves a plan"  # noqa: S101 - tells mypy what the text says
        work, clock = self.demand_billing(), self.outside.clock
        return DebtRun(work=work, jobs=self.jobs, clock=clock, job=job, period=period, moment=moment)

    # --- the day ----------------------------------------------------------------------------------------------------

    def demand_billing(self) -> DebtWork:
        """What works on debts. Raises ConfigMistake when no billing is configured."""
        if self.debts is None:
            raise ConfigMistake([NO_BILLING])
        return self.debts

    def _today(self) -> date:
        return day_at(self.outside.clock.now(), self.almanac.rules.zone)

    def _moment(self, day: date | None) -> datetime:
        """Today is looked at now, any other day at noon."""
        if day is None or day == self._today():
            return self.outside.clock.now()
        return datetime(day.year, day.month, day.day, 12, tzinfo=self.almanac.rules.zone)


def _refuse_what_is_off(active: ActiveJob) -> None:
    name = active.job.name
    if active.mode is Mode.OFF:
        raise UsageMistake(
            Words(
                ru=f"Задание {name} выключено: так задано в jobs.{name}.mode.",
                en=f"{name} is off: jobs.{name}.mode says so.",
            )
        )


def _broke(error: Exception) -> Words:
    """Only the kind of an error that nobody foresaw: its text is for the log, which leaves out secrets."""
    kind = type(error).__name__
    return Words(ru=f"непредвиденная ошибка {kind}, подробности в журнале работы", en=f"it broke: {kind}, see the log")


def _summary(state: JobRunState, report: Report) -> dict[str, int]:
    """What the journal keeps of every run: the occurrence itself knows only the state of the last one."""
    return {**report.counts, state: 1}


def _logged(report: Report) -> dict[str, object]:
    return {**report.counts, "run": report.run, "seconds": round(report.seconds, 2)}
