"""Bridges with jobs on the sandbox, a town of debtors, and words for asking about both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest

from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.conftest import MovableClock
from tests.service.jobs.bridges import JobBridge, make_bridge
from tests.service.jobs.memory_billing import MOSCOW, MemoryBilling

Make = Callable[..., JobBridge]
INTERNET = "internet_suspension"


def moscow(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=MOSCOW)


def set_clock(clock: MovableClock, written: str) -> None:
    clock.move(seconds=(moscow(written).astimezone(UTC) - clock.now()).total_seconds())


@pytest.fixture
def billing(clock: MovableClock) -> MemoryBilling:
    """Three internet debtors since 1 December 2025, and one who has paid."""
    set_clock(clock, "2025-12-01T07:00")
    made = MemoryBilling(clock=clock)
    for number in range(4):
        made.debtor(f"Ф-1000{number}", charged=moscow("2025-12-01T00:00"))
    made.pay("Ф-10003/internet")
    return made


@pytest.fixture
def bridge(sandbox: Sandbox, clock: MovableClock, billing: MemoryBilling) -> Iterator[Make]:
    """Makes bridges; each on a database of its own, unless one is given."""
    sandbox.add_ticket("Обычная заявка")
    connection = OtrsConnection(url=sandbox.base_url, user=sandbox.user, password=sandbox.password, timeout=5.0)
    with ExitStack() as closing:

        def make(database: Database | None = None, source: MemoryBilling | None = billing, **more: Any) -> JobBridge:
            if database is None:
                database = open_database("sqlite://")
                closing.callback(database.close)
            return make_bridge(database, connection, clock, source, closing, **more)

        yield make


def ours(sandbox: Sandbox, word: str = "Откл.") -> dict[str, TicketRow]:
    """The bridge's tickets by contract."""
    return {ticket.title.split()[2]: ticket for ticket in sandbox.tickets() if ticket.title.startswith(word)}


def states(sandbox: Sandbox, word: str = "Откл.") -> dict[str, str]:
    return {contract: sandbox.state_of(ticket.ticket_id) for contract, ticket in ours(sandbox, word).items()}
