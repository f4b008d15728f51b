"""What the Debian package does to the example configuration is still possible, and its scripts are shell."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from otrs_bridge import config as configuration
from otrs_bridge.config.example import example
from rules import RULES

DEB = Path(__file__).parents[2] / "deploy/deb"
SCRIPTS = sorted(path for path in DEB.iterdir() if path.suffix != ".in")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_its_scripts_are_shell(script: Path) -> None:
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    subprocess.run(["sh", "-n", script], check=True)


def test_the_configuration_that_it_makes_is_the_example_with_the_services_own_paths(tmp_path: Path) -> None:
    edits = re.findall(r"-e '?\"?(s\|\^.*?\|)[\"']", (DEB / "postinst").read_text(encoding="utf-8"))
    assert len(edits) == 4
    written = example(RULES)
    for edit in (edit.replace("$state", str(tmp_path)) for edit in edits):
        done = subprocess.run(["sed", edit], input=written, capture_output=True, text=True, check=True)
        assert done.stdout != written, f"{edit} finds nothing in the example"
        written = done.stdout
    file = tmp_path / "config.yaml"
    file.write_text(written, encoding="utf-8")
    file.chmod(0o600)
    made = configuration.load(file, RULES, {})
    assert made.database == f"sqlite:///{tmp_path}/otrs-bridge.db"
    assert made.otrs.session_file == tmp_path / "otrs-session.json"
    assert made.log.format == "json"
