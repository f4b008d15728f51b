"""The Helpdesk port, on a real OTRS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from otrs_bridge.domain.field_events import FieldEvent
from otrs_bridge.domain.otrs_limits import LENGTHS, SMALLEST, WIDEST, Lengths, fitted
from otrs_bridge.domain.selection import Selection
from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX, Article, NewTicket, Ticket, Value
from otrs_bridge.errors import OutcomeUnknown
from otrs_bridge.otrs import wire_reading, wire_writing
from otrs_bridge.otrs.batches import BatchReader
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.exchange import Answered, OtrsExchange
from otrs_bridge.otrs.history_reading import field_events
from otrs_bridge.otrs.key_search import KeySearch
from otrs_bridge.otrs.pace import Pace
from otrs_bridge.otrs.platform import PlatformFinder
from otrs_bridge.otrs.request import TicketRefused
from otrs_bridge.otrs.search import TicketSearch
from otrs_bridge.otrs.text_search import TextSearch
from otrs_bridge.otrs.walk import walk
from otrs_bridge.otrs.wire_writing import Columns, OtrsTime
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.helpdesk import Note, TicketRead
from otrs_bridge.words import Words


class OtrsHelpdesk:
    """`ports.helpdesk.Helpdesk` over OTRS's Generic Interface, thread-safe. Nothing is sent before the first use.

    Once the bridge is `stopping`, nothing is asked again and no write begins. `answered` is told of
    every call how long it took. `pace` may be shared with another one; without, it has its own.
    """

    def __init__(
        self,
        connection: OtrsConnection,
        clock: Clock,
        *,
        stopping: Callable[[], bool] = lambda: False,
        answered: Answered = lambda _operation, _seconds, _well: None,
        pace: Pace | None = None,
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._exchange = OtrsExchange(connection, clock, stopping, answered, pace)
        self._reader = BatchReader(self._exchange)
        self._search = TicketSearch(self._exchange, self._reader)
        self._text_search = TextSearch(self._search, self._reader)
        self._key_search = KeySearch(self._search, self._reader)
        self._platform = PlatformFinder(connection, clock)

    @property
    def workers(self) -> int:
        """How many requests may be under way at once, at most; OTRS's own pace may allow fewer."""
        return self._connection.most_workers

    @property
    def lengths(self) -> Lengths:
        """What its columns hold; the smallest of all products where it does not say which it is."""
        platform = self._platform.found()
        return LENGTHS[platform] if platform else SMALLEST

    def walk(self, selection: Selection) -> Iterator[Sequence[int]]:
        """Ids of the selected tickets in pages, oldest first, each once; none there all along is lost."""
        return walk(selection, self._search, self._connection.page_size)

    def read(self, ids: Sequence[int], *, with_article: bool = True) -> TicketRead:
        """Tickets with dynamic fields and, when asked, first article. A forbidden id sinks only itself."""
        return self._reader.read(ids, with_article=with_article)

    def last_articles(self, ticket_id: int, count: int) -> tuple[Article, ...]:
        """The newest articles of one ticket, newest first."""
        return self._reader.last_articles(ticket_id, count) if count > 0 else ()

    def field_events(self, ids: Sequence[int]) -> Mapping[int, tuple[FieldEvent, ...]]:
        """By ticket, who set which field to what, oldest first. A ticket whose history OTRS will not show is absent."""
        if not ids:
            return {}
        try:
            answer = self._exchange.read("TicketHistoryGet", {}, of=",".join(map(str, ids)))
        except TicketRefused:  # one of them; OTRS need not say which
            return {one: events for part in ids for one, events in self.field_events([part]).items()} if ids[1:] else {}
        return dict(field_events(answer))

    def update(self, ticket_id: int, fields: Mapping[str, Value], note: Note | None) -> None:
        """ONE update call, never repeated; none at all when there is nothing to write."""
        columns = Columns(lengths=self._lengths_for(fields), lists=self._reader.lists)
        payload = wire_writing.update_payload(fields, note, self._otrs_time(), columns)
        if not payload:
            return
        answer = self._exchange.write("TicketUpdate", payload, ticket_id)
        if wire_reading.whole(answer.get("TicketID")) != ticket_id:
            raise OutcomeUnknown(
                Words(
                    ru=f"OTRS получил запрос на изменение заявки с id {ticket_id}, а ответил про другую.",
                    en=f"OTRS was told to change ticket {ticket_id} and answered for another one.",
                )
            )
        if "Article" in payload and not wire_reading.whole(answer.get("ArticleID")):
            raise OutcomeUnknown(
                Words(
                    ru=f"OTRS изменил заявку с id {ticket_id}, но не назвал записанную в неё заметку.",
                    en=f"OTRS changed ticket {ticket_id} but did not name the note that it wrote.",
                )
            )

    def create_ticket(self, new: NewTicket) -> int:
        """Open a ticket and return its id. OutcomeUnknown: look for its token before anything else."""
        lengths = self._lengths_for({"title": new.title, "customer": new.customer})
        payload = wire_writing.create_payload(new, Columns(lengths=lengths, lists=self._reader.lists))
        answer = self._exchange.write_on_a_fresh_connection("TicketCreate", payload)
        ticket_id = wire_reading.whole(answer.get("TicketID"))
        if not ticket_id:
            raise OutcomeUnknown(
                Words(ru="OTRS не сообщил, какую заявку создал.", en="OTRS did not say which ticket it opened.")
            )
        return ticket_id

    def find_by_number(self, number: str) -> tuple[int, ...]:
        """Ids of the tickets with this full or short number."""
        return self._search.by_number(number)

    def find_by_key(self, field: str, key: str) -> tuple[int, ...]:
        """Tickets whose dynamic field (name without prefix) holds `key`. () is proven, not assumed."""
        return self._search.by_key(field, key)

    def find_made(self, field: str, wanted: Mapping[str, str]) -> Mapping[str, tuple[Ticket, ...]]:
        """The tickets of each key in `wanted` ({key: title}), see `ports.helpdesk.Helpdesk`."""
        return self._key_search.find(field, wanted)

    def filled_among(self, ids: Sequence[int], field: str) -> tuple[int, ...]:
        """Those of the tickets with anything in the dynamic field `field` (name without prefix), past TicketGet's cache."""
        return self._search.filled_among(ids, field)

    def with_value(self, field: str, *, open_only: bool = False) -> Iterator[Sequence[int]]:
        """Ids of all tickets with anything in the dynamic field `field` (name without prefix), in pages."""
        return self._key_search.filled(field, self._connection.page_size, open_only=open_only)

    def find_by_title(self, token: str) -> tuple[int, ...]:
        """Tickets with `token` (letters, digits, `:-_#[]`) in the title. () is proven, not assumed."""
        return self._search.by_title(token)

    def find_by_text(self, pieces: Sequence[str], *, limit: int) -> tuple[Ticket, ...]:
        """Tickets whose title or one of whose articles holds these pieces in this order, newest first."""
        return self._text_search.by_text(pieces, limit)

    def find_by_customer(self, login: str, *, limit: int, open_only: bool = False) -> tuple[Ticket, ...]:
        """Tickets of this customer user, newest first."""
        return self._text_search.by_customer(login, limit, open_only=open_only)

    def find_naming(
        self, part: str, *, fields: Sequence[str], limit: int, open_only: bool = False
    ) -> tuple[Ticket, ...]:
        """Tickets whose customer, title or one of these dynamic fields holds `part`, newest first."""
        return self._text_search.naming(part, fields, limit, open_only=open_only)

    def may_name(self, ticket_id: int, part: str, *, logins: Sequence[str], fields: Sequence[str]) -> bool:
        """Whether a ticket that cannot be read may be about `part` or one of the `logins`, by OTRS's search."""
        return self._text_search.may_name(ticket_id, part, logins=logins, fields=fields)

    def holds(self, ticket_id: int, field: str, value: Value) -> bool:
        """Whether OTRS's database holds `value` ("": nothing) in `field` (`DynamicField_<Name>`).

        For read-backs: TicketGet may answer null from its cache for hours after a write.
        """
        return field.startswith(DYNAMIC_FIELD_PREFIX) and self._search.holds(
            ticket_id, field.removeprefix(DYNAMIC_FIELD_PREFIX), value
        )

    def hang_up(self) -> None:
        """End every call under way, and let none begin any more."""
        self._exchange.hang_up()
        self._platform.hang_up()

    def close(self) -> None:
        """Drop the connections; the session stays valid."""
        self._exchange.close()

    def _lengths_for(self, fields: Mapping[str, Value]) -> Lengths:
        """What may be sent of these; the server is asked only where it matters.

        Where it does not say what it is, they may be long: what is put back stood there before.
        """
        if all(fitted(name, value, SMALLEST) == fitted(name, value, WIDEST) for name, value in fields.items()):
            return SMALLEST
        platform = self._platform.found()
        return LENGTHS[platform] if platform else WIDEST

    def _otrs_time(self) -> OtrsTime:
        return OtrsTime(now=int(self._clock.now().timestamp()), zone=self._connection.timezone)
