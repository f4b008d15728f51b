"""Order and size of a search's result."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from otrs_bridge.sandbox.answers import JsonObject, given, text, texts
from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.disk_tickets import Column
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.search_text import FindsNothing
from otrs_bridge.sandbox.search_times import oldest

_MOMENTS: Mapping[str, Column] = {"Age": "created", "Created": "created", "Changed": "changed"}
SortKey = Callable[[TicketRow], Any]


def ordered(database: SandboxDatabase, tickets: list[TicketRow], data: JsonObject) -> list[TicketRow]:
    """Return the tickets in the asked order, newest first by default; a wrong order finds nothing."""
    keys = texts(data["SortBy"]) if given(data.get("SortBy")) else ["Age"]
    orders = texts(data["OrderBy"]) if given(data.get("OrderBy")) else ["Down"]
    known = _keys(database)
    if len(keys) != len(orders) or any(order not in {"Up", "Down"} for order in orders):
        raise FindsNothing
    if any(key not in known and not key.startswith("DynamicField_") for key in keys):
        raise FindsNothing
    tickets = sorted(tickets, key=lambda ticket: ticket.ticket_id)
    for key, order in reversed(list(zip(keys, orders, strict=True))):
        # What has no value comes last going up and first going down, as PostgreSQL has it.
        value_of = known.get(key) or _by_field(database, key)
        tickets.sort(key=_nulls_last(value_of), reverse=order == "Down")
    return tickets


def from_disk(database: SandboxDatabase, data: JsonObject) -> Iterator[TicketRow] | None:
    """Where tickets are on the disk: those that can be meant, one by one in the order that the bridge asks for.

    None: in memory, or asked for in another way; then all of them have to be looked at.
    """
    column = next((moment for key, moment in _MOMENTS.items() if data.get("SortBy") == [key, "TicketNumber"]), None)
    order = data.get("OrderBy")
    if database.disk is None or column is None or order not in (["Up", "Up"], ["Down", "Down"]) or data.get("TicketID"):
        return None
    prefix = "TicketCreateTime" if column == "created" else "TicketLastChangeTime"
    return database.disk.in_order(column, since=oldest(database, data, prefix), down=order == ["Down", "Down"])


def limited(database: SandboxDatabase, tickets: Iterable[TicketRow], data: JsonObject) -> list[TicketRow]:
    """Return as many as asked, or the configured number; a limit that is not a number finds nothing."""
    if not given(data.get("Limit")):
        return list(islice(tickets, database.search_limit))
    limit = text(data["Limit"])
    if not limit.isdecimal():
        raise FindsNothing
    return list(islice(tickets, int(limit)))


def _by_field(database: SandboxDatabase, key: str) -> SortKey:
    name = key.removeprefix("DynamicField_")
    if database.dynamic_field(name) is None:
        raise FindsNothing
    return lambda ticket: next(iter(ticket.values.get(name, [])), None)


def _nulls_last(value_of: SortKey) -> SortKey:
    def key(ticket: TicketRow) -> tuple[bool, Any]:
        value = value_of(ticket)
        return value is None, "" if value is None else value

    return key


def _keys(database: SandboxDatabase) -> dict[str, SortKey]:
    return {
        "Age": lambda ticket: ticket.created,
        "Created": lambda ticket: ticket.created,
        "Changed": lambda ticket: ticket.changed,
        "TicketNumber": lambda ticket: ticket.number,
        "Ticket": lambda ticket: ticket.number,
        "Title": lambda ticket: ticket.title,
        "Queue": lambda ticket: database.queue(ticket.queue_id).name,
        "State": lambda ticket: ticket.state_id,
        "Priority": lambda ticket: ticket.priority_id,
        "Lock": lambda ticket: ticket.lock_id,
        "Owner": lambda ticket: ticket.owner_id,
        "Responsible": lambda ticket: ticket.responsible_id,
        "CustomerID": lambda ticket: ticket.customer_id,
        "EscalationTime": lambda _: 0,
        "Service": lambda _: 0,
        "Type": lambda _: 0,
        "PendingTime": lambda ticket: ticket.pending_until,
    }
