"""Tests that ask for `made` run on every kind of source, the databases being real servers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from otrs_bridge.ports.billing import Billing
from tests.billing.facts import WITHOUT_SERVER, Facts, in_database
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres

Maker = Callable[[Facts], Billing]


FOREIGN = [kind for kind in WITHOUT_SERVER if kind != "embedded"] + ["postgresql", "mariadb"]


@pytest.fixture(params=["embedded", *FOREIGN])
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """Puts facts into a source of this kind."""
    return _maker(request, tmp_path)


@pytest.fixture(params=FOREIGN)
def made_elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    """Puts facts, right or wrong, into a source that somebody else fills: the bridge's own ledger takes no wrong ones."""
    return _maker(request, tmp_path)


def _maker(request: pytest.FixtureRequest, tmp_path: Path) -> Maker:
    kind: str = request.param
    if kind in WITHOUT_SERVER:
        return lambda facts: WITHOUT_SERVER[kind](tmp_path, facts)
    if kind == "postgresql":
        server: Postgres = request.getfixturevalue("postgres")
        url = server.url(server.database()).replace("postgresql:", "postgresql+psycopg:")
        return lambda facts: in_database(url, facts)
    maria: MariaDb = request.getfixturevalue("mariadb")
    address = maria.url(maria.database())
    return lambda facts: in_database(address, facts)
