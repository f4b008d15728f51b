"""Tests that ask for `url`, `database` or `journal` run on SQLite (file and memory) and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.journal import Journal
from tests.servers.bridge_database import empty_url as shared_url
from tests.servers.postgres import Postgres

__all__ = ["shared_url"]

DATABASES = ("sqlite-file", "sqlite-memory", "postgresql")


@pytest.fixture(scope="session")
def migrated(postgres: Postgres) -> str:
    """A PostgreSQL database with the tables, to be copied."""
    name = postgres.database()
    open_database(postgres.url(name)).close()
    return name


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a database with the tables is, a fresh one for each test (in memory: will be)."""
    match request.param:
        case "sqlite-file":
            yield f"sqlite:///{tmp_path}/journal.db"
        case "sqlite-memory":
            yield "sqlite://"
        case _:
            server: Postgres = request.getfixturevalue("postgres")
            with server.fresh(template=request.getfixturevalue("migrated")) as fresh:
                yield fresh


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """The open database."""
    opened = open_database(url)
    yield opened
    opened.close()


@pytest.fixture
def journal(database: Database) -> Journal:
    """The journal under test, seen through its port."""
    return SqlJournal(database)
