"""Plans that wait for a person: looked at line by line, and decided once, apart from the run that made them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from otrs_bridge.domain.billing.held_plan import PlanLine

PlanVerdict = Literal["approved", "refused"]
LineSort = Literal["key", "amount", "district", "since"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanDecision:
    """What somebody decided about the plan of a run. It is about exactly this fingerprint."""

    run: int
    verdict: PlanVerdict
    by: str
    at: datetime
    fingerprint: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldPlan:
    """A plan, and what became of it. `said` is why it was held, where that is still known.

    `waits`: nobody has decided, and no later plan of the same job has taken its place. `let_go_at`: when all of it that
    was still right had been carried out.
    """

    run: int
    job: str
    period: str
    fingerprint: str
    made_at: datetime
    waits: bool
    said: str = ""
    decision: PlanDecision | None = None
    let_go_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class LineGroup:
    """So many lines of a plan that have something in common, and what they come to."""

    district: str
    purpose: str
    count: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class LineQuery:
    """Which lines of a plan are asked for: those that hold every word of `search`, behind the line `after`."""

    search: str = ""
    sort: LineSort = "key"
    descending: bool = False
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class LinePage:
    """A page of lines; `next` is what leads to the one behind it, "" on the last."""

    lines: Sequence[PlanLine]
    next: str = ""


class HeldPlans(Protocol):
    """Every method is one transaction; safe to use from several threads."""

    def waiting(self) -> Sequence[HeldPlan]:
        """The plans that wait, oldest first: of each job the newest."""

    def plan(self, run: int) -> HeldPlan | None:
        """The plan that a run left."""

    def groups(self, run: int) -> Sequence[LineGroup]:
        """The lines by district and purpose."""

    def page(self, run: int, query: LineQuery) -> LinePage:
        """Some lines of a plan."""

    def each_line(self, run: int) -> Iterator[PlanLine]:
        """All of them, by key."""

    def decide(self, decision: PlanDecision) -> PlanDecision:
        """Keep a decision, with the name of whoever made it; returns the one that stands, which may be another's."""

    def approved(self) -> Sequence[int]:
        """The runs whose plans were approved and are still to be let go, in the order of the approvals.

        Whoever refused a later plan of the same job has refused what an earlier one asks for, too.
        """
