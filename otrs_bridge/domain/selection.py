"""Which tickets a sweep looks at."""

from __future__ import annotations

from dataclasses import dataclass

NAMED = 20  # so many tickets are named when a selection is shown


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangedWithin:
    """Tickets changed in the last `minutes` by OTRS's own clock, whatever ours says."""

    minutes: int

    def __str__(self) -> str:
        return f"changed within {self.minutes} min"


@dataclass(frozen=True, kw_only=True, slots=True)
class Everything:
    """Every ticket the bridge's agent may see."""

    def __str__(self) -> str:
        return "all tickets"


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenTickets:
    """Every ticket that somebody still has to work on: neither closed nor merged nor removed."""

    def __str__(self) -> str:
        return "open tickets"


@dataclass(frozen=True, kw_only=True, slots=True)
class TheseTickets:
    """The named tickets, by OTRS's internal id."""

    ids: tuple[int, ...]

    def __str__(self) -> str:
        return f"tickets {', '.join(map(str, self.ids[:NAMED]))}{' …' if len(self.ids) > NAMED else ''}"


Selection = ChangedWithin | Everything | OpenTickets | TheseTickets
