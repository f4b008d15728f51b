"""Many tickets in few calls, without one ticket sinking the rest.

OTRS fails a whole call over one of its tickets: refused, broken over (500, a page, a hang) or too long. It never says
which. So the call is divided; and where nothing comes of it, a ticket that is known to be readable tells whether it is
the tickets or OTRS.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from types import MappingProxyType
from typing import Any

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.ticket import Article, Ticket
from otrs_bridge.errors import BridgeError, OtrsRejected, OtrsUnavailable
from otrs_bridge.otrs import conditions, wire_reading
from otrs_bridge.otrs.exchange import OtrsExchange
from otrs_bridge.otrs.quarantine import Quarantine
from otrs_bridge.otrs.request import (
    BrokeInside,
    MisconfiguredConnection,
    MisconfiguredWebService,
    Stopped,
    TicketRefused,
)
from otrs_bridge.ports.helpdesk import TicketRead
from otrs_bridge.words import Words

_LEFT_OUT = Words(ru="OTRS пропустил её в своём ответе", en="OTRS left it out of its answer")
_FIRST_ARTICLE = {"AllArticles": 1, "ArticleLimit": 1}
_CANARIES = 3
_EVERY_TICKETS = (MisconfiguredConnection, MisconfiguredWebService, Stopped)  # failures that no one ticket can cause

_Found = dict[int, Ticket]
_Failures = dict[int, BridgeError]


class BatchReader:
    """Reads tickets by id. Thread-safe.

    `lists`: the dynamic fields that OTRS has shown to hold lists, which it wants written as such.
    """

    def __init__(self, exchange: OtrsExchange) -> None:
        self._exchange = exchange
        self._size = exchange.connection.batch_size
        self._zone = exchange.connection.timezone or UTC  # as OTRS has it, unless it is told otherwise
        self._quarantine = Quarantine(exchange.clock)
        self._readable: deque[int] = deque(maxlen=_CANARIES)
        self.lists: set[str] = set()

    def read(self, ids: Sequence[int], *, with_article: bool) -> TicketRead:
        """The tickets in the order asked, each once, and why the others cannot be read."""
        wanted = list(dict.fromkeys(ids))
        options = {"DynamicFields": 1, **(_FIRST_ARTICLE if with_article else {})}
        unreadable = dict(self._quarantine.resting(wanted))
        broken = set(unreadable)
        asked = [i for i in wanted if i not in broken]
        found: _Found = {}
        for batch in self._batches(asked):
            tickets, failures = self._batch(batch, options)
            found |= tickets
            unreadable |= {i: failure.words for i, failure in failures.items()}
            broken |= {i for i, failure in failures.items() if isinstance(failure, OtrsUnavailable)}
        for i in asked:
            if i not in found:
                unreadable.setdefault(i, _LEFT_OUT)
        return TicketRead(
            tickets=tuple(found[i] for i in wanted if i in found),
            unreadable=MappingProxyType(unreadable),
            broken=frozenset(broken),
        )

    def last_articles(self, ticket_id: int, count: int) -> tuple[Article, ...]:
        """The newest `count` articles, newest first."""
        # DESC counts only together with a limit; a version that knows neither sends all, hence the sorting
        # and cutting.
        options = {"AllArticles": 1, "ArticleOrder": "DESC", "ArticleLimit": count}
        answer = self._exchange.read("TicketGetList", {"TicketID": [ticket_id], **options})
        return tuple(reversed(wire_reading.articles(answer, zone=self._zone)))[:count]

    def _batches(self, ids: Sequence[int]) -> Iterator[Sequence[int]]:
        """What OTRS broke over before comes last, each alone."""
        odd = [i for i in ids if i in self._quarantine]
        sound = [i for i in ids if i not in odd]
        yield from batched(sound, self._size)
        yield from ([i] for i in odd)

    def _batch(self, ids: Sequence[int], options: Mapping[str, Any]) -> tuple[_Found, _Failures]:
        failures: _Failures = {}
        patient = not any(i in self._quarantine for i in ids)
        tickets = {ticket.id: ticket for ticket in self._asked(ids, options, failures, patient=patient)}
        broken = {i: failure for i, failure in failures.items() if isinstance(failure, OtrsUnavailable)}
        for failure in broken.values():
            if not (tickets or self._shows_one_of(ids, options, but=list(broken))):
                raise failure  # not one odd ticket: OTRS is broken
            break
        for i, failure in broken.items():
            self._quarantine.admit(i, failure)
        self._quarantine.dismiss(tickets)
        self._readable.extend(list(tickets)[-_CANARIES:])
        return tickets, failures

    def _asked(
        self,
        ids: Sequence[int],
        options: Mapping[str, Any],
        failures: _Failures,
        *,
        patient: bool,
    ) -> Iterator[Ticket]:
        """One call; when it fails as one ticket could make it fail, several calls with parts of it."""
        try:
            answer = self._exchange.read("TicketGetList", {"TicketID": list(ids), **options}, patient=patient)
        except (TicketRefused, OtrsRejected, OtrsUnavailable) as failure:
            if not _may_be_one_ticket(failure):
                raise
            if len(ids) == 1:
                failures[ids[0]] = failure
                return
            refused = isinstance(failure, TicketRefused | OtrsRejected | BrokeInside)
            if not (refused or self._shows_one_of(ids, options)):
                raise
            # What OTRS broke over has been asked patiently once; its parts are not.
            patient = patient and not isinstance(failure, OtrsUnavailable)
            for part in _parts(ids, failure):
                yield from self._asked(part, options, failures, patient=patient)
            return
        now = int(self._exchange.clock.now().timestamp())
        for ticket in wire_reading.tickets(answer, now=now, zone=self._zone):
            self.lists.update(name for name, value in ticket.dynamic_fields.items() if isinstance(value, tuple))
            yield ticket

    def _shows_one_of(self, suspects: Sequence[int], options: Mapping[str, Any], *, but: Sequence[int] = ()) -> bool:
        """Whether OTRS shows some ticket, rather one that is no suspect, and none of `but`.

        Where there is no other than that one, whether OTRS finds it.
        """
        known = [i for i in list(self._readable) if i not in suspects]
        try:
            if any(self._shows(i, options) for i in known):
                return True
            found = self._some_ids()
        except OtrsUnavailable:
            return False
        candidates = sorted((i for i in found if i not in {*known, *but}), key=lambda i: i in suspects)
        for i in candidates[:_CANARIES]:
            try:
                if self._shows(i, options):
                    return True
            except OtrsUnavailable:
                if i not in suspects:
                    return False
        return len(but) == 1 and set(found) == set(but)

    def _shows(self, ticket_id: int, options: Mapping[str, Any]) -> bool:
        """Raises OtrsUnavailable where nothing answered at all."""
        try:
            self._exchange.read("TicketGetList", {"TicketID": [ticket_id], **options}, patient=False)
        except (TicketRefused, OtrsRejected):
            return False
        except OtrsUnavailable as failure:
            if failure.answered:
                return False
            raise
        return True

    def _some_ids(self) -> list[int]:
        """The newest tickets and the oldest, in turns."""
        ends = (conditions.sorted_by("Age", newest_first=newest) for newest in (True, False))
        limit = {"Limit": self._size}
        found = [
            wire_reading.ticket_ids(self._exchange.read("TicketSearch", {**end, **limit}, patient=False))
            for end in ends
        ]
        return [i for pair in zip(*found, strict=False) for i in pair]


def _may_be_one_ticket(failure: BridgeError) -> bool:
    """A rejection of anything but a ticket's id is our own mistake, and the same for every ticket."""
    if isinstance(failure, OtrsRejected):
        return ".NotValid" in failure.code
    return not isinstance(failure, _EVERY_TICKETS)


def _parts(ids: Sequence[int], failure: BridgeError) -> Iterator[Sequence[int]]:
    """Halves; but where OTRS hung, each ticket alone, so that the one that hangs costs its time once."""
    if isinstance(failure, OtrsUnavailable) and not failure.answered and not isinstance(failure, BrokeInside):
        yield from ([i] for i in ids)
        return
    middle = len(ids) // 2
    yield ids[:middle]
    yield ids[middle:]
