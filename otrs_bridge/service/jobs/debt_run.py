"""One run of a job about debts: decide, guard, and carry out, hold for a person, or only show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from otrs_bridge.domain.billing.held_plan import PlanLine, fingerprint
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import DebtJob
from otrs_bridge.domain.report import Report, ReportLine
from otrs_bridge.ports.billing import FeedSize
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.jobs import JobJournal, JobRunState, StoredPlan
from otrs_bridge.service.debts.work import DebtPlan, DebtWork
from otrs_bridge.service.jobs.approving import NOT_APPROVED, is_what_was_approved, keep_approved

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=30)
RENEWED = timedelta(minutes=5)

Done = tuple[JobRunState, Report, FeedSize | None]  # what came of a run; the size of a feed that passed its gate


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtRun:
    """A job about debts for one `period`, as things are at `moment`."""

    work: DebtWork
    jobs: JobJournal
    clock: Clock
    job: DebtJob
    period: str
    moment: datetime

    def rehearsed(self, outcome: Outcome) -> Report:
        """What it would do, each line with this outcome."""
        plan = self.work.plan(self.job, self.moment)
        lines = tuple(self.work.shown(self.job, plan, outcome))
        objection = plan.refused or (plan.objection if outcome is Outcome.PLANNED else None)
        return Report(lines=lines, examined=plan.examined, objection=objection, presumed=plan.presumed)

    def carry_out(self, run: int, *, enforced: bool) -> Done:
        """The run itself; what is too much is kept as a plan that waits for `let_go`."""
        job, work = self.job, self.work
        plan = work.plan(job, self.moment)
        if plan.refused:
            return "refused", Report(examined=plan.examined, objection=plan.refused), None
        work.balances.remember(self.jobs)
        if not enforced:
            lines = tuple(work.shown(job, plan, Outcome.OBSERVED))
            return "done", Report(lines=lines, examined=plan.examined), plan.size
        if plan.objection:
            self._hold(run, plan)
            lines = tuple(work.shown(job, plan, Outcome.SKIPPED))
            return "held", Report(lines=lines, examined=plan.examined, objection=plan.objection), plan.size
        return self._written(run, plan, ())

    def approval(self, stored: StoredPlan) -> Report:
        """What `let_go` would do, and what has drifted since."""
        plan, drifted = self._approved(stored)
        if plan.refused:
            return Report(examined=plan.examined, objection=plan.refused)
        return Report(lines=(*drifted, *self.work.shown(self.job, plan, Outcome.PLANNED)), examined=plan.examined)

    def let_go(self, stored: StoredPlan, run: int) -> Done:
        """Carry out what was approved of a plan that waited. Until all of it is done, the approval stands."""
        if not is_what_was_approved(stored):
            return "held", Report(objection=NOT_APPROVED), None
        plan, drifted = self._approved(stored)
        if plan.refused:
            return "held", Report(examined=plan.examined, objection=plan.refused), None
        done = self._written(run, plan, drifted)
        if done[0] == "done":  # not before: a kill, or a stop, in between must not lose the approval
            self.jobs.approve(stored.run, at=self.clock.now())
        return done

    def _approved(self, stored: StoredPlan) -> tuple[DebtPlan, tuple[ReportLine, ...]]:
        """The plan as of now with nothing in it that was not approved, and what has drifted."""
        plan = self.work.plan(self.job, self.moment)
        return plan, () if plan.refused else keep_approved(plan, stored, self.job)

    def _written(self, run: int, plan: DebtPlan, lines: Sequence[ReportLine]) -> Done:
        renewed = self.clock.now()

        def alive() -> None:
            nonlocal renewed
            now = self.clock.now()
            if now - renewed > RENEWED:
                renewed = now
                self.jobs.keep_run(self.job.name, self.period, until=now + LEASE)

        done = (*lines, *self.work.carry_out(self.job, run, plan, alive=alive))
        report = Report(lines=done, examined=plan.examined)
        return ("refused" if self.work.unfinished(done) else "done"), report, plan.size

    def _hold(self, run: int, plan: DebtPlan) -> None:
        tickets = plan.tickets
        self.jobs.store_plan(
            StoredPlan(
                run=run,
                job=self.job.name,
                period=self.period,
                fingerprint=fingerprint(tickets),
                tickets=tickets,
                made_at=self.clock.now(),
            ),
            self._lines(plan),
        )
        log.warning("plan held", run=run, job=self.job.name, tickets=len(tickets))

    def _lines(self, plan: DebtPlan) -> list[PlanLine]:
        """The plan as its approver looks at it."""
        accounts = {one.key: one.debt.account for one in plan.raises}
        accounts |= {action.key: decision.account for action, decision in plan.reconnects}
        lines = []
        for ticket in plan.tickets:
            name, address, district = self.work.tickets.who(ticket.key.contract, accounts.get(ticket.key))
            lines.append(PlanLine(ticket=ticket, client=name, address=address, district=district))
        return lines
