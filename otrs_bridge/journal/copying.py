"""A journal out of SQLite into an empty PostgreSQL: every row as it stands, counted and summed up on both sides.

While the copy is not finished, the version of the target's tables is a mark that no otrs-bridge knows: nobody can begin to
work on a half. The mark says whence the copy comes, so that the same copy, begun again, goes on. The source is locked
against writing meanwhile, and against a daemon.
"""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Boolean, Column, Connection, MetaData, Select, Table, Text, func, select, text

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal.columns import Moment
from otrs_bridge.journal.daemon_lock import DaemonLock
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.people_tables import metadata
from otrs_bridge.journal.schema import UNFINISHED, revisions, version_of
from otrs_bridge.journal.upserts import upsert
from otrs_bridge.words import Words

AT_ONCE = 1000
_BITS = 128
_OF_THE_TARGET = "leases"  # who leads is no part of the memory


@dataclass(frozen=True, kw_only=True, slots=True)
class Copied:
    """A table: how many rows, and a sum of all of them that does not depend on their order."""

    table: str
    rows: int
    checksum: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JournalCopy:
    """From the SQLite file `source` to the PostgreSQL `target` (a URL)."""

    source: Path
    target: str
    now: datetime
    zone: ZoneInfo

    def run(self, tell: Callable[[Copied], None]) -> None:
        """Copy what is not there yet, compare everything, and let the target be used; `tell` of each table that is right.

        Raises AlreadyRunning when a daemon works on the source, and JournalUnusable when the target holds anything else or
        does not hold the same in the end.
        """
        lock = DaemonLock(self.source, now=self.now, zone=self.zone)
        with (
            closing(lock),
            closing(open_database(f"sqlite:///{self.source}")) as source,
            source.writing() as reading,
            closing(self._begun()) as target,
        ):
            for table in raw_tables():
                _copy(table, reading, target)
                tell(_compared(table, reading, target))
            with target.writing() as writing:
                _number_on(reading, writing)
                _set_version(writing, revisions()[-1])

    @property
    def mark(self) -> str:
        """What stands in the place of the version until the copy is finished."""
        whence = f"{socket.gethostname()} {self.source.absolute()} {revisions()[-1]}"
        return UNFINISHED + hashlib.sha256(whence.encode()).hexdigest()[:20]

    def _begun(self) -> Database:
        """The target, marked: an empty one, or one that this copy was left in."""
        target = Database(self.target)
        try:
            with target.reading() as connection:
                is_ours = version_of(connection) == (self.mark,)
            if not is_ours:
                target.close()
                target = open_database(self.target)
                with target.writing() as connection:
                    _demand_empty(connection, target.place)
                    _set_version(connection, self.mark)
        except BaseException:  # Ctrl-C included: no connection stays behind, and the caller is told the same
            target.close()
            raise
        return target


def raw_tables() -> Iterator[Table]:
    """The tables with what lies in them, not what it means: nothing is read as a value and written as one again."""
    raw = MetaData()
    for table in metadata.sorted_tables:
        if table.name != _OF_THE_TARGET:
            columns = [Column(one.name, _raw_type(one), primary_key=one.primary_key) for one in table.columns]
            yield Table(table.name, raw, *columns)


def _raw_type(column: Column[Any]) -> Any:
    if isinstance(column.type, Moment | Boolean):
        return column.type
    return BigInteger() if isinstance(column.type, BigInteger) else Text()


def _copy(table: Table, source: Connection, target: Database) -> None:
    """What is there from an earlier try stays."""
    with target.reading() as connection:
        newest = connection.execute(select(func.max(table.c.id))).scalar() if "id" in table.c else None
    query = select(table).order_by(*table.primary_key.columns)
    if newest is not None:
        query = query.where(table.c.id > newest)
    for rows in _portions(source, query):
        with target.writing() as connection:
            connection.execute(upsert(connection, table).on_conflict_do_nothing(), [row._asdict() for row in rows])


def _portions(connection: Connection, query: Select[Any]) -> Iterator[Sequence[Any]]:
    yield from connection.execution_options(yield_per=AT_ONCE).execute(query).partitions()


def _compared(table: Table, source: Connection, target: Database) -> Copied:
    here = _summed(table, source)
    with target.reading() as connection:
        there = _summed(table, connection)
    if here != there:
        raise JournalUnusable(
            Words(
                ru=f"копия в {target.place} не сходится: в таблице {table.name} здесь строк {here.rows}, сумма "
                f"{here.checksum}, там {there.rows}, сумма {there.checksum}; начните заново с пустой базы",
                en=f"the copy in {target.place} is not the same: the table {table.name} has {here.rows} rows here, checksum "
                f"{here.checksum}, and {there.rows} there, checksum {there.checksum}; begin anew with an empty database",
            )
        )
    return here


def _summed(table: Table, connection: Connection) -> Copied:
    rows = total = 0
    for some in _portions(connection, select(table)):
        rows += len(some)
        for row in some:
            told = "\x1f".join(value.isoformat() if isinstance(value, datetime) else repr(value) for value in row)
            total += int.from_bytes(hashlib.sha256(told.encode()).digest()[: _BITS // 8])
    return Copied(table=table.name, rows=rows, checksum=f"{total % 2**_BITS:0{_BITS // 4}x}")


def _number_on(source: Connection, target: Connection) -> None:
    """New rows get numbers that no row has had, one that was deleted neither."""
    last = {str(name): int(number) for name, number in source.execute(text("SELECT name, seq FROM sqlite_sequence"))}
    setting = text("SELECT setval(pg_get_serial_sequence(:table, 'id'), :last)")
    for table, number in sorted(last.items()):
        if table in metadata.tables and number:
            target.execute(setting, {"table": table, "last": number})


def _set_version(connection: Connection, version: str) -> None:
    connection.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def _demand_empty(connection: Connection, place: str) -> None:
    for table in metadata.sorted_tables:
        if connection.execute(select(table).limit(1)).first() is not None:
            raise JournalUnusable(
                Words(
                    ru=f"в {place} уже есть данные (таблица {table.name}); копировать можно только в пустую базу",
                    en=f"{place} holds data already (the table {table.name}); a copy needs an empty database",
                )
            )
