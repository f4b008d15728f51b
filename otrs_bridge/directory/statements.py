"""The mirror's questions as SQL, each built once. Every answer begins with the edition that it is of.

The copy in use stands in `directory_state`; joining the clients to it in ONE statement is what makes an answer that of
one copy as a whole, and an empty answer trustworthy, without a second question.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    Integer,
    Select,
    Text,
    bindparam,
    column,
    select,
    table,
    true,
)

from otrs_bridge.directory.tables import LAYOUT, TEXTS, Side, state
from otrs_bridge.domain.address.address import Address
from otrs_bridge.ports.directory import LOOKUP_LIMIT

_KEY_HITS = 4 * LOOKUP_LIMIT  # a contract's number may stand under several prefixes


def asked_of(address: Address) -> dict[str, str]:
    """The columns that an address has an opinion on; of an optional part that it leaves out it has none."""
    always = {"house": address.house, "building": address.building, "structure": address.structure}
    optional = {"flat": address.flat, "office": address.office, "locality": address.locality}
    kind = {"kind": address.kind} if address.kind_told else {}
    return always | {name: value for name, value in optional.items() if value} | kind


class Statements:
    """Prepared questions; the same object asks the same question, which SQLAlchemy then need not compile again."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, ...], Select[Any]] = {}

    def by_key(self, side: Side) -> Select[Any]:
        """Clients with the key `:key`."""
        return self._once(("key", side.name), lambda: _by_key(side))

    def by_address(self, side: Side, asked: tuple[str, ...]) -> Select[Any]:
        """Clients in the street `:street`, where the columns `asked` hold `:name` each."""
        return self._once(("address", side.name, *asked), lambda: _by_address(side, asked))

    def by_streets(self, side: Side, asked: tuple[str, ...], streets: list[int] | None) -> Select[Any]:
        """Clients in these streets (None: in any), where the columns `asked` hold `:name` each."""
        here = side.clients.c
        where = here.street.in_(streets) if streets is not None else here.street.is_not(None)
        found = select(here.id).where(where, *(here[name] == bindparam(name) for name in asked)).limit(LOOKUP_LIMIT)
        return _of_one_copy(side, found)

    def with_login(self, side: Side) -> Select[Any]:
        """One client that has a login."""
        found = select(side.clients.c.id).where(side.clients.c.login != "").limit(1)
        return self._once(("login", side.name), lambda: _of_one_copy(side, found))

    def _once(self, name: tuple[str, ...], make: Callable[[], Select[Any]]) -> Select[Any]:
        statement = self._known.get(name)
        if statement is None:
            statement = self._known[name] = make()
        return statement


def street_names(side: Side) -> Select[Any]:
    """Every street's compared name, once for each of its writings."""
    every = state.outerjoin(side.streets, true())
    return select(state.c.edition, side.streets.c.street).select_from(every).where(state.c.layout == LAYOUT)


def streets_like(side: Side, *, indexed: bool) -> Select[Any]:
    """Streets whose search text is like `:like`; `indexed`: by SQLite's trigram index, asked for `:piece`."""
    streets = side.streets.c
    found = select(state.c.edition, streets.id, streets.street, streets.written)
    like: ColumnElement[bool] = streets.search.like(bindparam("like"))
    if indexed:
        search = table(side.search, column("rowid", Integer), column("search", Text))
        like = like & streets.id.in_(select(search.c.rowid).where(search.c.search.like(bindparam("piece"))))
    return found.select_from(state.outerjoin(side.streets, like)).where(state.c.layout == LAYOUT)


def _by_key(side: Side) -> Select[Any]:
    keys = side.keys.c
    found = select(keys.client.label("id")).where(keys.key == bindparam("key"))
    return _of_one_copy(side, found.order_by(keys.client).limit(_KEY_HITS))


def _by_address(side: Side, asked: tuple[str, ...]) -> Select[Any]:
    here, streets = side.clients.c, side.streets.c
    named = select(streets.id).where(streets.street == bindparam("street"))
    conditions = [_condition(here[name], name) for name in asked]
    return _of_one_copy(side, select(here.id).where(here.street.in_(named), *conditions).limit(LOOKUP_LIMIT))


def _condition(here: Column[Any], name: str) -> Any:
    """What the directory does not tell of a place ("": no locality, no kind of street) contradicts nothing."""
    asked: BindParameter[str] = bindparam(name)
    return here.in_(("", asked)) if name in {"locality", "kind"} else here == asked


def _of_one_copy(side: Side, ids: Select[Any]) -> Select[Any]:
    """The edition in use, beside each client of these ids; beside nothing when there is none.

    Not ordered here: an ORDER BY leads PostgreSQL to walk a whole table for a LIMIT.
    """
    found, clients = ids.subquery(), side.clients
    columns = (state.c.edition, clients.c.id, *(clients.c[name] for name in TEXTS))
    beside = state.outerjoin(found, true()).outerjoin(clients, clients.c.id == found.c.id)
    return select(*columns).select_from(beside).where(state.c.layout == LAYOUT)
