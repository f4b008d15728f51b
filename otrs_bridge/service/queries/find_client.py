"""Looking a client up for a person: what the query was understood as, how it was searched, what was found.

Contract, then address, then phone, as for tickets (docs/field-rules.md#client); a login or an e-mail address, too.
Never by a name: people share names, and a wrong client is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import itemgetter

from otrs_bridge.domain.address.address import find_addresses, parse_address
from otrs_bridge.domain.address.pattern import parse_address_pattern
from otrs_bridge.domain.client import Client, SearchStep
from otrs_bridge.domain.texts.contract import find_contracts, parse_contract
from otrs_bridge.domain.texts.phone import find_phones, parse_phone
from otrs_bridge.ports.directory import LOOKUP_LIMIT, Directory
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientLookup:
    """One search: by what, for what as it was understood, and how many clients it gave."""

    by: SearchStep
    sought: str
    hits: int

    @property
    def words(self) -> Words:
        """The step as a line of the answer."""
        name = _NAMES[self.by]
        more = "+" if self.hits >= LOOKUP_LIMIT else ""
        return Words(
            ru=f"{name.ru} {self.sought}: найдено {self.hits}{more}",
            en=f"{name.en} {self.sought}: {self.hits}{more} found",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class ClientSearch:
    """The answer: the steps in the order they were made, and the clients.

    Whom several contracts name, or several addresses or phones, stands there as well as the others; contract, address and
    phone narrow each other down where somebody fits all of them, otherwise whoever fits any is listed. `refused` says why
    nothing was searched for; `cut_off`, that more clients fit than are listed.
    """

    steps: tuple[ClientLookup, ...] = ()
    clients: tuple[Client, ...] = ()
    refused: Words | None = None
    cut_off: bool = False


_WHAT_TO_NAME = Words(
    ru="договор (Ф-15236), адрес (Летная 5-132 или %Кольц%14%кв.15), телефон, логин или адрес почты",
    en="a contract (Ф-15236), an address (Летная 5-132 or %Кольц%14%кв.15), a phone, a login or an e-mail address",
)
NOT_BY_NAME = Words(
    ru="по имени клиенты не ищутся: однофамильцев много, а чужой клиент хуже, чем никакого; "
    f"назовите {_WHAT_TO_NAME.ru}",
    en="clients are never looked for by name: people share names, and a wrong client is worse than none; "
    f"give {_WHAT_TO_NAME.en}",
)
NOTHING_NAMED = Words(
    ru=f"искать не по чему: назовите {_WHAT_TO_NAME.ru}", en=f"there is nothing to look for: give {_WHAT_TO_NAME.en}"
)
NO_PATTERN = Words(
    ru="в образце адреса нет ни части улицы, ни номера дома: %Кольц%14%кв.15 — улица на «Кольц», дом 14, квартира 15; "
    "по одной квартире адрес не ищется",
    en="the pattern of an address names neither a piece of a street nor a house: %Кольц%14%кв.15 is a street with "
    "“Кольц”, house 14, flat 15; a flat alone is not looked for",
)

_NAMES = {
    "login": Words(ru="логин или почта", en="login or e-mail"),
    "contract": Words(ru="договор", en="contract"),
    "address": Words(ru="адрес", en="address"),
    "phone": Words(ru="телефон", en="phone"),
}

_Search = tuple[SearchStep, str, Callable[[], Sequence[Client]]]


def find_client(query: str, directory: Directory, *, area_code: str = "") -> ClientSearch:
    """Search for everything that the query names."""
    steps: list[ClientLookup] = []
    found = _ClientsFound()
    for by, same in groupby(_searches(query.strip(), directory, area_code), key=itemgetter(0)):
        of_kind = _ClientsFound()
        for _, sought, search in same:
            hits = tuple(search())
            steps.append(ClientLookup(by=by, sought=sought, hits=len(hits)))
            of_kind = of_kind.or_else(_ClientsFound(clients=hits, cut_off=len(hits) >= LOOKUP_LIMIT))
        found = found.or_else(of_kind) if by == "login" else found.narrowed_by(of_kind)
    if not steps:
        return ClientSearch(refused=_what_is_wrong(query))
    return ClientSearch(steps=tuple(steps), clients=found.clients, cut_off=found.cut_off)


@dataclass(frozen=True, kw_only=True, slots=True)
class _ClientsFound:
    """Clients, and whether there are more of them."""

    clients: tuple[Client, ...] = ()
    cut_off: bool = False

    def or_else(self, other: _ClientsFound) -> _ClientsFound:
        """Whoever is in either."""
        return _ClientsFound(
            clients=tuple(dict.fromkeys((*self.clients, *other.clients))), cut_off=self.cut_off or other.cut_off
        )

    def narrowed_by(self, other: _ClientsFound) -> _ClientsFound:
        """Whoever is in both; where that is nobody, the two contradict each other, unless one was cut off."""
        both = tuple(client for client in other.clients if client in self.clients)
        if both:
            return _ClientsFound(clients=both, cut_off=self.cut_off and other.cut_off)
        if self.clients and other.clients and self.cut_off != other.cut_off:
            return other if self.cut_off else self
        return self.or_else(other)


def _what_is_wrong(query: str) -> Words:
    """Why there is nothing to search by."""
    if not any(character.isalnum() for character in query):
        return NOTHING_NAMED
    return NO_PATTERN if "%" in query else NOT_BY_NAME


def _searches(query: str, directory: Directory, area_code: str) -> Iterator[_Search]:
    whole = parse_contract(query)
    for contract in [whole] if whole else find_contracts(query):
        yield "contract", contract.canonical, partial(directory.by_contract, contract)
    yield from _addresses(query, directory)
    phone = parse_phone(query, area_code=area_code)
    for one in [phone] if phone else find_phones(query, area_code=area_code):
        yield "phone", one.human, partial(directory.by_phone, one)
    if _may_be_login(query):
        yield "login", query, partial(directory.by_login, query)


def _addresses(query: str, directory: Directory) -> Iterator[_Search]:
    if "%" in query:
        pattern = parse_address_pattern(query)
        if pattern is not None:
            yield "address", query, partial(directory.by_address, pattern)
        return
    whole = None if parse_contract(query) else parse_address(query)
    for address in [whole] if whole else find_addresses(query):
        yield "address", address.human, partial(directory.by_address, address)


def _may_be_login(query: str) -> bool:
    """One word that holds something a name does not: `@`, a digit, a Latin letter, a hyphen."""
    is_one_word = len(query.split()) == 1 and "%" not in query
    return is_one_word and any(sign.isascii() for sign in query)
