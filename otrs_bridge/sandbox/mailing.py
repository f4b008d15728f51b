"""Outgoing mail: the notifications and automatic answers that end in OTRS's mail queue."""

from otrs_bridge.sandbox.customer_names import first_address
from otrs_bridge.sandbox.database import SandboxDatabase
from otrs_bridge.sandbox.history_writing import write_history
from otrs_bridge.sandbox.records import ROOT_AGENT, ArticleRow, AutoReplyType, Mail, TicketRow

# An article's AutoResponseType that asks for an answer the queue does not give silences the queue.
AUTO_RESPONSE_TYPES = ("auto reply", "auto reject", "auto follow up", "auto reply/new ticket", "auto remove")


def enqueue(
    database: SandboxDatabase, *, recipient: str, subject: str, body: str, kind: str, ticket: TicketRow
) -> Mail:
    """Put a message of the ticket's queue address into the mail queue."""
    mail = Mail(
        sender=database.queue(ticket.queue_id).system_address,
        recipient=first_address(recipient) or recipient,
        subject=f"[Ticket#{ticket.number}] {subject}",
        body=body,
        kind=kind,
        ticket_id=ticket.ticket_id,
        created=database.now(),
    )
    database.mails.append(mail)
    return mail


def _notify(database: SandboxDatabase, ticket: TicketRow, *, user_id: int, kind: str, subject: str, body: str) -> None:
    """At the end of the request, send whoever owns the ticket by then the notification called ``kind``."""

    def send() -> None:
        if ticket.owner_id in {user_id, ROOT_AGENT}:
            return
        owner = database.agent(ticket.owner_id)
        enqueue(database, recipient=owner.email, subject=subject, body=body, kind=kind, ticket=ticket)
        line = f"%%{kind}%%{owner.login}%%Email"
        write_history(database, ticket, "SendAgentNotification", line, user_id=user_id)

    database.put_off.append(send)


def notify_owner(database: SandboxDatabase, ticket: TicketRow, user_id: int) -> None:
    """Tell the new owner that the ticket is theirs."""
    _notify(
        database,
        ticket,
        user_id=user_id,
        kind="Ticket owner update notification",
        subject="Ticket Owner Update",
        body=ticket.title,
    )


def notify_lock_timeout(database: SandboxDatabase, ticket: TicketRow, user_id: int) -> None:
    """Tell the owner that somebody else unlocked the ticket."""
    _notify(
        database,
        ticket,
        user_id=user_id,
        kind="Ticket lock timeout notification",
        subject="Ticket Lock Timeout",
        body=ticket.title,
    )


def notify_note(database: SandboxDatabase, ticket: TicketRow, article: ArticleRow) -> None:
    """Tell the owner about a note of somebody else."""
    _notify(
        database,
        ticket,
        user_id=article.created_by,
        kind="Ticket new note notification",
        subject=f"Ticket Note: {article.subject}",
        body=article.body,
    )


def auto_reply(database: SandboxDatabase, ticket: TicketRow, article: ArticleRow, kind: AutoReplyType) -> Mail | None:
    """Send the queue's automatic answer of this kind to the article's sender, if it has one."""
    reply = database.queue(ticket.queue_id).auto_replies.get(kind)
    if reply is None or database.state(ticket.state_id).type in {"closed", "removed", "merged"}:
        return None
    return enqueue(database, recipient=article.sender, subject=reply.subject, body=reply.body, kind=kind, ticket=ticket)
