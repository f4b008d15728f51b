"""The real OTRS for the live suite: reset before each module; a server that is missing is a failure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules import RULES
from tests.live.server.control import LiveServer

CLIENTS = """\
contract,type,name,address,district,phones,email,login
Ф-10482,individual,Иванов Иван Петрович,"ул. Летная, д. 5, кв. 132",Северный,+7 (495) 123-45-67; 8 916 555-01-01,ivanov@mtel.ru,иванов
Ф-10517,individual,Петрова Мария Сергеевна,"ул. Летная, д. 5, кв. 133",Северный,8 495 123-45-68,petrova@mtel.ru,петрова
Ф-15236,individual,Сидорова Анна Васильевна,"ул. Кольцевая, д. 14, кв. 15",Центральный,8 (495) 586-12-12,sidorova@mtel.ru,Ф-15236
Ф-15240,individual,Смирнов Пётр Алексеевич,"ул. Кольцевая, д. 14, кв. 16",Центральный,8 (495) 586-12-12,smirnov@mtel.ru,smirnov
Ю-204,legal,ООО «Ромашка»,"ул. Кольцевая, д. 14, офис 3",Центральный,+7 (495) 586-20-40,romashka@mtel.ru,Ю-204
Ю-317,legal,ИП Фёдоров Ф. Ф.,"Шараповский пр-д, вл. 2, стр. 3",Южный,+7 (495) 583-03-17,fedorov@mtel.ru,Ю-317
"""


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


@dataclass(frozen=True, kw_only=True)
class Cli:
    """`otrs-bridge` as an operator calls it: a process of its own in a folder with config.yaml and clients.csv."""

    folder: Path

    def run(self, *arguments: str, environ: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        program = Path(sys.executable).with_name("otrs-bridge")
        return subprocess.run(
            [program, *arguments],
            cwd=self.folder,
            env={**os.environ, **(environ or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def lines(self, *arguments: str, status: int = 0) -> tuple[list[dict[str, Any]], dict[str, Any]]:
        """Run with --format json; the lines, and the summary."""
        done = self.run(*arguments, "--format", "json")
        assert done.returncode == status, done.stdout[-2000:] + done.stderr
        *lines, last = (json.loads(line) for line in done.stdout.splitlines())
        return lines, last["summary"]


def make_cli(folder: Path, url: str, rules: Sequence[str], **more: Any) -> Cli:
    """A folder with a configuration for this server."""
    (folder / "clients.csv").write_text(CLIENTS, encoding="utf-8")
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


@pytest.fixture
def cli(fresh: LiveServer, tmp_path: Path) -> Iterator[Cli]:
    """An operator's folder with the first three rules enforced."""
    yield make_cli(tmp_path, fresh.base_url, ("state", "priority", "customer"))
