"""Whatever happens to the leader in the middle of its work, as real processes on a real PostgreSQL: the other takes over in
a later epoch, nothing is done twice, and nothing is left out.

How long it takes is said by the lease alone: the tests wait for what is done, and measure nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from otrs_bridge.clock import SystemClock
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.depth import deep, sample
from tests.leading.machines import Desk, ledger_of
from tests.leading.overtaking import IN_ANOTHER_ORDER, IN_HAND, Blow, Work, job_is_done, overtaken
from tests.servers.postgres import Postgres

TICKETS = 60
DEBTORS = [f"Ф-{30000 + number}" for number in range(deep(150, 75))]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SystemClock().now, welcome_ticket=True) as sandbox:
        yield sandbox


@pytest.mark.parametrize("blow", sample(IN_ANOTHER_ORDER, 2))
def test_every_ticket_is_changed_once(sandbox: Sandbox, postgres: Postgres, tmp_path: Path, blow: Blow) -> None:
    desk = Desk(sandbox=sandbox)
    work = Work(
        pieces=TICKETS,
        in_hand=IN_HAND,
        begin=lambda: desk.add(TICKETS),
        done=lambda: len(desk.written.keys() & {*desk.ids}),
        is_over=lambda _url: True,
    )
    overtaken(blow, work, tmp_path, postgres, sandbox)
    assert {ticket: desk.changes()[ticket] for ticket in desk.ids} == dict.fromkeys(desk.ids, 1)


@pytest.mark.parametrize("blow", sample([*Blow], 2))
def test_every_debtor_gets_one_ticket(sandbox: Sandbox, postgres: Postgres, tmp_path: Path, blow: Blow) -> None:
    desk = Desk(sandbox=sandbox, step="ticket")
    work = Work(
        pieces=len(DEBTORS),
        in_hand=len(DEBTORS),
        done=lambda: len(desk.written),
        is_over=job_is_done,
        sections=ledger_of(tmp_path / "office", DEBTORS),
    )
    overtaken(blow, work, tmp_path, postgres, sandbox)
    titles = Counter(ticket.title.split()[2] for ticket in sandbox.tickets() if ticket.title.startswith("Откл."))
    assert titles == dict.fromkeys(DEBTORS, 1)
