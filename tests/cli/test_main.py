"""Every end of the program is an exit status and a sentence, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = "from otrs_bridge.cli.main import run; run()"
BROKEN = "from otrs_bridge.cli import configure; configure.configuration.example = lambda rules: 1 / 0; "


def _ended(tmp_path: Path, *arguments: str, before: str = "") -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OTRS_BRIDGE")}
    return subprocess.run(
        [sys.executable, "-c", before + PROGRAM, *arguments],
        cwd=tmp_path,
        env=clean,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sweep", "--no-such-option"], "--no-such-option"),
        (["sweep", "--format", "xml"], "xml"),
        (["no-such-command"], "no-such-command"),
        (["sweep", "--since", "yesterday"], "30m, 2h, 3d or 1w"),
        (["sweep", "--all", "--since", "2h"], "exclude each other"),
        (["explain"], "TICKET"),
        (["sweep"], "config.yaml: there is no such file"),
    ],
)
def test_a_mistake_of_the_one_who_typed_is_status_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    ended = _ended(tmp_path, *arguments)
    assert ended.returncode == 2
    assert said.casefold() in ended.stderr.casefold()
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_a_bug_is_one_sentence(tmp_path: Path) -> None:
    ended = _ended(tmp_path, "config", "example", before=BROKEN)
    assert ended.returncode == 1
    assert ended.stderr.startswith("otrs-bridge: internal error, please report it: ZeroDivisionError")
    assert len(ended.stderr.splitlines()) == 1


def test_an_end_that_is_fine_is_status_0(tmp_path: Path) -> None:
    ended = _ended(tmp_path, "webservice")
    assert (ended.returncode, ended.stderr) == (0, "")
