"""A test OTRS that tells a bridge of its tickets."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import requests

from tests.live.conftest import Cli, make_cli
from tests.live.server.control import LiveServer
from tests.servers.throwaway import free_port


def tell_bridge(
    server: LiveServer, folder: Path, *, synchronous: bool, poll_seconds: float, **more: Any
) -> tuple[Cli, str]:
    """OTRS as freshly provisioned, which pushes; a folder for the daemon that hears it, and where that one listens."""
    server.reset()
    listen = f"127.0.0.1:{free_port()}"
    cli = make_cli(
        folder,
        server.base_url,
        ("state", "priority"),
        web={"listen": listen},
        daemon={"poll_seconds": poll_seconds, "grace_seconds": 0, "push": {"password": "not-to-be-guessed"}},
        **more,
    )
    tell(server, cli, *(["--synchronous"] if synchronous else []))
    return cli, listen


def tell(server: LiveServer, cli: Cli, *how: str) -> None:
    """From now on OTRS tells this bridge; `how`: options of `webservice --push`, whose output OTRS's console imports."""
    ((agent_id,),) = server.sql("select id from users where login = 'bridge'")
    printed = cli.run("webservice", "--push", "--agent-id", agent_id, *how)
    assert printed.returncode == 0, printed.stderr
    server.perl(
        f"open my $f, '>', '/var/lib/otrs/tmp/push.yml' or die; print $f <<'YML'; close $f;\n{printed.stdout}\nYML\n"
    )
    server.console("Admin::WebService::Add", "--name", "OtrsBridgePush", "--source-path", "/var/lib/otrs/tmp/push.yml")


def pushes(address: str) -> Counter[str]:
    """How many hints a daemon that serves its figures there has had, by outcome. Raises requests.RequestException."""
    text = requests.get(f"{address}/metrics", timeout=60).text
    found = re.findall(r'^otrs_bridge_pushes_total\{outcome="(\w+)"\} ([0-9.]+)', text, re.MULTILINE)
    return Counter({outcome: int(float(count)) for outcome, count in found})
