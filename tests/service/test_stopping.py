"""Told to stop while OTRS hangs: it ends, begins nothing new, and the journal knows what is not known."""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.selection import Everything
from otrs_bridge.journal.database import open_database
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.gateway.gateway import Gateway
from tests.otrs.misbehaving_server import Behaviour, answer, running
from tests.service.conftest import MakeWorkplace, Workplace
from tests.service.test_sweep import broken_tickets


def stop_in_the_first_write(place: Workplace) -> None:
    """SIGTERM arrives while OTRS works on an update, and OTRS does not answer any more."""

    def stop(_step: str, _ticket_id: int) -> None:
        place.stop.set()
        place.hang_up()

    place.sandbox.faults.add(Fault(kind=FaultKind.SLOW, operation="TicketUpdate", seconds=60, times=None))
    place.sandbox.observe_steps(stop)


def test_a_write_under_way_stays_open_in_the_journal_and_is_settled_later(
    workplace: MakeWorkplace, sandbox: Sandbox
) -> None:
    place = workplace(workers=1)
    ids = broken_tickets(sandbox, 9)
    seen = place.sweep.examine(Everything())
    stop_in_the_first_write(place)
    _, lines = place.sweep.write(seen.decisions, kind="sweep", selection=Everything().words)
    assert {line.ticket_id for line in lines if line.outcome is Outcome.UNKNOWN} == {ids[0]}
    assert {line.ticket_id for line in lines if line.outcome is Outcome.SKIPPED} == set(ids[1:])
    assert {entry.ticket_id for entry in place.outside.journal.unsettled()} == {ids[0]}
    assert sum(operation == "TicketUpdate" for operation, _ in sandbox.faults.struck) == 1
    sandbox.faults.clear()
    place.clock.move(minutes=5)
    again = replace(place.outside, helpdesk=workplace().outside.helpdesk)  # the next process
    assert Gateway(again, place.judge, language="ru").recover() == 2
    assert {entry.state for entry in place.outside.journal.entries() if entry.ticket_id == ids[0]} == {"applied"}


def test_a_turn_that_is_stopped_in_its_poll_begins_no_job(workplace: MakeWorkplace, sandbox: Sandbox) -> None:
    place = workplace()
    broken_tickets(sandbox, 3)
    stop_in_the_first_write(place)
    driven: list[str] = []
    place.daemon.drive_jobs = lambda: driven.append("jobs")
    place.daemon.run()
    assert driven == []
    assert place.daemon.backoff() == 0, "a stop is no failure"


def config_of(folder: Path, url: str) -> Path:
    file = folder / "config.yaml"
    file.write_text(
        f"""
otrs: {{url: "{url}", user: bridge, password: x, timeout: 300}}
database: "sqlite:///{folder}/bridge.db"
jobs: {{cleanup: {{at: "00:00"}}}}
"""
    )
    return file


def start_daemon(folder: Path, url: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", "from otrs_bridge.cli.main import run; run()"]
    return subprocess.Popen(
        [*command, "--config", str(config_of(folder, url)), "run"], stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("hangs_at", [1, 2])
def test_sigterm_gives_otrs_some_seconds_and_then_ends_the_daemon_wherever_it_hangs(
    tmp_path: Path, hangs_at: int
) -> None:
    def tell(connection: object) -> None:
        os.kill(daemon.pid, signal.SIGTERM)
        server.slow(connection)  # type: ignore[arg-type] # a socket

    session: Behaviour = answer({"SessionID": "session-1"})
    behaviours: list[Behaviour] = [session] * (hangs_at - 1)
    with running(*behaviours, tell, logins=True) as server:
        daemon = start_daemon(tmp_path, server.url)
        _, said = daemon.communicate(timeout=100)
        assert daemon.returncode == 0, said
        assert "daemon stopped" in said
        assert len(server.requests) == hangs_at


def test_sigterm_ends_the_daemon_while_another_process_holds_the_journal(tmp_path: Path) -> None:
    """SQLite waits half a minute for the lock, in its own code: no handler of Python's runs in the meantime."""
    polled = threading.Event()

    def nothing_new(connection: socket.socket) -> None:
        answer({})(connection)
        polled.set()

    open_database(f"sqlite:///{tmp_path}/bridge.db").close()
    with (
        running(nothing_new) as server,
        closing(sqlite3.connect(tmp_path / "bridge.db", isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")
        daemon = start_daemon(tmp_path, server.url)
        assert polled.wait(60)
        with pytest.raises(subprocess.TimeoutExpired):
            daemon.wait(1)  # it wants to claim the job that is due
        daemon.send_signal(signal.SIGTERM)
        _, said = daemon.communicate(timeout=100)
    assert daemon.returncode == 0, said
    assert "daemon ended without waiting" in said
