"""What the charts show: today's changes, and the debts raised and closed day by day. Counted behind the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from otrs_bridge.ports.insight import Insight
from otrs_bridge.ports.journal import WriteState
from otrs_bridge.service.background import Answer, Background

DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleDay:
    """What became of the changes of one rule, or one job."""

    rule: str
    outcomes: Mapping[WriteState, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.outcomes.values())


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtDay:
    """How many tickets about debts were raised on a day, and how many were settled."""

    day: date
    raised: int
    closed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Charts:
    """Asks the journal only; days are those of the operator."""

    insight: Insight
    background: Background
    zone: ZoneInfo

    def today(self) -> Answer[Sequence[RuleDay]]:
        """Today's changes, the busiest rule first."""
        midnight = self._midnight(0)
        return self.background.ask(f"changes {midnight.date()}", lambda: self._changes(midnight))

    def debts(self) -> Answer[Sequence[DebtDay]]:
        """The last `DAYS` days, today the last."""
        first = self._midnight(DAYS - 1)
        return self.background.ask(f"debts by day {first.date()}", lambda: self._debts(first))

    def _midnight(self, days_ago: int) -> datetime:
        today = self.background.clock.now().astimezone(self.zone).date()
        return datetime.combine(today - timedelta(days=days_ago), time(), self.zone)

    def _changes(self, since: datetime) -> Sequence[RuleDay]:
        found = self.insight.rule_figures(since=since).items()
        days = [RuleDay(rule=rule, outcomes=figures.outcomes) for rule, figures in found if figures.outcomes]
        return sorted(days, key=lambda day: (-day.total, day.rule))

    def _debts(self, first: datetime) -> Sequence[DebtDay]:
        raised, closed = self.insight.debts_by_day(since=first, zone=self.zone)
        days = [first.date() + timedelta(days=number) for number in range(DAYS)]
        return [DebtDay(day=day, raised=raised.get(day, 0), closed=closed.get(day, 0)) for day in days]
