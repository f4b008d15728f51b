"""A command on the sandbox, as an operator calls it: a folder with config.yaml and clients.csv."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner, Result

from otrs_bridge.cli.main import app
from otrs_bridge.clock import SystemClock
from otrs_bridge.sandbox.sandbox import Sandbox

Bridge = Callable[..., Result]

CLIENTS = """\
contract,type,name,address,district,phones,email,login,services,notes
Ф-15236,individual,Сидорова Анна,"ул. Кольцевая, д. 14, кв. 15",Центр,8 (495) 586-12-12,,sidorova,internet;tv,не отключать
Ф-15240,individual,Смирнов Пётр,"ул. Кольцевая, д. 14, кв. 16",Центр,8 (495) 586-12-12,,smirnov,internet,
Ю-204,legal,ООО «Ромашка»,"ул. Кольцевая, д. 14, офис 3",Центр,+7 (495) 586-20-40,office@mtel.ru,Ю-204,telephony,
"""


@pytest.fixture(scope="module")
def desk() -> Iterator[Sandbox]:
    """A fresh OTRS stand-in for the module."""
    with Sandbox(clock=SystemClock().now) as running:
        yield running


@pytest.fixture
def bridge(desk: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bridge:
    """Runs a command in a folder of its own; keywords are sections of the config."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clients.csv").write_text(CLIENTS, encoding="utf-8")

    def run(*arguments: str, **sections: Any) -> Result:
        config = {
            "otrs": {"url": desk.base_url, "user": desk.user, "password": desk.password},
            "language": "en",
            "directory": {"source": "csv", "path": "clients.csv"},
            **sections,
        }
        write_config(tmp_path / "config.yaml", config)
        return CliRunner().invoke(app, list(arguments))

    return run


def write_config(path: Path, config: dict[str, Any]) -> None:
    """A configuration that only its owner can read."""
    path.write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    path.chmod(0o600)


def json_lines(done: Result) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The lines of `--format json`, and the summary."""
    assert done.exit_code == 0, (done.output, done.exception)
    *lines, last = (json.loads(line) for line in done.stdout.splitlines())
    return lines, last["summary"]
