"""How much memory a command takes does not depend on how many tickets there are.

`make test` measures two commands, `.ci/run` all. `OTRS_BRIDGE_MEMORY_TICKETS=250000` tries it with a million tickets;
`python -m bench.memory` prints the figures.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.memory import JSON, SWEEPS, TRACED, WRONG, backlog, measured, remember_a_run
from tests.depth import sample

FEW = int(os.environ.get("OTRS_BRIDGE_MEMORY_TICKETS", "500"))
MANY = 4 * FEW
MOST = (
    1500  # bytes that a ticket more may cost, as small numbers of tickets show it: caches fill, memory comes in pages
)
RUN = "1"
COMMANDS = [("history", "--run", RUN), *SWEEPS, ("jobs", "run", "cleanup"), ("undo", RUN)]


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[int, Path]]:
    """Two bridges, each with an OTRS of its own and a run in the journal that changed every ticket."""
    with ExitStack() as closing:
        found = {}
        for tickets in (FEW, MANY):
            folder = found[tickets] = tmp_path_factory.mktemp("bridge")
            sandbox = closing.enter_context(backlog(folder, tickets))
            assert remember_a_run(folder, sandbox, tickets) == int(RUN)
        yield found


@pytest.mark.parametrize("command", sample(COMMANDS, 2), ids=" ".join)
def test_a_ticket_more_costs_next_to_no_memory(folders: Mapping[int, Path], command: tuple[str, ...]) -> None:
    few, many = (measured(folders[tickets], *command, *JSON, program=TRACED) for tickets in (FEW, MANY))
    assert many.peak - few.peak < MOST * (MANY - FEW)
    for found, tickets in ((few, FEW), (many, MANY)):
        assert found.lines >= tickets, "every ticket is told"
        assert found.summary.get("changed_tickets", 0) == (tickets / WRONG if "--apply" in command else 0)
