"""Brings a database to the tables of today, once, however many processes start together.

An empty one gets them as they are declared; one that has older tables is migrated by Alembic, and a test proves that
both ways lead to the same. Whether anything is missing is asked without Alembic, which takes long to import.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, inspect, text
from sqlalchemy.engine.mock import MockConnection

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal.people_tables import metadata
from otrs_bridge.words import Words

MIGRATIONS = Path(__file__).parent / "migrations"

# Any number will do as long as every otrs-bridge takes the same: "OTRS" in ASCII.
ADVISORY_LOCK = 0x4F545253

# Begins what stands in the place of the version while a journal is copied here.
UNFINISHED = "copy "

# As Alembic makes it.
_VERSION_TABLE = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))
"""

# Alembic keeps the migration under way in a module of its own: one at a time in a process.
_one_at_a_time = threading.Lock()

# By the name of the database's dialect.
_creations: dict[str, Sequence[str]] = {}


def is_current(connection: Connection) -> bool:
    """Whether the tables are the newest this program knows; raises JournalUnusable when they are newer."""
    known = revisions()
    found = version_of(connection)
    for revision in found:
        if revision.startswith(UNFINISHED):
            raise JournalUnusable(
                Words(
                    ru="журнал сюда скопирован не до конца; доведите до конца `otrs-bridge journal copy`",
                    en="the journal was not copied here to its end; finish it with `otrs-bridge journal copy`",
                )
            )
        if revision not in known:
            raise JournalUnusable(
                Words(
                    ru=f"журнал создан более новым otrs-bridge: версия его таблиц {revision}, эта программа знает "
                    f"версии до {known[-1]}; установите более новый otrs-bridge или верните журнал из резервной копии",
                    en=f"the journal was written by a newer otrs-bridge: its tables are version {revision}, this "
                    f"program knows up to {known[-1]}; install the newer otrs-bridge, or restore a backup of the journal",
                )
            )
    return found == known[-1:]


def revisions() -> tuple[str, ...]:
    """The versions of the tables, oldest first: `0002` is made by versions/v0002_….py."""
    return tuple(sorted(file.stem[1:].partition("_")[0] for file in (MIGRATIONS / "versions").glob("v*.py")))


def version_of(connection: Connection) -> tuple[str, ...]:
    """What Alembic has written down in this database."""
    if not inspect(connection).has_table("alembic_version"):
        return ()
    return tuple(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


def migrate(connection: Connection) -> None:
    """Run what is missing, all of it or nothing, in the writing transaction open on this connection."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
    with _one_at_a_time:
        if is_current(connection):  # another process was faster while we waited for the lock
            return
        if inspect(connection).get_table_names():
            upgrade(connection)
        else:
            _create(connection)
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise JournalUnusable(
            Words(
                ru="журнал не удаётся обновить: одни строки ссылались бы на другие, которых уже нет",
                en="the journal cannot be brought up to date: rows would refer to rows that are gone",
            )
        )


def _create(connection: Connection) -> None:
    for statement in _creation(connection.dialect):
        connection.exec_driver_sql(statement)
    connection.execute(text(_VERSION_TABLE))
    connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": revisions()[-1]})


def _creation(dialect: Dialect) -> Sequence[str]:
    """What makes the tables, written once a process: SQLAlchemy does not remember how it wrote a CREATE TABLE."""
    if dialect.name not in _creations:
        written: list[str] = []

        def write(statement: Any, *_: Any, **__: Any) -> None:
            written.append(str(statement.compile(dialect=dialect)))

        metadata.create_all(MockConnection(dialect, write), checkfirst=False)
        _creations[dialect.name] = written
    return _creations[dialect.name]


def upgrade(connection: Connection) -> None:
    """Run the migrations that are missing, from the first on where there are no tables."""
    from alembic import command  # late: a database is migrated once
    from alembic.config import Config

    config = Config()
    # Alembic reads % as the start of an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
