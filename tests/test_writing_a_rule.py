"""docs/writing-a-rule.md is worked through as it stands: its rule is built in, and its tests and the contract hold."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/writing-a-rule.md").read_text(encoding="utf-8")
RULE, LINE, TESTS, _WRITING = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
COPIED = (
    *(
        "rules",
        "tests/__init__.py",
        "tests/builders.py",
        "tests/compiled.py",
        "tests/conftest.py",
        "tests/servers",
        "tests/depth.py",
        "tests/rules/__init__.py",
        "tests/rules/texts.yaml",
    ),
    *("tests/contract/__init__.py", "tests/contract/rules", "tests/config/__init__.py", "tests/config/made_up.py"),
)


@pytest.fixture(scope="module")
def worked_through(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The rules and what their tests need, with the page's rule built in as the page says."""
    folder = tmp_path_factory.mktemp("bridge")
    for name in COPIED:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, target)
    (folder / "rules/call_back.py").write_text(RULE, encoding="utf-8")
    (folder / "tests/rules/test_call_back.py").write_text(TESTS, encoding="utf-8")
    listing = folder / "rules/__init__.py"
    text = listing.read_text(encoding="utf-8").replace("from rules import (", "from rules import (\n    call_back,")
    listing.write_text(text.replace("    state.RULE,\n", f"    state.RULE,\n{LINE}"), encoding="utf-8")
    return folder


def run(folder: Path, *command: str) -> str:
    """Run Python in the folder, its `rules` and `tests` before ours."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return done.stdout


def test_the_pages_tests_pass(worked_through: Path) -> None:
    said = run(worked_through, "-m", "pytest", "-q", "--import-mode=importlib", "tests/rules/test_call_back.py")
    assert "7 passed" in said


def test_the_contract_holds_the_pages_rule_to_its_promises(worked_through: Path) -> None:
    said = run(
        worked_through, "-m", "pytest", "-q", "--import-mode=importlib", "tests/contract/rules", "-k", "call_back"
    )
    assert re.search(r"[6-9] passed", said)


def test_an_operator_finds_the_pages_rule(worked_through: Path) -> None:
    call = "from otrs_bridge.cli.main import run; run()"
    example = run(worked_through, "-c", call, "config", "example")
    assert (
        "  # A ticket that was taken by phone names a number to call back.\n  call_back:\n    mode: observe\n"
        in example
    )
    page = run(worked_through, "-c", call, "field-rules")
    assert "## Rule `call_back`" in page
    assert "| `channels` | `[Phone]` |" in page


def test_the_page_and_the_code_name_the_same_facts() -> None:
    facts = (ROOT / "otrs_bridge/domain/facts.py").read_text(encoding="utf-8")
    for name in re.findall(r"\| `facts\.(\w+)` \|", PAGE):
        assert f"    {name}: " in facts or f"    def {name}(self) -> " in facts, name
