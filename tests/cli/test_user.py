"""Users are added, listed and removed at the command line; a password never stands on it."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from otrs_bridge.cli.main import app
from otrs_bridge.errors import UsageMistake
from tests.cli.conftest import Bridge

PASSWORD = "correct horse battery"


def test_a_password_is_read_from_a_file(bridge: Bridge, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\n")
    added = bridge("user", "add", "Anna", "--role", "approver", "--password-file", "password")
    assert (added.exit_code, added.stdout) == (0, "Added: anna (approver).\n"), added.output
    found = json.loads(bridge("user", "list", "--format", "json").stdout)
    assert (found["name"], found["role"]) == ("anna", "approver")
    assert bridge("user", "remove", "anna").stdout == "Removed.\n"
    assert "There are no users" in bridge("user", "list").stdout


def test_a_password_is_asked_for_twice_and_not_shown(bridge: Bridge) -> None:
    bridge("user", "list")  # writes the configuration
    asked = CliRunner().invoke(app, ["user", "add", "anna", "--role", "admin"], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert asked.exit_code == 0, asked.output
    assert PASSWORD not in asked.output
    assert "anna" in bridge("user", "list").stdout


def test_a_file_that_holds_no_password_is_told(bridge: Bridge, tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xff")
    for name, told in (("missing", "There is no file"), ("bytes", "not UTF-8"), (".", "is a folder")):
        failed = bridge("user", "add", "anna", "--role", "admin", "--password-file", name)
        assert isinstance(failed.exception, UsageMistake)
        assert told in str(failed.exception)


def test_a_page_that_others_could_see_is_not_served_without_users(bridge: Bridge) -> None:
    refused = bridge("run", web={"listen": "127.0.0.1:8080", "behind_proxy": True})
    assert "otrs-bridge user add" in str(refused.exception)
