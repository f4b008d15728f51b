"""What is counted in the bridge's memory, for messages and for whoever watches it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtCounts:
    """Tickets of debts that are not settled, by days since they were made, which is when the line was to be cut off.

    Each class begins where the one before ends; a debt is `hopeless` after as many days as the operator says, which ends the
    classes that would begin later.
    """

    under_7: int = 0
    under_30: int = 0
    under_60: int = 0
    under_90: int = 0
    older: int = 0
    hopeless: int = 0


class Figures(Protocol):
    """Counts only; every method is one transaction."""

    def changes(self, *, since: datetime | None = None) -> Mapping[tuple[str, str], int]:
        """How many entries of each rule ended in each state, settled at or after this moment (None: ever)."""

    def newest_entry(self) -> int:
        """The number of the journal's newest entry, 0 when there is none."""

    def changes_beyond(self, entry: int) -> Mapping[tuple[str, str], int]:
        """How many entries with a higher number each rule has in each state."""

    def unsettled(self) -> int:
        """How many writes nobody knows the end of yet."""

    def waiting(self) -> int:
        """How many tickets the daemon has met that it has to look at again."""

    def pins(self) -> int:
        """How many fields are left to people."""

    def debts(self, now: datetime) -> DebtCounts:
        """The tickets of debts that are not settled, by their age."""

    def good_jobs(self) -> Mapping[str, datetime]:
        """When each job last ended well."""
