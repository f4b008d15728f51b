"""What the pages are made of: everything that they show or do is asked of these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.insight import Insight
from otrs_bridge.ports.plans import HeldPlans
from otrs_bridge.service.jobs.deciding import PlanDesk
from otrs_bridge.service.pause_desk import PauseDesk
from otrs_bridge.service.people.access import Access
from otrs_bridge.service.queries.billing_desk import BillingDesk
from otrs_bridge.service.queries.cards import Cards
from otrs_bridge.service.queries.charts import Charts
from otrs_bridge.service.queries.checkups import Checkups
from otrs_bridge.service.queries.debt_board import DebtBoard
from otrs_bridge.service.queries.histories import Histories
from otrs_bridge.service.queries.job_board import JobBoard
from otrs_bridge.service.queries.job_history import PastRun
from otrs_bridge.service.queries.overview import Overviews
from otrs_bridge.service.queries.rule_board import RuleBoard
from otrs_bridge.service.queries.trials import Rehearsals, Trial
from otrs_bridge.service.undo_desk import UndoDesk
from otrs_bridge.words import Language


@dataclass(frozen=True, kw_only=True, slots=True)
class Services:
    """What an app takes. `billing` None: no billing is configured. `banner`: told on every page. `heeds_faults`: lines with
    a fault are spared (jobs.do_no_harm). `secure`: browsers come by HTTPS. `open_at_home`: while there are no users, whoever
    sits at this machine may read. `opens_to_agents`: agents of OTRS log in.
    """

    access: Access
    overviews: Overviews
    plans: HeldPlans
    desk: PlanDesk
    insight: Insight
    histories: Histories
    undo: UndoDesk
    board: JobBoard
    cards: Cards
    debts: DebtBoard
    figures: RuleBoard
    charts: Charts
    pauses: PauseDesk
    rehearsals: Rehearsals
    trial: Trial
    checkups: Checkups
    past_runs: Callable[[int], Sequence[PastRun]]
    rule_modes: Mapping[str, str]
    billing: BillingDesk | None
    clock: Clock
    language: Language
    zone: ZoneInfo
    banner: str = ""
    heeds_faults: bool = True
    secure: bool = False
    open_at_home: bool = True
    opens_to_agents: bool = False

    @property
    def rule_names(self) -> Sequence[str]:
        """Whatever may stand in the history as a rule: the rules, and the jobs."""
        return [*self.rule_modes, *(active.job.name for active in self.board.runner.active)]
