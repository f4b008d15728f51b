"""The open tickets of OTRS that may be about a fault, and whose line each of them is about.

All open tickets are walked once, whoever the debtors are: that search has one condition, which OTRS is known to apply,
and its end is proven (`otrs/walk.py`). To search for each debtor would need wildcards in placeholders, whose brackets
OTRS reads as operators, and an empty answer would prove nothing; and here an empty answer cuts somebody off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from otrs_bridge.domain.client import Client
from otrs_bridge.domain.clues import contracts_named, whole_values
from otrs_bridge.domain.dialect import FieldNames
from otrs_bridge.domain.selection import OpenTickets
from otrs_bridge.domain.texts.contract import ContractNumber, may_be_same, parse_contract
from otrs_bridge.domain.ticket import Ticket, dynamic
from otrs_bridge.errors import SearchNotTrusted
from otrs_bridge.ports.helpdesk import Helpdesk
from otrs_bridge.words import Words


@dataclass(kw_only=True, slots=True)
class OpenTicketBook:
    """Open tickets by customer user, by the number of each contract that they name, and with what they say.

    `broken`: those over which OTRS fails.
    """

    broken: list[int] = field(default_factory=list)

    _by_customer: dict[str, list[Ticket]] = field(default_factory=dict)
    _by_number: dict[str, list[tuple[ContractNumber, Ticket]]] = field(default_factory=dict)
    _texts: list[tuple[str, Ticket]] = field(default_factory=list)

    def add(self, ticket: Ticket, fields: FieldNames) -> None:
        """Enter one ticket."""
        self._by_customer.setdefault(_folded(ticket.customer.user), []).append(ticket)
        for told in contracts_named(ticket, fields):
            self._by_number.setdefault(told.number, []).append((told, ticket))
        self._texts.append((_folded("\n".join((*whole_values(ticket, fields), ticket.title))), ticket))

    def about(self, contract: str, client: Client | None) -> Iterator[Ticket]:
        """The tickets of this client, and those that name the contract; some of them perhaps twice."""
        for name in filter(None, map(_folded, (client.login, client.email) if client else ())):
            yield from self._by_customer.get(name, ())
        number = parse_contract(contract)
        if number is not None:
            yield from (ticket for told, ticket in self._by_number.get(number.number, ()) if may_be_same(told, number))
        else:  # billing writes it as no contract is read: it counts where it stands exactly so
            yield from (ticket for text, ticket in self._texts if _stands_in(_folded(contract), text))


def read_open_tickets(helpdesk: Helpdesk, fields: FieldNames) -> OpenTicketBook:
    """Every open ticket that the bridge did not make itself.

    Raises SearchNotTrusted where one of them could be anybody's, and whatever the helpdesk raises.
    """
    book = OpenTicketBook()
    for page in helpdesk.walk(OpenTickets()):
        read = helpdesk.read(page, with_article=False)
        book.broken += sorted(read.broken)
        if set(read.unreadable) - read.broken:
            raise SearchNotTrusted(
                Words(
                    ru=f"OTRS нашёл открытые заявки, которых не показывает: {read.reasons.ru}",
                    en=f"OTRS found open tickets that it does not show: {read.reasons.en}",
                )
            )
        tickets = [ticket for ticket in read.tickets if not ticket.value_of(dynamic(fields.bridge_key))]
        _expect_contracts_to_be_shown(helpdesk, fields, tickets)
        for ticket in tickets:
            book.add(ticket, fields)
    return book


def _expect_contracts_to_be_shown(helpdesk: Helpdesk, fields: FieldNames, tickets: Sequence[Ticket]) -> None:
    """A field that reads empty may be OTRS's cache, which its search is not led astray by."""
    if not fields.contract:
        return
    nameless = {
        ticket.id: ticket
        for ticket in tickets
        if not ticket.value_of(dynamic(fields.contract)) and not contracts_named(ticket, fields)
    }
    hidden = helpdesk.filled_among(list(nameless), fields.contract) if nameless else ()
    if hidden:
        numbers = ", ".join(nameless[ticket_id].number for ticket_id in hidden)
        raise SearchNotTrusted(
            Words(
                ru=f"OTRS показывает поле {fields.contract} открытой заявки {numbers} пустым, хотя в нём есть значение: "
                "она может быть чьей угодно. Запишите значение в поле заново.",
                en=f"OTRS shows the field {fields.contract} of the open ticket {numbers} as empty although it holds a "
                "value, so it could be anybody's: write the value again.",
            )
        )


def _folded(text: str) -> str:
    return text.strip().casefold()


def _stands_in(contract: str, text: str) -> bool:
    return contract in text and re.search(rf"(?<!\w){re.escape(contract)}(?!\w)", text) is not None
