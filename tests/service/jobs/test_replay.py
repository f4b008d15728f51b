"""Three months of a made-up town, day by day, through the whole bridge on the sandbox, beside a bookkeeper's pen."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.accounts import Account, Hold
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.rule import Mode
from otrs_bridge.journal.database import open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.sandbox.sandbox import Sandbox
from tests.domain.billing.generated_ledger import FIRST_DAY, MadeAccount, town
from tests.domain.billing.test_two_years_day_by_day import bookkeepers
from tests.service.conftest import MovableClock
from tests.service.jobs.bridges import make_bridge
from tests.service.jobs.memory_billing import MOSCOW, MemoryBilling

CLIENTS = int(os.environ.get("OTRS_BRIDGE_JOBS_CLIENTS", "40"))
DAYS = int(os.environ.get("OTRS_BRIDGE_JOBS_DAYS", "100"))
ONLY_MONEY = dict.fromkeys(("reminders", "cleanup"), Mode.OFF)


def fill(billing: MemoryBilling, made: Sequence[MadeAccount]) -> None:
    for one in made:
        billing.accounts[one.name] = Account(
            id=one.name,
            contract=one.name.split("/", maxsplit=1)[0],
            service=one.service,  # type: ignore[arg-type]
            starts=one.starts,
            ends=one.ends,
            holds=tuple(Hold(kind=kind, since=since, until=until) for kind, since, until in one.holds),  # type: ignore[arg-type]
        )
        billing.entries[one.name] = [
            Entry(kind=e.kind, amount=Decimal(e.kopecks).scaleb(-2), dated=e.dated, posted=e.posted)  # type: ignore[arg-type]
            for e in one.entries
        ]


def mornings() -> Iterator[date]:
    for number in range(DAYS):
        yield FIRST_DAY + timedelta(days=number)


def still_open(sandbox: Sandbox) -> Mapping[str, tuple[int, int]]:
    """The open disconnection tickets: the month of each account's."""
    words = {"интернет": "internet", "телефония": "telephony"}
    found = {}
    for ticket in sandbox.tickets():
        parts = ticket.title.split()
        if parts[0] == "Откл." and sandbox.state_of(ticket.ticket_id) == "open":
            year, month = parts[3].split("-")
            name = f"{parts[2]}/{words[parts[1]]}"
            assert name not in found, f"{name} has two open tickets"
            found[name] = (int(year), int(month))
    return found


@pytest.mark.timeout(600)
def test_every_morning_the_open_tickets_are_those_of_the_bookkeeper(sandbox: Sandbox, clock: MovableClock) -> None:
    sandbox.add_ticket("Обычная заявка")
    made = town(CLIENTS)
    billing = MemoryBilling(clock=clock)
    fill(billing, made)
    keepers = bookkeepers(made)
    raised = 0
    with ExitStack() as closing:
        database = open_database("sqlite://")
        closing.callback(database.close)
        connection = OtrsConnection(url=sandbox.base_url, user=sandbox.user, password=sandbox.password, timeout=5.0)
        here = make_bridge(database, connection, clock, billing, closing, modes=ONLY_MONEY)
        for day in mornings():
            morning = datetime(day.year, day.month, day.day, 6, tzinfo=MOSCOW).astimezone(UTC)
            clock.move(seconds=(morning - clock.now()).total_seconds())
            here.tick()
            wanted = {name: month for name, keeper in keepers.items() if (month := keeper.look(day)[2])}
            assert still_open(sandbox) == wanted, day
            raised = max(raised, len(wanted))
    assert raised > CLIENTS / 10
