"""What would be done, asked from the page: a job's day to come, and the rules on the last day's tickets. Reads only."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import SweepJob
from otrs_bridge.domain.report import Report, ReportLine
from otrs_bridge.domain.selection import ChangedWithin
from otrs_bridge.errors import UsageMistake
from otrs_bridge.service.background import Answer, Background
from otrs_bridge.service.jobs.run_job import JobRunner
from otrs_bridge.service.queries.backtest import Backtest, BacktestReport
from otrs_bridge.words import Words

SHOWN = 200  # lines of a rehearsal
FARTHEST = timedelta(days=366)
DAY = 24 * 60  # minutes
MOST = 2000  # tickets that the rules are asked about
_RULES = "rules on the last day"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsed:
    """What a job would do on a day: counts of all lines, and the first `SHOWN` of `count`. `objection`: why it would stop;
    `presumed`: what was taken for granted.
    """

    counts: Mapping[Outcome, int]
    count: int
    lines: Sequence[ReportLine]
    objection: Words | None
    presumed: Words | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Rehearsals:
    """Of the jobs about debts: what a sweep does depends on no day."""

    runner: JobRunner
    background: Background

    @property
    def names(self) -> Sequence[str]:
        """The jobs that can be rehearsed."""
        found = (one for one in self.runner.active if not isinstance(one.job, SweepJob))
        return [one.job.name for one in found if self.runner.has_work(one)]

    def begin(self, job: str, day: date | None) -> None:
        """Rehearse it, behind the page. Raises UsageMistake for another job, and a day on which nothing could run."""
        active = self.runner.named(job)
        if job not in self.names:
            raise UsageMistake(_NOT_THIS)
        today = self.background.clock.now().astimezone(self.runner.almanac.rules.zone).date()
        if day is not None and abs(day - today) > FARTHEST:
            raise UsageMistake(_TOO_FAR)
        self.runner.occurrence(active, day)
        self.background.again(_name(job, day), lambda: _rehearsed(self.runner.plan(active, day)))

    def known(self, job: str, day: date | None) -> Answer[Rehearsed]:
        """What came of it."""
        return self.background.known(_name(job, day))


@dataclass(frozen=True, kw_only=True, slots=True)
class Trial:
    """All rules that are not off, as if enforced, on the tickets that changed in the last 24 hours; at most `MOST`."""

    backtest: Callable[[], Backtest]
    background: Background

    def begin(self) -> None:
        """Ask them, behind the page."""
        self.background.again(_RULES, lambda: self.backtest().run(ChangedWithin(minutes=DAY), most=MOST))

    def known(self) -> Answer[BacktestReport]:
        """What came of it."""
        return self.background.known(_RULES)


def _name(job: str, day: date | None) -> str:
    return f"rehearsal {job} {day or ''}"


def _rehearsed(report: Report) -> Rehearsed:
    return Rehearsed(
        counts=report.outcomes,
        count=len(report.lines),
        lines=report.lines[:SHOWN],
        objection=report.objection,
        presumed=report.presumed.words if report.presumed else None,
    )


_TOO_FAR = Words(ru="Репетируют день не дальше года отсюда.", en="A day can be rehearsed within a year from now.")
_NOT_THIS = Words(
    ru="Это задание не репетируют: от дня в нём ничего не зависит, или нет биллинга.",
    en="This job cannot be rehearsed: nothing in it depends on the day, or there is no billing.",
)
