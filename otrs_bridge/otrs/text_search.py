"""Searches for a person: by text, by customer, by a number that a ticket names somewhere.

More may come back than was asked for (letters that are the same to OTRS's database), never less, and a condition that OTRS
ignores is noticed: what it returns is read and compared; of what is not so, and of the full text, which cannot be read back
cheaply, nonsense must find nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from otrs_bridge.domain.ticket import Article, Ticket, shown
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.otrs import conditions
from otrs_bridge.otrs.batches import BatchReader
from otrs_bridge.otrs.conditions import Conditions
from otrs_bridge.otrs.search import TicketSearch
from otrs_bridge.otrs.search_errors import lost_again
from otrs_bridge.words import Words

_INDEXED = 3  # letters; OTRS's index of articles leaves shorter words out
_CANDIDATES = 100  # tickets whose articles are read where the index alone cannot tell
_ARTICLES = 200  # of such a ticket, the newest
_NEWEST_FIRST = conditions.sorted_by("Age", newest_first=True)


class TextSearch:
    """Finding tickets by what is written in and on them. Newest first, without articles."""

    def __init__(self, search: TicketSearch, reader: BatchReader) -> None:
        self._search = search
        self._reader = reader

    def by_text(self, pieces: Sequence[str], limit: int) -> tuple[Ticket, ...]:
        """Tickets whose title, or one of whose articles, holds the pieces in this order."""
        by_title = self._checked(conditions.title_holds(pieces), limit, lambda ticket: _in_order(pieces, ticket.title))
        by_article = self._by_article(pieces, limit)
        if not by_title and not by_article:
            self._search.expect_title_search_to_work()
        return _newest([*by_title, *by_article], limit)

    def by_customer(self, login: str, limit: int, *, open_only: bool) -> tuple[Ticket, ...]:
        """Tickets of this customer user; () is proven only by `naming`, which asks in the same way."""
        found = self._found({**conditions.customer_user_is(login), **_state(open_only=open_only)}, limit)
        wanted = login.strip().casefold()
        return _newest((ticket for ticket in found if ticket.customer.user.strip().casefold() == wanted), limit)

    def naming(self, part: str, fields: Sequence[str], limit: int, *, open_only: bool) -> tuple[Ticket, ...]:
        """Tickets whose customer, company, title or one of the dynamic fields holds `part`."""
        state = _state(open_only=open_only)
        found = [
            *self._checked({**conditions.customer_holds(part), **state}, limit, lambda it: part in it.customer.user),
            *self._checked({**conditions.company_holds(part), **state}, limit, lambda it: part in it.customer.company),
            *self._checked({**conditions.title_holds([part]), **state}, limit, lambda it: part in it.title),
        ]
        for name in fields:
            where = {**conditions.field_holds(name, part), **state}
            holding = self._checked(where, limit, partial(_field_holds, name=name, part=part))
            if any(name not in ticket.dynamic_fields for ticket in holding):
                self._expect_to_filter_by(name)
            found += holding
        if not found:
            self._search.expect_title_search_to_work()
        return _newest(found, limit)

    def may_name(self, ticket_id: int, part: str, *, logins: Sequence[str], fields: Sequence[str]) -> bool:
        """Whether the search finds this one ticket, which cannot be read, by any of these; a condition ignored says yes."""
        only = conditions.among([ticket_id])
        if not self._search.hits(only, 1):
            raise lost_again("OTRS did not", by="TicketID")
        wheres = (
            *(conditions.customer_user_is(login) for login in logins if login),
            *(conditions.customer_holds(part), conditions.company_holds(part), conditions.title_holds([part])),
            *(conditions.field_holds(name, part) for name in fields if name),
        )
        return any(self._search.hits({**only, **where}, 1) for where in wheres)

    def _by_article(self, pieces: Sequence[str], limit: int) -> Sequence[Ticket]:
        """Each word stands in the index once and in lower case: what is told twice is asked for once."""
        indexed = list(dict.fromkeys(piece for piece in pieces if len(piece) >= _INDEXED))
        if not indexed:
            return ()
        where = conditions.articles_hold(indexed)
        if self._search.hits(conditions.nonsense(where), 1):
            raise SearchNotTrusted(
                Words(
                    ru="OTRS находит в статьях бессмыслицу: полнотекстовый поиск не действует.",
                    en="OTRS finds nonsense in its articles: it ignores the search by full text.",
                )
            )
        if len(indexed) == len(pieces):
            return self._found(where, limit)
        return self._with_short_words(pieces, self._search.hits({**where, **_NEWEST_FIRST}, _CANDIDATES))

    def _with_short_words(self, pieces: Sequence[str], candidates: Sequence[int]) -> Sequence[Ticket]:
        """Those of which an article holds all the pieces: the index knows nothing of some of them."""
        tickets = self._reader.read(candidates, with_article=True).tickets
        return [
            ticket
            for ticket in tickets
            if (ticket.article is not None and _article_holds(pieces, ticket.article))
            or any(_article_holds(pieces, later) for later in self._reader.last_articles(ticket.id, _ARTICLES))
        ]

    def _expect_to_filter_by(self, name: str) -> None:
        """A field that OTRS leaves out is empty, or there is none: then its condition is ignored."""
        if self._search.hits(conditions.nonsense(conditions.field_equals(name, name)), 1):
            raise SearchNotTrusted(
                Words(
                    ru=f"У заявок нет динамического поля «{name}» (регистр букв важен).",
                    en=f"Tickets have no dynamic field {name!r} (mind the letter case).",
                )
            )

    def _found(self, where: Conditions, limit: int) -> Sequence[Ticket]:
        return self._search.peek(self._search.hits({**where, **_NEWEST_FIRST}, limit))

    def _checked(self, where: Conditions, limit: int, carries: Callable[[Ticket], bool]) -> Sequence[Ticket]:
        found = self._found(where, limit)
        other = next((ticket for ticket in found if not carries(ticket)), None)
        if other is not None:
            self._search.expect_to_filter(where, other)
        return found


def _state(*, open_only: bool) -> Conditions:
    return conditions.not_finished() if open_only else {}


def _newest(tickets: Iterable[Ticket], limit: int) -> tuple[Ticket, ...]:
    by_id = {ticket.id: ticket for ticket in tickets}
    return tuple(by_id[ticket_id] for ticket_id in sorted(by_id, reverse=True))[:limit]


def _field_holds(ticket: Ticket, *, name: str, part: str) -> bool:
    """Whether the field holds `part`; an empty one may be TicketGet's cache, which the search knows better."""
    value = ticket.dynamic_fields.get(name, "")
    return not value or part in shown(value)


def _article_holds(pieces: Sequence[str], article: Article) -> bool:
    return _in_order(pieces, article.subject) or _in_order(pieces, article.body)


def _in_order(pieces: Sequence[str], text: str) -> bool:
    folded, position = text.lower(), 0
    for piece in pieces:
        position = folded.find(piece.lower(), position) + len(piece)
        if position < len(piece):
            return False
    return True
