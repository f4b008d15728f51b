"""The client directory out of the bridge's own database: built for a million clients, kept by `directory sync`.

Every look-up is answered by one copy as a whole: the statement itself asks whether its copy is still the one in use,
and when a sync has changed over meanwhile the look-up is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    column,
    inspect,
    literal_column,
    select,
    table,
)

from otrs_bridge.directory.client_row import client_of
from otrs_bridge.directory.keys import contract_fits, contract_key, login_key, phone_key
from otrs_bridge.directory.store import Store
from otrs_bridge.directory.tables import LAYOUT, Side, has_street_search, side_of, state
from otrs_bridge.domain.address import Address, AddressPattern
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.contract import ContractNumber
from otrs_bridge.domain.phone import Phone
from otrs_bridge.ports.directory import LOOKUP_LIMIT

_TRIGRAM = 3
_KEY_HITS = 4 * LOOKUP_LIMIT  # a contract's number may stand under several prefixes


@dataclass(frozen=True, kw_only=True, slots=True)
class Synced:
    """The copy in use: its number, how many clients, whence and when."""

    edition: int
    clients: int
    source: str
    synced_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class _Copy:
    """One copy of the clients, seen through one transaction."""

    connection: Connection
    edition: int

    @property
    def side(self) -> Side:
        return side_of(self.edition)

    @property
    def is_in_use(self) -> bool:
        in_use = select(state.c.edition).where(state.c.layout == LAYOUT)
        return self.connection.execute(in_use).scalar() == self.edition

    def clients(self, statement: Select[Any], values: Mapping[str, str]) -> list[Client]:
        """In the order of the source. Sorted here: an ORDER BY leads PostgreSQL to walk a whole table for a LIMIT."""
        found = self.connection.execute(statement, {**values, "edition": self.edition}).mappings()
        return [client_of(row) for row in sorted(found, key=itemgetter("id"))]


class MirrorDirectory:
    """Look-ups in the mirror. Safe to use from several threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._edition = 0
        self._filled = 0  # the edition that is known to hold clients
        self._by_key: dict[str, Select[Any]] = {}

    def synced(self) -> Synced | None:
        """What the mirror holds; None before the first sync."""
        with self._store.reading() as connection:
            if not inspect(connection).has_table(state.name):
                return None
            row = connection.execute(select(state).where(state.c.layout == LAYOUT)).first()
        if row is None or not row.edition:
            return None
        moment = row.synced_at.replace(tzinfo=UTC) if row.synced_at.tzinfo is None else row.synced_at
        return Synced(edition=row.edition, clients=row.clients, source=row.source, synced_at=moment)

    def is_empty(self) -> bool:
        """No client at all, or no sync yet."""
        edition = self._edition or self._refresh()
        if edition and edition == self._filled:  # asked for every ticket, and answered once
            return False
        found = self.synced()
        if found and found.clients:
            self._filled = found.edition
        return not (found and found.clients)

    def by_login(self, login: str) -> Sequence[Client]:
        """Clients with this OTRS login, or this e-mail address, in any letter case."""
        return self._keyed(login_key(login))[:LOOKUP_LIMIT]

    def by_contract(self, contract: ContractNumber) -> Sequence[Client]:
        """Clients with this contract; a contract without prefix fits every prefix."""
        hits = self._keyed(contract_key(contract))
        return tuple(client for client in hits if contract_fits(contract, client))[:LOOKUP_LIMIT]

    def by_phone(self, phone: Phone) -> Sequence[Client]:
        """Clients with this phone."""
        return self._keyed(phone_key(phone))[:LOOKUP_LIMIT]

    def by_address(self, address: Address | AddressPattern) -> Sequence[Client]:
        """Clients living there; what the address leaves out is not asked for."""
        match address:
            case Address():
                return self._ask(lambda copy: _at_address(copy, address))
            case AddressPattern():
                return self._ask(lambda copy: _at_pattern(copy, address))

    def _keyed(self, key: str) -> tuple[Client, ...]:
        return self._ask(lambda copy: copy.clients(self._key_statement(copy.side), {"key": key}))

    def _key_statement(self, side: Side) -> Select[Any]:
        statement = self._by_key.get(side.name)
        if statement is None:
            keys = side.keys.c
            hits = select(keys.client).where(keys.key == bindparam("key")).order_by(keys.client).limit(_KEY_HITS)
            statement = _clients(side).where(side.clients.c.id.in_(hits)).order_by(side.clients.c.id)
            self._by_key[side.name] = statement
        return statement

    def _ask(self, question: Callable[[_Copy], Sequence[Client]]) -> tuple[Client, ...]:
        """Answer by the copy in use; an empty answer is believed only when that copy is still in use."""
        edition = self._edition or self._refresh()
        while edition:
            with self._store.reading() as connection:
                copy = _Copy(connection=connection, edition=edition)
                found = question(copy)
                if found or copy.is_in_use:
                    return tuple(found)
            edition = self._refresh()
        return ()

    def _refresh(self) -> int:
        found = self.synced()
        self._edition = found.edition if found else 0
        return self._edition


