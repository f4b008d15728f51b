"""What became of the rules' changes: counted in the background, for a long journal has many."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from otrs_bridge.ports.insight import Insight, RuleFigures
from otrs_bridge.service.background import Answer, Background

DAYS = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleBoard:
    """Asks the journal only."""

    insight: Insight
    background: Background

    def now(self) -> Answer[Mapping[str, RuleFigures]]:
        """The figures of the last `DAYS` days, by rule."""
        since = self.background.clock.now() - timedelta(days=DAYS)
        return self.background.ask("rules", lambda: self.insight.rule_figures(since=since))
