"""What waits for a person now: read from the journal and from how the daemon's steps fare."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from otrs_bridge.domain.concern import A_WHILE, AT_ONCE, Concern, impersonal
from otrs_bridge.domain.pause import THE_BRIDGE
from otrs_bridge.domain.rule import Mode
from otrs_bridge.errors import BridgeError, OtrsRefused, OtrsUnavailable, SessionRefused
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.jobs import JobJournal, JobRun
from otrs_bridge.ports.journal import Journal
from otrs_bridge.ports.plans import HeldPlan
from otrs_bridge.service.daemon import Daemon
from otrs_bridge.service.jobs.driver import JobDriver
from otrs_bridge.service.jobs.occurrences import ActiveJob
from otrs_bridge.service.steps import Step
from otrs_bridge.words import Words

RUNS = 300  # occurrences of jobs that are looked through: those of the month as well
TALKERS = ("messages", "prepare")  # steps that tell of their trouble in the log alone


@dataclass(frozen=True, kw_only=True, slots=True)
class WhatWaits:
    """What waits for a person, and the keys of what is being tried again just now, so that nobody can tell."""

    concerns: tuple[Concern, ...] = ()
    unclear: frozenset[str] = frozenset()


@dataclass(kw_only=True, slots=True)
class Concerns:
    """Finds them. `waiting`: the plans about which nobody has decided yet. `personal`: reasons are told as they are, with
    what a feed quotes of its rows.
    """

    journal: Journal
    jobs: JobJournal
    clock: Clock
    active: Sequence[ActiveJob]
    steps: Callable[[], Sequence[Step]]
    stubborn: Callable[[], int]
    refused_feeds: Callable[[], frozenset[str]]
    waiting: Callable[[], Sequence[HeldPlan]]
    trouble: Callable[[], Words | None] = lambda: None
    personal: bool = False

    @classmethod
    def of(cls, daemon: Daemon, driver: JobDriver, *, personal: bool) -> Concerns:
        """Of a daemon and what drives its jobs."""
        return cls(
            journal=daemon.outside.journal,
            jobs=driver.runner.jobs,
            clock=daemon.outside.clock,
            active=driver.runner.active,
            steps=lambda: daemon.steps,
            stubborn=lambda: daemon.looking.stubborn,
            refused_feeds=lambda: driver.stopped,
            waiting=lambda: driver.plans.waiting() if driver.plans else (),
            trouble=lambda: daemon.trouble(),  # noqa: PLW0108 - it is set later
            personal=personal,
        )

    def now(self) -> WhatWaits:
        """All of them. Raises JournalUnusable."""
        newest = newest_runs(self.jobs, self.active)
        concerns = (
            *self._of_steps(),
            *self._of_rules(),
            *self._of_jobs(newest),
            *self._of_tickets(),
            *self._of_process(),
        )
        unclear = frozenset(f"job:{run.job}" for run in newest if run.state == "running")
        return WhatWaits(concerns=tuple({concern.key: concern for concern in concerns}.values()), unclear=unclear)

    def _of_steps(self) -> Iterator[Concern]:
        for step in self.steps():
            if step.error is not None and step.failed_at is not None and step.name not in TALKERS:
                yield self._of_step(step, step.error, step.failed_at)

    def _of_step(self, step: Step, error: Exception, since: datetime) -> Concern:
        moment = f"{since:%Y-%m-%d %H:%M} UTC"
        if isinstance(error, OtrsRefused):
            words = self._told(error.words)
            return Concern(
                key="otrs refuses",
                words=Words(
                    ru=f"OTRS не впускает мост: {words.ru}. Что делать, скажет otrs-bridge doctor",
                    en=f"OTRS refuses the bridge: {words.en}. `otrs-bridge doctor` says what to do",
                ),
                patience=A_WHILE if isinstance(error, SessionRefused) else AT_ONCE,
            )
        if isinstance(error, OtrsUnavailable):
            return Concern(
                key="otrs is away",
                words=Words(
                    ru=f"OTRS не отвечает с {moment}: {self._told(error.words).ru}",
                    en=f"OTRS does not answer since {moment}: {self._told(error.words).en}",
                ),
                patience=A_WHILE,
            )
        kind = Words.alike(type(error).__name__)
        words = self._told(error.words) if isinstance(error, BridgeError) else kind
        return Concern(
            key=f"step {step.name}",
            words=Words(
                ru=f"шаг {step.name} не удаётся с {moment}: {words.ru}",
                en=f"{step.name} fails since {moment}: {words.en}",
            ),
            patience=A_WHILE,
        )

    def _of_rules(self) -> Iterator[Concern]:
        for pause in self.journal.pauses.in_force(self.clock.now()):
            if pause.who == THE_BRIDGE:
                yield Concern(
                    key=f"contested {pause.name} {pause.since.isoformat()}",
                    words=Words(
                        ru=f"правило {pause.name} само встало на паузу: {pause.because}. Посмотреть: otrs-bridge pins; "
                        f"продолжить: otrs-bridge resume {pause.name}",
                        en=f"the rule {pause.name} has paused itself: {pause.because}. Look at `otrs-bridge pins`; "
                        f"to go on: otrs-bridge resume {pause.name}",
                    ),
                )

    def _of_jobs(self, newest: Sequence[JobRun]) -> Iterator[Concern]:
        jobs = {one.job.name for one in self.active if one.mode is not Mode.OFF}
        yield from (self._held(plan) for plan in self.waiting() if plan.job in jobs)
        for run in newest:
            # Held by a run that left no plan: one was approved, and could not be let go.
            if run.state == "refused" or (run.state == "held" and self.jobs.plan(run.run) is None):
                at_once = run.job in self.refused_feeds()
                words = self._told(Words.alike(run.said))
                yield Concern(
                    key=f"job:{run.job}",
                    words=Words(
                        ru=f"задание {run.job} за {run.period} не выполнено: {words.ru or 'не всё удалось'}. "
                        "Подробности: otrs-bridge jobs history",
                        en=f"the job {run.job} of {run.period} is not done: {words.en or 'something is left'}. "
                        "See `otrs-bridge jobs history`",
                    ),
                    patience=AT_ONCE if at_once else A_WHILE,
                )

    def _held(self, plan: HeldPlan) -> Concern:
        stored = self.jobs.plan(plan.run)
        tickets = stored.tickets if stored else ()
        amount = sum((ticket.amount for ticket in tickets), start=0)
        return Concern(
            key=f"plan {plan.run}",
            plan=plan.run,
            words=Words(
                ru=f"план задания {plan.job} за {plan.period} ждёт одобрения: заявок {len(tickets)} на {amount:.2f} ₽. "
                f"Посмотреть: otrs-bridge jobs approve {plan.run}",
                en=f"the plan of {plan.job} of {plan.period} waits for an approval: {len(tickets)} tickets, {amount:.2f} "
                f"roubles. To look at it: otrs-bridge jobs approve {plan.run}",
            ),
        )

    def _of_process(self) -> Iterator[Concern]:
        if wrong := self.trouble():
            yield Concern(
                key="configuration",
                words=Words(
                    ru=f"новые настройки не приняты, действуют прежние: {wrong.ru}",
                    en=f"the new configuration is refused, the old one stays: {wrong.en}",
                ),
            )

    def _of_tickets(self) -> Iterator[Concern]:
        if count := self.stubborn():
            yield Concern(
                key="failing tickets",
                words=Words(
                    ru=f"заявок, которые не удаётся изменить: {count}. Почему: otrs-bridge history",
                    en=f"{count} tickets cannot be changed. Why: otrs-bridge history",
                ),
            )

    def _told(self, words: Words) -> Words:
        """As a part of a sentence."""
        told = words if self.personal else impersonal(words)
        return Words(ru=told.ru.rstrip("."), en=told.en.rstrip("."))


def newest_runs(jobs: JobJournal, active: Sequence[ActiveJob]) -> list[JobRun]:
    """Of each job that is not off the newest occurrence."""
    wanted = {one.job.name for one in active if one.mode is not Mode.OFF}
    found: dict[str, JobRun] = {}
    for run in jobs.job_runs(limit=RUNS):
        if run.job in wanted:
            found.setdefault(run.job, run)
    return list(found.values())
