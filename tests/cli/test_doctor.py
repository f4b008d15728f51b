"""`otrs-bridge doctor` as an operator meets it: marks, language, JSON lines, exit status."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from otrs_bridge.cli.main import app
from otrs_bridge.clock import SystemClock
from otrs_bridge.errors import ExitCode, UsageMistake
from otrs_bridge.sandbox.sandbox import Sandbox

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SystemClock().now) as running:
        running.add_ticket("for the doctor")
        yield running


@pytest.fixture
def run(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder of its own; keywords are keys of the section `otrs`, or `language`."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, language: str = "en", **otrs: str) -> Result:
        login = {"url": sandbox.base_url, "user": "bridge", "password": "bridge-secret"}
        config = {"otrs": {**login, **otrs}, "language": language}
        Path("config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
        Path("config.yaml").chmod(0o600)
        return CliRunner().invoke(app, ["doctor", *arguments])

    return run


def test_a_line_per_check_and_status_0_when_all_is_well(run: Run) -> None:
    done = run()
    assert done.exit_code == ExitCode.FINE, done.output
    assert "✓ login              the agent bridge is logged in" in done.stdout
    assert "✗" not in done.stdout
    assert "To mend: 0" in done.stdout


def test_the_remedy_stands_under_what_failed(run: Run) -> None:
    done = run(timezone="Asia/Tokyo")
    assert done.exit_code == ExitCode.NEEDS_A_PERSON
    lines = done.stdout.splitlines()
    (at,) = [number for number, line in enumerate(lines) if line.startswith("✗ time_zone")]
    assert lines[at + 1].startswith("  → config.yaml: otrs.timezone")


def test_it_speaks_the_operators_language(run: Run) -> None:
    assert "агент bridge вошёл" in run(language="ru").stdout


def test_json_is_one_object_a_line(run: Run) -> None:
    lines = [json.loads(line) for line in run("--format", "json").stdout.splitlines()]
    assert all(line.keys() == {"check", "verdict", "said", "remedy"} for line in lines)
    assert {line["verdict"] for line in lines} <= {"ok", "warning", "failed", "not_checked"}


@pytest.mark.parametrize(
    ("spoilt", "status"),
    [
        pytest.param({"url": "http://127.0.0.1:9"}, ExitCode.OTRS_UNAVAILABLE, id="unreachable"),
        pytest.param({"password": "wrong"}, ExitCode.OTRS_REFUSED, id="login refused"),
        pytest.param({"webservice": "Other"}, ExitCode.NEEDS_A_PERSON, id="no such web service"),
    ],
)
def test_the_status_says_who_has_to_act(run: Run, spoilt: dict[str, str], status: ExitCode) -> None:
    assert run(**spoilt).exit_code == status


def test_what_could_not_be_checked_shares_a_line(run: Run) -> None:
    lines = run(webservice="Other").stdout.splitlines()
    (skipped,) = [line for line in lines if line.startswith("–")]
    assert "login, routes, keep_alive" in skipped


@pytest.mark.parametrize("arguments", [["--write-test"], ["--ticket", "1"], ["--write-test", "--ticket", "one"]])
def test_half_a_write_test_is_a_mistake_of_usage(run: Run, arguments: list[str]) -> None:
    assert isinstance(run(*arguments).exception, UsageMistake)


def test_a_mistake_in_the_config_is_told_as_such(run: Run) -> None:
    assert getattr(run(nonsense="x").exception, "exit_code", None) == ExitCode.YOUR_MISTAKE
