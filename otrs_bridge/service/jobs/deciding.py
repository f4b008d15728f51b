"""A person's decision about a plan that waits: about exactly this plan, and once. The daemon carries it out."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import ReportLine
from otrs_bridge.errors import BridgeError, UsageMistake
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.jobs import JobRun
from otrs_bridge.ports.plans import HeldPlan, HeldPlans, PlanDecision, PlanVerdict
from otrs_bridge.service.jobs.run_job import JobRunner
from otrs_bridge.words import Words

FRESH = 60.0  # seconds for which a comparison with billing counts as made just now
LONGEST_REASON = 500
SHOWN = 200  # lines that have drifted


@dataclass(frozen=True, kw_only=True, slots=True)
class Drifted:
    """How a plan compares with what billing says at `at`. `going` would be done; of `lines` (at most `SHOWN` of `count`)
    something has changed. `impossible`: why nothing can be said, or nothing would be done.
    """

    at: datetime
    going: int = 0
    count: int = 0
    lines: Sequence[ReportLine] = ()
    impossible: Words | None = None


@dataclass(kw_only=True, slots=True)
class PlanDesk:
    """Shows plans and takes decisions. Safe to use from several threads."""

    plans: HeldPlans
    runner: JobRunner
    clock: Clock
    _compared: dict[int, tuple[float, Drifted]] = field(default_factory=dict)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def named(self, run: int) -> HeldPlan:
        """The plan that a run left. Raises UsageMistake where there is none."""
        plan = self.plans.plan(run)
        if plan is None:
            raise UsageMistake(
                Words(ru=f"Запуск {run} не оставил плана на утверждение.", en=f"Run {run} has left no plan to approve.")
            )
        return plan

    def decide(self, run: int, verdict: PlanVerdict, *, fingerprint: str, by: str, reason: str = "") -> PlanDecision:
        """Take a decision; returns the one that stands, which is another's where somebody was faster.

        Raises UsageMistake for a plan that is not the one that was looked at, or does not wait any more, and for a refusal
        without a reason.
        """
        reason = " ".join(reason.split())
        if verdict == "refused" and not 0 < len(reason) <= LONGEST_REASON:
            raise UsageMistake(NO_REASON)
        plan = self.named(run)
        if plan.decision is not None:
            return plan.decision
        if plan.fingerprint != fingerprint or not plan.waits:
            raise UsageMistake(CHANGED)
        return self.plans.decide(
            PlanDecision(run=run, verdict=verdict, by=by, at=self.clock.now(), fingerprint=fingerprint, reason=reason)
        )

    def at_the_command_line(self, run: int, *, by: str) -> None:
        """Note an approval of somebody who lets the plan go himself. Raises UsageMistake for one that was refused."""
        plan = self.named(run)
        stands = plan.decision or self.plans.decide(
            PlanDecision(run=run, verdict="approved", by=by, at=self.clock.now(), fingerprint=plan.fingerprint)
        )
        if stands.verdict == "refused":
            raise UsageMistake(
                Words(
                    ru=f"План запуска {run} отклонён ({stands.by}: {stands.reason}); новый составит `otrs-bridge jobs run`.",
                    en=f"The plan of run {run} was refused ({stands.by}: {stands.reason}); `otrs-bridge jobs run` makes "
                    "a new one.",
                )
            )

    def became(self, plan: HeldPlan) -> JobRun | None:
        """What came of carrying it out, as far as it has got; None when that has not begun."""
        return self.runner.jobs.job_run(plan.job, plan.period) if plan.let_go_at is not None else None

    def drifted(self, run: int) -> Drifted:
        """What has changed since the plan was made; made anew when the last comparison is not fresh any more."""
        with self._one_at_a_time:  # each reads all of billing
            at, found = self._compared.get(run, (0.0, None))
            if found is None or self.clock.monotonic() - at > FRESH:
                found = self._compare(run)
                self._compared = {run: (self.clock.monotonic(), found)}
            return found

    def _compare(self, run: int) -> Drifted:
        now = self.clock.now()
        try:
            report = self.runner.approval(run)
        except BridgeError as error:
            return Drifted(at=now, impossible=error.words)
        if report.objection is not None:
            return Drifted(at=now, impossible=report.objection)
        other = [line for line in report.lines if line.outcome is not Outcome.PLANNED]
        return Drifted(at=now, going=len(report.lines) - len(other), count=len(other), lines=tuple(other[:SHOWN]))


NO_REASON = Words(
    ru=f"Отказ нужно объяснить: до {LONGEST_REASON} знаков.",
    en=f"A refusal needs a reason, of up to {LONGEST_REASON} characters.",
)
CHANGED = Words(
    ru="План изменился или уже не ждёт решения; ничего не сделано. Посмотрите его заново.",
    en="The plan has changed, or waits no more; nothing was done. Look at it anew.",
)
