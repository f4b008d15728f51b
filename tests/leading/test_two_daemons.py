"""The follower says that it follows, wherever it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from otrs_bridge.clock import SystemClock
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.leading.machines import Machine
from tests.servers.postgres import Postgres
from tests.servers.throwaway import free_port


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=SystemClock().now) as sandbox:
        yield sandbox


def test_a_follower_says_who_leads_and_takes_the_lead_when_it_is_free(
    sandbox: Sandbox, postgres: Postgres, tmp_path: Path
) -> None:
    listen = f"127.0.0.1:{free_port()}"
    with postgres.fresh() as url, Machine(tmp_path / "a", url, sandbox, ahead=120) as north:
        epoch = int(north.says("lead taken")["epoch"])
        with Machine(tmp_path / "b", url, sandbox, web={"listen": listen}) as south:
            assert f"epoch {epoch}" in south.says("following")["leader"]
            for address, says in (
                ("healthz", "ok  lead: follows; the leader is"),
                ("readyz", "ok  lead: follows; the leader is"),
                ("metrics", "otrs_bridge_leads 0.0"),
                ("", "this page is the follower&#39;s"),
            ):
                with urlopen(f"http://{listen}/{address}") as answer:
                    assert says in answer.read().decode()
            assert north.end() == 0
            later_epoch = south.says("lead taken")["epoch"]
            assert later_epoch > epoch
            assert south.end() == 0
