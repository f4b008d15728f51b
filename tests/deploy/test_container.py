"""The container starts the daemon, not as root, and is asked at an address that there is."""

from __future__ import annotations

import json
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "deploy/Dockerfile").read_text(encoding="utf-8").replace("\\\n", "")
SAID = {line.split()[0]: line.split(maxsplit=1)[1] for line in TEXT.splitlines() if line and not line.startswith("#")}


def test_the_container_is_the_daemon_of_a_user_of_its_own() -> None:
    assert json.loads(SAID["ENTRYPOINT"]) + json.loads(SAID["CMD"]) == ["otrs-bridge", "run"]
    assert "useradd --system" in SAID["RUN"]
    assert SAID["USER"] in SAID["RUN"].split()


def test_its_health_is_asked_where_the_daemon_tells_it() -> None:
    assert "http://127.0.0.1:8080/healthz" in SAID["HEALTHCHECK"]
