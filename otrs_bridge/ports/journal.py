"""What the bridge keeps of its own deeds: intents, outcomes, pins, runs and what it has looked at."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from otrs_bridge.domain.decision import TicketMemory
from otrs_bridge.domain.id_set import IdSet
from otrs_bridge.domain.ticket import Value
from otrs_bridge.ports.pauses import Pauses
from otrs_bridge.ports.sweeps import Sweeps

RunKind = Literal["sweep", "daemon", "undo", "job"]

LAST_RUN = 2**63 - 1
"""The highest number that any journal can give a run, or an entry."""


# What is known of one written change: sent and not yet known / the whole of it holds / it does not hold, or OTRS said no /
# OTRS said no to this very value / it held already / decided again before sending.
WriteState = Literal["intended", "applied", "failed", "refused", "unchanged", "superseded"]


REPAIR = "repair"
"""The mode of what completes a ticket of the bridge itself: no rule's wish, so an undo leaves it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """One change about to be written. `mode`: the rule's, or REPAIR; `undoes`: the journal entry that it takes back, if any.

    A remark is one, too: of the "field" `domain.report.NOTE`, `new` its Russian wording, `why` the one that is sent.
    """

    ticket_id: int
    ticket_number: str
    rule: str
    field: str
    old: Value
    new: Value
    why: str
    mode: str
    undoes: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalEntry:
    """One line of the journal, as history shows it. Moments are timezone-aware."""

    id: int
    run: int
    ticket_id: int
    ticket_number: str
    rule: str
    field: str
    old: Value
    new: Value
    why: str
    mode: str
    state: WriteState
    error: str
    intended_at: datetime
    settled_at: datetime | None
    undoes: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Pin:
    """A field of a ticket that the bridge leaves to people."""

    ticket_id: int
    ticket_number: str
    field: str
    rule: str
    value: Value
    reason: str
    since: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """One run that wrote, or meant to write. `summary` is what its closing line said; of a job also its state, as a one."""

    id: int
    kind: RunKind
    started_at: datetime
    finished_at: datetime | None
    selection: str
    summary: Mapping[str, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class Sighting:
    """A ticket version the daemon has met. `settled` once it need not be looked at again."""

    ticket_id: int
    changed: str
    first_seen: datetime
    settled: bool


class Journal(Protocol):
    """The bridge's memory. Every method is one transaction; safe to use from several threads."""

    @property
    def sweeps(self) -> Sweeps:
        """What long sweeps keep."""

    @property
    def pauses(self) -> Pauses:
        """What is paused, and was."""

    def start_run(self, kind: RunKind, *, at: datetime, selection: str) -> int:
        """Open a run and return its number."""

    def finish_run(self, run: int, *, at: datetime, summary: Mapping[str, int]) -> None:
        """Close a run with the counts of its closing line."""

    def runs(self, *, limit: int = 50, kind: RunKind | None = None) -> Sequence[Run]:
        """The newest runs (of this kind), newest first."""

    def has_run(self, run: int) -> bool:
        """Whether there is a run of this number."""

    def changed_by(self, run: int) -> IdSet:
        """The tickets that a run changed."""

    def intend(self, run: int, intents: Sequence[Intent], *, at: datetime, alone: bool = False) -> tuple[int, ...]:
        """Write down, durably, what is about to be sent; returns the entries' ids in the order given.

        `alone`: each ticket for one writer. Where an entry of it is unsettled (another is writing to it, or nobody knows
        yet what became of a write), nothing is written down and 0 is returned.
        """

    def settle(self, outcomes: Mapping[int, tuple[WriteState, str]], *, at: datetime) -> None:
        """Write down what became of entries: {entry id: (state, OTRS's words or "")}."""

    def unsettled(self, *, after: int = 0, limit: int = LAST_RUN) -> Sequence[JournalEntry]:
        """Entries whose outcome was never written: the process died between the intent and the answer.

        By their numbers, the first `limit` of those beyond `after`.
        """

    def entries(
        self, *, run: int | None = None, ticket_id: int | None = None, limit: int | None = None
    ) -> Sequence[JournalEntry]:
        """The history, oldest first; with `limit` the newest so many."""

    def entries_on(self, run: int, ticket_ids: Collection[int]) -> Sequence[JournalEntry]:
        """What a run meant to do to these tickets, oldest first."""

    def refusals(self, ticket_ids: Collection[int]) -> Sequence[JournalEntry]:
        """The entries of these tickets whose value OTRS has refused, oldest first."""

    def each_entry(self, *, run: int | None = None) -> Iterator[JournalEntry]:
        """The history one by one, oldest first, however long it is; the journal takes no other question in between."""

    def claim_undo(self, run: int, *, at: datetime, lease: timedelta) -> bool:
        """Take the undo of a run; False while another process has it."""

    def end_undo(self, run: int) -> None:
        """Give the undo of a run back."""

    def memory_of(self, ticket_ids: Iterable[int]) -> Mapping[int, TicketMemory]:
        """What is remembered of these tickets; tickets without memory are absent."""

    def remember_told(self, ticket_id: int, digests: Mapping[str, str], *, run: int, at: datetime) -> None:
        """The remark of each rule ({rule: digest}) has been put into the ticket's note."""

    def pin(self, pins: Sequence[Pin]) -> None:
        """Leave these fields to people from now on; of a pin that exists only the value is another."""

    def pins(self) -> Sequence[Pin]:
        """Every field that is left to people, oldest first."""

    def release(self, ticket_id: int, field: str | None, *, at: datetime) -> int:
        """Lift the pins of a ticket (or of one field of it); returns how many."""

    def tickets_changed_since(self, moment: datetime) -> int:
        """How many different tickets the bridge wrote to at or after `moment`."""

    def watermark(self, name: str) -> datetime | None:
        """The moment up to which the work called `name` is done; None when it never ran."""

    def set_watermark(self, name: str, moment: datetime) -> None:
        """Move the watermark of `name`."""

    def sightings(self, ticket_ids: Iterable[int] | None = None) -> Sequence[Sighting]:
        """What the daemon has met: of these tickets, or with None all that are not settled."""

    def see(self, sightings: Sequence[Sighting]) -> None:
        """Remember what the daemon has met (one row a ticket; a newer version replaces the older)."""

    def forget_sightings(self, *, before: datetime) -> None:
        """Drop settled sightings first seen before a moment."""
