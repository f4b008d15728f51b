"""/healthz, /readyz, /metrics of a daemon on the sandbox, over real HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import yaml
from prometheus_client.parser import text_string_to_metric_families

from otrs_bridge.bootstrap.jobs import open_job_bridge
from otrs_bridge.bootstrap.people import open_access
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import load
from otrs_bridge.sandbox.faults import Fault, FaultKind
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.daemon import Daemon
from otrs_bridge.web.opening import served_page
from rules import RULES
from tests.servers.throwaway import free_port
from tests.web.conftest import PASSWORD

Get = Callable[..., requests.Response]


@pytest.fixture
def desk() -> Iterator[Sandbox]:
    with Sandbox(clock=SystemClock().now) as running:
        running.add_ticket("Заявка", state="new", customer_user="иванов", customer_id="Ф-10482")
        yield running


@contextmanager
def daemon_of(desk: Sandbox, folder: Path, **web: object) -> Iterator[tuple[Daemon, Get]]:
    """A daemon, and a way to ask it."""
    address = f"127.0.0.1:{free_port()}"
    otrs = {"url": desk.base_url, "user": desk.user, "password": desk.password}
    config = {"otrs": otrs, "web": {"listen": address, **web}, "language": "en", "rules": {"state": "enforce"}}
    config["daemon"] = {"grace_seconds": 0}
    (folder / "config.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    (folder / "config.yaml").chmod(0o600)
    loaded = load(folder / "config.yaml", RULES, {})
    if loaded.web.needs_users:
        with open_access(loaded, SystemClock()) as access:
            access.add("anna", "reader", PASSWORD, by="test")
    with open_job_bridge(loaded) as here:
        daemon = here.daemon
        with served_page(loaded, SystemClock(), here.bridge, here.monitor(daemon)):
            yield daemon, lambda path, **more: requests.get(f"http://{address}{path}", timeout=30, **more)


def test_health_and_numbers_follow_what_the_daemon_does(desk: Sandbox, tmp_path: Path) -> None:
    with daemon_of(desk, tmp_path) as (daemon, get):
        assert get("/healthz").status_code == 200
        before = get("/readyz")
        assert before.status_code == 503
        assert "RED poll: not once yet" in before.text
        daemon._guarded_turn()
        after = get("/readyz", headers={"Accept": "application/json"})
        assert (after.status_code, after.json()["ok"]) == (200, True), after.text
        assert {"process", "database", "otrs", "poll", "cleanup"} <= {part["name"] for part in after.json()["parts"]}
        found = {
            (sample.name, *sorted(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(get("/metrics").text)
            for sample in family.samples
        }
        assert found["otrs_bridge_tickets_examined_total",] == 1
        assert found["otrs_bridge_changes_total", ("outcome", "applied"), ("rule", "state")] == 1
        assert found["otrs_bridge_healthy", ("part", "poll")] == 1
        assert found["otrs_bridge_otrs_seconds_count", ("operation", "TicketUpdate"), ("outcome", "ok")] == 1
        assert {"otrs_bridge_pins", "otrs_bridge_held_plans", "otrs_bridge_queue_tickets"} <= {
            name for name, *_ in found
        }
        objects = json.loads(get("/metrics?format=json").text)
        assert {"name": "otrs_bridge_tickets_examined_total", "labels": {}, "value": 1.0} in objects


def expressions() -> Iterator[str]:
    """What the alerts and the dashboard that come with the bridge ask for."""
    monitoring = Path(__file__).parents[2] / "deploy/monitoring"
    alerts = yaml.safe_load((monitoring / "prometheus-rules.yml").read_text(encoding="utf-8"))
    yield from (rule["expr"] for group in alerts["groups"] for rule in group["rules"])
    board = json.loads((monitoring / "grafana-dashboard.json").read_text(encoding="utf-8"))
    yield from (target["expr"] for panel in board["panels"] for target in panel["targets"])


def test_alerts_and_dashboard_ask_for_numbers_that_there_are(desk: Sandbox, tmp_path: Path) -> None:
    asked = {name for expression in expressions() for name in re.findall(r"\botrs_bridge_\w+", expression)}
    assert {"otrs_bridge_healthy", "otrs_bridge_held_plans", "otrs_bridge_otrs_seconds_bucket"} <= asked
    with daemon_of(desk, tmp_path) as (daemon, get):
        daemon._guarded_turn()
        told = get("/metrics").text
    known = set(re.findall(r"^(?:# TYPE )?(otrs_bridge_\w+)", told, re.MULTILINE))
    assert asked - known == set()


def test_an_otrs_that_refuses_everything_is_red_and_a_lost_journal_leaves_the_rest(
    desk: Sandbox, tmp_path: Path
) -> None:
    desk.faults.add(Fault(kind=FaultKind.REQUEST_LOST, operation="TicketSearch", times=50))
    with daemon_of(desk, tmp_path) as (daemon, get):
        daemon.step("poll").attempt(daemon.outside.clock, daemon.stopping)
        said = get("/readyz")
        assert said.status_code == 503
        assert "RED poll: " in said.text
        (tmp_path / "otrs-bridge.db").rename(tmp_path / "elsewhere.db")
        assert "RED database: " in get("/readyz").text
        assert get("/healthz").status_code == 200
        numbers = get("/metrics")
        assert numbers.status_code == 200
        assert 'otrs_bridge_healthy{part="database"} 0.0' in numbers.text


def test_nothing_else_is_there(desk: Sandbox, tmp_path: Path) -> None:
    with daemon_of(desk, tmp_path) as (_, get):
        assert {get(path).status_code for path in ("/docs", "/openapi.json", "/nowhere")} == {404}


def test_strangers_beyond_this_machine_get_the_verdict_and_neither_reasons_nor_numbers(
    desk: Sandbox, tmp_path: Path
) -> None:
    with daemon_of(desk, tmp_path, behind_proxy=True) as (daemon, get):
        daemon._guarded_turn()
        told = [{"X-Forwarded-For": address} for address in ("203.0.113.9", "127.0.0.1", "nonsense")]
        for stranger in (*told, {"X-Real-IP": "203.0.113.9"}, {"Host": "evil.example"}, {"Host": "[evil"}):
            assert (get("/healthz", headers=stranger).text, get("/readyz", headers=stranger).text) == ("ok\n", "ok\n")
            assert get("/readyz?format=json", headers=stranger).json() == {"ok": True}
            numbers = get("/metrics", headers=stranger, allow_redirects=False)
            assert (numbers.status_code, numbers.text) == (303, "")
        (tmp_path / "otrs-bridge.db").rename(tmp_path / "elsewhere.db")
        red = get("/readyz", headers={"X-Forwarded-For": "203.0.113.9"})
        assert (red.status_code, red.text) == (503, "RED\n")
        assert "RED database: " in get("/readyz").text, "whoever sits here is told why"
        assert "otrs_bridge_healthy" in get("/metrics").text
