"""Brings a database to the tables of today: with Alembic, once, however many processes start together."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.words import Words

MIGRATIONS = Path(__file__).parent / "migrations"

# Any number will do as long as every otrs-bridge takes the same: "OTRS" in ASCII.
ADVISORY_LOCK = 0x4F545253

# Alembic keeps the migration under way in a module of its own: one at a time in a process.
_one_at_a_time = threading.Lock()


def is_current(connection: Connection) -> bool:
    """Whether the tables are the newest this program knows; raises JournalUnusable when they are newer."""
    scripts = ScriptDirectory.from_config(_config())
    found = MigrationContext.configure(connection).get_current_heads()
    for revision in found:
        if revision not in _known(scripts):
            known = scripts.get_current_head()
            raise JournalUnusable(
                Words(
                    ru=f"журнал создан более новым otrs-bridge: версия его таблиц {revision}, эта программа знает "
                    f"версии до {known}; установите более новый otrs-bridge или верните журнал из резервной копии",
                    en=f"the journal was written by a newer otrs-bridge: its tables are version {revision}, this "
                    f"program knows up to {known}; install the newer otrs-bridge, or restore a backup of the journal",
                )
            )
    return found == tuple(scripts.get_heads())


def migrate(connection: Connection) -> None:
    """Run what is missing, all of it or nothing, in the writing transaction open on this connection."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": ADVISORY_LOCK})
    with _one_at_a_time:
        if is_current(connection):  # another process was faster while we waited for the lock
            return
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise JournalUnusable(
            Words(
                ru="журнал не удаётся обновить: одни строки ссылались бы на другие, которых уже нет",
                en="the journal cannot be brought up to date: rows would refer to rows that are gone",
            )
        )


def _config() -> Config:
    config = Config()
    # Alembic reads % as the start of an interpolation.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _known(scripts: ScriptDirectory) -> set[str]:
    return {script.revision for script in scripts.walk_revisions()}
