"""The leader dies in the middle of the night of the 1st, as real processes on a real PostgreSQL: one ticket a debtor."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from otrs_bridge.clock import SystemClock
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.leading.machines import LATER, Desk, Machine, ledger_of
from tests.servers.postgres import Postgres

DEBTORS = [f"Ф-{30000 + number}" for number in range(150)]
BEFORE = 40  # tickets that are there when it happens


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Sandbox(clock=SystemClock().now, welcome_ticket=True) as sandbox:
        yield Desk(sandbox=sandbox, step="ticket")


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_every_debtor_gets_one_ticket_whatever_happens_to_the_leader_in_the_middle(
    desk: Desk, postgres: Postgres, tmp_path: Path, blow: signal.Signals
) -> None:
    sections = ledger_of(tmp_path / "office", DEBTORS)
    with postgres.fresh() as url:
        with Machine(tmp_path / "a", url, desk.sandbox, ahead=120, **sections) as north:
            epoch = int(north.says("lead taken")["epoch"])
            with Machine(tmp_path / "b", url, desk.sandbox, **sections) as south:
                desk.wait_for(BEFORE)
                north.tell(blow)
                later_epoch = south.says("lead taken")["epoch"]
                assert later_epoch > epoch
                south.says("job")
                if blow is signal.SIGSTOP:
                    north.tell(signal.SIGCONT)
                    assert f"epoch {later_epoch}" in north.says("following")["leader"]
                assert south.end() == 0
        with Machine(tmp_path / "later", url, desk.sandbox, ahead=LATER, **sections) as later:
            later.says("job")
            assert later.end() == 0
    titles = Counter(ticket.title.split()[2] for ticket in desk.sandbox.tickets() if ticket.title.startswith("Откл."))
    assert titles == dict.fromkeys(DEBTORS, 1)
