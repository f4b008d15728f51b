"""Searches whose answer is believed only after it has been checked.

A condition that OTRS does not understand returns every ticket, and an empty answer may mean that the search
itself failed. So hits are read back, and nothing found counts only beside something that the same kind of
search does find.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from otrs_bridge.domain.ticket import Ticket, Value
from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.otrs import conditions, wire_reading
from otrs_bridge.otrs.batches import BatchReader
from otrs_bridge.otrs.conditions import Conditions
from otrs_bridge.otrs.exchange import OtrsExchange
from otrs_bridge.otrs.search_errors import ignored_condition, lost_again, no_such_field, stranger
from otrs_bridge.words import Words

_MOST_HITS = 500  # of a search for a number, a key or a token; more means that the condition was ignored
_CANARIES = 5
_NEWEST_FIRST = conditions.sorted_by("Age", newest_first=True)


class TicketSearch:
    """Finding tickets by something else than their id."""

    def __init__(self, exchange: OtrsExchange, reader: BatchReader) -> None:
        self._exchange = exchange
        self._reader = reader
        self.future: set[int] = set()

    def hits(self, where: Conditions, limit: int) -> list[int]:
        """Ids as OTRS returns them, each once."""
        return list(
            dict.fromkeys(wire_reading.ticket_ids(self._exchange.read("TicketSearch", {**where, "Limit": limit})))
        )

    def peek(self, ids: Sequence[int]) -> Sequence[Ticket]:
        """Those of the tickets that can be read, without articles."""
        return self._reader.read(ids, with_article=False).tickets

    def by_number(self, number: str) -> tuple[int, ...]:
        """Ids of the tickets with this full or short number, oldest first; () when `number` is no number."""
        wanted = number.strip()
        if not (wanted.isascii() and wanted.isdigit()):
            return ()
        found = self._verified(conditions.number_is(wanted), lambda ticket: ticket.number == wanted)
        if not found:
            ending = conditions.number_ends_with(wanted)
            limit = self._exchange.connection.page_size
            hits = self.hits({**ending, **_NEWEST_FIRST}, limit)
            if len(hits) >= limit:
                raise SearchNotTrusted(
                    Words(
                        ru=f"На {wanted} оканчиваются номера более {limit} заявок: укажите полный номер.",
                        en=f"More than {limit} ticket numbers end in {wanted}: give the full number.",
                    )
                )
            tickets = self.peek(hits)
            found = tuple(ticket.id for ticket in tickets if short_number(ticket.number) == wanted)
        if not found:
            self._expect_some_ticket()
        return tuple(sorted(found))

    def by_key(self, field: str, key: str) -> tuple[int, ...]:
        """Tickets whose dynamic field holds `key` in any letter case, merged and removed ones included."""
        found = self._verified(conditions.field_equals(field, key), lambda ticket: self._carries(ticket, field, key))
        if not found:
            self._expect_field_search_to_work(field)
        return tuple(sorted(found))

    def by_title(self, token: str) -> tuple[int, ...]:
        """Ids of the tickets with `token` in their title (in any letter case)."""
        found = self._verified(
            conditions.title_contains(token), lambda ticket: token.casefold() in ticket.title.casefold()
        )
        if not found:
            self.expect_title_search_to_work()
        return tuple(sorted(found))

    def filled_among(self, ids: Sequence[int], field: str) -> tuple[int, ...]:
        """Those of the tickets in which the database holds anything in a dynamic field; the others hold nothing."""
        one_of = conditions.among(ids)
        filled, empty = (
            set(self.hits({**one_of, **conditions.field_is_empty(field, empty=answer)}, len(ids) + 1))
            for answer in (False, True)
        )
        if filled & empty:
            raise no_such_field(field)
        if filled | empty != set(ids):
            raise lost_again("OTRS does not", by=field)
        return tuple(sorted(filled))

    def holds(self, ticket_id: int, field: str, value: Value) -> bool:
        """What the database says of a dynamic field, past TicketGet's cache and its wrong nulls."""
        parts = value if isinstance(value, tuple) else (str(value),)
        wanted = [part.strip() for part in parts if part.strip()]
        one = conditions.among([ticket_id])
        if not wanted:
            empty, filled = (conditions.field_is_empty(field, empty=answer) for answer in (True, False))
            return bool(self.hits({**one, **empty}, 1)) and not self.hits({**one, **filled}, 1)
        if self.hits({**one, **conditions.nonsense(conditions.field_equals(field, wanted[0]))}, 1):
            raise no_such_field(field)
        return all(self.hits({**one, **conditions.field_equals(field, part)}, 1) for part in wanted)

    def expect_to_filter(self, where: Conditions, other: Ticket) -> None:
        """`other` came and is not what was asked for: the same question after nonsense must find nothing.

        Then it is the database that takes more for the same than we do: to MariaDB ё is е, and a blank at the end nothing.
        """
        if self.hits(conditions.nonsense(where), 1):
            raise stranger(other, where)

    def _verified(self, where: Conditions, carries: Callable[[Ticket], bool]) -> tuple[int, ...]:
        """The hits that are what was asked for, without those that are so to the database alone."""
        found = self.hits({**where, **_NEWEST_FIRST}, _MOST_HITS)
        if len(found) >= _MOST_HITS:
            raise ignored_condition(len(found), where)
        others = [ticket for ticket in self._reader.read(found, with_article=False).tickets if not carries(ticket)]
        if others:
            self.expect_to_filter(where, others[0])
        return tuple(ticket_id for ticket_id in found if ticket_id not in {ticket.id for ticket in others})

    def _carries(self, ticket: Ticket, field: str, key: str) -> bool:
        value = ticket.dynamic_fields.get(field, "")
        if value in {"", ()}:
            return self.holds(ticket.id, field, key)
        held = value if isinstance(value, tuple) else (str(value),)
        return key.strip().casefold() in {part.strip().casefold() for part in held}

    def _expect_some_ticket(self) -> Ticket:
        for ticket in self.peek(self.hits(_NEWEST_FIRST, _CANARIES)):
            return ticket
        raise SearchNotTrusted(
            Words(
                ru="OTRS не показывает ни одной заявки: не лишился ли агент прав?",
                en="OTRS shows no ticket at all: has the agent lost its rights?",
            )
        )

    def expect_title_search_to_work(self) -> None:
        """A word of some ticket's title must be found by the same kind of search."""
        for ticket in self.peek(self.hits(_NEWEST_FIRST, _CANARIES * 4)):
            for word in ticket.title.split():
                if word.isalnum():
                    where = {**conditions.title_contains(word), **conditions.among([ticket.id])}
                    if self.hits(where, 1) == [ticket.id]:
                        return
                    raise SearchNotTrusted(
                        Words(
                            ru=f"OTRS не находит заявку {ticket.number} по слову из её заголовка.",
                            en=f"OTRS does not find ticket {ticket.number} by a word of its title.",
                        )
                    )
        raise SearchNotTrusted(
            Words(
                ru="Нет заявки со словом в заголовке, чтобы проверить поиск: пустой ответ ничего не доказывает.",
                en="No ticket with a word in its title to try the search on: nothing found proves nothing.",
            )
        )

    def _expect_field_search_to_work(self, field: str) -> None:
        """A ticket with a value must be found by it; where none has one yet, "is empty" must tell that."""
        self._expect_some_ticket()
        filled = self.hits({**conditions.field_is_empty(field, empty=False), **_NEWEST_FIRST}, _CANARIES)
        for canary in self.peek(filled):
            value = canary.dynamic_fields.get(field, "")
            one = value[0] if isinstance(value, tuple) and value else str(value or "")
            if one.strip() and "*" not in one and "%" not in one:
                if self.hits({**conditions.field_equals(field, one), **conditions.among([canary.id])}, 1):
                    return
                raise SearchNotTrusted(
                    Words(
                        ru=f"OTRS не находит заявку {canary.number} по её же значению {field}.",
                        en=f"OTRS does not find ticket {canary.number} by its own {field}.",
                    )
                )
        if filled or not self.hits(conditions.field_is_empty(field, empty=True), 1):
            raise SearchNotTrusted(
                Words(
                    ru=f"Ничто не подтверждает, что OTRS ищет по {field}, поэтому пустой ответ ничего не доказывает.",
                    en=f"Nothing shows that OTRS searches by {field}, so nothing found proves nothing.",
                )
            )
