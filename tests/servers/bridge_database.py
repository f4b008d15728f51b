"""The bridge's own database, on each kind that it runs on. A folder's conftest takes the fixture under the name it needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an empty database will be that several processes can open."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/bridge.db"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.fresh() as url:
        yield url
