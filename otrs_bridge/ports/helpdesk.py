"""What a helpdesk must offer to everybody: tickets read in batches, and searched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Protocol

from otrs_bridge.domain.field_events import FieldEvent
from otrs_bridge.domain.otrs_limits import Lengths
from otrs_bridge.domain.selection import Selection
from otrs_bridge.domain.ticket import Article, Ticket, Value
from otrs_bridge.words import LANGUAGES, Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """An internal article: not visible to the customer, announced to nobody, answered by no auto reply."""

    subject: str
    body: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRead:
    """What a batch read gave: the tickets, in the order asked, and for each id that could not be read the reason.

    `broken` are those among the unreadable over which OTRS failed: another try, later, may show them. The others are
    forbidden or gone.
    """

    tickets: tuple[Ticket, ...] = ()
    unreadable: Mapping[int, Words] = field(default_factory=lambda: MappingProxyType({}))
    broken: frozenset[int] = frozenset()

    @property
    def reasons(self) -> Words:
        """Why tickets could not be read, `{id: reason}`, for a complaint that quotes all of them."""
        ru, en = ({key: why.text(language) for key, why in self.unreadable.items()} for language in LANGUAGES)
        return Words(ru=str(ru), en=str(en))


class Helpdesk(Protocol):
    """OTRS, as far as the services read it. Raises the OTRS branches of the error tree and nothing else.

    Safe to use from as many threads as `workers` says.
    """

    @property
    def workers(self) -> int:
        """How many requests may be under way at once."""

    @property
    def lengths(self) -> Lengths:
        """What its columns hold: found out where it says which product it is, otherwise the smallest of all products."""

    def walk(self, selection: Selection) -> Iterator[Sequence[int]]:
        """Ids of the selected tickets, each once, in pages, oldest first; nothing that exists throughout is missed."""

    def read(self, ids: Sequence[int], *, with_article: bool = True) -> TicketRead:
        """Read tickets with dynamic fields and, when asked, the first article. Retried; a forbidden id sinks only itself."""

    def last_articles(self, ticket_id: int, count: int) -> tuple[Article, ...]:
        """The newest articles of one ticket, newest first."""

    def field_events(self, ids: Sequence[int]) -> Mapping[int, tuple[FieldEvent, ...]]:
        """By ticket, who set which field to what, oldest first. A ticket whose history OTRS will not show is absent."""

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

    def may_name(self, ticket_id: int, part: str, *, logins: Sequence[str], fields: Sequence[str]) -> bool:
        """Whether OTRS's own search finds this ticket by `part` (digits) in its customer, CustomerID, title or one of these
        dynamic fields, or by one of the customer users `logins`: for a ticket that cannot be read.
        """

    def find_made(self, field: str, wanted: Mapping[str, str]) -> Mapping[str, tuple[Ticket, ...]]:
        """For each key of `wanted` ({key: title}) its tickets with their first articles, oldest first.

        Those are the tickets that hold the key in the dynamic field `field` (name without prefix), and those that have
        the key's title and hold no key at all: what is left of a create that broke off. Merged and removed tickets are
        among them. () is proven, not assumed: raises SearchNotTrusted where it cannot be.
        """

    def filled_among(self, ids: Sequence[int], field: str) -> tuple[int, ...]:
        """Those of the tickets with anything in the dynamic field `field` (name without prefix), by OTRS's own search.

        True where a cached read may be wrong. Raises SearchNotTrusted where there is no such field.
        """

    def with_value(self, field: str, *, open_only: bool = False) -> Iterator[Sequence[int]]:
        """Ids of all tickets with anything in the dynamic field `field` (name without prefix), in pages.

        With `open_only` those that are neither closed nor technical.
        """
