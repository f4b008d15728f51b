"""Tickets in a list: for people two lines each, for programs one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console

from otrs_bridge.cli.output import moment_text
from otrs_bridge.cli.screen import Text
from otrs_bridge.config import Config
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.domain.ticket_number import both, short_number


def ticket_object(ticket: Ticket, config: Config) -> dict[str, object]:
    """A ticket as `--format json` has it, its time with the distance from UTC."""
    return {
        "ticket": ticket.number,
        "ticket_id": ticket.id,
        "short": short_number(ticket.number),
        "title": ticket.title,
        "state": ticket.state,
        "queue": ticket.queue,
        "customer": ticket.customer.user,
        "changed": ticket.changed.astimezone(config.timezone).isoformat() if ticket.changed else ticket.raw_changed,
    }


def print_tickets(tickets: Iterable[Ticket], config: Config, out: Console) -> None:
    """Each ticket with both numbers and its title, then state, queue, customer and the time of its last change."""
    for ticket in tickets:
        out.print(Text.assemble((both(ticket.number), "bold"), f"  {ticket.title}"))
        parts = (ticket.state, ticket.queue, ticket.customer.user or "—")
        when = moment_text(ticket.changed, config.timezone) if ticket.changed else ticket.raw_changed
        out.print(Text("  " + " · ".join((*parts, when)), style="dim"))
