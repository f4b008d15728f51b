"""A small client directory held in memory, by the same rules as the mirror."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from otrs_bridge.directory.keys import contract_fits, contract_key, keys_of, login_key, phone_key
from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.address.gazetteer import Streets
from otrs_bridge.domain.address.pattern import AddressPattern
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.domain.texts.phone import Phone
from otrs_bridge.ports.directory import LOOKUP_LIMIT


class MemoryDirectory:
    """Clients indexed by everything they are looked up by. Fit for some ten thousand of them."""

    def __init__(self, clients: Iterable[Client]) -> None:
        self._clients: tuple[Client, ...] = tuple(clients)
        self._has_logins = any(client.login for client in self._clients)
        self._streets: Streets = frozenset(one.address.street for one in self._clients if one.address is not None)
        self._by_key: dict[str, list[Client]] = {}
        self._by_house: dict[str, list[Client]] = {}
        for client in self._clients:
            for key in keys_of(client):
                self._by_key.setdefault(key, []).append(client)
            if client.address is not None:
                self._by_house.setdefault(client.address.house_key, []).append(client)

    @contextmanager
    def reading(self) -> Iterator[MemoryDirectory]:
        """Itself."""
        yield self

    def has_logins(self) -> bool:
        """Whether any client has a login."""
        return self._has_logins

    def streets(self) -> Streets:
        """The names of all streets that clients live in, as they are compared."""
        return self._streets

    def by_login(self, login: str) -> Sequence[Client]:
        """Clients with this OTRS login, or this e-mail address, in any letter case."""
        return _first(self._by_key.get(login_key(login), ()))

    def by_contract(self, contract: ContractNumber) -> Sequence[Client]:
        """Clients with this contract; a contract without prefix fits every prefix."""
        hits = self._by_key.get(contract_key(contract), ())
        return _first(client for client in hits if contract_fits(contract, client))

    def by_address(self, address: Address | AddressPattern) -> Sequence[Client]:
        """Clients living there; what the address leaves out is not asked for."""
        match address:
            case Address():
                near = self._by_house.get(address.house_key, ())
                return _first(one for one in near if one.address is not None and address.may_be(one.address))
            case AddressPattern():
                return _first(one for one in self._clients if one.address is not None and address.matches(one.address))

    def by_phone(self, phone: Phone) -> Sequence[Client]:
        """Clients with this phone."""
        return _first(self._by_key.get(phone_key(phone), ()))


def _first(hits: Iterable[Client]) -> tuple[Client, ...]:
    found: Iterator[Client] = iter(hits)
    return tuple(islice(found, LOOKUP_LIMIT))
