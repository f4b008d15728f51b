"""A client's card: what the directory knows, the open tickets, and the debt where a billing source is configured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from otrs_bridge.domain.billing.accounts import SERVICE_NAMES
from otrs_bridge.domain.billing.debt import Debt, Decision
from otrs_bridge.domain.billing.faults import InsaneRow
from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.service.queries.billing_desk import BillingDesk
from otrs_bridge.service.queries.find_ticket import TicketFinder
from otrs_bridge.words import Words

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


def debts_at(desk: BillingDesk) -> DebtsOf:
    """Asks billing about every contract of a client; what cannot be decided is said, not guessed."""

    def debts_of(client: Client) -> Sequence[Words]:
        views = [view for number in client.contracts if (view := desk.show(number.canonical))]
        return [said for view in views for _account, decision in view.decisions if (said := _debt(decision))]

    return debts_of


def _debt(decision: Decision | InsaneRow) -> Words | None:
    match decision:
        case Debt(account=account, amount=amount, arose=arose):
            service = SERVICE_NAMES[account.service]
            return Words(
                ru=f"{account.contract}, {service.ru}: {format_money(amount, 'ru')}, с {arose.name}",
                en=f"{account.contract}, {service.en}: {format_money(amount, 'en')}, since {arose.name}",
            )
        case InsaneRow():
            return Words(ru="данные биллинга противоречивы", en="the billing data contradict themselves")
        case _:
            return None
