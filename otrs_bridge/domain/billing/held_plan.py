"""The exact plan that an operator approves, its fingerprint, and what has drifted when it is let go.

Source: docs/field-rules.md#feed-gate.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.money import to_kopecks


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class PlannedTicket:
    """One ticket that a run would raise: its key, and the debt in roubles that an approver saw."""

    key: EpisodeKey
    amount: Decimal

    def __str__(self) -> str:
        return f"{self.key} {to_kopecks(self.amount)}"


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanLine:
    """A planned ticket as its approver looks at it: whose it is, as far as anybody knows."""

    ticket: PlannedTicket
    client: str = ""
    address: str = ""
    district: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedTicket:
    """The same ticket with another amount than the approver saw."""

    before: PlannedTicket
    now: PlannedTicket


@dataclass(frozen=True, kw_only=True, slots=True)
class Drift:
    """How a fresh plan differs from the stored one; every part sorted by key.

    `unchanged` is what an approval lets go. `gone` need no ticket any more (paid, held); `appeared` nobody
    approved; `changed` are owed another sum now: they wait for the next run.
    """

    unchanged: tuple[PlannedTicket, ...]
    gone: tuple[PlannedTicket, ...]
    appeared: tuple[PlannedTicket, ...]
    changed: tuple[ChangedTicket, ...]


def fingerprint(plan: Iterable[PlannedTicket]) -> str:
    """64 hex digits that depend on every ticket and amount of the plan, and not on their order."""
    return sha256("\n".join(sorted(map(str, plan))).encode()).hexdigest()


def drift(stored: Iterable[PlannedTicket], fresh: Iterable[PlannedTicket]) -> Drift:
    """Compare the stored plan with the one made now. A key stands in a plan once."""
    before = {ticket.key: ticket for ticket in sorted(stored)}
    now = {ticket.key: ticket for ticket in sorted(fresh)}
    both = [(ticket, now[key]) for key, ticket in before.items() if key in now]
    return Drift(
        unchanged=tuple(old for old, new in both if to_kopecks(old.amount) == to_kopecks(new.amount)),
        gone=tuple(ticket for key, ticket in before.items() if key not in now),
        appeared=tuple(ticket for key, ticket in now.items() if key not in before),
        changed=tuple(
            ChangedTicket(before=old, now=new) for old, new in both if to_kopecks(old.amount) != to_kopecks(new.amount)
        ),
    )
