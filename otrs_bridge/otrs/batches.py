"""Many tickets in few calls, without one ticket sinking the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from otrs_bridge.domain.ticket import Article, Ticket
from otrs_bridge.errors import BridgeError, OtrsRejected
from otrs_bridge.otrs import wire_reading
from otrs_bridge.otrs.errand import BrokeInside, TicketRefused
from otrs_bridge.otrs.exchange import Exchange
from otrs_bridge.ports.helpdesk import TicketRead
from otrs_bridge.words import Words

_LEFT_OUT = Words(ru="OTRS пропустил её в своём ответе", en="OTRS left it out of its answer")
_FIRST_ARTICLE = {"AllArticles": 1, "ArticleLimit": 1}


class BatchReader:
    """Reads tickets by id."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._size = exchange.connection.batch_size

    def read(self, ids: Sequence[int], *, with_article: bool) -> TicketRead:
        """The tickets in the order asked, each once, and why the others cannot be read."""
        wanted = list(dict.fromkeys(ids))
        options = {"DynamicFields": 1, **(_FIRST_ARTICLE if with_article else {})}
        found: dict[int, Ticket] = {}
        unreadable: dict[int, Words] = {}
        for start in range(0, len(wanted), self._size):
            tickets, failures = self._batch(wanted[start : start + self._size], options)
            found |= tickets
            unreadable |= {ticket_id: failure.words for ticket_id, failure in failures.items()}
        for ticket_id in wanted:
            if ticket_id not in found:
                unreadable.setdefault(ticket_id, _LEFT_OUT)
        return TicketRead(
            tickets=tuple(found[ticket_id] for ticket_id in wanted if ticket_id in found),
            unreadable=MappingProxyType(unreadable),
        )

    def last_articles(self, ticket_id: int, count: int) -> tuple[Article, ...]:
        """The newest `count` articles, newest first."""
        # DESC counts only together with a limit; a version that knows neither sends all, hence the sorting
        # and cutting.
        options = {"AllArticles": 1, "ArticleOrder": "DESC", "ArticleLimit": count}
        answer = self._exchange.read("TicketGetList", {"TicketID": [ticket_id], **options})
        return tuple(reversed(wire_reading.articles(answer)))[:count]

    def _batch(
        self, ids: Sequence[int], options: Mapping[str, Any]
    ) -> tuple[dict[int, Ticket], dict[int, BridgeError]]:
        failures: dict[int, BridgeError] = {}
        tickets = {ticket.id: ticket for ticket in self._asked(ids, options, failures, patient=True)}
        if not tickets:
            for failure in failures.values():
                if isinstance(failure, BrokeInside):
                    raise failure  # not one odd ticket: OTRS is broken
        return tickets, failures

    def _asked(
        self,
        ids: Sequence[int],
        options: Mapping[str, Any],
        failures: dict[int, BridgeError],
        *,
        patient: bool,
    ) -> Iterator[Ticket]:
        """One call; when OTRS refuses it, never saying for which ticket, two calls with half of the ids."""
        try:
            answer = self._exchange.read("TicketGetList", {"TicketID": list(ids), **options}, patient=patient)
        except (TicketRefused, OtrsRejected, BrokeInside) as failure:
            if not _may_be_one_ticket(failure):
                raise
            if len(ids) == 1:
                failures[ids[0]] = failure
                return
            # What OTRS broke over has been asked patiently once; its parts are not.
            patient = patient and not isinstance(failure, BrokeInside)
            middle = len(ids) // 2
            yield from self._asked(ids[:middle], options, failures, patient=patient)
            yield from self._asked(ids[middle:], options, failures, patient=patient)
            return
        yield from wire_reading.tickets(answer, now=int(self._exchange.clock.now().timestamp()))


def _may_be_one_ticket(failure: BridgeError) -> bool:
    """A rejection of anything but a ticket's id is our own mistake, and the same for every ticket."""
    return not isinstance(failure, OtrsRejected) or ".NotValid" in failure.code
