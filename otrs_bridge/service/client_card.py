"""A client's card: what the directory knows, the open tickets, and the debt where a billing source is configured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from otrs_bridge.domain.client import Client
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.domain.words import Words
from otrs_bridge.service.find_ticket import TicketFinder

# What the client owes, a sentence for each service; () is "nothing".
DebtsOf = Callable[[Client], Sequence[Words]]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientCard:
    """One client as the operator's screen shows him. `debts` is None when no billing source is configured."""

    client: Client
    open_tickets: tuple[Ticket, ...] = ()
    debts: tuple[Words, ...] | None = None


def client_card(client: Client, finder: TicketFinder, debts_of: DebtsOf | None = None) -> ClientCard:
    """Put the card together. Reads only."""
    return ClientCard(
        client=client,
        open_tickets=finder.open_tickets(client),
        debts=None if debts_of is None else tuple(debts_of(client)),
    )
