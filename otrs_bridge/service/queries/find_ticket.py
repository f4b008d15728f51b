"""Looking tickets up for a person: what the query was understood as, and what was found.

A number first, then a contract, then text; the first meaning that finds anything is the answer.
Source: docs/field-rules.md#finding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from otrs_bridge.domain.client import Client, having_login
from otrs_bridge.domain.clues import contracts_named
from otrs_bridge.domain.dialect import FieldNames
from otrs_bridge.domain.texts.contract import ContractNumber, may_be_same
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.domain.ticket_query import TOO_LITTLE, ByContract, ByNumber, ByText, TicketQuery, read_ticket_query
from otrs_bridge.ports.directory import Directory
from otrs_bridge.ports.helpdesk import Helpdesk
from otrs_bridge.words import Words

CANDIDATES = 500  # tickets that are read because they hold a contract's digits; most of them name it, too


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketLookup:
    """One meaning of the query, and how many tickets it gave."""

    meaning: TicketQuery
    hits: int

    @property
    def words(self) -> Words:
        """The attempt as a line of the answer."""
        said = self.meaning.words
        return Words(ru=f"{said.ru}: найдено {self.hits}", en=f"{said.en}: {self.hits} found")


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketsFound:
    """The answer, newest ticket first. `refused` says why nothing was searched for; `cut_off`, that there are more."""

    attempts: tuple[TicketLookup, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    refused: Words | None = None
    cut_off: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketFinder:
    """Finds tickets for people. Reads only. Without a directory a contract is only what tickets say of it."""

    helpdesk: Helpdesk
    directory: Directory | None
    fields: FieldNames

    def find(self, query: str, *, limit: int) -> TicketsFound:
        """The newest `limit` tickets that the query means."""
        meanings = read_ticket_query(query)
        attempts: list[TicketLookup] = []
        for meaning in meanings:
            found = self._tickets(meaning, limit + 1)
            attempts.append(TicketLookup(meaning=meaning, hits=min(len(found), limit)))
            if found:
                return TicketsFound(attempts=tuple(attempts), tickets=found[:limit], cut_off=len(found) > limit)
        return TicketsFound(attempts=tuple(attempts), refused=None if meanings else TOO_LITTLE)

    def open_tickets(self, client: Client) -> tuple[Ticket, ...]:
        """The client's tickets that somebody has to work on, newest first."""
        found = [ticket for contract in client.contracts for ticket in self._naming(contract, open_only=True)]
        return _newest([*found, *self._of_customer(client, open_only=True)])

    def _tickets(self, meaning: TicketQuery, limit: int) -> tuple[Ticket, ...]:
        match meaning:
            case ByNumber(number=number):
                ids = self.helpdesk.find_by_number(number)
                return _newest(self.helpdesk.read(ids, with_article=False).tickets if ids else ())
            case ByContract(contract=contract):
                clients = self.directory.by_contract(contract) if self.directory else ()
                of_client = [ticket for client in clients for ticket in self._of_customer(client)]
                return _newest([*self._naming(contract), *of_client])[:limit]
            case ByText(pieces=pieces):
                return self.helpdesk.find_by_text(pieces, limit=limit)

    def _of_customer(self, client: Client, *, open_only: bool = False) -> list[Ticket]:
        """Tickets that OTRS keeps under the client's login, or under his e-mail address, unless it is another's login."""
        names = (client.login, "" if self._is_login_of_another(client.email, client) else client.email)
        logins = dict.fromkeys(login.casefold() for login in names if login.strip())
        return [
            ticket
            for login in logins
            for ticket in self.helpdesk.find_by_customer(login, limit=CANDIDATES, open_only=open_only)
        ]

    def _is_login_of_another(self, email: str, client: Client) -> bool:
        owners = self.directory.by_login(email) if self.directory and email.strip() else ()
        return any(owner != client for owner in having_login(owners, email))

    def _naming(self, contract: ContractNumber, *, open_only: bool = False) -> list[Ticket]:
        """Tickets whose customer line, company, contract field or title names the contract; digits alone are not it."""
        fields = (self.fields.contract,) if self.fields.contract else ()
        found = self.helpdesk.find_naming(contract.number, fields=fields, limit=CANDIDATES, open_only=open_only)
        return [
            ticket
            for ticket in found
            if any(may_be_same(told, contract) for told in contracts_named(ticket, self.fields))
        ]


def _newest(tickets: Sequence[Ticket]) -> tuple[Ticket, ...]:
    return tuple(sorted({ticket.id: ticket for ticket in tickets}.values(), key=lambda one: one.id, reverse=True))
