"""Two years of a made-up town, day by day, through the whole bridge on the sandbox, beside a clerk with a pen.

`make test` follows a few of its clients for some of the time, `.ci/run` more; `make replay` all 2,000 for all 731 days.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.rule import Mode
from otrs_bridge.journal.database import open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.sandbox.http_server import SandboxHandler
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.depth import deep
from tests.domain.billing.generated_ledger import FIRST_DAY, town
from tests.domain.billing.test_two_years_day_by_day import bookkeepers
from tests.service.conftest import MovableClock
from tests.service.jobs.bridges import JobBridge, make_bridge
from tests.service.jobs.daily_ledger import DailyLedger
from tests.service.jobs.memory_billing import MOSCOW
from tests.service.jobs.naive_clerk import (
    Month,
    NaiveClerk,
    expected_contradictions,
    expected_open,
    expected_reconnections,
)

CLIENTS = int(os.environ.get("OTRS_BRIDGE_JOBS_CLIENTS", deep(40, 20)))
DAYS = int(os.environ.get("OTRS_BRIDGE_JOBS_DAYS", deep(100, 70)))
ONLY_MONEY = dict.fromkeys(("reminders", "cleanup"), Mode.OFF)
EVERYBODY = BillingCaps(max_tickets=CLIENTS * 2, max_share=1)  # type: ignore[arg-type] # a whole number is a fraction
SERVICES = {"интернет": "internet", "телефония": "telephony"}


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """The bridge's tickets in OTRS: the open disconnections with their ids, and all reconnections that ever were."""

    cuts: dict[str, tuple[Month, int]]
    backs: dict[int, tuple[str, Month]]


def shelf(sandbox: Sandbox) -> Shelf:
    cuts: dict[str, tuple[Month, int]] = {}
    backs = {}
    for ticket in sandbox.tickets():
        parts = ticket.title.split()
        if parts[0] == "Вкл.":
            backs[ticket.ticket_id] = account_and_month(parts)
        elif parts[0] == "Откл." and sandbox.state_of(ticket.ticket_id) == "open":
            name, month = account_and_month(parts)
            assert name not in cuts, f"{name} has two open tickets"
            cuts[name] = month, ticket.ticket_id
    return Shelf(cuts=cuts, backs=backs)


def account_and_month(parts: Sequence[str]) -> tuple[str, Month]:
    year, month = parts[3].split("-")
    return f"{parts[2]}/{SERVICES[parts[1]]}", (int(year), int(month))


def mornings() -> Iterator[date]:
    for number in range(DAYS):
        yield FIRST_DAY + timedelta(days=number)


def move_to(clock: MovableClock, day: date) -> None:
    """To the morning of this day."""
    morning = datetime(day.year, day.month, day.day, 6, tzinfo=MOSCOW).astimezone(UTC)
    clock.move(seconds=(morning - clock.now()).total_seconds())


def agents_work(sandbox: Sandbox, clerks: dict[str, NaiveClerk], seen: Shelf, day: date) -> None:
    """On a working day agents cut one line in six, and switch on every line that they are asked to."""
    random = Random(day.toordinal())
    if day.weekday() >= 5:
        return
    for name, (_, ticket_id) in sorted(seen.cuts.items()):
        if random.random() < 1 / 6:
            sandbox.edit(ticket_id, state="closed successful")
            clerks[name].carry_out()
    for ticket_id in seen.backs:
        if sandbox.state_of(ticket_id) == "open":
            sandbox.edit(ticket_id, state="closed successful")


@pytest.fixture
def sandbox(clock: MovableClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """As quick as it can be: one client, and one connection, kept for as long as 2,000 clerks take for a morning."""
    monkeypatch.setattr(SandboxHandler, "timeout", 600)
    with Sandbox(clock=clock.now, keep_alive=True) as running:
        yield running


@pytest.mark.timeout(7200)
def test_every_morning_the_tickets_are_those_of_the_clerk(
    sandbox: Sandbox, clock: MovableClock, tmp_path: Path
) -> None:
    move_to(clock, FIRST_DAY)
    sandbox.add_ticket("Обычная заявка")
    made = town(CLIENTS)
    clerks = {name: NaiveClerk(keeper) for name, keeper in bookkeepers(made).items()}
    most, backs = 0, 0
    with ExitStack() as closing:
        ledger = DailyLedger(tmp_path, made)
        closing.callback(ledger.close)
        here = bridge(sandbox, clock, ledger, closing)
        for day in mornings():
            move_to(clock, day)
            ledger.learn(clock.now())
            reports = here.reports()
            for clerk in clerks.values():
                clerk.look(day)
            seen = shelf(sandbox)
            assert_right(reports, seen, [*clerks.values()], day)
            most, backs = max(most, len(seen.cuts)), len(seen.backs)
            agents_work(sandbox, clerks, seen, day)
    assert most > CLIENTS / 10
    assert backs > CLIENTS / 10


def assert_right(reports: Mapping[str, Report], seen: Shelf, clerks: Sequence[NaiveClerk], day: date) -> None:
    assert {name: month for name, (month, _) in seen.cuts.items()} == expected_open(clerks), day
    assert sorted(seen.backs.values()) == expected_reconnections(clerks), day
    assert not any(one.objection for one in reports.values()), day
    lines = [line for one in reports.values() for line in one.lines]
    assert {line.outcome for line in lines} <= {Outcome.APPLIED, Outcome.UNCHANGED, Outcome.CONFLICT}, day
    puzzles = {account_and_month(line.title.split())[0] for line in lines if line.outcome is Outcome.CONFLICT}
    assert puzzles == expected_contradictions(clerks), day


def bridge(sandbox: Sandbox, clock: MovableClock, ledger: DailyLedger, closing: ExitStack) -> JobBridge:
    database = open_database("sqlite://")
    closing.callback(database.close)
    connection = OtrsConnection(
        url=sandbox.base_url, user=sandbox.user, password=sandbox.password, workers=1, timeout=60.0
    )
    return make_bridge(database, connection, clock, ledger.billing, closing, modes=ONLY_MONEY, caps=EVERYBODY)
