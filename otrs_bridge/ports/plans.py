"""Plans that wait for a person: looked at line by line, and decided once, apart from the run that made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal, Protocol

from otrs_bridge.domain.billing.held_plan import PlanLine
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.words import Words

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
    """A plan, and what became of it. `said` is why it was held, where that is still known. `fingerprint` is that of what is
    left of it: people may have taken lines out.

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
    words: Words | None = None
    decision: PlanDecision | None = None
    let_go_at: datetime | None = None

    @property
    def told(self) -> Words:
        """Why it was held, as far as it is known."""
        return self.words or Words.alike(self.said)


@dataclass(frozen=True, kw_only=True, slots=True)
class LineGroup:
    """So many lines of a plan that have something in common, and what they come to."""

    district: str
    purpose: str
    count: int
    amount: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class LineQuery:
    """Which lines of a plan are asked for: those that hold every word of `search`, behind the line `after`; `out`: of those
    alone that were taken out.
    """

    search: str = ""
    sort: LineSort = "key"
    descending: bool = False
    after: str = ""
    limit: int = 50
    out: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LinePage:
    """A page of lines; `next` is what leads to the one behind it, "" on the last. `taken_out`: by key who took it out."""

    lines: Sequence[PlanLine]
    next: str = ""
    taken_out: Mapping[EpisodeKey, str] = field(default_factory=dict)


class HeldPlans(Protocol):
    """Every method is one transaction; safe to use from several threads."""

    def waiting(self) -> Sequence[HeldPlan]:
        """The plans that wait, oldest first: of each job the newest."""

    def waiting_keys(self, contract: str | None = None) -> Mapping[EpisodeKey, int]:
        """By the key of each line of the plans that wait the run that left it; with `contract` the lines about it."""

    def plan(self, run: int) -> HeldPlan | None:
        """The plan that a run left."""

    def groups(self, run: int, *, out: bool = False) -> Sequence[LineGroup]:
        """All lines of a plan, or those that were taken out, by district and purpose."""

    def page(self, run: int, query: LineQuery) -> LinePage:
        """Some lines of a plan."""

    def each_line(self, run: int) -> Iterator[PlanLine]:
        """All of them that nobody took out, by key."""

    def count_taken_out(self, run: int) -> int:
        """How many lines of a plan were taken out."""

    def set_line(self, run: int, key: EpisodeKey, *, out: bool, by: str, at: datetime) -> bool:
        """Take a line out of a plan that waits, or put it back, with the name of whoever does; once, however often it is
        asked for. False where the plan waits no more, has no such line, or would have none left.
        """

    def decide(self, decision: PlanDecision) -> PlanDecision | None:
        """Keep a decision, with the name of whoever made it; returns the one that stands, which may be another's. None, and
        nothing is kept, where what is left of the plan has another fingerprint by now.
        """

    def approved(self) -> Sequence[int]:
        """The runs whose plans were approved and are still to be let go, in the order of the approvals.

        Whoever refused a later plan of the same job has refused what an earlier one asks for, too.
        """
