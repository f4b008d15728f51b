"""What a client directory must answer."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.address.gazetteer import Streets
from otrs_bridge.domain.address.pattern import AddressPattern
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.domain.texts.phone import Phone


class Directory(Protocol):
    """Who the clients are. Look-ups never guess: they return everything that fits (at most `LOOKUP_LIMIT` clients)."""

    def reading(self) -> AbstractContextManager[Directory]:
        """The same directory for many look-ups in a row, from one thread: what they share is paid for once."""

    def has_logins(self) -> bool:
        """Whether any client has a login: otherwise nothing can be said about whose login is unknown."""

    def streets(self) -> Streets:
        """The names of all streets that clients live in, as they are compared: asked for at every ticket."""

    def by_login(self, login: str) -> Sequence[Client]:
        """Clients with this OTRS login, or this e-mail address, in any letter case."""

    def by_contract(self, contract: ContractNumber) -> Sequence[Client]:
        """Clients with this contract; a contract without prefix fits every prefix."""

    def by_address(self, address: Address | AddressPattern) -> Sequence[Client]:
        """Clients living there; what the address leaves out (flat, building) is not asked for."""

    def by_phone(self, phone: Phone) -> Sequence[Client]:
        """Clients with this phone."""


LOOKUP_LIMIT = 20
