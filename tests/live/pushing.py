"""A test OTRS that tells a bridge of its tickets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
    ((agent_id,),) = server.sql("select id from users where login = 'bridge'")
    way = ["--synchronous"] if synchronous else []
    printed = cli.run("webservice", "--push", "--agent-id", agent_id, *way)
    assert printed.returncode == 0, printed.stderr
    _import(server, printed.stdout)
    return cli, listen


def _import(server: LiveServer, definition: str) -> None:
    """By OTRS's own console."""
    server.perl(
        f"open my $f, '>', '/var/lib/otrs/tmp/push.yml' or die; print $f <<'YML'; close $f;\n{definition}\nYML\n"
    )
    server.console("Admin::WebService::Add", "--name", "OtrsBridgePush", "--source-path", "/var/lib/otrs/tmp/push.yml")
