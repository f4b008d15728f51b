"""What OTRS and the operator know that billing does not: whose line is out of order anyhow is not cut off now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from otrs_bridge.domain.billing.accounts import Service
from otrs_bridge.domain.billing.episodes import Raise
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.outage import Outage
from otrs_bridge.domain.category import TELEPHONY
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.dialect import Category, Dialect
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.domain.ticket import Ticket, dynamic, shown
from otrs_bridge.ports.directory import Directory
from otrs_bridge.ports.helpdesk import Helpdesk
from otrs_bridge.service.debts.fault_tickets import read_open_tickets
from otrs_bridge.words import Words

# The categories (docs/field-rules.md#category) that speak of something else than a fault of each service's line. A ticket
# with any other may be about one, the operator's own categories and none at all included.
_NEITHER = frozenset({Category.TV, Category.BILLING})
NO_FAULTS: Mapping[Service, frozenset[str]] = {
    "internet": _NEITHER | TELEPHONY,
    "telephony": _NEITHER | {Category.INTERNET, Category.SPEED, Category.SETUP},
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DoNoHarm:
    """Finds what postpones a disconnection. `on` False: nothing does."""

    helpdesk: Helpdesk
    directory: Directory | None
    dialect: Dialect
    outages: Sequence[Outage] = ()
    on: bool = True

    def postponed(self, raises: Sequence[Raise]) -> Mapping[EpisodeKey, Words]:
        """Which of them wait, each with its reason.

        Raises as the helpdesk does: where open tickets cannot be told for certain, nobody is cut off.
        """
        if not self.on:
            return {}
        clients = {one.key.contract: self._client(one.key.contract) for one in raises}
        outages = {one.key: words for one in raises if (words := self._outage(one, clients[one.key.contract]))}
        return {**outages, **self._faults([one for one in raises if one.key not in outages], clients)}

    def _client(self, contract: str) -> Client | None:
        number = parse_contract(contract)
        found = self.directory.by_contract(number) if self.directory and number else ()
        return found[0] if len(found) == 1 else None

    def _outage(self, one: Raise, client: Client | None) -> Words | None:
        account = one.debt.account
        district = (client.district if client else "") or account.district
        address = (client.address_text if client else "") or account.address
        for outage in self.outages:
            if outage.covers(one.key.service, one.debt.today, district=district, address=address):
                return outage.words
        return None

    def _faults(self, raises: Sequence[Raise], clients: Mapping[str, Client | None]) -> Mapping[EpisodeKey, Words]:
        if not raises:
            return {}
        book = read_open_tickets(self.helpdesk, self.dialect.fields)
        found = {}
        for one in raises:
            tickets = book.about(one.key.contract, clients[one.key.contract])
            fault = next((ticket for ticket in tickets if self._is_fault(ticket, one.key.service)), None)
            if fault is not None:
                found[one.key] = Words(
                    ru=f"открыта заявка о неисправности {fault.number}", en=f"a fault is open: ticket {fault.number}"
                )
            elif (hidden := self._hidden(book.broken, one.key.contract, clients[one.key.contract])) is not None:
                found[one.key] = Words(
                    ru=f"открыта заявка с id {hidden}, возможно, о его неисправности, а OTRS не может её показать",
                    en=f"the open ticket with id {hidden} may be about a fault of it, and OTRS cannot show it",
                )
        return found

    def _hidden(self, broken: Sequence[int], contract: str, client: Client | None) -> int | None:
        """The first of the tickets over which OTRS breaks that may be about this contract or client."""
        number = parse_contract(contract)
        logins = [client.login, client.email] if client else []
        for ticket_id in broken:
            if number is None or self.helpdesk.may_name(
                ticket_id, number.number, logins=logins, fields=[self.dialect.fields.contract]
            ):
                return ticket_id
        return None

    def _is_fault(self, ticket: Ticket, service: Service) -> bool:
        value = ticket.value_of(dynamic(self.dialect.fields.category)) if self.dialect.fields.category else ""
        categories = set(value if isinstance(value, tuple) else filter(None, [shown(value)]))
        return not categories or not categories <= self._no_faults(service)

    def _no_faults(self, service: Service) -> set[str]:
        """As the field's keys; one that stands for a category of faults as well says nothing."""
        others = [category for category in Category if category not in NO_FAULTS[service]]
        return {*self.dialect.categories.keys_of(NO_FAULTS[service])} - {*self.dialect.categories.keys_of(others)}
