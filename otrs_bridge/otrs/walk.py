"""Every selected ticket, oldest first, from a server that has no pages.

A page ends with some ticket; the next begins at that ticket's own time, as OTRS itself wrote it, and has to
bring that ticket again, so that nothing between them can be lost; what comes twice is dropped. Up to Znuny 6.5.15
a bound includes its moment, in 6.5.26 it does not: where the ticket does not come, a second earlier is asked for.
The end is reached when a search brings nothing new: a page that is merely shorter than asked proves nothing, the
server may cut it silently.

A ticket may be dated in OTRS's future, where its clock ran ahead once. From such a time on OTRS finds nothing, that
ticket neither. They come last, so the walk asks for more from the last time that can be asked for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.id_set import IdSet
from otrs_bridge.domain.selection import ChangedWithin, Everything, OpenTickets, Selection, TheseTickets
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.otrs import conditions
from otrs_bridge.otrs.conditions import Conditions
from otrs_bridge.otrs.search_errors import lost_again
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
_TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
_WITNESSES = 5
_DOUBTS = 2
# How much a window may look longer than it is: the hour that the end of summer time writes twice, and a
# little.
_SLACK_MINUTES = 62


class Searcher(Protocol):
    """What a walk needs of OTRS. `future`: the tickets that were named already as dated in the future."""

    future: set[int]

    def hits(self, where: Conditions, limit: int) -> list[int]:
        """Ids in the order that `where` asks for."""

    def peek(self, ids: Sequence[int]) -> Sequence[Ticket]:
        """Those of the tickets that can be read, without articles."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Axis:
    """The time along which a walk goes: how it is sorted by, how it is asked for, where a ticket holds it."""

    column: str
    newer: str
    attribute: str

    def time_of(self, ticket: Ticket) -> str:
        """The ticket's place on the axis, verbatim; "" when it is not a time that OTRS would accept back."""
        found = _TIME.match(str(getattr(ticket, self.attribute)))
        return found.group() if found else ""


CHANGED = Axis(column="Changed", newer="TicketLastChangeTimeNewerDate", attribute="raw_changed")
CREATED = Axis(column="Age", newer="TicketCreateTimeNewerDate", attribute="raw_created")


def walk(selection: Selection, searcher: Searcher, page_size: int) -> Iterator[Sequence[int]]:
    """Ids in pages, each id once."""
    match selection:
        case TheseTickets(ids=ids):
            yield from batched(dict.fromkeys(ids), page_size)
        case ChangedWithin(minutes=minutes):
            yield from TicketWalk(searcher, CHANGED, page_size).pages(conditions.changed_within(minutes), minutes)
        case Everything(since=since):
            # Creation times never change: nobody can slip behind the cursor, however long the walk takes.
            yield from _from(since, lambda: TicketWalk(searcher, CREATED, page_size))
        case OpenTickets(since=since):
            yield from _from(since, lambda: TicketWalk(searcher, CREATED, page_size, always=conditions.not_finished()))


def _from(since: str, walk: Callable[[], TicketWalk]) -> Iterator[Sequence[int]]:
    """All pages from a time on. Where there is none, that time may lie in OTRS's future: then all from the beginning."""
    found = False
    if time := _TIME.match(since):
        # A second earlier, for servers whose bounds exclude their moment.
        for page in walk().pages({CREATED.newer: _just_before(time.group())}, None):
            found = True
            yield page
    if not found:
        yield from walk().pages({}, None)


