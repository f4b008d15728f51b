"""Desks that open tickets on the sandbox of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.debts.openers import Desk, make_desk

MakeDesk = Callable[..., Desk]


@pytest.fixture
def desk(sandbox: Sandbox, clock: MovableClock) -> Iterator[MakeDesk]:
    """Makes desks; each on a database of its own, unless one is given."""
    sandbox.add_ticket("Обычная заявка")
    with ExitStack() as closing:

        def make(database: Database | None = None, workers: int = 2) -> Desk:
            if database is None:
                database = open_database("sqlite://")
                closing.callback(database.close)
            connection = OtrsConnection(
                url=sandbox.base_url, user=sandbox.user, password=sandbox.password, workers=workers, timeout=5.0
            )
            return make_desk(database, connection, clock, closing)

        yield make
