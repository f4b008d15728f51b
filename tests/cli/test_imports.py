"""A command imports what it needs when it runs; counted in modules, for seconds depend on the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from otrs_bridge.cli.commands import COMMANDS

# What takes long to import, and our rooms that need it.
HEAVY = (
    "rules",
    "sqlalchemy",
    "alembic",
    "psycopg",
    "pyotrs",
    "requests",
    "phonenumbers",
    "holidays",
    "structlog",
    "apprise",
    "fastapi",
    "uvicorn",
    "prometheus_client",
    "sdnotify",
    "jinja2",
    "argon2",
)
ROOMS = tuple(
    f"otrs_bridge.{room}" for room in ("config", "bootstrap", "service", "otrs.client", "journal", "billing", "demo")
)

PROGRAM = """
import sys
from otrs_bridge.cli.main import run
try:
    run()
finally:
    print("IMPORTED", *sys.modules, file=sys.stderr)
"""


def imported(folder: Path, *arguments: str) -> set[str]:
    """What stands in sys.modules when the program has ended."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return set(done.stderr.partition("IMPORTED ")[2].split())


@pytest.mark.parametrize("arguments", [["--help"], [], ["webservice"], ["no-such-command"]])
def test_the_help_needs_no_database_no_otrs_and_no_configuration(tmp_path: Path, arguments: list[str]) -> None:
    found = imported(tmp_path, *arguments)
    assert "typer" in found
    assert found & {*HEAVY, *ROOMS} == set()


def test_the_help_imports_no_command(tmp_path: Path) -> None:
    found = imported(tmp_path, "--help")
    assert "pydantic" not in found  # typer brings it when it reads an option's value
    assert "otrs_bridge.cli.commands" in found
    assert found & {f"otrs_bridge.cli.{module}" for module, _ in COMMANDS.values()} == set()


def test_the_configuration_is_checked_without_otrs_and_without_the_journal(tmp_path: Path) -> None:
    found = imported(tmp_path, "config", "example")
    assert "otrs_bridge.config" in found
    assert found & {"alembic", "psycopg", "pyotrs", "requests", "holidays", *ROOMS[1:]} == set()


@pytest.mark.parametrize("command", [["sweep"], ["find", "15236"], ["history"], ["doctor"]])
def test_a_command_imports_no_migrations_no_driver_and_no_other_command(tmp_path: Path, command: list[str]) -> None:
    found = imported(tmp_path, *command)
    assert "otrs_bridge.cli.state" in found
    assert found & {"alembic", "psycopg", "pymysql", "holidays", "otrs_bridge.demo", "otrs_bridge.cli.jobs"} == set()


@pytest.mark.parametrize("command", ["sweep", "find", "undo", "pins"])
def test_a_command_about_tickets_imports_nothing_of_the_debts_nor_what_other_commands_do(
    tmp_path: Path, command: str
) -> None:
    module, _ = COMMANDS[command]
    program = f"import sys; import otrs_bridge.cli.{module}, otrs_bridge.bootstrap.bridge; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    found = {name for name in done.stdout.split() if name.startswith("otrs_bridge.")}
    rooms = ("otrs_bridge.billing", "otrs_bridge.service.debts", "otrs_bridge.service.jobs", "otrs_bridge.otrs.checkup")
    assert [name for name in sorted(found) if name.startswith(rooms)] == []
    assert found & {"otrs_bridge.bootstrap.ledgers", "otrs_bridge.service.queries.backtest"} == set()
    assert len(found) < 220
