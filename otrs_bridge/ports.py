"""What the outside must offer. Adapters implement these; services know nothing else of the world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Literal, Protocol

from otrs_bridge.domain.address import Address, AddressPattern
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.contract import ContractNumber
from otrs_bridge.domain.decision import Standing
from otrs_bridge.domain.new_ticket import NewTicket
from otrs_bridge.domain.phone import Phone
from otrs_bridge.domain.selection import Selection
from otrs_bridge.domain.ticket import Article, Ticket, Value


class Clock(Protocol):
    """The only way to the time."""

    def now(self) -> datetime:
        """The moment, timezone-aware."""

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


# --- Helpdesk -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """An internal article: not visible to the customer, announced to nobody, answered by no auto reply."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRead:
    """What a batch read gave: the tickets, in the order asked, and for each id that could not be read the reason."""

    tickets: tuple[Ticket, ...] = ()
    unreadable: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


class Helpdesk(Protocol):
    """OTRS, as far as the services use it. Raises the OTRS branches of the error tree and nothing else.

    Safe to use from as many threads as `workers` says.
    """

    @property
    def workers(self) -> int:
        """How many requests may be under way at once."""

    def walk(self, selection: Selection) -> Iterator[Sequence[int]]:
        """Ids of the selected tickets, each once, in pages, oldest first; nothing that exists throughout is missed."""

    def read(self, ids: Sequence[int], *, with_article: bool = True) -> TicketRead:
        """Read tickets with dynamic fields and, when asked, the first article. Retried; a forbidden id sinks only itself."""

    def last_articles(self, ticket_id: int, count: int) -> tuple[Article, ...]:
        """The newest articles of one ticket, newest first."""

    def update(self, ticket_id: int, fields: Mapping[str, Value], note: Note | None) -> None:
        """ONE update call. Raises OutcomeUnknown when nobody can say whether it was done; OtrsRejected: nothing was done."""

    def holds(self, ticket_id: int, field: str, value: Value) -> bool:
        """Whether OTRS's own search finds this ticket by this dynamic field: true where a cached read may be wrong."""

    def find_by_number(self, number: str) -> tuple[int, ...]:
        """Ids of the tickets with this full or short number."""

    def find_by_text(self, pieces: Sequence[str], *, limit: int) -> tuple[Ticket, ...]:
        """Tickets whose title, or one of whose articles, holds these pieces (no blanks) in this order.

        The newest `limit` of them, newest first, without articles, as for the two below. () is proven, not assumed.
        """

    def find_by_customer(self, login: str, *, limit: int, open_only: bool = False) -> tuple[Ticket, ...]:
        """Tickets of this customer user; with `open_only` those that are neither closed nor technical."""

    def find_naming(
        self, part: str, *, fields: Sequence[str], limit: int, open_only: bool = False
    ) -> tuple[Ticket, ...]:
        """Tickets whose customer user, CustomerID, title or one of these dynamic fields holds `part` (digits)."""

    def create_ticket(self, new: NewTicket) -> int:
        """ONE create call on a fresh connection; the new ticket's id.

        OutcomeUnknown: it, or half of it, may exist or come into being in the seconds to come. Any other error:
        nothing was created.
        """

    def find_made(self, field: str, wanted: Mapping[str, str]) -> Mapping[str, tuple[Ticket, ...]]:
        """For each key of `wanted` ({key: title}) its tickets with their first articles, oldest first.

        Those are the tickets that hold the key in the dynamic field `field` (name without prefix), and those that have
        the key's title and hold no key at all: what is left of a create that broke off. Merged and removed tickets are
        among them. () is proven, not assumed: raises SearchNotTrusted where it cannot be.
        """

    def open_tickets_of(self, customers: Sequence[str]) -> tuple[Ticket, ...]:
        """The tickets of these customer users that somebody still has to work on, without articles, oldest first.

        Customers whose login OTRS could not search for literally (a placeholder) are left out.
        """

    def with_value(self, field: str) -> Iterator[Sequence[int]]:
        """Ids of all tickets with anything in the dynamic field `field` (name without prefix), in pages."""


# --- Journal ------------------------------------------------------------------------------------------------------

RunKind = Literal["sweep", "daemon", "undo", "job"]

# What is known of one written change: sent and not yet known / the whole of it holds / it does not hold / OTRS said no /
# decided again before sending.
WriteState = Literal["intended", "applied", "failed", "unchanged", "superseded"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Intent:
    """One change about to be written. `undoes` is the id of the journal entry that it takes back, if any."""

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
    """One run that wrote, or meant to write. `summary` is what its closing line said."""

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

    def start_run(self, kind: RunKind, *, at: datetime, selection: str) -> int:
        """Open a run and return its number."""

    def finish_run(self, run: int, *, at: datetime, summary: Mapping[str, int]) -> None:
        """Close a run with the counts of its closing line."""

    def runs(self, *, limit: int = 50) -> Sequence[Run]:
        """The newest runs, newest first."""

    def intend(self, run: int, intents: Sequence[Intent], *, at: datetime) -> tuple[int, ...]:
        """Write down, durably, what is about to be sent; returns the entries' ids in the order given."""

    def settle(self, outcomes: Mapping[int, tuple[WriteState, str]], *, at: datetime) -> None:
        """Write down what became of entries: {entry id: (state, OTRS's words or "")}."""

    def unsettled(self) -> Sequence[JournalEntry]:
        """Entries whose outcome was never written: the process died between the intent and the answer."""

    def entries(
        self, *, run: int | None = None, ticket_id: int | None = None, limit: int | None = None
    ) -> Sequence[JournalEntry]:
        """The history, oldest first; with `limit` the newest so many."""

    def standing(self, ticket_ids: Iterable[int]) -> Mapping[int, Standing]:
        """What is remembered of these tickets; tickets without memory are absent."""

    def remember_told(self, ticket_id: int, digests: Mapping[str, str], *, run: int, at: datetime) -> None:
        """The remark of each rule ({rule: digest}) has been put into the ticket's note."""

    def pin(self, pins: Sequence[Pin]) -> None:
        """Leave these fields to people from now on; a pin that exists stays as it is."""

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


# --- Directory ----------------------------------------------------------------------------------------------------


class Directory(Protocol):
    """Who the clients are. Look-ups never guess: they return everything that fits (at most `LOOKUP_LIMIT` clients)."""

    def is_empty(self) -> bool:
        """No client at all: nothing can be said about who is known."""

    def by_login(self, login: str) -> Sequence[Client]:
        """Clients with this OTRS login, or this e-mail address, in any letter case."""

    def by_contract(self, contract: ContractNumber) -> Sequence[Client]:
        """Clients with this contract; a contract without prefix fits every prefix."""

    def by_address(self, address: Address | AddressPattern) -> Sequence[Client]:
        """Clients living there; what the address leaves out (flat, building) is not asked for."""

    def by_phone(self, phone: Phone) -> Sequence[Client]:
        """Clients with this phone."""


LOOKUP_LIMIT = 20
