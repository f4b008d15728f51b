"""The operations by name, and how each of their endings is written as an answer."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from otrs_bridge.sandbox.answers import PLAIN_TEXT, Answer, BrokeMidway, JsonObject, Refused
from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.logins import Call, create_session
from otrs_bridge.sandbox.ticket_create import create_ticket
from otrs_bridge.sandbox.ticket_get import get_tickets
from otrs_bridge.sandbox.ticket_history import get_history
from otrs_bridge.sandbox.ticket_search import search_tickets
from otrs_bridge.sandbox.ticket_update import update_ticket

Operation = Callable[[SandboxDatabase, Call], JsonObject]

OPERATIONS: dict[str, Operation] = {
    "SessionCreate": create_session,
    "TicketCreate": create_ticket,
    "TicketGet": get_tickets,
    "TicketSearch": search_tickets,
    "TicketUpdate": update_ticket,
    "TicketHistoryGet": get_history,
}


def perform(database: SandboxDatabase, call: Call, *, break_after: int | None = None) -> Answer:
    """Run an operation; ``break_after`` makes it fail after so many writes of a ticket."""
    with database.request(), _breaking(database, break_after):
        try:
            kept = replace(call, data=database.sql.kept_of(call.data))
            return written(OPERATIONS[call.operation](database, kept))
        except Refused as refusal:
            return refused(call.operation, refusal.code, refusal.message)
        except BrokeMidway as broken:
            return fault(str(broken))


def refused(operation: str, code: str, message: str) -> Answer:
    """Return HTTP 200 with an Error object."""
    return written({"Error": {"ErrorCode": f"{operation}.{code}", "ErrorMessage": message}})


def fault(sentence: str) -> Answer:
    """Return HTTP 500 with a fault, which is JSON that says it is plain text."""
    answer = written({"faultcode": "Server", "faultstring": sentence}, status=500)
    return replace(answer, content_type=PLAIN_TEXT)


def written(content: JsonObject, *, status: int = 200) -> Answer:
    """Return the answer with this JSON content, UTF-8 not escaped."""
    body = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return Answer(status=status, body=body)


@dataclass(kw_only=True, slots=True)
class _BreakAfter:
    """Fails the call of its own thread after a number of steps."""

    steps_left: int
    thread: int

    def __call__(self, name: str, ticket_id: int) -> None:
        if threading.get_ident() != self.thread:
            return
        self.steps_left -= 1
        if self.steps_left == 0:
            raise BrokeMidway(f"The step after {name} of ticket {ticket_id} failed!")


@contextmanager
def _breaking(database: SandboxDatabase, break_after: int | None) -> Iterator[None]:
    if break_after is None:
        yield
        return
    breaker = _BreakAfter(steps_left=break_after, thread=threading.get_ident())
    database.step_observers.append(breaker)
    try:
        yield
    finally:
        database.step_observers.remove(breaker)
