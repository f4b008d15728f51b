"""Tickets that a search test knows by names of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class NamedTickets:
    """The tickets that a module made, each by the name that its tests call it."""

    tickets: Mapping[str, int]

    def names(self, found: Sequence[int]) -> set[str]:
        """The names of what was found, other tickets left out: OTRS is born with one."""
        by_number = {number: name for name, number in self.tickets.items()}
        return {by_number[number] for number in found if number in by_number}
