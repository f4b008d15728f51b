"""Outgoing mail: the notifications and automatic answers that end in OTRS's mail queue."""

from otrs_bridge.otrs.sandbox.database import Database
from otrs_bridge.otrs.sandbox.records import Article, AutoReplyType, Mail, Ticket

# An article's AutoResponseType that asks for an answer the queue does not give silences the queue.
AUTO_RESPONSE_TYPES = ("auto reply", "auto reject", "auto follow up", "auto reply/new ticket", "auto remove")


def enqueue(
    database: Database, *, recipient: str, subject: str, body: str, kind: str, ticket: Ticket
) -> None:
    """Put a message of the ticket's queue address into the mail queue."""
    database.mails.append(
        Mail(
            sender=database.queue(ticket.queue_id).system_address,
            recipient=recipient,
            subject=f"[Ticket#{ticket.number}] {subject}",
            body=body,
            kind=kind,
            ticket_id=ticket.ticket_id,
            created=database.now(),
        )
    )


def notify_owner(database: Database, ticket: Ticket) -> None:
    """Tell the owner that the ticket is theirs."""
    owner = database.agent(ticket.owner_id)
    enqueue(
        database,
        recipient=owner.email,
        subject=f"Ticket Owner Update to {owner.name}",
        body=ticket.title,
        kind="owner update",
        ticket=ticket,
    )


def notify_lock_timeout(database: Database, ticket: Ticket, user_id: int) -> None:
    """Tell the owner that somebody else unlocked the ticket."""
    if ticket.owner_id in {user_id, 1}:
        return
    enqueue(
        database,
        recipient=database.agent(ticket.owner_id).email,
        subject="Ticket Lock Timeout",
        body=ticket.title,
        kind="lock timeout",
        ticket=ticket,
    )


def notify_note(database: Database, ticket: Ticket, article: Article) -> None:
    """Tell the owner about a note of somebody else."""
    if ticket.owner_id in {article.created_by, 1}:
        return
    enqueue(
        database,
        recipient=database.agent(ticket.owner_id).email,
        subject=f"Ticket Note: {article.subject}",
        body=article.body,
        kind="note",
        ticket=ticket,
    )


def auto_reply(database: Database, ticket: Ticket, article: Article, kind: AutoReplyType) -> bool:
    """Send the queue's automatic answer of this kind to the article's sender, if it has one."""
    body = database.queue(ticket.queue_id).auto_replies.get(kind)
    if body is None or database.state(ticket.state_id).type in {"closed", "removed", "merged"}:
        return False
    enqueue(
        database,
        recipient=article.sender,
        subject=f"RE: {article.subject}",
        body=body,
        kind=kind,
        ticket=ticket,
    )
    return True
