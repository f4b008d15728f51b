"""The trace that every write leaves: a line of history, and the moment and author of the last change."""

from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.records import HistoryEntry, TicketRow


def write_history(
    database: SandboxDatabase, ticket: TicketRow, kind: str, name: str, *, user_id: int, article_id: int = 0
) -> None:
    """Append one line to the ticket's history."""
    ticket.history.append(
        HistoryEntry(
            history_id=database.next_number("ticket_history"),
            ticket_id=ticket.ticket_id,
            type=kind,
            name=name[:200],
            created=database.now(),
            created_by=user_id,
            queue_id=ticket.queue_id,
            state_id=ticket.state_id,
            priority_id=ticket.priority_id,
            owner_id=ticket.owner_id,
            article_id=article_id,
        )
    )


def bump(database: SandboxDatabase, ticket: TicketRow, user_id: int) -> None:
    """Write the moment and the author of the ticket's last change."""
    ticket.changed = database.now()
    ticket.changed_by = user_id
