"""On SQLite there is one daemon, and it is easy to see which; commands go on beside it."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from otrs_bridge.cli.main import app
from otrs_bridge.clock import SystemClock
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.leading.machines import Machine


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SystemClock().now) as running:
        yield running


def test_a_second_daemon_says_who_works_there_and_ends_and_a_killed_one_leaves_no_lock(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/bridge.db"
    sandbox.add_ticket("Заявка", state="new")
    with Machine(tmp_path / "a", url, sandbox) as first:
        first.says("daemon started")
        command = ["--config", str(tmp_path / "a/config.yaml")]
        refused = CliRunner().invoke(app, [*command, "run"])
        assert refused.exit_code == 1
        said = " ".join(str(refused.exception).split())
        assert said.startswith("another daemon works on the journal")
        assert f"process {first.process.pid}, since " in said
        assert CliRunner().invoke(app, [*command, "sweep", "--all", "--apply"]).exit_code == 0
        first.tell(signal.SIGKILL)
        first.process.wait()
        with Machine(tmp_path / "b", url, sandbox) as second:
            second.says("daemon started")
            assert second.end() == 0
