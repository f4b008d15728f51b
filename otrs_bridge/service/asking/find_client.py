"""Looking a client up for a person: what the query was understood as, how it was searched, what was found.

Contract, then address, then phone, as for tickets (docs/field-rules.md#client); a login or an e-mail address, too.
Never by a name: people share names, and a wrong client is worse than none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from otrs_bridge.domain.address.address import find_addresses, parse_address, parse_address_pattern
from otrs_bridge.domain.client import Client, SearchStep
from otrs_bridge.domain.texts.contract import find_contracts, parse_contract
from otrs_bridge.domain.texts.phone import find_phones, parse_phone
from otrs_bridge.ports.directory import LOOKUP_LIMIT, Directory
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
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
    """The answer: the steps in the order they were made, and the clients that fit all steps that found any.

    `refused` says why nothing was searched for; `cut_off`, that more clients fit than are listed.
    """

    steps: tuple[Step, ...] = ()
    clients: tuple[Client, ...] = ()
    refused: Words | None = None
    cut_off: bool = False


NOT_BY_NAME = Words(
    ru="по имени клиенты не ищутся: однофамильцев много, а чужой клиент хуже, чем никакого; "
    "назовите договор (Ф-15236), адрес (Летная 5-132 или %Кольц%14%кв.15), телефон, логин или адрес почты",
    en="clients are never looked for by name: people share names, and a wrong client is worse than none; "
    "give a contract (Ф-15236), an address (Летная 5-132 or %Кольц%14%кв.15), a phone, a login or an e-mail address",
)

_NAMES = {
    "login": Words(ru="логин или почта", en="login or e-mail"),
    "contract": Words(ru="договор", en="contract"),
    "address": Words(ru="адрес", en="address"),
    "phone": Words(ru="телефон", en="phone"),
}

_Search = tuple[SearchStep, str, Callable[[], Sequence[Client]]]


def find_client(query: str, directory: Directory, *, area_code: str = "") -> ClientSearch:
    """Search for what the query names; each further step narrows down what the ones before it found."""
    steps: list[Step] = []
    clients: tuple[Client, ...] = ()
    cut_off = False
    for by, sought, search in _searches(query.strip(), directory, area_code):
        hits = search()
        steps.append(Step(by=by, sought=sought, hits=len(hits)))
        both = tuple(client for client in hits if client in clients)
        if hits and (both or not clients):
            clients, cut_off = both or tuple(hits), len(both or hits) >= LOOKUP_LIMIT
    if not steps:
        return ClientSearch(refused=NOT_BY_NAME)
    return ClientSearch(steps=tuple(steps), clients=clients, cut_off=cut_off)


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
