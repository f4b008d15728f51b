"""Filling one side of the mirror: in portions, so that memory stays small and other writers wait for moments only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from otrs_bridge.directory.table_rows import STREET, Cell, TableRows
from otrs_bridge.directory.tables import LAYOUT, Side, Store, state
from otrs_bridge.errors import DirectoryUnusable
from otrs_bridge.words import Words

_OVERTAKEN = Words(
    ru="тем временем запущен ещё один `directory sync`; этот уступает ему",
    en="another `directory sync` has been started meanwhile; this one gives way",
)
_MOST_VALUES = 999  # of one statement, in an SQLite that was built to allow no more than it always did


class Filling:
    """Writes portions and numbers the streets.

    `token` says whose turn it is: a sync that started later takes the side over.
    """

    def __init__(self, store: Store, side: Side, token: str) -> None:
        self._store = store
        self._side = side
        self._token = token
        self._streets: dict[tuple[str, str], int] = {}
        self.clients = 0

    def add(self, rows: TableRows) -> None:
        """Write a portion; raises DirectoryUnusable when another sync has taken over."""
        before = len(self._streets)
        numbers = [self._streets.setdefault(street, len(self._streets) + 1) for street in rows.streets]
        new_streets: list[Cell] = []
        for (street, written), number in zip(rows.streets, numbers, strict=True):
            if number > before:
                folded = written.lower().replace("ё", "е")
                new_streets += (number, street, written, f"{street}\n{folded}")
        width = len(self._side.clients.columns)
        cells = rows.client_cells
        cells[STREET::width] = [None if which is None else numbers[which] for which in rows.lives]
        with self._store.writing() as connection:
            check_turn(connection, self._token)
            _insert(connection, self._side.streets, new_streets)
            _insert(connection, self._side.clients, cells)
            _insert(connection, self._side.keys, rows.key_cells)
        self.clients += len(rows.lives)


def check_turn(connection: Connection, token: str) -> None:
    """Raise DirectoryUnusable when another sync has taken over."""
    whose = connection.execute(select(state.c.filling).where(state.c.layout == LAYOUT)).scalar()
    if whose != token:
        raise DirectoryUnusable(_OVERTAKEN)


def _insert(connection: Connection, table: Table, cells: Sequence[Cell]) -> None:
    """Rows whose cells stand one after the other, by the fastest way in that each database has."""
    if not cells:
        return
    names, width = ", ".join(column.name for column in table.columns), len(table.columns)
    if connection.dialect.name == "postgresql":
        _copy(connection, f"COPY {table.name} ({names}) FROM STDIN", _copy_text(cells, width))
        return
    # Dozens of rows in one statement take a third of the time that as many statements take.
    at_once = _MOST_VALUES // width * width
    rest = len(cells) % at_once
    whole = [tuple(cells[at : at + at_once]) for at in range(0, len(cells) - rest, at_once)]
    for values in (whole, [tuple(cells[-rest:])] if rest else []):
        if values:
            marks = ", ".join([f"({', '.join('?' * width)})"] * (len(values[0]) // width))
            connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES {marks}", values)  # noqa: S608 # our names


def _copy(connection: Connection, statement: str, text: str) -> None:
    """psycopg's own way past SQLAlchemy, which therefore does not translate what goes wrong."""
    import psycopg  # late: only a bridge on PostgreSQL needs it

    driver: Any = connection.connection.driver_connection
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(text)
    except psycopg.Error as broken:
        reason = " ".join(str(broken).split())
        raise DirectoryUnusable(
            Words(ru=f"копия справочника не записывается: {reason}", en=f"the mirror cannot be written: {reason}")
        ) from broken


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def _copy_text(cells: Sequence[Cell], width: int) -> str:
    """Rows in PostgreSQL's text format."""
    together = "".join([cell for cell in cells if isinstance(cell, str)])
    if any(map(together.__contains__, "\\\t\n\r")):
        cells = [cell.translate(_ESCAPES) if isinstance(cell, str) else cell for cell in cells]
    line = "\t".join(["%s"] * width) + "\n"
    return line * (len(cells) // width) % tuple([r"\N" if cell is None else cell for cell in cells])
