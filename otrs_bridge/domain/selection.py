"""Which tickets a sweep looks at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedWithin:
    """Tickets changed in the last `minutes` by OTRS's own clock, whatever ours says."""

    minutes: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Everything:
    """Every ticket the bridge's agent may see."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TheseTickets:
    """The named tickets, by OTRS's internal id."""

    ids: tuple[int, ...]


Selection = ChangedWithin | Everything | TheseTickets
