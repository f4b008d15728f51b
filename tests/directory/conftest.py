"""Tests that ask for `store` run on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from otrs_bridge.journal.database import Database, open_database
from tests.servers.mariadb import mariadb
from tests.servers.postgres import Postgres

__all__ = ["mariadb"]


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where the bridge's own database is."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/bridge.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    name = server.database()
    yield server.url(name)
    server.drop(name)


@pytest.fixture
def store(store_url: str) -> Iterator[Database]:
    """The bridge's own database, open."""
    opened = open_database(store_url)
    yield opened
    opened.close()
