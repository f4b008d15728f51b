"""Filling one side of the mirror: in portions, so that memory stays small and other writers wait for moments only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Self

import psycopg
from sqlalchemy import Connection, Table, select

from otrs_bridge.directory.client_row import place_of, texts_of
from otrs_bridge.directory.keys import keys_of
from otrs_bridge.directory.store import Store
from otrs_bridge.directory.tables import LAYOUT, Side, state
from otrs_bridge.domain.client import Client
from otrs_bridge.errors import DirectoryUnusable

PORTION = 5000

_Row = tuple[object, ...]


class Filling:
    """Takes clients one by one and writes one portion while the next is being read.

    `token` says whose turn it is: a sync that started later takes the side over.
    """

    def __init__(self, store: Store, side: Side, token: str) -> None:
        self._store = store
        self._side = side
        self._token = token
        self._streets: dict[tuple[str, str], int] = {}
        self._client_rows: list[_Row] = []
        self._key_rows: list[_Row] = []
        self._street_rows: list[_Row] = []
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="directory-sync")
        self._under_way: Future[None] | None = None
        self.clients = 0

    def add(self, client: Client) -> None:
        """Put a client in, now or with the next portion."""
        self.clients += 1
        number = self.clients
        self._client_rows.append((number, self._street(client), *place_of(client.address), *texts_of(client)))
        self._key_rows += [(key, number) for key in keys_of(client)]
        if len(self._client_rows) >= PORTION:
            self.flush()

    def flush(self) -> None:
        """Hand over what has come together, once the portion before it is written."""
        self.wait()
        portion = (self._street_rows, self._client_rows, self._key_rows)
        self._street_rows, self._client_rows, self._key_rows = [], [], []
        self._under_way = self._writer.submit(self._write, *portion)

    def wait(self) -> None:
        """Until everything handed over is written; raises what writing raised."""
        if self._under_way is not None:
            self._under_way.result()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.shutdown(wait=True)

    def _write(self, streets: list[_Row], clients: list[_Row], keys: list[_Row]) -> None:
        with self._store.writing() as connection:
            check_turn(connection, self._token)
            _insert(connection, self._side.streets, streets)
            _insert(connection, self._side.clients, clients)
            _insert(connection, self._side.keys, keys)

    def _street(self, client: Client) -> int | None:
        """The number of the client's street; a new street gets the next one."""
        if client.address is None:
            return None
        street, written = client.address.street, client.address.written
        number = self._streets.get((street, written))
        if number is None:
            number = self._streets[street, written] = len(self._streets) + 1
            folded = written.lower().replace("ё", "е")
            self._street_rows.append((number, street, written, f"{street}\n{folded}"))
        return number


def check_turn(connection: Connection, token: str) -> None:
    """Raise DirectoryUnusable when another sync has taken over."""
    whose = connection.execute(select(state.c.filling).where(state.c.layout == LAYOUT)).scalar()
    if whose != token:
        raise DirectoryUnusable("another `directory sync` has been started meanwhile; this one gives way")


def _insert(connection: Connection, table: Table, rows: Sequence[_Row]) -> None:
    """The fastest way in that each database has."""
    if not rows:
        return
    names = ", ".join(column.name for column in table.columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {table.name} ({names}) FROM STDIN", rows)
    else:
        marks = ", ".join("?" * len(table.columns))
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", list(rows))  # noqa: S608 # our names


def _copy(connection: Connection, statement: str, rows: Sequence[_Row]) -> None:
    """psycopg's own way past SQLAlchemy, which therefore does not translate what goes wrong."""
    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write("".join(map(_copy_line, rows)))
    except psycopg.Error as broken:
        raise DirectoryUnusable(f"the mirror cannot be written: {' '.join(str(broken).split())}") from broken


_SPECIAL = re.compile(r"[\\\t\n\r]")
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copy_line(row: _Row) -> str:
    """One line of PostgreSQL's text format."""
    cells = ["" if cell is None else str(cell) for cell in row]
    if _SPECIAL.search("".join(cells)):
        cells = [cell.translate(_ESCAPES) for cell in cells]
    return "\t".join([r"\N" if cell is None else text for cell, text in zip(row, cells, strict=True)]) + "\n"
