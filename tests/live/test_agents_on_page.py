"""Agents of a real OTRS come in to the page by their names and passwords there, and nobody else does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from otrs_bridge.clock import SystemClock
from otrs_bridge.config import load
from otrs_bridge.web.app import create_app
from otrs_bridge.web.opening import open_services
from rules import RULES
from tests.contract.otrs.real_server import RealServer
from tests.live.server.control import LiveServer
from tests.web.conftest import Browser

pytestmark = [pytest.mark.live, pytest.mark.timeout(300)]


@pytest.fixture
def browser(fresh: LiveServer, tmp_path: Path) -> Iterator[Browser]:
    """Before the page of a bridge on the real OTRS, where its agents log in."""
    written = {
        "otrs": {"url": fresh.base_url, "user": fresh.user, "password": fresh.password},
        "web": {"listen": "127.0.0.1:8080", "login": "otrs", "otrs_roles": {fresh.agent: "approver"}},
        "language": "en",
    }
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    path.chmod(0o600)
    with open_services(load(path, RULES, {}), SystemClock()) as services:
        yield Browser(create_app(services), base_url="http://localhost", follow_redirects=False)


def enter(browser: Browser, name: str, password: str) -> int:
    return browser.send_form("/login", "/login", name=name, password=password).status_code


def test_an_agent_comes_in_by_his_own_password(browser: Browser, fresh: LiveServer) -> None:
    assert enter(browser, fresh.agent, fresh.agent_password) == 303
    assert f"{fresh.agent} · approver" in browser.get("/").text


def test_another_agent_is_a_reader(browser: Browser, fresh: LiveServer) -> None:
    assert enter(browser, fresh.user, fresh.password) == 303
    assert f"{fresh.user} · reader" in browser.get("/").text


def test_who_is_no_valid_agent_with_this_password_stays_out(browser: Browser, fresh: LiveServer) -> None:
    ((client,),) = fresh.sql("SELECT login FROM customer_user ORDER BY id LIMIT 1")
    assert enter(browser, fresh.agent, fresh.password) == 401
    assert enter(browser, client, "a password") == 401
    RealServer(fresh).set_agent_valid(fresh.agent, valid=False)
    try:
        assert enter(browser, fresh.agent, fresh.agent_password) == 401
    finally:
        RealServer(fresh).set_agent_valid(fresh.agent, valid=True)
