"""What people look up in the bridge's memory: every question bounded, every list with a way on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from otrs_bridge.ports.jobs import JobRun
from otrs_bridge.ports.journal import JournalEntry, Pin, Run, RunKind, WriteState


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryQuery:
    """Which entries are asked for, newest first: "" and None ask for nothing in particular.

    `numbers`: of the tickets with one of these numbers, `tickets`: with one of these ids; `before`: older than this entry.
    """

    numbers: Collection[str] | None = None
    tickets: Collection[int] | None = None
    rule: str = ""
    state: WriteState | None = None
    run: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None
    limit: int = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryPage:
    """A page of the history. `next` leads on (None: that was all); `cut`: it ends because enough was looked through."""

    entries: Sequence[JournalEntry]
    next: int | None = None
    cut: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class IncompleteTicket:
    """A ticket of a job that is not whole, or of which nobody knows whether it is there (`ticket_id` 0)."""

    key: str
    ticket_id: int
    tried_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleFigures:
    """What became of a rule's changes: how many of each outcome, and how many of its fields people took back."""

    outcomes: Mapping[WriteState, int]
    taken_back: int


class Insight(Protocol):
    """Reads only. Every method is one transaction; safe to use from several threads."""

    def failures(self, *, since: datetime, limit: int) -> Sequence[JournalEntry]:
        """The newest changes that failed and were not done since, the last of each field."""

    def incomplete(self, *, limit: int) -> Sequence[IncompleteTicket]:
        """Tickets of jobs that are not whole, oldest first."""

    def refused_runs(self) -> Sequence[JobRun]:
        """The jobs whose last run could not act, oldest first."""

    def last_done(self) -> Mapping[str, JobRun]:
        """Of each job the last occurrence that was done."""

    def entries(self, query: EntryQuery) -> EntryPage:
        """The history."""

    def runs(self, *, before: int | None, kind: RunKind | None, limit: int) -> Sequence[Run]:
        """The newest runs before a run (None: of all)."""

    def run(self, number: int) -> Run | None:
        """The run of this number."""

    def debts_by_day(self, *, since: datetime, zone: ZoneInfo) -> tuple[Mapping[date, int], Mapping[date, int]]:
        """How many tickets about debts were raised on each day of this zone since then, and how many were settled."""

    def tickets_changed(self, run: int, *, most: int) -> int:
        """How many tickets a run changed; `most` where there are so many at least, or more than can be looked through."""

    def pins_of(self, ticket_id: int) -> Sequence[Pin]:
        """The fields of a ticket that are left to people."""

    def rule_figures(self, *, since: datetime) -> Mapping[str, RuleFigures]:
        """What became of the changes of each rule since then."""