class TicketWalk:
    """One walk along one axis."""

    def __init__(self, searcher: Searcher, axis: Axis, page_size: int, *, always: Conditions | None = None) -> None:
        """`always` holds of every page, beside the place on the axis."""
        self._always = always or {}
        self._searcher = searcher
        self._axis = axis
        self._page_size = page_size
        self._seen = IdSet()
        self._witnesses: Sequence[int] = ()
        self._anchors: Sequence[int] = ()
        self._bounds_exclude = False
        self._largest = 0
        self._doubts = 0
        self._start: Conditions = {}
        self._asked = ""

    def pages(self, start: Conditions, minutes: int | None) -> Iterator[Sequence[int]]:
        """Pages of new ids, until a search brings none."""
        cursor, limit = "", self._page_size
        self._start = start
        hits = self._first(start)
        while hits:
            fresh = [ticket_id for ticket_id in dict.fromkeys(hits) if ticket_id not in self._seen]
            if fresh:
                # Before the page is handed out: whoever works on it changes the very times we go by.
                reached = self._reached(hits, cursor, None if cursor else minutes)
                limit = limit if reached == cursor else self._page_size
                cursor = reached
                self._seen.update(fresh)
                self._doubts = 0
                yield fresh
            elif len(hits) >= limit:
                limit *= 2  # more tickets of one second than fit on the page
            elif self._is_the_end(self._since(cursor), len(hits)):
                return
            self._largest = max(self._largest, len(hits))
            hits = self._next(cursor, limit)
            if not hits:
                self._name_what_lies_in_the_future(cursor)
                cursor, limit = self._asked, 2 * max(limit, self._largest)
                hits = self._next_from_the_past(cursor, limit)
            self._asked = cursor

    def _first(self, start: Conditions) -> list[int]:
        hits = self._up(start, self._page_size)
        if hits:
            return hits
        # Nothing: also OTRS's answer to a broken search, a lost right or an invalid agent.
        if not self._finds_anything():
            raise SearchNotTrusted(
                Words(
                    ru="OTRS не показывает ни одной заявки. Либо их ещё нет, либо у агента нет прав ни в одной "
                    "очереди, либо он недействителен.",
                    en="OTRS shows no ticket at all. Either there is none yet, or the agent has no right in any "
                    "queue, or it is invalid.",
                )
            )
        hits = self._up(start, self._page_size)
        if not hits and not start and not self._always:
            raise SearchNotTrusted(
                Words(
                    ru="OTRS не нашёл ни одной заявки сразу после того, как одну нашёл: поиск в нём не работает.",
                    en="OTRS found no ticket a moment after it had found one: its search does not work.",
                )
            )
        return hits

    def _since(self, time: str) -> Conditions:
        """What is not older than this, on a server whose bounds include their moment or exclude it."""
        if not time:
            return self._start
        return {self._axis.newer: _just_before(time) if self._bounds_exclude else time}

    def _next(self, cursor: str, limit: int) -> list[int]:
        """The search includes the tickets whose time it begins with, so an empty answer is a false one.

        Unless that time lies in OTRS's future, or they were deleted or moved out of our sight since.
        """
        hits = self._up(self._since(cursor), limit)
        if not self._bounds_exclude and self._anchors and set(hits).isdisjoint(self._anchors):
            self._bounds_exclude = True
            hits = self._up(self._since(cursor), limit)
        hits = hits or self._up(self._since(cursor), limit)
        if not hits and not self._finds_anything():
            raise lost_again("OTRS did not", by=self._axis.column)
        return hits

    def _next_from_the_past(self, cursor: str, limit: int) -> list[int]:
        """From the last time that could be asked for; what has just been found and is still there, has to come again."""
        hits = self._up(self._since(cursor), limit)
        there = {ticket.id for ticket in self._searcher.peek(self._witnesses)}
        if there and there.isdisjoint(hits):
            raise lost_again("OTRS did not", by=self._axis.column)
        return hits

    def _name_what_lies_in_the_future(self, cursor: str) -> None:
        for ticket in self._searcher.peek(self._witnesses):
            time = self._axis.time_of(ticket)
            if time >= cursor and ticket.id not in self._searcher.future:
                self._searcher.future.add(ticket.id)
                log.warning("ticket dated in the future", ticket=ticket.number, time=time)

    def _finds_anything(self) -> bool:
        return bool(self._searcher.hits(conditions.sorted_by("Age", newest_first=True), 1))

    def _up(self, where: Conditions, limit: int) -> list[int]:
        return self._searcher.hits({**self._always, **where, **conditions.sorted_by(self._axis.column)}, limit)

    def _is_the_end(self, where: Conditions, count: int) -> bool:
        """Nothing new, and less than asked. If no page was longer, OTRS may cut: look from the other end."""
        if count < self._largest:
            return True
        newest = {**self._always, **where, **conditions.sorted_by(self._axis.column, newest_first=True)}
        if all(ticket_id in self._seen for ticket_id in self._searcher.hits(newest, count + 1)):
            return True
        self._doubts += 1
        if self._doubts > _DOUBTS:
            raise SearchNotTrusted(
                Words(
                    ru=f"OTRS отдаёт не более {count} заявок за один поиск, а на одну секунду их приходится больше: "
                    f"поднимите предел (GenericInterface::Operation::TicketSearch###SearchLimit).",
                    en=f"OTRS returns at most {count} tickets of a search, and more than that have the same second: "
                    f"raise its limit (GenericInterface::Operation::TicketSearch###SearchLimit).",
                )
            )
        return False

    def _reached(self, hits: Sequence[int], cursor: str, minutes: int | None) -> str:
        """The time to go on from: the earliest of the last few tickets.

        One could have been changed since it was found, and its new time would make us jump over others; not
        all of them. Where OTRS shows none of the page, the walk stays at the `cursor` and asks for more.
        """
        shown = False
        step = max(1, min(_WITNESSES, len(hits) // 2))
        for end in range(len(hits), 0, -step):
            witnesses = hits[max(0, end - step) : end]
            read = {ticket.id: self._axis.time_of(ticket) for ticket in self._searcher.peek([*witnesses, hits[0]])}
            shown = shown or bool(read)
            times = [read[ticket_id] for ticket_id in witnesses if read.get(ticket_id)]
            if times:
                self._witnesses = witnesses
                self._anchors = [ticket_id for ticket_id in witnesses if read.get(ticket_id) == min(times)]
                if minutes is not None:
                    self._check_window(hits[0], read.get(hits[0], ""), max(times), minutes)
                return min(times)
        if not shown:
            self._witnesses = self._anchors = ()
            return cursor
        raise SearchNotTrusted(
            Words(
                ru="OTRS показывает заявки без времени или с временем в незнакомом виде: по нему искать нельзя.",
                en="OTRS shows tickets without a time, or with one of an unknown form: it cannot be searched by.",
            )
        )

    def _check_window(self, ticket_id: int, first: str, last: str, minutes: int) -> None:
        """Tickets changed in the last `minutes` lie within that many, or one is dated in the future, or else the
        condition was ignored: then OTRS also finds the first of them among the older ones.
        """
        if not first or not last:
            return
        span = datetime.strptime(last, _TIME_FORMAT) - datetime.strptime(first, _TIME_FORMAT)  # noqa: DTZ007 - a difference
        longest = minutes + _SLACK_MINUTES
        if span.total_seconds() <= longest * 60:
            return
        if self._up({**conditions.among([ticket_id]), **conditions.changed_before(longest)}, 1):
            raise SearchNotTrusted(
                Words(
                    ru=f"У OTRS спросили заявки, изменённые за последние {minutes} мин., а среди ответов есть заявка "
                    f"от {first} и заявка от {last}: условие поиска не действует.",
                    en=f"OTRS was asked for tickets changed in the last {minutes} minutes and returned one of {first}, "
                    f"another from {last}: it ignores the condition.",
                )
            )


def _just_before(time: str) -> str:
    return (datetime.strptime(time, _TIME_FORMAT) - timedelta(seconds=1)).strftime(_TIME_FORMAT)  # noqa: DTZ007 - OTRS's naive time
