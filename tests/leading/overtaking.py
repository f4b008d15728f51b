"""Two daemons on one database, their clocks two minutes apart; in the middle of its work something happens to the one
that leads, and the other goes on with it. A third one, a quarter of an hour later, finds out what was under way.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.job_store import SqlJobJournal
from tests.leading.machines import LATER, PATIENCE, Cable, Machine, Otrs, cable, unsettled
from tests.servers.postgres import Postgres

IN_HAND = 24  # tickets that the daemon changes together
GLANCE = 0.2  # seconds between two looks at what is done
TRUST = 4 * PATIENCE  # seconds in which work is done, whoever does it


class Blow(Enum):
    """What happens to the daemon that leads."""

    KILLED = "killed"
    ASLEEP = "asleep for longer than its lease"
    CUT_OFF = "cut off from the database"
    RESTARTED = "the database is restarted; whoever leads afterwards"


IN_ANOTHER_ORDER = (Blow.ASLEEP, Blow.KILLED, Blow.RESTARTED, Blow.CUT_OFF)
"""So that a sample of two, the first and the last, has what a sample of `Blow` lacks."""


@dataclass(frozen=True, kw_only=True)
class Work:
    """So many pieces, of which `done` says how many are; `begin` is called when both daemons run.

    `in_hand`: at most so many are claimed and not settled when a process dies; they wait until OTRS may have done them.
    `is_over`: asked with the journal's URL while the third daemon runs, whether it has nothing left to do.
    """

    pieces: int
    in_hand: int
    done: Callable[[], int]
    is_over: Callable[[str], bool]
    begin: Callable[[], None] = lambda: None
    sections: dict[str, Any] = field(default_factory=dict)

    def wait_for(self, pieces: int) -> None:
        """Until so many are done."""
        _wait(lambda: self.done() >= pieces, f"{pieces} of {self.pieces}")


def overtaken(blow: Blow, work: Work, folder: Path, server: Postgres, otrs: Otrs) -> None:
    """All of it; afterwards every piece is done, and the journal has nothing unsettled."""
    with server.fresh() as url:
        with cable(server.port) as laid:
            line = url.replace(str(server.port), str(laid.port)) if blow is Blow.CUT_OFF else url
            with Machine(folder / "north", line, otrs, ahead=120, **work.sections) as north:
                epoch = int(north.says("lead taken")["epoch"])
                with Machine(folder / "south", url, otrs, **work.sections) as south:
                    south.says("following")
                    _overtake(blow, work, north, south, epoch, server, laid)
        with Machine(folder / "later", url, otrs, ahead=LATER, **work.sections) as later:
            later.says("daemon started")
            work.wait_for(work.pieces)
            _wait(lambda: work.is_over(url) and unsettled(url) == 0, "the end")
            assert later.end() == 0


def _overtake(
    blow: Blow, work: Work, north: Machine, south: Machine, epoch: int, server: Postgres, laid: Cable
) -> None:
    work.begin()
    work.wait_for(work.pieces // 5)
    match blow:
        case Blow.KILLED:
            north.tell(signal.SIGKILL)
        case Blow.ASLEEP:
            north.tell(signal.SIGSTOP)
        case Blow.CUT_OFF:
            laid.cut()
        case Blow.RESTARTED:
            server.restart()
    assert work.done() < work.pieces, "it must have happened in the middle"
    later_epoch = epoch if blow is Blow.RESTARTED else south.says("lead taken")["epoch"]
    assert (later_epoch > epoch) is (blow is not Blow.RESTARTED)
    work.wait_for(work.pieces - work.in_hand)
    if blow in {Blow.ASLEEP, Blow.CUT_OFF}:
        north.tell(signal.SIGCONT)
        laid.mend()
        assert f"epoch {later_epoch}" in north.says("following")["leader"]
    assert south.end() == 0
    if blow is not Blow.KILLED:
        assert north.end() == 0


def _wait(is_so: Callable[[], bool], what: str) -> None:
    pause = threading.Event()
    for _ in range(int(TRUST / GLANCE)):
        if is_so():
            return
        pause.wait(GLANCE)
    raise AssertionError(f"{what} did not come")


def job_is_done(url: str) -> bool:
    """Whether the journal says so of the one job of `ledger_of`."""
    with closing(open_database(url)) as database:
        runs = SqlJobJournal(database).job_runs()
    return {run.state for run in runs if run.job == "internet_suspension"} == {"done"}