def _at_address(copy: _Copy, address: Address) -> list[Client]:
    columns = copy.side.clients.c
    streets = copy.side.streets.c
    named = select(streets.id).where(streets.street == bindparam("street"))
    asked = {"building": address.building, "structure": address.structure, "house": address.house}
    asked |= {name: value for name, value in (("flat", address.flat), ("office", address.office)) if value}
    conditions = [columns.street.in_(named), *(columns[name] == bindparam(name) for name in asked)]
    if address.locality:
        conditions.append(columns.locality.in_(("", address.locality)))
    if address.kind_told:
        # A kind that the directory does not tell is stored as "" and stands for every kind.
        conditions.append(columns.kind.in_(("", address.kind)))
    statement = _clients(copy.side).where(*conditions).limit(LOOKUP_LIMIT)
    found = copy.clients(statement, {"street": address.street, **asked})
    return [client for client in found if client.address is not None and address.may_be(client.address)]


def _at_pattern(copy: _Copy, pattern: AddressPattern) -> list[Client]:
    columns = copy.side.clients.c
    told = {
        "house": pattern.house,
        "building": pattern.building,
        "structure": pattern.structure,
        "flat": pattern.flat,
        "office": pattern.office,
    }
    asked = {name: value for name, value in told.items() if value}
    conditions: list[ColumnElement[bool]] = [columns[name] == bindparam(name) for name in asked]
    streets = _streets_like(copy, pattern) if pattern.fragments else None
    where = columns.street.in_(streets) if streets is not None else columns.street.is_not(None)
    statement = _clients(copy.side).where(where, *conditions).limit(LOOKUP_LIMIT)
    found = copy.clients(statement, asked)
    return [client for client in found if client.address is not None and pattern.matches(client.address)]


def _clients(side: Side) -> Select[Any]:
    """Clients, as long as this side is in use."""
    in_use = (
        select(literal_column("1")).where(state.c.layout == LAYOUT, state.c.edition == bindparam("edition")).exists()
    )
    return select(side.clients).where(in_use)


def _streets_like(copy: _Copy, pattern: AddressPattern) -> list[int]:
    """Streets whose name holds the pattern's fragments: a trigram index finds them, the pattern itself decides."""
    side, streets = copy.side, copy.side.streets.c
    found = select(streets.id, streets.street, streets.written)
    found = found.where(streets.search.like(f"%{'%'.join(pattern.fragments)}%"))
    longest = max(pattern.fragments, key=len)
    # For fewer letters than a trigram SQLite's index finds nothing at all, instead of everything.
    if len(longest) >= _TRIGRAM and has_street_search(copy.connection, side):
        search = table(side.search, column("rowid", Integer), column("search", Text))
        found = found.where(streets.id.in_(select(search.c.rowid).where(search.c.search.like(f"%{longest}%"))))
    name = AddressPattern(fragments=pattern.fragments)
    return [
        row.id
        for row in copy.connection.execute(found)
        if name.matches(Address(street=row.street, house="", written=row.written))
    ]
