"""One run of a job about debts: decide, guard, and carry out, hold for a person, or only show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from otrs_bridge.domain.billing.held_plan import fingerprint
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report, ReportLine
from otrs_bridge.ports.billing import FeedSize
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.jobs import JobJournal, JobRunState, StoredPlan
from otrs_bridge.service.debts.work import DebtPlan, DebtWork
from otrs_bridge.service.gateway.writing import IN_HAND
from otrs_bridge.service.jobs.approving import keep_approved
from otrs_bridge.service.jobs.occurrences import ActiveJob, Occurrence

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=30)
RENEWED = timedelta(minutes=5)

Done = tuple[JobRunState, Report, FeedSize | None]  # what came of a run; the size of a feed that passed its gate


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtRun:
    """Runs jobs about debts that are claimed already."""

    work: DebtWork
    jobs: JobJournal
    clock: Clock

    def do(self, occurrence: Occurrence, run: int, *, enforced: bool) -> Done:
        """The run itself; what is too much is kept as a plan that waits for `let_go`."""
        job, work = occurrence.active.job, self.work
        plan = work.plan(job, self.clock.now())
        if plan.refused:
            return "refused", Report(examined=plan.examined, objection=plan.refused), None
        if not enforced:
            lines = tuple(work.shown(job, plan, Outcome.OBSERVED))
            return "done", Report(lines=lines, examined=plan.examined), plan.size
        if plan.objection:
            self._hold(occurrence, run, plan)
            lines = tuple(work.shown(job, plan, Outcome.SKIPPED))
            return "held", Report(lines=lines, examined=plan.examined, objection=plan.objection), plan.size
        return self._carry_out(occurrence.active, occurrence.period, run, plan, ())

    def approved(self, active: ActiveJob, stored: StoredPlan) -> tuple[DebtPlan, tuple[ReportLine, ...]]:
        """The plan as of now with nothing in it that was not approved, and what has drifted."""
        plan = self.work.plan(active.job, self.clock.now())
        return plan, () if plan.refused else keep_approved(plan, stored, active)

    def let_go(self, active: ActiveJob, stored: StoredPlan, run: int) -> Done:
        """Carry out what was approved of a plan that waited."""
        plan, drifted = self.approved(active, stored)
        if plan.refused:
            return "held", Report(examined=plan.examined, objection=plan.refused), None
        self.jobs.approve(stored.run, at=self.clock.now())
        return self._carry_out(active, stored.period, run, plan, drifted)

    def unfinished(self, lines: Sequence[ReportLine]) -> bool:
        """Whether something failed or is not known yet, or was left because the bridge is being stopped: the run goes on."""
        left = {Outcome.FAILED, Outcome.UNKNOWN} | ({Outcome.SKIPPED} if self.work.opener.gateway.stopping() else set())
        return any(line.outcome in left or line.detail == IN_HAND for line in lines)

    def _carry_out(self, active: ActiveJob, period: str, run: int, plan: DebtPlan, lines: Sequence[ReportLine]) -> Done:
        renewed = self.clock.now()

        def alive() -> None:
            nonlocal renewed
            now = self.clock.now()
            if now - renewed > RENEWED:
                renewed = now
                self.jobs.keep_run(active.job.name, period, until=now + LEASE)

        done = (*lines, *self.work.carry_out(active.job, run, plan, alive=alive))
        report = Report(lines=done, examined=plan.examined)
        return ("refused" if self.unfinished(done) else "done"), report, plan.size

    def _hold(self, occurrence: Occurrence, run: int, plan: DebtPlan) -> None:
        tickets = plan.tickets
        self.jobs.store_plan(
            StoredPlan(
                run=run,
                job=occurrence.active.job.name,
                period=occurrence.period,
                fingerprint=fingerprint(tickets),
                tickets=tickets,
                made_at=self.clock.now(),
            )
        )
        log.warning("plan held", run=run, job=occurrence.active.job.name, tickets=len(tickets))
