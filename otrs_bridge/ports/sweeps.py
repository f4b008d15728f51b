"""What a long sweep needs remembered: its plan while it waits for the end of the examination, and how far it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from otrs_bridge.domain.decision import Decision
from otrs_bridge.domain.id_set import IdSet


class Plan(Protocol):
    """Decisions set aside until all have been made, on the disk when there are many."""

    writes: int
    """How many of them write to a ticket."""

    def add(self, decisions: Sequence[Decision]) -> None:
        """Set these aside; the tickets' articles are left out."""

    def portions(self) -> Iterator[Sequence[Decision]]:
        """All of them in portions, in the order they came; nothing may be set aside any more."""


@dataclass(kw_only=True, slots=True)
class Bookmark:
    """How far a sweep is, as far as it has been written down: enough to go on with it after a kill.

    `examined`: the tickets that were looked at, `found` those of them with something to say that nobody has been told of.
    `cursor`: when the last of them was created, by OTRS; "" at the beginning. `run`: its number once it writes, and
    `changed` how many tickets were changed before that by those that it goes on with.
    """

    started_at: datetime
    examined: IdSet = field(default_factory=IdSet)
    found: IdSet = field(default_factory=IdSet)
    cursor: str = ""
    run: int = 0
    changed: int = 0


class Sweeps(Protocol):
    """The memory of sweeps. Every method but `plan` is one transaction."""

    def plan(self) -> AbstractContextManager[Plan]:
        """Room for one plan. It ends with the block, and with the process however that ends: nobody else can read it."""

    def take(self, name: str, settings: str, *, at: datetime, at_most: timedelta) -> Bookmark | None:
        """The sweep called `name` is this process's from now on; None while another has it in hand.

        What was interrupted, under the same settings and begun no longer ago than `at_most`, is gone on with; otherwise
        the bookmark is a fresh one.
        """

    def advance(
        self, name: str, mark: Bookmark, *, examined: Iterable[int], found: Iterable[int], at: datetime
    ) -> None:
        """These tickets, and the cursor and the run of the bookmark, are written down; it takes the tickets in."""

    def told(self, name: str, mark: Bookmark, tickets: Iterable[int], *, at: datetime) -> None:
        """What was found of these tickets has been carried out and told."""

    def leave(self, name: str) -> None:
        """This process gives the sweep up; whoever takes it goes on with it."""

    def end(self, name: str) -> None:
        """The sweep came to its end: nothing of it is kept."""
