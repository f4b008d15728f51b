"""Trying a map on a database: which version it is, what is seen through the map, and what is still to be decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.reflection import Inspector

from otrs_bridge.billing.maps.billing_map import BillingMap, Question
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.foreign.database import ForeignDatabase, naming
from otrs_bridge.words import Words

_SHOWN: Final = 10
_UNKNOWN: Final = Words(ru="версия не опознана", en="a version that is not known")


@dataclass(frozen=True, kw_only=True, slots=True)
class Months:
    """The entries of one kind in one month: how many, and their sum in roubles."""

    month: str
    kind: str
    count: int
    roubles: Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class Example:
    """An account, what its entries come to (None: there are none to read), and its balance; roubles, below zero is owed."""

    account: str
    contract: str
    by_entries: Decimal | None
    balance: Decimal | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tried:
    """What was seen. `missing`: tables and columns that the map needs and the database lacks; nothing else is known then.

    `decisions`: each question with the column names and the rows that answer it.
    """

    database: str
    version: Words
    missing: tuple[str, ...]
    clients: int = 0
    accounts: int = 0
    months: tuple[Months, ...] = ()
    examples: tuple[Example, ...] = ()
    decisions: tuple[tuple[Question, tuple[str, ...], tuple[tuple[object, ...], ...]], ...] = ()


def try_map(known: BillingMap, url: str, zone: tzinfo) -> Tried:
    """Look at the database through this map; months are those of `zone`. Raises BillingUnusable if it cannot be asked."""
    database = ForeignDatabase(url, key="--url", unusable=BillingUnusable)
    with database.connected(zone) as connection, database.translated():
        schema = _Schema(inspect(connection))
        version = next((words for mark, words in known.versions.items() if schema.has(mark)), _UNKNOWN)
        missing = tuple(schema.missing(known))
        if missing:
            return Tried(database=database.name, version=version, missing=missing)
        return Tried(
            database=database.name,
            version=version,
            missing=(),
            clients=_count(connection, known.clients, "directory.query"),
            accounts=_count(connection, known.accounts, "billing.ledger.accounts"),
            months=tuple(_months(connection, known)),
            examples=tuple(_examples(connection, known)),
            decisions=tuple(_decisions(connection, known)),
        )


class _Schema:
    """The tables of a database and their columns, whatever the letter case."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self._tables = {name.casefold(): name for name in inspector.get_table_names()}

    def has(self, mark: str) -> bool:
        """Whether there is a `table`, or a `table.column`."""
        table, _, column = mark.partition(".")
        return table.casefold() in self._tables and (not column or column.casefold() in self._columns(table))

    def missing(self, known: BillingMap) -> Iterator[str]:
        """What the map needs and is not there."""
        for table, columns in known.marks.items():
            if not self.has(table):
                yield table
                continue
            there = self._columns(table)
            yield from (f"{table}.{column}" for column in columns if column.casefold() not in there)

    def _columns(self, table: str) -> set[str]:
        name = self._tables[table.casefold()]
        return {str(column["name"]).casefold() for column in self._inspector.get_columns(name)}


def _rows(connection: Connection, query: str, key: str) -> tuple[tuple[str, ...], Sequence[Sequence[Any]]]:
    with naming(key):
        found = connection.execute(text(query.replace(":", r"\:")), execution_options={"stream_results": False})
        return tuple(found.keys()), found.fetchall()


def _count(connection: Connection, query: str, key: str) -> int:
    _, ((count,),) = _rows(connection, f"SELECT COUNT(*) FROM ({query}) q", key)
    return int(count)


def _months(connection: Connection, known: BillingMap) -> Iterator[Months]:
    if not known.entries:
        return
    query = (
        f"SELECT {known.month} AS month, kind, COUNT(*), SUM(amount) FROM ({known.entries}) q"
        " GROUP BY 1, 2 ORDER BY 1 DESC, 2"
    )
    for month, kind, count, roubles in _rows(connection, query, "billing.ledger.entries")[1]:
        yield Months(
            month=f"{str(month)[:4]}-{str(month)[4:]}", kind=str(kind), count=int(count), roubles=Decimal(roubles)
        )


def _examples(connection: Connection, known: BillingMap) -> Iterator[Example]:
    """Those who owe most, and those who have most."""
    chosen = (
        f"(SELECT account, contract, balance FROM ({known.accounts}) q ORDER BY balance LIMIT {_SHOWN // 2})"
        f" UNION (SELECT account, contract, balance FROM ({known.accounts}) r ORDER BY balance DESC LIMIT {_SHOWN // 2})"
    )
    query = f"SELECT account, contract, balance, NULL FROM ({chosen}) a"
    if known.entries:
        total = "SUM(CASE WHEN e.kind = 'payment' THEN e.amount ELSE -e.amount END)"
        query = (
            f"SELECT a.account, a.contract, a.balance, COALESCE({total}, 0) FROM ({chosen}) a"
            f" LEFT JOIN ({known.entries}) e ON e.account = a.account GROUP BY a.account, a.contract, a.balance"
        )
    for account, contract, balance, by_entries in _rows(connection, query, "billing.ledger.entries")[1]:
        yield Example(account=str(account), contract=str(contract), by_entries=by_entries, balance=balance)


def _decisions(
    connection: Connection, known: BillingMap
) -> Iterator[tuple[Question, tuple[str, ...], tuple[tuple[object, ...], ...]]]:
    schema = _Schema(inspect(connection))
    for question in known.questions:
        tables = {word for word in question.query.replace(",", " ").split() if word.islower()}
        if "fees" in tables and not schema.has("fees"):
            yield question, (), ()
            continue
        names, rows = _rows(connection, question.query, question.option)
        yield question, names, tuple(tuple(row) for row in rows)
