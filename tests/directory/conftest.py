"""Tests that ask for `store` run on SQLite and on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from otrs_bridge.journal.database import Database, open_database
from tests.servers.bridge_database import empty_url as store_url

__all__ = ["store_url"]


@pytest.fixture
def store(store_url: str) -> Iterator[Database]:
    """The bridge's own database, open."""
    opened = open_database(store_url)
    yield opened
    opened.close()
