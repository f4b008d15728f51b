"""Contracts that stand on several rows which differ: every ticket that names one of them waits for a person's choice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, groupby
from operator import itemgetter

from sqlalchemy import ColumnElement, Connection, func, select

from otrs_bridge.directory.table_rows import BETWEEN
from otrs_bridge.directory.tables import Side

_AT_ONCE = 1000
_CONTRACT = "c:"  # how the keys of contracts begin (`keys.py`)


@dataclass(frozen=True, kw_only=True, slots=True)
class DuplicateContracts:
    """How many contracts stand on several rows, and one of them, "" when there is none."""

    contracts: int = 0
    first: str = ""


def duplicate_contracts(connection: Connection, side: Side) -> DuplicateContracts:
    """Count them on a side whose keys have their index; memory stays small."""
    keys, clients = side.keys.c, side.clients.c
    shared = select(keys.key).where(_is_contract(connection, keys.key)).group_by(keys.key).having(func.count() > 1)
    rows = select(keys.key, clients.contracts).join(side.clients, clients.id == keys.client)
    found = connection.execution_options(yield_per=_AT_ONCE).execute(
        rows.where(keys.key.in_(shared)).order_by(keys.key, keys.client)
    )
    count, first = 0, ""
    for key, same in groupby(found, key=itemgetter(0)):
        for contract in _twice((contracts for _, contracts in same), key.removeprefix(_CONTRACT)):
            count, first = count + 1, first or contract
    return DuplicateContracts(contracts=count, first=first)


def _twice(rows: Iterable[str], number: str) -> list[str]:
    """The contracts with this number that more than one row has: a number may stand under several prefixes."""
    written = [
        one for one in chain.from_iterable(row.split(BETWEEN) for row in rows) if one.rpartition("-")[2] == number
    ]
    return [one for one in dict.fromkeys(written) if written.count(one) > 1]


def _is_contract(connection: Connection, key: ColumnElement[str]) -> ColumnElement[bool]:
    """By the index of each database: PostgreSQL's compares bytes for LIKE alone, SQLite's LIKE knows no letter case."""
    if connection.dialect.name == "sqlite":
        return key.op("GLOB", is_comparison=True)(f"{_CONTRACT}*")
    return key.like(f"{_CONTRACT}%")
