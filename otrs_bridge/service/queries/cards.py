"""A client as somebody on the phone needs him: who he is, what he owes and what is next, and his tickets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.domain.texts.phone import parse_phone
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.directory import Directory
from otrs_bridge.service.queries.billing_desk import BillingDesk, ContractView
from otrs_bridge.service.queries.find_client import ClientSearch, find_client
from otrs_bridge.service.queries.find_ticket import TicketFinder
from otrs_bridge.words import Words

_MOST_TICKETS = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Card:
    """One client, or a contract that no client list has. `trouble` is what could not be asked just now."""

    contract: str
    client: Client | None
    views: Sequence[ContractView]
    tickets: Sequence[Ticket]
    trouble: Sequence[Words]


@dataclass(kw_only=True, slots=True)
class Cards:
    """Reads only. What one source cannot answer keeps nothing else from being shown."""

    directory: Directory | None
    finder: TicketFinder
    billing: BillingDesk | None
    area_code: str = ""

    def search(self, query: str) -> ClientSearch:
        """Whom a contract, an address, a phone or a login means."""
        if self.directory is None:
            return ClientSearch(refused=NO_DIRECTORY)
        return find_client(query, self.directory, area_code=self.area_code)

    def callers(self, phone: str) -> ClientSearch:
        """Who calls from this number."""
        known = parse_phone(phone, area_code=self.area_code)
        if known is None:
            return ClientSearch(refused=Words(ru=f"Это не телефон: {phone}", en=f"This is no phone number: {phone}"))
        return self.search(known.human)

    def of_client(self, client: Client) -> Card:
        """The card of somebody who was found."""
        return self._card(client.contract, client)

    def of_contract(self, written: str) -> Card:
        """The card of whoever has this contract; of the contract alone where nobody is known to have it."""
        number = parse_contract(written)
        found = self.directory.by_contract(number) if self.directory and number else ()
        return self._card(number.canonical if number else written, found[0] if len(found) == 1 else None)

    def _card(self, contract: str, client: Client | None) -> Card:
        trouble: list[Words] = []
        views: list[ContractView] = []
        tickets: Sequence[Ticket] = ()
        contracts = [one.canonical for one in client.contracts] if client else [contract]
        try:
            views = [view for one in contracts if self.billing and one and (view := self.billing.show(one))]
        except BridgeError as error:
            trouble.append(error.words)
        try:
            if client is not None:
                tickets = self.finder.open_tickets(client)
            elif contract:
                tickets = self.finder.find(contract, limit=_MOST_TICKETS).tickets
        except BridgeError as error:
            trouble.append(error.words)
        return Card(contract=contract, client=client, views=views, tickets=tickets[:_MOST_TICKETS], trouble=trouble)


def owed_by(view: ContractView) -> Sequence[Debt]:
    """The debts of a contract."""
    return [decision for _, decision in view.decisions if isinstance(decision, Debt)]


NO_DIRECTORY = Words(
    ru="Справочника клиентов нет: добавьте раздел directory в config.yaml.",
    en="There is no client list: add a section directory to config.yaml.",
)
