"""Operation TicketHistoryGet."""

from otrs_bridge.sandbox.answers import JsonObject, Refused
from otrs_bridge.sandbox.database import MOMENT_FORMAT, SandboxDatabase
from otrs_bridge.sandbox.logins import Call, authenticate
from otrs_bridge.sandbox.provisioning import HISTORY_TYPE_IDS
from otrs_bridge.sandbox.records import HistoryEntry, TicketRow
from otrs_bridge.sandbox.ticket_get import readable_ticket, wanted_ids

OPERATION = "TicketHistoryGet"


def get_history(database: SandboxDatabase, call: Call) -> JsonObject:
    """Operation TicketHistoryGet: the whole history of each asked ticket."""
    agent = authenticate(database, call)
    if agent is None:
        raise Refused("AuthFail", f"{OPERATION}: Authorization failing!")
    ids = wanted_ids(OPERATION, call.data)
    tickets = {ticket_id: readable_ticket(database, OPERATION, agent, ticket_id) for ticket_id in ids}
    return {
        "TicketHistory": [
            {"TicketID": ticket_id, "History": [_line(ticket, entry) for entry in ticket.history]}
            for ticket_id, ticket in tickets.items()
        ]
    }


def _line(ticket: TicketRow, entry: HistoryEntry) -> JsonObject:
    return {
        "ArticleID": entry.article_id,
        "CreateBy": entry.created_by,
        "CreateTime": f"{entry.created:{MOMENT_FORMAT}}",
        "HistoryType": entry.type,
        "HistoryTypeID": HISTORY_TYPE_IDS.get(entry.type, 0),
        "Name": entry.name,
        "OwnerID": entry.owner_id,
        "PriorityID": entry.priority_id,
        "QueueID": entry.queue_id,
        "StateID": entry.state_id,
        "TicketID": str(ticket.ticket_id),
        "TypeID": ticket.type_id,
    }
