"""What OTRS and the operator know that billing does not: whose line is out of order anyhow is not cut off now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from otrs_bridge.domain.billing.accounts import Service
from otrs_bridge.domain.billing.episodes import Raise
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.outage import Outage
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.contract import parse_contract
from otrs_bridge.domain.facts import FieldNames
from otrs_bridge.domain.ticket import Ticket, dynamic, shown
from otrs_bridge.domain.words import Words
from otrs_bridge.ports.directory import Directory
from otrs_bridge.ports.helpdesk import Helpdesk

BATCH = 50

# The categories (docs/field-rules.md) that speak of a fault of each service's line. A ticket without any may be one.
FAULTS: Mapping[Service, frozenset[str]] = {
    "internet": frozenset({"internet", "speed", "setup", "cable"}),
    "telephony": frozenset({"telephony-incoming", "telephony-outgoing", "telephony-international", "cable"}),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class DoNoHarm:
    """Finds what postpones a disconnection. `on` False: nothing does."""

    helpdesk: Helpdesk
    directory: Directory | None
    fields: FieldNames
    outages: Sequence[Outage] = ()
    on: bool = True

    def postponed(self, raises: Sequence[Raise]) -> Mapping[EpisodeKey, Words]:
        """Which of them wait, each with its reason."""
        if not self.on:
            return {}
        reasons: dict[EpisodeKey, Words] = {}
        for start in range(0, len(raises), BATCH):
            some = raises[start : start + BATCH]
            clients = {one.key.contract: self._client(one.key.contract) for one in some}
            reasons |= {one.key: words for one in some if (words := self._outage(one, clients[one.key.contract]))}
            reasons |= self._faults([one for one in some if one.key not in reasons], clients)
        return reasons

    def _client(self, contract: str) -> Client | None:
        number = parse_contract(contract)
        found = self.directory.by_contract(number) if self.directory and number else ()
        return found[0] if len(found) == 1 else None

    def _outage(self, one: Raise, client: Client | None) -> Words | None:
        district, address = (client.district, client.address_text) if client else ("", "")
        for outage in self.outages:
            if outage.covers(one.key.service, one.debt.today, district=district, address=address):
                return outage.words
        return None

    def _faults(self, raises: Sequence[Raise], clients: Mapping[str, Client | None]) -> Mapping[EpisodeKey, Words]:
        logins = {key: client.login for key, client in clients.items() if client and client.login}
        wanted = [logins[one.key.contract] for one in raises if one.key.contract in logins]
        if not wanted:
            return {}
        by_login: dict[str, list[Ticket]] = {}
        for ticket in self.helpdesk.open_tickets_of(wanted):
            by_login.setdefault(ticket.customer.user.casefold(), []).append(ticket)
        found = {}
        for one in raises:
            tickets = by_login.get(logins.get(one.key.contract, "").casefold(), ())
            fault = next((ticket for ticket in tickets if self._is_fault(ticket, one.key.service)), None)
            if fault is not None:
                found[one.key] = Words(
                    ru=f"открыта заявка о неисправности {fault.number}", en=f"a fault is open: ticket {fault.number}"
                )
        return found

    def _is_fault(self, ticket: Ticket, service: Service) -> bool:
        if ticket.value_of(dynamic(self.fields.bridge_key)):
            return False
        value = ticket.value_of(dynamic(self.fields.category)) if self.fields.category else ""
        categories = set(value if isinstance(value, tuple) else filter(None, [shown(value)]))
        return not categories or bool(categories & FAULTS[service])
