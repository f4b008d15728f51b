"""The real OTRS for the live suite: reset before each module; a server that is missing is a failure."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select, update

from otrs_bridge.journal import tables
from otrs_bridge.journal.database import open_database
from rules import RULES
from tests.live.server.control import LiveServer
from tests.servers import forked
from tests.servers.throwaway import install

CLIENTS = Path(__file__).with_name("clients.csv")


@pytest.fixture(scope="session")
def live() -> LiveServer:
    """The running test server."""
    server = LiveServer()
    server.up()
    return server


@pytest.fixture(scope="module")
def fresh(live: LiveServer) -> LiveServer:
    """The test server as freshly provisioned."""
    live.reset()
    return live


@pytest.fixture(scope="session")
def driver() -> str:
    """Debian's Chromium and what drives it, installed where they are missing."""
    if shutil.which("chromedriver") is None or shutil.which("chromium") is None:
        install("chromium", "chromium-driver")
    found = shutil.which("chromedriver")
    assert found is not None
    return found


@dataclass(frozen=True, kw_only=True)
class Cli:
    """`otrs-bridge` as an operator calls it: a process of its own (forked, `tests/servers/forked.py`) in a folder with
    config.yaml and clients.csv.
    """

    folder: Path

    def run(self, *arguments: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        return forked.run(*arguments, folder=self.folder, environ={**os.environ, **(environ or {})})

    def lines(self, *arguments: str, status: int = 0) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Run with --format json; the lines, and the summary."""
        done = self.run(*arguments, "--format", "json")
        assert done.returncode == status, done.stdout[-2000:] + done.stderr
        *lines, last = (json.loads(line) for line in done.stdout.splitlines())
        return lines, last["summary"]


def make_cli(folder: Path, url: str, rules: Sequence[str], /, **more: Any) -> Cli:
    """A folder with a configuration for this server: these rules enforced, the others off; `more` replaces sections."""
    (folder / "clients.csv").write_bytes(CLIENTS.read_bytes())
    settings: dict[str, Any] = {
        "otrs": {"url": url, "user": "bridge", "password": "bridge-secret", **more.pop("otrs", {})},
        "directory": {"source": "csv", "path": "clients.csv"},
        "rules": {rule.name: {"mode": "enforce" if rule.name in rules else "off"} for rule in RULES},
        "limits": {"max_changes": 1000, "max_share": 1.0},
        **more,
    }
    config = folder / "config.yaml"
    config.write_text(yaml.safe_dump(settings, allow_unicode=True), encoding="utf-8")
    config.chmod(0o600)
    return Cli(folder=folder)


def let_minutes_pass(folder: Path, minutes: int = 15) -> None:
    """As if what the journal in this folder has open had been sent so much earlier: nobody waits in a test."""
    database = open_database(f"sqlite:///{folder}/otrs-bridge.db")
    with database.writing() as connection:
        for column in (tables.entries.c.intended_at, tables.job_tickets.c.tried_at):
            moments = connection.execute(select(column).where(column.is_not(None)).distinct()).scalars().all()
            for moment in moments:
                earlier = {column.name: moment - timedelta(minutes=minutes)}
                connection.execute(update(column.table).where(column == moment).values(**earlier))
    database.close()


@pytest.fixture
def cli(fresh: LiveServer, tmp_path: Path) -> Cli:
    """An operator's folder with the first three rules enforced."""
    return make_cli(tmp_path, fresh.base_url, ("state", "priority", "customer"))
