"""Without its journal the bridge writes nothing to OTRS, and goes on by itself when the journal is back."""

from __future__ import annotations

from pathlib import Path

import pytest

from otrs_bridge.domain.selection import Everything
from otrs_bridge.errors import ExitCode, JournalUnusable
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.sweep import Progress
from tests.service.conftest import MakeWorkplace, Workplace
from tests.service.test_sweep import broken_tickets


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def place(workplace: MakeWorkplace, file: Path) -> Workplace:
    return workplace(url=f"sqlite:///{file}")


def test_the_daemon_writes_nothing_while_its_journal_is_away(place: Workplace, sandbox: Sandbox, file: Path) -> None:
    ids = broken_tickets(sandbox, 3)
    away = file.rename(file.with_name("away.db"))
    for _ in range(2):
        with pytest.raises(JournalUnusable, match="the file is gone"):
            place.daemon.turn()
    assert {sandbox.state_of(i) for i in ids} == {"new"}
    away.rename(file)
    place.daemon.turn()
    assert {sandbox.state_of(i) for i in ids} == {"open"}


def test_a_journal_lost_between_deciding_and_writing_stops_the_sweep(
    place: Workplace, sandbox: Sandbox, file: Path
) -> None:
    ids = broken_tickets(sandbox, 3)
    with pytest.raises(JournalUnusable) as stopped:
        place.sweep.run(Everything(), apply=True, progress=Progress(writing=lambda _count: file.unlink()))
    assert stopped.value.exit_code is ExitCode.NEEDS_A_PERSON
    assert {sandbox.state_of(i) for i in ids} == {"new"}
    assert not file.exists()
