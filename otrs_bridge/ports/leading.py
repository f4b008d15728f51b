"""Who leads: of several daemons on one database one works, and the others wait for it to go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Protocol

from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Leader:
    """The daemon that works: a process of a machine, and since when. `epoch` rises each time that somebody takes the
    lead; 0 on SQLite, where a lock on a file says it and nobody takes over.
    """

    host: str
    process: int
    since: datetime
    epoch: int = 0

    def told(self, zone: tzinfo) -> Words:
        """In words, for a sentence about it."""
        since = f"{self.since.astimezone(zone):%Y-%m-%d %H:%M %Z}"
        epoch = Words(ru=f", эпоха {self.epoch}", en=f", epoch {self.epoch}") if self.epoch else Words.alike("")
        return Words(
            ru=f"{self.host}, процесс {self.process}, с {since}{epoch.ru}",
            en=f"{self.host}, process {self.process}, since {since}{epoch.en}",
        )


class Lease(Protocol):
    """A lease on the lead. All times are the database's: the machines' clocks may be minutes apart."""

    def take(self, seconds: float) -> int | None:
        """Take the lead for so long, unless another daemon has it; returns the new epoch. Raises JournalUnusable."""

    def renew(self, epoch: int, seconds: float) -> bool:
        """So many seconds more from now on; False when another has taken the lead meanwhile. Raises JournalUnusable."""

    def give_back(self, epoch: int) -> None:
        """Another may take it at once. Raises JournalUnusable."""

    def leader(self) -> Leader | None:
        """Who leads now; None when nobody does. Raises JournalUnusable."""
