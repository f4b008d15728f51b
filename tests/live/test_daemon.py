"""`otrs-bridge run` on the real OTRS: new tickets are put right within seconds, and SIGTERM ends it in time."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from tests.live.conftest import make_cli
from tests.live.making import Wish, log_in, make_tickets
from tests.live.server.control import LiveServer
from tests.live.test_main_job import rows

pytestmark = pytest.mark.live


@pytest.fixture
def daemon(fresh: LiveServer, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A running daemon that looks every second."""
    cli = make_cli(
        tmp_path,
        fresh.base_url,
        ("state", "priority"),
        daemon={"poll_seconds": 1, "grace_seconds": 0},
        log={"format": "json"},
    )
    program = Path(sys.executable).with_name("otrs-bridge")
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen([program, "run"], cwd=cli.folder, stderr=log, text=True)
        yield process
        process.kill()
        process.wait(timeout=10)


def eventually(what: Callable[[], bool], *, within: float) -> bool:
    """Whether something became true in time."""
    pause = threading.Event()
    for _ in range(int(within / 0.2)):
        if what():
            return True
        pause.wait(0.2)
    return what()


def all_written(folder: Path, tickets: int) -> bool:
    """Whether OTRS has answered every write to so many tickets: it goes on after the state is seen to be right."""
    database = open_database(f"sqlite:///{folder}/otrs-bridge.db")
    journal = SqlJournal(database)
    touched = {entry.ticket_id for entry in journal.entries()}
    unsettled = journal.unsettled()
    database.close()
    return len(touched) >= tickets and not unsettled


def test_new_and_changed_tickets_are_put_right_within_seconds(
    fresh: LiveServer, daemon: subprocess.Popen[str], tmp_path: Path
) -> None:
    ids = make_tickets(fresh, [Wish(title=f"Заявка {n}", priority="5 very high") for n in range(6)])
    right = ("open", "3 normal")
    assert eventually(lambda: {row[:2] for row in rows(fresh, ids).values()} == {right}, within=30)
    assert eventually(lambda: all_written(tmp_path, len(ids)), within=30)
    settled = rows(fresh, ids)
    agent = log_in(fresh, fresh.agent, fresh.agent_password)
    assert agent
    fresh.perl(
        "$Kernel::OM->Get('Kernel::System::Ticket')->TicketStateSet("
        f"TicketID => {ids[0]}, State => 'closed unsuccessful', UserID => 3) or die;"
    )
    assert eventually(lambda: rows(fresh, ids)[ids[0]][0] == "closed successful", within=30)
    after = rows(fresh, ids)
    assert all(after[i] == settled[i] for i in ids[1:]), "tickets that are right are not touched again"
    assert daemon.poll() is None


def test_sigterm_ends_the_daemon_within_ten_seconds_and_without_loss(
    fresh: LiveServer, daemon: subprocess.Popen[str], tmp_path: Path
) -> None:
    ids = make_tickets(fresh, [Wish(title=f"Заявка {n}") for n in range(20)])
    assert eventually(lambda: any(row[0] == "open" for row in rows(fresh, ids).values()), within=30)
    daemon.send_signal(signal.SIGTERM)
    assert daemon.wait(timeout=10) == 0
    assert "Traceback" not in (tmp_path / "log").read_text()
    cli = make_cli(tmp_path, fresh.base_url, ("state", "priority"))
    lines, _ = cli.lines("sweep", "--all", "--apply")
    assert {line["outcome"] for line in lines} <= {"applied"}
    assert {row[0] for row in rows(fresh, ids).values()} == {"open"}
