"""`otrs-bridge run` with daemon.push: OTRS is heard, metrics and doctor say so, and its silence turns nothing red."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from otrs_bridge.bootstrap.connections import open_journal
from otrs_bridge.bootstrap.jobs import open_job_bridge
from otrs_bridge.bootstrap.push import pushes_looked_at
from otrs_bridge.cli.run_daemon import _page
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import load
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.daemon import Daemon
from otrs_bridge.service.push.worker import WATERMARK
from rules import RULES
from tests.cli.conftest import Bridge, write_config
from tests.cli.test_webservice import PUSH
from tests.servers.throwaway import free_port

SECRET = ("otrs", "not-to-be-guessed")


@dataclass(frozen=True, kw_only=True)
class Running:
    """A daemon that has been started and takes no turn by itself."""

    daemon: Daemon
    address: str

    def metrics(self) -> dict[str, float]:
        """By name and labels."""
        text = requests.get(f"{self.address}/metrics", timeout=60).text
        return {name: float(value) for name, value in re.findall(r"^(otrs_bridge_\S+) (\S+)$", text, re.MULTILINE)}

    def until_looked_at(self, count: int) -> dict[str, float]:
        """Ask until so many tickets have been looked at; each answer takes its time."""
        for _ in range(2000):
            found = self.metrics()
            if found["otrs_bridge_push_lag_seconds_count"] >= count:
                return found
        raise AssertionError(found)


@pytest.fixture
def running(desk: Sandbox, tmp_path: Path) -> Iterator[Running]:
    listen = f"127.0.0.1:{free_port()}"
    config: dict[str, Any] = {
        "otrs": {"url": desk.base_url, "user": desk.user, "password": desk.password},
        "rules": {"state": "enforce"},
        "daemon": {"grace_seconds": 0, "push": {"password": SECRET[1]}},
        "web": {"listen": listen},
        "log": {"level": "error"},
    }
    write_config(tmp_path / "config.yaml", config)
    with ExitStack() as stack:
        here = stack.enter_context(open_job_bridge(load(tmp_path / "config.yaml", RULES, {})))
        daemon = here.daemon
        inbox = stack.enter_context(pushes_looked_at(here.bridge, daemon))
        stack.enter_context(_page(here, daemon, SystemClock(), inbox))
        yield Running(daemon=daemon, address=f"http://{listen}")


def test_a_push_is_heard_beside_the_page_and_its_ticket_put_right_without_a_turn(
    running: Running, desk: Sandbox
) -> None:
    ticket = desk.add_ticket("Заявка", state="new", customer_user="иванов", customer_id="Ф-10482").ticket_id
    for event in ("TicketCustomerUpdate", "TicketCreate", "ArticleCreate"):
        told = {"TicketID": str(ticket), "Event": event}
        answer = requests.post(f"{running.address}/push", json=told, auth=SECRET, timeout=60)
        assert answer.status_code == 200
    wrong = requests.post(f"{running.address}/push", json={"TicketID": "1"}, auth=("otrs", "wrong"), timeout=60)
    assert wrong.status_code == 401
    found = running.until_looked_at(1)
    assert desk.state_of(ticket) == "open"
    assert found['otrs_bridge_pushes_total{outcome="wrong_secret"}'] == 1
    assert sum(found[f'otrs_bridge_pushes_total{{outcome="{one}"}}'] for one in ("queued", "waiting")) == 3
    assert found["otrs_bridge_push_age_seconds"] >= 0


def test_pushes_that_never_come_turn_nothing_red(running: Running) -> None:
    running.daemon._guarded_turn()
    ready = requests.get(f"{running.address}/readyz", timeout=60)
    assert (ready.status_code, "push" in ready.text) == (200, False), ready.text


def pushes(bridge: Bridge) -> dict[str, Any]:
    """What doctor says of them."""
    lines = [json.loads(line) for line in bridge("doctor", "--format", "json", **PUSH).stdout.splitlines()]
    (found,) = [line for line in lines if line["check"] == "push"]
    return dict(found)


def test_doctor_says_whether_pushes_arrive(bridge: Bridge, tmp_path: Path) -> None:
    never = pushes(bridge)
    assert (never["verdict"], "not one yet" in never["said"]) == ("warning", True)
    assert "webservice --push" in never["remedy"]
    config, now = load(tmp_path / "config.yaml", RULES, {}), SystemClock().now()
    for age, verdict in ((timedelta(minutes=5), "ok"), (timedelta(days=2), "warning")):
        with open_journal(config) as journal:
            journal.set_watermark(WATERMARK, now - age)
        assert pushes(bridge)["verdict"] == verdict
