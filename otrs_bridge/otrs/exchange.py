"""Requests and their answers: which connection, which session, how often.

A read is repeated while waiting can help; a write goes out once. Both get a new session when OTRS has
forgotten the old one, because then it certainly did nothing.
"""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from otrs_bridge.otrs.client import OtrsClient
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.pace import Call, Pace
from otrs_bridge.otrs.request import SessionGone
from otrs_bridge.otrs.retry import Result, read_patiently
from otrs_bridge.otrs.session import SessionKeeper
from otrs_bridge.ports.clock import Clock

# How long a search takes depends on what is sought.
_COMPARABLE = frozenset({"TicketGetList", "TicketHistoryGet", "TicketUpdate", "TicketCreate"})

Answered = Callable[[str, float, bool], None]  # operation, seconds, whether it was carried out


class OtrsExchange:
    """Thread-safe: as many connections as `workers` by day or by night, lent to one thread at a time, at OTRS's pace."""

    def __init__(
        self,
        connection: OtrsConnection,
        clock: Clock,
        stopping: Callable[[], bool] = lambda: False,
        answered: Answered = lambda _operation, _seconds, _well: None,
        pace: Pace | None = None,
    ) -> None:
        self.connection = connection
        self.clock = clock
        self._stopping = stopping
        self._answered = answered
        self.pace = pace or Pace(clock, lambda: connection.workers_at(clock.now()))
        self._sessions = SessionKeeper(connection, clock)
        self._clients = [OtrsClient(connection, clock) for _ in range(connection.most_workers)]
        # Last in, first out: a warm connection is better than a rested one.
        self._free: queue.LifoQueue[OtrsClient] = queue.LifoQueue()
        for client in self._clients:
            self._free.put(client)

    def read(
        self, operation: str, payload: Mapping[str, Any], *, patient: bool = True, of: str | None = None
    ) -> dict[str, Any]:
        """Ask something that changes nothing: until it is answered, within bounds, or (not `patient`) once.

        `of`: the tickets, `12,34`, where the route wants them in the address.
        """
        with self._lent() as client:
            if not patient:
                return self._once(client, operation, payload, of)
            return self._patiently(lambda: self._once(client, operation, payload, of))

    def write(self, operation: str, payload: Mapping[str, Any], ticket_id: int) -> dict[str, Any]:
        """Change a ticket, once. Logging in beforehand is a read, and repeated as such."""
        with self._lent() as client:
            self._patiently(lambda: self._sessions.current(client.log_in))
            self._expect_to_go_on(client)
            return self._once(client, operation, payload, ticket_id)

    def write_on_a_fresh_connection(self, operation: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        """Create something, once, on a connection that no server or firewall can have dropped."""
        with self._lent() as client:
            self._patiently(lambda: self._sessions.current(client.log_in))
            self._expect_to_go_on(client)
            client.close()
            return self._once(client, operation, payload, None)

    def hang_up(self) -> None:
        """End every call under way, from whichever thread; none begins any more."""
        for client in self._clients:
            client.timed.hang_up()

    def close(self) -> None:
        """Drop all connections. The session stays valid, in its file."""
        for client in self._clients:
            client.close()

    def _patiently(self, read: Callable[[], Result]) -> Result:
        return read_patiently(read, self.clock, stopping=self._stopping)

    def _expect_to_go_on(self, client: OtrsClient) -> None:
        """No write begins once the bridge is being stopped; what is under way may still be read back."""
        if self._stopping():
            raise client.not_begun()

    def _once(
        self, client: OtrsClient, operation: str, payload: Mapping[str, Any], ticket_id: int | str | None
    ) -> dict[str, Any]:
        session = self._sessions.current(client.log_in)
        try:
            return self._measured(client, operation, session, payload, ticket_id)
        except SessionGone:
            session = self._sessions.renewed(session, client.log_in)
        try:
            return self._measured(client, operation, session, payload, ticket_id)
        except SessionGone as gone:
            raise self._sessions.refused_fresh() from gone

    def _measured(
        self, client: OtrsClient, operation: str, session: str, payload: Mapping[str, Any], ticket_id: int | str | None
    ) -> dict[str, Any]:
        """Whoever watches OTRS's answering times learns of every answer, also of none."""
        began, well = self.clock.monotonic(), False
        try:
            answer = client.ask(operation, session, payload, ticket_id=ticket_id)
            well = True
        finally:
            seconds = self.clock.monotonic() - began
            self._answered(operation, seconds, well)
            if operation in _COMPARABLE:
                self.pace.answered(_call(operation, payload, ticket_id), seconds)
        return answer

    @contextmanager
    def _lent(self) -> Iterator[OtrsClient]:
        with self.pace.turn():
            client = self._free.get()
            try:
                yield client
            finally:
                self._free.put(client)


def _call(operation: str, payload: Mapping[str, Any], of: int | str | None) -> Call:
    """Calls that ought to take alike. An update with an article takes longer than one without."""
    match operation:
        case "TicketGetList":
            size = len(payload["TicketID"])
        case "TicketHistoryGet":
            size = str(of).count(",") + 1
        case _:
            size = 1 + ("Article" in payload)
    return f"{operation}{'+' if 'AllArticles' in payload else ''}", size.bit_length()
