"""The tickets that the bridge has made, by the key that each carries, many keys in one search.

Before anything is created on the strength of "there is none", the same search has to find something that is known to
be there: a canary rides in every search, in the same list as the keys that are looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.billing.keys import EpisodeKey, parse_ticket_key
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.otrs import conditions
from otrs_bridge.otrs.batches import BatchReader
from otrs_bridge.otrs.conditions import Conditions
from otrs_bridge.otrs.search import TicketSearch
from otrs_bridge.otrs.search_errors import ignored_condition
from otrs_bridge.words import Words

_MOST_HITS = 500
_NEWEST_FIRST = conditions.sorted_by("Age", newest_first=True)
_OLDEST_FIRST = conditions.sorted_by("Age")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Canary:
    """A ticket that both searches have found."""

    ticket_id: int
    key: str
    title: str


def _titles(key: str, current: str) -> tuple[str, ...]:
    """The title of a key, and the one that older versions of the bridge gave it."""
    known = parse_ticket_key(key)
    earlier = known.earlier_title if isinstance(known, EpisodeKey) else current
    return (current,) if earlier == current else (current, earlier)


class KeySearch:
    """Finds the tickets of keys. Safe to use from several threads: a canary is replaced as a whole."""

    def __init__(self, search: TicketSearch, reader: BatchReader) -> None:
        self._search = search
        self._reader = reader
        self._canary: _Canary | None = None

    def find(self, field: str, wanted: Mapping[str, str]) -> Mapping[str, tuple[Ticket, ...]]:
        """`ports.helpdesk.Helpdesk.find_made`."""
        if not wanted:
            return MappingProxyType({})
        canary = self._canary
        by_key = self._hits(conditions.field_is_one_of(field, [*wanted, *([canary.key] if canary else [])]))
        titles = [title for key, current in wanted.items() for title in _titles(key, current)]
        by_title = self._hits(conditions.title_is_one_of([*titles, *([canary.title] if canary else [])]))
        if canary is None or not (canary.ticket_id in by_key and canary.ticket_id in by_title):
            self._prove(field, wanted)
        no_need = canary.ticket_id if canary and canary.key not in wanted else 0
        hits = [ticket_id for ticket_id in dict.fromkeys([*by_key, *by_title]) if ticket_id != no_need]
        read = self._reader.read(hits, with_article=True)
        if read.unreadable:
            raise SearchNotTrusted(
                Words(
                    ru=f"OTRS нашёл заявки, которых не показывает: {read.reasons.ru}",
                    en=f"OTRS found tickets that it does not show: {read.reasons.en}",
                )
            )
        found: dict[str, list[Ticket]] = {key: [] for key in wanted}
        for ticket in sorted(read.tickets, key=lambda ticket: ticket.id):
            owner = self._key_of(ticket, field, wanted, by_key=ticket.id in by_key)
            if owner is not None:
                carrying = {**ticket.dynamic_fields, field: owner} if ticket.id in by_key else ticket.dynamic_fields
                found[owner].append(replace(ticket, dynamic_fields=MappingProxyType(dict(carrying))))
        self._remember(field, found)
        return MappingProxyType({key: tuple(tickets) for key, tickets in found.items()})

    def filled(self, field: str, page_size: int, *, open_only: bool) -> Iterator[Sequence[int]]:
        """Ids of all tickets with a value in the field; one page, whose size grows until everything is on it."""
        state = conditions.not_finished() if open_only else {}
        where = {**conditions.field_is_empty(field, empty=False), **state, **_OLDEST_FIRST}
        size = page_size
        while len(found := self._search.hits(where, size)) >= size:
            size *= 4
        if not found:
            self._search.by_key(field, "nobody-has-this-key")  # proves that the field can be searched at all
        yield from batched(found, page_size)

    def _hits(self, where: Conditions) -> list[int]:
        found = self._search.hits({**where, **_NEWEST_FIRST}, _MOST_HITS)
        if len(found) >= _MOST_HITS:
            raise ignored_condition(len(found), where)
        return found

    def _key_of(self, ticket: Ticket, field: str, wanted: Mapping[str, str], *, by_key: bool) -> str | None:
        """Whose ticket this is; None for one that only looks alike, or is the canary."""
        value = ticket.dynamic_fields.get(field, "")
        held = (", ".join(value) if isinstance(value, tuple) else str(value)).strip()
        if held:
            return next((key for key in wanted if key.casefold() == held.casefold()), None)
        named = ticket.title.casefold()
        likely = [key for key, current in wanted.items() if named in map(str.casefold, _titles(key, current))]
        if not by_key:
            return likely[0] if likely else None
        # OTRS's cache says that the field is empty, its database said that it is not: the database is right.
        return next((key for key in [*likely, *wanted] if self._search.holds(ticket.id, field, key)), None)

    def _prove(self, field: str, wanted: Mapping[str, str]) -> None:
        """No canary yet, or it was not found (somebody deleted it?): show in another way that both searches work."""
        self._canary = None
        self._search.by_key(field, next(iter(wanted)))
        self._search.expect_title_search_to_work()

    def _remember(self, field: str, found: Mapping[str, Sequence[Ticket]]) -> None:
        if self._canary is not None:
            return
        for key, tickets in found.items():
            for ticket in tickets:
                if ticket.dynamic_fields.get(field) == key and conditions.is_safe_title(ticket.title):
                    self._canary = _Canary(ticket_id=ticket.id, key=key, title=ticket.title)
                    return
