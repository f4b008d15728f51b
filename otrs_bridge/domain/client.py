"""A client of the ISP, and what a search for one can end in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.domain.texts.mail import parse_sender
from otrs_bridge.domain.texts.phone import Phone
from otrs_bridge.domain.ticket import Customer


class ClientType(StrEnum):
    """Legal = юридическое лицо (company), individual = физическое лицо (person)."""

    LEGAL = "legal"
    INDIVIDUAL = "individual"


_TYPE_BEGINNINGS = {
    "legal": ClientType.LEGAL,
    "юр": ClientType.LEGAL,
    "individual": ClientType.INDIVIDUAL,
    "физ": ClientType.INDIVIDUAL,
}


def parse_client_type(text: str) -> ClientType | None:
    """Read a client type as people and OTRS fields write it: `legal`, `юр. лицо`, `Физическое лицо`; None if neither."""
    low = text.strip().casefold()
    return next((kind for beginning, kind in _TYPE_BEGINNINGS.items() if low.startswith(beginning)), None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Client:
    """One client as the directory knows it. Absent knowledge is an empty value.

    `address_text` is the directory's own writing; `address` is what it was understood as, None if not at all.
    `login` is the OTRS customer user, `customer_id` the OTRS customer (company) where the directory knows it.
    """

    contracts: tuple[ContractNumber, ...] = ()
    type: ClientType | None = None
    name: str = ""
    address_text: str = ""
    address: Address | None = None
    district: str = ""
    phones: tuple[Phone, ...] = ()
    email: str = ""
    login: str = ""
    customer_id: str = ""
    services: tuple[str, ...] = ()
    notes: str = ""

    @property
    def contract(self) -> str:
        """The first contract in its canonical writing, "" when there is none."""
        return self.contracts[0].canonical if self.contracts else ""

    @property
    def customer(self) -> Customer:
        """The client as OTRS names him on a ticket; only for one who has a login."""
        return Customer(user=self.login, company=self.customer_id or self.contract or self.login)


SearchStep = Literal["login", "email", "contract", "address", "phone"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """Exactly one client; `by` is the step that decided, `clue` what was read in the ticket."""

    client: Client
    by: SearchStep
    clue: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Several:
    """More than one client fits and nothing narrows it down: a person has to choose.

    `by` the login they share when it is the ticket's customer itself, `by` the e-mail when it is the address of several.
    """

    candidates: tuple[Client, ...]
    by: SearchStep
    clue: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Doubtful:
    """Clients fit, but it is not sure that the ticket is about them: a person has to look.

    It names `contract`, which nobody has, and theirs are others; or its caller says with the words `for_another` that he
    speaks of somebody else's trouble, and what he tells may be his own; or the ticket also tells of `elsewhere`, another
    place than theirs; or `only_quoted` words, which may be of another, speak for them.
    """

    candidates: tuple[Client, ...]
    contract: ContractNumber | None = None
    for_another: str = ""
    elsewhere: Address | None = None
    only_quoted: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NotFound:
    """No client fits, or the ticket says nothing to search by."""


Resolution = Found | Several | Doubtful | NotFound


def is_customer_user(customer: Customer) -> bool:
    """Whether OTRS took a ticket's customer from its customer users: beside a login of theirs it writes their CustomerID.

    Beside the address of a sender whom it does not know stand that address once more, or nothing. A False proves little:
    somebody who registered himself may have his address for a CustomerID, too.
    """
    user, company = customer.user.strip(), customer.company.strip().casefold()
    if not user or not company or "<" in user:
        return False
    return "@" not in user or company not in (user.casefold(), parse_sender(user).email.casefold())


def having_login(clients: Sequence[Client], login: str) -> tuple[Client, ...]:
    """Those clients whose login it is, in any letter case; the others of `by_login` have it for an e-mail address."""
    wanted = login.strip().casefold()
    return tuple(client for client in clients if wanted and client.login.strip().casefold() == wanted)
