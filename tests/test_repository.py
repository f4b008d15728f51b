"""What the repository as a whole promises: its layout, its layers, its sizes, its habits."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import jobs
from otrs_bridge.config import example
from rules import RULES

ROOT = Path(__file__).parents[1]
PACKAGES = ("otrs_bridge", "rules", "jobs")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
WITH_ONE_DOOR = {
    "rules/__init__.py",
    "jobs/__init__.py",
    "otrs_bridge/config/__init__.py",
    "otrs_bridge/bootstrap/__init__.py",
    "otrs_bridge/billing/maps/__init__.py",
}
CATCHING_ALL = {f"otrs_bridge/service/{name}.py" for name in ("judge", "steps", "jobs/driver")}
PROMISED = (
    *("README.md", "README.ru.md", "CHANGELOG.md", "LICENSE", "Makefile", "config.example.yaml", ".ci/run"),
    *("docs/architecture.md", "docs/field-rules.md", "docs/otrs.md", "docs/operations.md", "docs/journal.md"),
    *(
        "docs/connecting.md",
        "docs/billing.md",
        "deploy/setup-venv",
        "deploy/otrs-bridge.service",
        "rules",
        "jobs",
        "otrs_bridge",
        "tests",
    ),
)


def _modules(*packages: str) -> list[Path]:
    return sorted(path for package in packages for path in (ROOT / package).rglob("*.py"))


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _written() -> Iterator[tuple[str, str]]:
    """Everything of ours that is text: its name and what it says."""
    kinds = {".py", ".md", ".yaml", ".yml", ".toml", ".csv", ".sh", ".pl", ".conf", ".service", ""}
    places = [ROOT / name for name in (*PACKAGES, "tests", "docs", "deploy", "bench", ".ci")]
    files = [path for place in places if place.exists() for path in place.rglob("*")]
    files += [path for path in ROOT.iterdir() if not path.name.startswith(".") and path.name != "config.yaml"]
    for path in files:
        if path.is_file() and path.suffix in kinds and "__pycache__" not in path.parts:
            yield _name(path), path.read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize(
    ("folder", "listed"),
    [("rules", [rule.name for rule in RULES]), ("jobs", [job.name for job in getattr(jobs, "JOBS", ())])],
)
def test_every_file_is_listed_under_its_own_name(folder: str, listed: list[str]) -> None:
    files = [path.stem for path in (ROOT / folder).glob("*.py") if path.stem != "__init__"]
    assert sorted(files) == sorted(listed)
    assert len(set(listed)) == len(listed)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_a_rule_has_one_name_everywhere(rule: object) -> None:
    name = getattr(rule, "name", "")
    assert f"\n  {name}:" in example(RULES), "its config key"
    assert (ROOT / f"tests/rules/test_{name}.py").is_file(), "its tests"


def test_no_two_rules_write_the_same_field() -> None:
    fields = [field for rule in RULES for field in rule.writes]
    assert len(set(fields)) == len(fields)


@pytest.mark.parametrize("path", PROMISED)
def test_what_the_readme_promises_is_there(path: str) -> None:
    assert (ROOT / path).exists()


def test_imports_point_down_only() -> None:
    checked = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout[-3000:]


def test_files_are_small() -> None:
    lengths = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _modules(*PACKAGES)}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FILE} == {}


def test_functions_are_small() -> None:
    assert {name: length for name, length in _function_lengths() if length > LONGEST_FUNCTION} == {}


def _function_lengths() -> Iterator[tuple[str, int]]:
    """From `def` to the last line; decorators and the lines of a docstring do not count."""
    for path in _modules(*PACKAGES):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                first = node.body[0]
                documented = ast.get_docstring(node) is not None
                docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
                yield f"{_name(path)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1 - docstring


def test_whatever_happens_is_caught_in_three_places_only() -> None:
    found = [
        _name(path)
        for path in _modules(*PACKAGES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler) and _catches_all(node)
    ]
    assert sorted(found) == sorted(CATCHING_ALL)


def _catches_all(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    if isinstance(last, ast.Raise) and last.exc is None:  # tidies up and lets it pass
        return False
    if handler.type is None:
        return True
    named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(name, ast.Name) and name.id in {"Exception", "BaseException"} for name in named)


def test_a_package_is_no_module() -> None:
    inits = [path for path in _modules(*PACKAGES) if path.name == "__init__.py"]
    assert {_name(path) for path in inits if path.read_text(encoding="utf-8").strip()} <= WITH_ONE_DOOR


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("test_*.py")}
    assert [_name(folder) for folder in folders if not (folder / "__init__.py").is_file()] == []


def test_nothing_is_left_to_do() -> None:
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    assert [name for name, text in _written() if any(mark in text for mark in marks)] == []


def test_nothing_names_the_machine_it_was_written_on() -> None:
    assert [name for name, text in _written() if "/work/" + "main" in text or "/work/" + "shared" in text] == []


def test_what_runs_on_the_real_otrs_stands_where_it_is_collected() -> None:
    """`tests/conftest.py` reads no other folder for a live run, and not this one for any other."""
    told = {path: path.read_text(encoding="utf-8") for path in _modules("tests")}
    marked = {path for path, text in told.items() if re.search(r"mark\.live\b", text)}
    here = Path(__file__)
    assert {path.relative_to(ROOT / "tests").parts[0] for path in marked - {here}} == {"live", "contract"}
    assert {path for path in told if path.match("tests/live/**/test_*.py")} <= marked
    assert all(re.search(r"^pytestmark\b", told[path], re.MULTILINE) for path in marked if "live" in path.parts)
