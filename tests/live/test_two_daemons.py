"""Two daemons on the real OTRS: the leader dies while it opens the tickets of a debt run, and there is one for each debtor.

With OTRS_BRIDGE_TESTS=all there are five hundred of them.
"""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.depth import deep
from tests.leading.machines import LATER, Machine, ledger_of
from tests.live.server.control import LiveServer
from tests.live.test_daemon import eventually
from tests.servers.postgres import Postgres

pytestmark = [pytest.mark.live, pytest.mark.waits, pytest.mark.timeout(1800)]

DEBTORS = [f"Ф-{30000 + number}" for number in range(deep(500, 60))]
BEFORE = len(DEBTORS) // 5  # tickets that are there when it happens


def opened(server: LiveServer) -> int:
    """How many tickets about debts there are."""
    return int(server.sql("SELECT count(*) FROM ticket WHERE title LIKE 'Откл.%'")[0][0])


@pytest.mark.parametrize("blow", [signal.SIGKILL, signal.SIGSTOP])
def test_every_debtor_gets_one_ticket_whatever_happens_to_the_leader(
    live: LiveServer, postgres: Postgres, tmp_path: Path, blow: signal.Signals
) -> None:
    live.reset()
    sections = ledger_of(tmp_path / "office", DEBTORS)
    with postgres.fresh() as url:
        with Machine(tmp_path / "a", url, live, **sections) as north:
            epoch = int(north.says("lead taken")["epoch"])
            with Machine(tmp_path / "b", url, live, ahead=-120, **sections) as south:
                south.says("following")
                assert eventually(lambda: opened(live) >= BEFORE, within=300)
                north.tell(blow)
                assert opened(live) < len(DEBTORS), "it must have happened in the middle"
                later_epoch = south.says("lead taken")["epoch"]
                assert later_epoch > epoch
                south.says("job")
                if blow is signal.SIGSTOP:
                    north.tell(signal.SIGCONT)
                    assert f"epoch {later_epoch}" in north.says("following")["leader"]
                assert south.end() == 0
        with Machine(tmp_path / "later", url, live, ahead=LATER, **sections) as later:
            later.says("job")
            assert later.end() == 0
    titles = live.sql("SELECT title FROM ticket WHERE title LIKE 'Откл.%'")
    assert Counter(row[0].split()[2] for row in titles) == dict.fromkeys(DEBTORS, 1)
