"""From the URL in the configuration to an engine: SQLite (a file, or memory for tests) or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.words import Words

# Set on the connection of a writing transaction; SQLite then takes its write lock at once, not in the middle.
WRITES = "otrs_bridge_writes"

CONNECT_SECONDS = 10

# PostgreSQL's driver would wait for a quarter of an hour for a server that is cut off: it is given up within half a minute.
_CUT_OFF = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000}


def parsed_url(url: str) -> URL:
    """The URL with its driver spelled out. A refusal never quotes the URL: it may hold a password."""
    try:
        found = make_url(url)
    except (ArgumentError, ValueError):
        raise JournalUnusable(  # not `from`: the foreign message may quote the password
            Words(
                ru="в `database` стоит не адрес базы данных; напишите sqlite:///path/to/journal.db "
                "или postgresql://user@host/name",
                en="`database` is no database URL; write sqlite:///path/to/journal.db or postgresql://user@host/name",
            )
        ) from None
    match found.drivername:
        case "sqlite" | "sqlite+pysqlite":
            return found.set(drivername="sqlite+pysqlite")
        case "postgresql" | "postgres" | "postgresql+psycopg":
            return found.set(drivername="postgresql+psycopg")
    raise JournalUnusable(
        Words(
            ru=f"в `database` указан {found.drivername}; журнал живёт в sqlite или postgresql",
            en=f"`database` wants {found.drivername}; the journal lives in sqlite or postgresql",
        )
    )


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite URL; None when the database is in memory, or not SQLite."""
    if not url.drivername.startswith("sqlite") or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def place_of(url: URL) -> str:
    """Where the database is, for a sentence to a person: no password, no options."""
    if url.drivername.startswith("sqlite"):
        return str(sqlite_file(url) or "in memory")
    shown = URL.create("postgresql", url.username, host=url.host, port=url.port, database=url.database)
    return shown.render_as_string()


def secrets_of(url: URL) -> tuple[str, ...]:
    """What must not appear in any sentence."""
    options = [value for name, value in url.query.items() if "password" in name and isinstance(value, str)]
    return tuple(secret for secret in (url.password, *options) if secret)


def engine_for(url: URL, *, patience: float) -> Engine:
    """An engine that has not connected yet. `patience`: seconds to wait for another process's write lock."""
    if url.drivername.startswith("sqlite"):
        return _sqlite_engine(url, patience)
    connect = {"application_name": "otrs-bridge", "connect_timeout": CONNECT_SECONDS, **_CUT_OFF}
    return create_engine(
        url,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={name: value for name, value in connect.items() if name not in url.query},
    )


@contextmanager
def foreign_keys_held_back(connection: Connection) -> Iterator[None]:
    """Switch SQLite's foreign keys off around a transaction: inside of one, SQLite ignores the switch."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.cursor()
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")
        driver.close()


def _sqlite_engine(url: URL, patience: float) -> Engine:
    # isolation_level None: the driver begins nothing by itself, `_begin` below does.
    connect = {"check_same_thread": False, "isolation_level": None, "timeout": patience}
    if sqlite_file(url) is None:
        engine = create_engine(url, hide_parameters=True, connect_args=connect, poolclass=StaticPool)
    else:
        engine = create_engine(url, hide_parameters=True, connect_args=connect)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]  # the driver's own connection has no common type
    # Readers and the writer do not wait for each other. The file remembers it; here it is only said again,
    # except on the first connection ever, which `open_database` makes while it holds the folder's lock.
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    cursor.close()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
