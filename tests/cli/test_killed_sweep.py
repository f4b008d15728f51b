"""kill -9 in the middle of `sweep --all --apply`, a real one: the next call goes on, and nothing is done twice."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from bench.memory import backlog
from tests.servers import forked

TICKETS, WRONG, IN_HAND = 300, 10, 12
AGAIN = ("sweep", "--all", "--apply", "--format", "json")


@pytest.mark.parametrize("after", [1, 14])
def test_the_next_sweep_goes_on_and_does_nothing_twice(tmp_path: Path, after: int) -> None:
    with backlog(tmp_path, TICKETS, wrong=WRONG) as sandbox:
        written: list[int] = []
        first = forked.start("sweep", "--all", "--apply", folder=tmp_path)

        def killing(step: str, ticket_id: int) -> None:
            written.append(ticket_id)
            if len(written) == after:
                first.kill()

        sandbox.observe_steps(killing)
        first.wait()
        sandbox.database.step_observers.clear()
        assert first.returncode == -9
        second = json.loads(forked.run(*AGAIN, folder=tmp_path).stdout.splitlines()[-1])["summary"]
        changes = Counter(
            row.ticket_id for ticket in sandbox.tickets() for row in ticket.history if row.type == "StateUpdate"
        )
    assert set(changes.values()) == {1}
    assert second["examined"] == TICKETS
    assert second["examined_before"] >= TICKETS - TICKETS // WRONG
    assert second["tickets"] + second["examined_before"] == TICKETS
    assert len(changes) >= TICKETS // WRONG - IN_HAND, "what was under way waits until its fate is certain"
    assert second["failed"] == second["unknown"] == 0
