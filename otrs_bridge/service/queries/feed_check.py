"""What `billing check` found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from otrs_bridge.domain.billing.accounts import Service
from otrs_bridge.domain.billing.balances import Reconciliation
from otrs_bridge.domain.billing.faults import FaultyRows, InsaneRow
from otrs_bridge.domain.billing.feed_gate import FeedVerdict
from otrs_bridge.domain.billing.scan import StandingDebt
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedCheck:
    """What was read, and the gate's verdict. `accounts` and `debtors` by service; `faults`, why rows cannot be true;
    `unmet_holds` (which hold nobody) and `doubts` refuse nothing. `balances`: how they agree with the entries, if both are
    there. `owing`: the debts by account. `differences`: what reading everything decides otherwise; None: not read.
    """

    source: str
    as_of: datetime | None
    accounts: Mapping[Service, int]
    debtors: Mapping[Service, int]
    rows: int
    last_good_rows: int | None
    insane: int
    faults: tuple[FaultyRows, ...]
    verdict: FeedVerdict
    unmet_holds: tuple[Words, ...] = ()
    doubts: tuple[Words, ...] = ()
    balances: Reconciliation | None = None
    owing: Mapping[str, StandingDebt] = field(default_factory=dict, repr=False)
    differences: tuple[Words, ...] | None = None

    @property
    def examples(self) -> tuple[InsaneRow, ...]:
        """The first rows of each fault."""
        return tuple(row for fault in self.faults for row in fault.examples)
