"""A person's decision about a plan that waits: about exactly this plan, and once. The daemon carries it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from otrs_bridge.domain.billing.keys import NotAKey, parse_key
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import ReportLine
from otrs_bridge.domain.texts.visible import without_hidden
from otrs_bridge.errors import UsageMistake
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.jobs import JobRun
from otrs_bridge.ports.plans import HeldPlan, HeldPlans, LineGroup, PlanDecision, PlanVerdict
from otrs_bridge.service.background import Answer, Background
from otrs_bridge.service.jobs.run_job import JobRunner
from otrs_bridge.words import Words

LONGEST_REASON = 500
SHOWN = 200  # lines that have drifted
GROUPS_KEPT = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Drifted:
    """How a plan compares with what billing says now. `going` would be done; of `lines` (at most `SHOWN` of `count`)
    something has changed. `impossible`: why nothing would be done.
    """

    going: int = 0
    count: int = 0
    lines: Sequence[ReportLine] = ()
    impossible: Words | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanDesk:
    """Shows plans and takes decisions. Safe to use from several threads."""

    plans: HeldPlans
    runner: JobRunner
    clock: Clock
    background: Background
    _groups: dict[int, Sequence[LineGroup]] = field(default_factory=dict)

    def named(self, run: int) -> HeldPlan:
        """The plan that a run left. Raises UsageMistake where there is none."""
        plan = self.plans.plan(run)
        if plan is None:
            raise UsageMistake(
                Words(ru=f"Запуск {run} не оставил плана на утверждение.", en=f"Run {run} has left no plan to approve.")
            )
        return plan

    def groups(self, plan: HeldPlan) -> Sequence[LineGroup]:
        """What is left of a plan, by district and purpose. All lines are counted once, for they stay as they are; those that
        were taken out are few.
        """
        known = self._groups.get(plan.run)
        if known is None:
            if len(self._groups) >= GROUPS_KEPT:
                self._groups.clear()
            known = self._groups[plan.run] = self.plans.groups(plan.run)
        out = {(one.district, one.purpose): one for one in self.plans.groups(plan.run, out=True)}
        left = [_without(one, out.get((one.district, one.purpose))) for one in known]
        return [one for one in left if one.count]

    def decide(self, run: int, verdict: PlanVerdict, *, fingerprint: str, by: str, reason: str = "") -> PlanDecision:
        """Take a decision; returns the one that stands, which is another's where somebody was faster.

        Raises UsageMistake for a plan that is not the one that was looked at, or does not wait any more, and for a refusal
        without a reason.
        """
        reason = without_hidden(reason)
        if verdict == "refused" and not 0 < len(reason) <= LONGEST_REASON:
            raise UsageMistake(NO_REASON)
        plan = self.named(run)
        if plan.decision is not None:
            return plan.decision
        if plan.fingerprint != fingerprint or not plan.waits:
            raise UsageMistake(CHANGED)
        return self._kept(
            PlanDecision(run=run, verdict=verdict, by=by, at=self.clock.now(), fingerprint=fingerprint, reason=reason)
        )

    def set_line(self, run: int, key: str, *, out: bool, by: str) -> None:
        """Take a line out of a plan that waits, or put it back. Raises UsageMistake where that cannot be."""
        known = parse_key(key)
        if isinstance(known, NotAKey) or not self.plans.set_line(run, known, out=out, by=by, at=self.clock.now()):
            raise UsageMistake(NO_LINE)
        self.background.forget(f"plan {run}")

    def _kept(self, decision: PlanDecision) -> PlanDecision:
        stands = self.plans.decide(decision)
        if stands is None:
            raise UsageMistake(CHANGED)
        return stands

    def at_the_command_line(self, run: int, *, by: str) -> None:
        """Note an approval of somebody who lets the plan go himself. Raises UsageMistake for one that was refused."""
        plan = self.named(run)
        stands = plan.decision or self._kept(
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

    def drifted(self, run: int) -> Answer[Drifted]:
        """What has changed since the plan was made. It takes all of billing: made anew, behind the page, when it is asked
        for and the last comparison is not fresh any more.
        """
        return self.background.ask(f"plan {run}", lambda: self._compare(run))

    def _compare(self, run: int) -> Drifted:
        report = self.runner.approval(run)
        if report.objection is not None:
            return Drifted(impossible=report.objection)
        other = [line for line in report.lines if line.outcome is not Outcome.PLANNED]
        return Drifted(going=len(report.lines) - len(other), count=len(other), lines=tuple(other[:SHOWN]))


def _without(group: LineGroup, out: LineGroup | None) -> LineGroup:
    if out is None:
        return group
    return replace(group, count=group.count - out.count, amount=group.amount - out.amount)


NO_LINE = Words(
    ru="Этой строки не убрать и не вернуть: план уже не ждёт, такой строки в нём нет, или она последняя (тогда откажите).",
    en="This line cannot be taken out or put back: the plan waits no more, has no such line, or no other (then refuse it).",
)
NO_REASON = Words(
    ru=f"Отказ нужно объяснить: до {LONGEST_REASON} знаков.",
    en=f"A refusal needs a reason, of up to {LONGEST_REASON} characters.",
)
CHANGED = Words(
    ru="План изменился или уже не ждёт решения; ничего не сделано. Посмотрите его заново.",
    en="The plan has changed, or waits no more; nothing was done. Look at it anew.",
)
