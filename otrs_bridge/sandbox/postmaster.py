"""Incoming mail: a new ticket, or a follow-up to the ticket whose number stands in the subject."""

import re

from otrs_bridge.sandbox.articles import NewArticle, add_article
from otrs_bridge.sandbox.customer_names import first_address
from otrs_bridge.sandbox.database import SandboxDatabase, named
from otrs_bridge.sandbox.records import ROOT_AGENT, TicketRow
from otrs_bridge.sandbox.ticket_create import insert_ticket
from otrs_bridge.sandbox.ticket_writing import set_customer, set_state

_TICKET_MARK = re.compile(r"\[?Ticket#\s*(\d+)\]?")


def receive_mail(database: SandboxDatabase, *, sender: str, subject: str, body: str, queue: str = "Raw") -> TicketRow:
    """Store a mail; returns the ticket it made or continued."""
    with database.request():
        marked = _TICKET_MARK.search(subject)
        ticket = database.ticket_numbered(marked.group(1)) if marked else None
        is_new = ticket is None
        if ticket is None:
            ticket = _new_ticket(database, sender=sender, subject=subject, queue=queue)
        else:
            _reopen(database, ticket)
        article = NewArticle(
            sender_type="customer",
            sender=sender,
            to=database.queue(ticket.queue_id).system_address,
            subject=subject,
            body=body,
            channel="Email",
            history_type="EmailCustomer" if is_new else "FollowUp",
            history_comment="%%" if is_new else f"%%{ticket.number}%%",
        )
        add_article(database, ticket, article, user_id=ROOT_AGENT, is_first=is_new)
        return ticket


def _new_ticket(database: SandboxDatabase, *, sender: str, subject: str, queue: str) -> TicketRow:
    wanted_queue, state = named(database.queues, queue), database.state_named("new")
    priority = named(database.priorities, "3 normal")
    if wanted_queue is None or state is None or priority is None:
        raise LookupError(f"the sandbox lacks queue {queue}, state new or priority 3 normal")
    ticket = insert_ticket(
        database, title=subject, queue=wanted_queue, state=state, priority=priority, user_id=ROOT_AGENT
    )
    address = first_address(sender) or sender
    known = database.customer_user_with_email(address)
    set_customer(
        database,
        ticket,
        user=known.login if known else address,
        company=known.customer_id if known else address,
        user_id=ROOT_AGENT,
    )
    return ticket


def _reopen(database: SandboxDatabase, ticket: TicketRow) -> None:
    """Open a closed ticket again; a merged or removed one stays."""
    state = database.state_named("open")
    if state is not None and database.state(ticket.state_id).type in {
        "closed",
        "pending reminder",
        "pending auto",
    }:
        set_state(database, ticket, state, ROOT_AGENT)
