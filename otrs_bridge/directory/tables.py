"""The mirror's tables in the bridge's database.

They are a copy of what the source says, so no migration changes them: a sync makes them anew. There are two sides,
`a` and `b`: readers use one while a sync fills the other, unseen, and one small transaction changes over. Whoever
changes a column raises LAYOUT: the tables of another layout are not read, as if there had been no sync yet.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import BigInteger, Column, Connection, DateTime, Index, Integer, MetaData, Table, Text, text
from sqlalchemy.exc import DBAPIError

LAYOUT = 1
PLACE = ("locality", "kind", "house", "building", "structure", "flat", "office")
TEXTS = (
    *("contracts", "type", "name", "address", "district", "phones"),
    *("email", "login", "customer_id", "services", "notes"),
)

_metadata = MetaData()
_BIG = BigInteger().with_variant(Integer(), "sqlite")

state = Table(
    "directory_state",
    _metadata,
    Column("layout", Integer, primary_key=True, autoincrement=False),
    Column("edition", BigInteger, nullable=False),  # the copy in use; 0: none yet
    Column("filling", Text, nullable=False),  # the sync that may write to the other side
    Column("clients", BigInteger, nullable=False),
    Column("source", Text, nullable=False),
    Column("synced_at", DateTime(timezone=True)),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Side:
    """One copy: clients, the keys they are found by, and the streets they live in.

    `street` of a client is the id of a street, NULL when the address was not understood. `search` of a street holds
    both its compared name and its written one, for `%` searches.
    """

    name: str
    clients: Table
    keys: Table
    streets: Table
    indexes: tuple[Index, ...]

    @property
    def tables(self) -> tuple[Table, ...]:
        """Everything that is filled row by row."""
        return (self.clients, self.keys, self.streets)

    @property
    def search(self) -> str:
        """SQLite's trigram index of the streets; in PostgreSQL an index of that name."""
        return f"directory_street_search_{self.name}"


def _side(name: str) -> Side:
    clients = Table(
        f"directory_clients_{name}",
        _metadata,
        Column("id", _BIG, primary_key=True, autoincrement=False),
        Column("street", Integer),
        *(Column(part, Text, nullable=False) for part in PLACE),
        *(Column(part, Text, nullable=False) for part in TEXTS),
    )
    keys = Table(
        f"directory_keys_{name}",
        _metadata,
        Column("key", Text, nullable=False),
        Column("client", _BIG, nullable=False),
    )
    streets = Table(
        f"directory_streets_{name}",
        _metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        Column("street", Text, nullable=False),
        Column("written", Text, nullable=False),
        Column("search", Text, nullable=False),
    )
    # Look-ups ask for equal texts, never for an order: comparing bytes builds an index in half the time of a language.
    bytewise = dict.fromkeys(("key", "house", "flat"), "text_pattern_ops")
    indexes = (
        Index(f"ix_directory_keys_{name}", keys.c.key, keys.c.client, postgresql_ops=bytewise),
        Index(
            f"ix_directory_clients_{name}", clients.c.street, clients.c.house, clients.c.flat, postgresql_ops=bytewise
        ),
        Index(f"ix_directory_streets_{name}", streets.c.street),
    )
    return Side(name=name, clients=clients, keys=keys, streets=streets, indexes=indexes)


_SIDES = (_side("a"), _side("b"))


def side_of(edition: int) -> Side:
    """Where the copy with this number lies."""
    return _SIDES[edition % 2]


def create_tables(connection: Connection) -> None:
    """Make what is missing; what is there stays."""
    _metadata.create_all(connection, checkfirst=True)


def clear(connection: Connection, side: Side) -> None:
    """Empty one side and take its indexes away: they are built faster when everything is in."""
    connection.exec_driver_sql(f"DROP {'TABLE' if _is_sqlite(connection) else 'INDEX'} IF EXISTS {side.search}")
    for index in side.indexes:
        index.drop(connection, checkfirst=True)
    for table in side.tables:
        empty = f"DELETE FROM {table.name}" if _is_sqlite(connection) else f"TRUNCATE {table.name}"  # noqa: S608 # our name
        connection.exec_driver_sql(empty)


def build_street_search(connection: Connection, side: Side) -> None:
    """The trigram index over the streets. Where the database has none, a search reads the few thousand streets."""
    try:
        with connection.begin_nested():
            if _is_sqlite(connection):
                connection.exec_driver_sql(
                    f"CREATE VIRTUAL TABLE {side.search} USING fts5(search, content='{side.streets.name}', "
                    "content_rowid='id', tokenize='trigram')"
                )
                connection.exec_driver_sql(f"INSERT INTO {side.search}({side.search}) VALUES ('rebuild')")  # noqa: S608 # our name
            else:
                connection.exec_driver_sql("CREATE EXTENSION IF NOT EXISTS pg_trgm")
                index = f"CREATE INDEX {side.search} ON {side.streets.name} USING gin (search gin_trgm_ops)"
                connection.exec_driver_sql(index)
    except DBAPIError:  # an SQLite before 3.34, or no right to create an extension
        return


def has_street_search(connection: Connection, side: Side) -> bool:
    """Whether SQLite's trigram index is there. PostgreSQL finds its own by itself."""
    if not _is_sqlite(connection):
        return False
    there = text("SELECT 1 FROM sqlite_master WHERE name = :name")
    return connection.execute(there, {"name": side.search}).first() is not None


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


class Store(Protocol):
    """A database lent out one transaction at a time: the journal's own. It translates its driver's exceptions."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that changes nothing."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that is durable when the block ends, and never was when the block raises."""
