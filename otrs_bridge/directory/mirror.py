"""The client directory out of the bridge's own database: built for a million clients, kept by `directory sync`.

Every look-up is answered by one copy as a whole: each answer says which copy it is of, and when a sync has changed over
meanwhile the look-up is made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Select, inspect, select

from otrs_bridge.directory.addresses import read_address
from otrs_bridge.directory.keys import contract_fits, contract_key, login_key, phone_key
from otrs_bridge.directory.statements import Statements, asked_of, street_names, streets_like
from otrs_bridge.directory.table_rows import BETWEEN
from otrs_bridge.directory.tables import LAYOUT, Side, has_street_search, side_of, state
from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.address.gazetteer import NO_STREETS, Streets
from otrs_bridge.domain.address.pattern import AddressPattern
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.domain.texts.phone import Phone
from otrs_bridge.ports.directory import LOOKUP_LIMIT

_Answer = TypeVar("_Answer")
_TRIGRAM = 3
_ID = 0  # the place of a client's number in a row that the edition was taken off
_FIRST_TEXT = 1


class Readable(Protocol):
    """What look-ups need of a database."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that changes nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Synced:
    """The copy in use: its number, how many clients, whence and when."""

    edition: int
    clients: int
    source: str
    synced_at: datetime


class MirrorDirectory:
    """Look-ups in the mirror. Safe to use from several threads."""

    def __init__(self, store: Readable) -> None:
        self._store = store
        self._statements = Statements()
        self._edition = 0
        self._streets: tuple[int, Streets] = (0, NO_STREETS)
        self._logins = (0, False)  # of which edition it is known whether it has logins, and whether

    @contextmanager
    def reading(self) -> Iterator[MirrorDirectory]:
        """This directory for many look-ups in a row, from one thread and in one transaction."""
        with self._store.reading() as connection:
            held = MirrorDirectory(_LentTransaction(connection))
            held._statements, held._edition, held._logins = self._statements, self._edition, self._logins
            held._streets = self._streets
            yield held
            self._edition, self._logins, self._streets = held._edition, held._logins, held._streets

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

    def has_logins(self) -> bool:
        """Whether any client has a login; asked for many tickets, and looked up once a copy."""
        edition = self._edition or self._refresh()
        if not edition or edition != self._logins[0]:
            any_of_them = self._ask(lambda copy: copy.clients(self._statements.with_login(copy.side), {}))
            self._logins = (self._edition, bool(any_of_them))
        return self._logins[1]

    def streets(self) -> Streets:
        """The names of all streets that clients live in, some thousands; kept in memory, and read once a copy."""
        edition = self._edition or self._refresh()
        if not edition or edition != self._streets[0]:
            names = self._ask(lambda copy: [str(row[0]) for row in copy.rows(street_names(copy.side), {})])
            self._streets = (self._edition, frozenset(names))
        return self._streets[1]

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
                found = self._ask(lambda copy: self._at_address(copy, address))
                return tuple(one for one in found if one.address is not None and address.may_be(one.address))
            case AddressPattern():
                found = self._ask(lambda copy: self._at_pattern(copy, address))
                return tuple(one for one in found if one.address is not None and address.matches(one.address))

    def _keyed(self, key: str) -> tuple[Client, ...]:
        return self._ask(lambda copy: copy.clients(self._statements.by_key(copy.side), {"key": key}))

    def _at_address(self, copy: _Copy, address: Address) -> list[Client]:
        asked = asked_of(address)
        statement = self._statements.by_address(copy.side, tuple(asked))
        return copy.clients(statement, {"street": address.street, **asked})

    def _at_pattern(self, copy: _Copy, pattern: AddressPattern) -> list[Client]:
        names = ("house", "building", "structure", "flat", "office")
        asked = {name: value for name in names if (value := getattr(pattern, name))}
        streets = _streets_like(copy, pattern) if pattern.fragments else None
        return copy.clients(self._statements.by_streets(copy.side, tuple(asked), streets), asked)

    def _ask(self, question: Callable[[_Copy], list[_Answer]]) -> tuple[_Answer, ...]:
        """Answer by the copy in use."""
        edition = self._edition or self._refresh()
        while edition:
            try:
                with self._store.reading() as connection:
                    return tuple(question(_Copy(connection=connection, edition=edition)))
            except _ChangedOver:
                edition = self._refresh()
        return ()

    def _refresh(self) -> int:
        found = self.synced()
        self._edition = found.edition if found else 0
        return self._edition


class _ChangedOver(Exception):  # noqa: N818 - never leaves this file
    """The copy that was asked is not in use any more."""


class _LentTransaction:
    """One transaction, lent out again and again."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        yield self._connection


@dataclass(frozen=True, kw_only=True, slots=True)
class _Copy:
    """One copy of the clients, seen through one transaction."""

    connection: Connection
    edition: int

    @property
    def side(self) -> Side:
        return side_of(self.edition)

    def rows(self, statement: Select[Any], values: Mapping[str, str]) -> list[Sequence[Any]]:
        """What a statement of `statements` gives, without the edition. Raises _ChangedOver when that is another."""
        found: Sequence[Sequence[Any]] = self.connection.execute(statement, values).fetchall()
        if not found or found[0][0] != self.edition:
            raise _ChangedOver
        return [row[1:] for row in found if row[1] is not None]

    def clients(self, statement: Select[Any], values: Mapping[str, str]) -> list[Client]:
        """In the order of the source."""
        found = self.rows(statement, values)
        return [client_of(row[_FIRST_TEXT:]) for row in sorted(found, key=itemgetter(_ID))]


def _streets_like(copy: _Copy, pattern: AddressPattern) -> list[int]:
    """Streets whose name holds the pattern's fragments: a trigram index finds them, the pattern itself decides."""
    longest = max(pattern.fragments, key=len)
    # For fewer letters than a trigram SQLite's index finds nothing at all, instead of everything.
    indexed = len(longest) >= _TRIGRAM and has_street_search(copy.connection, copy.side)
    values = {"like": f"%{'%'.join(pattern.fragments)}%"} | ({"piece": f"%{longest}%"} if indexed else {})
    name = AddressPattern(fragments=pattern.fragments)
    return [
        number
        for number, street, written in copy.rows(streets_like(copy.side, indexed=indexed), values)
        if name.matches(Address(street=street, house="", written=written))
    ]


def client_of(texts: Sequence[str]) -> Client:
    """The client that was put in, equal to the one that the source gave, from the columns of `tables.TEXTS`."""
    contracts, kind, name, address, district, phones, email, login, customer_id, services, notes = texts
    return Client(
        contracts=tuple(map(_contract, _parts(contracts))),
        type=ClientType(kind) if kind else None,
        name=name,
        address_text=address,
        address=read_address(address) if address else None,
        district=district,
        phones=tuple(Phone(e164=part) for part in _parts(phones)),
        email=email,
        login=login,
        customer_id=customer_id,
        services=tuple(_parts(services)),
        notes=notes,
    )


def _contract(canonical: str) -> ContractNumber:
    prefix, _, number = canonical.rpartition("-")
    return ContractNumber(prefix=prefix, number=number)


def _parts(text: str) -> list[str]:
    return text.split(BETWEEN) if text else []
