"""Tickets in a list: for people two lines each, for programs one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from otrs_bridge.cli.screen import Text
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.domain.ticket_number import both, short_number


def ticket_object(ticket: Ticket) -> dict[str, object]:
    """A ticket as `--format json` has it."""
    return {
        "ticket": ticket.number,
        "ticket_id": ticket.id,
        "short": short_number(ticket.number),
        "title": ticket.title,
        "state": ticket.state,
        "queue": ticket.queue,
        "customer": ticket.customer.user,
        "changed": ticket.changed,
    }


def print_tickets(tickets: Iterable[Ticket], out: Console) -> None:
    """Each ticket with both numbers and its title, then state, queue, customer and the time of its last change."""
    for ticket in tickets:
        out.print(Text.assemble((both(ticket.number), "bold"), f"  {ticket.title}"))
        parts = (ticket.state, ticket.queue, ticket.customer.user or "—", ticket.changed)
        out.print(Text("  " + " · ".join(parts), style="dim"))
