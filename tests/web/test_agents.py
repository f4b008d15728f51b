"""Agents of OTRS come in by their names and passwords there; the sandbox, and a real OTRS, say who they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from otrs_bridge.otrs.pace import Pace
from otrs_bridge.sandbox.provisioning import AGENT_LOGIN, AGENT_PASSWORD, BRIDGE_LOGIN, BRIDGE_PASSWORD
from otrs_bridge.service.people.access import Entered
from otrs_bridge.service.people.throttle import FREE
from otrs_bridge.web.opening import open_services
from tests.web.conftest import PASSWORD, Browser, MakeOffice, Office

APPROVER = {"web": {"listen": "127.0.0.1:8080", "login": "otrs", "otrs_roles": {AGENT_LOGIN: "approver"}}}


def enter(browser: Browser, name: str, password: str) -> int:
    return browser.send_form("/login", "/login", name=name, password=password).status_code


@pytest.fixture
def open_to_agents(make_office: MakeOffice) -> Office:
    """An office where OTRS's agents come in; one of them may decide."""
    return make_office(**APPROVER)


def test_an_agent_comes_in_with_the_role_that_the_configuration_gives_him(open_to_agents: Office) -> None:
    browser = open_to_agents.browser()
    assert "those that you have in OTRS" in browser.get("/login").text
    assert enter(browser, f" {AGENT_LOGIN} ", AGENT_PASSWORD) == 303
    assert f"{AGENT_LOGIN} · approver" in browser.get("/").text
    assert browser.send_form("/pauses", "/pauses", name="all").status_code != 403


def test_every_other_agent_is_a_reader(open_to_agents: Office) -> None:
    browser = open_to_agents.browser()
    assert enter(browser, BRIDGE_LOGIN, BRIDGE_PASSWORD) == 303
    assert f"{BRIDGE_LOGIN} · reader" in browser.get("/").text


@pytest.mark.parametrize("name", [AGENT_LOGIN.upper(), "nobody", "", "a\0b", "a" * 201])
@pytest.mark.parametrize("password", [AGENT_PASSWORD, "", "x" * 257])
def test_whom_otrs_does_not_know_by_this_name_and_password_stays_out(
    open_to_agents: Office, name: str, password: str
) -> None:
    assert enter(open_to_agents.browser(), name, password) == 401


def test_nobody_reads_the_page_without_logging_in(open_to_agents: Office) -> None:
    assert open_to_agents.browser().get("/").headers["location"].startswith("/login")


def test_agents_stay_out_where_only_own_users_come_in(office: Office) -> None:
    assert enter(office.browser(), AGENT_LOGIN, AGENT_PASSWORD) == 401


def test_guessing_an_agents_password_gets_slow(open_to_agents: Office) -> None:
    browser = open_to_agents.browser()
    statuses = [enter(browser, AGENT_LOGIN, f"guess {number}") for number in range(FREE + 2)]
    assert statuses == [401] * FREE + [429] * 2
    assert enter(browser, AGENT_LOGIN, AGENT_PASSWORD) == 429
    open_to_agents.clock.move(minutes=1)
    assert enter(browser, AGENT_LOGIN, AGENT_PASSWORD) == 303


def test_while_otrs_is_silent_agents_are_told_so_and_own_users_come_in(open_to_agents: Office) -> None:
    open_to_agents.services.access.add("anna", "admin", PASSWORD, by="test")
    open_to_agents.sandbox.stop()
    browser = open_to_agents.browser()
    for _ in range(FREE + 2):
        told = browser.send_form("/login", "/login", name=AGENT_LOGIN, password=AGENT_PASSWORD)
        assert told.status_code == 503
        assert "OTRS does not answer at the moment" in told.text
        assert AGENT_PASSWORD not in told.text
    assert enter(browser, "anna", PASSWORD) == 303


def test_an_own_user_hides_the_agent_of_the_same_name(open_to_agents: Office) -> None:
    open_to_agents.services.access.add(AGENT_LOGIN, "reader", PASSWORD, by="test")
    browser = open_to_agents.browser()
    assert enter(browser, AGENT_LOGIN, AGENT_PASSWORD) == 401
    assert enter(browser, AGENT_LOGIN, PASSWORD) == 303
    assert f"{AGENT_LOGIN} · reader" in browser.get("/").text


def test_what_an_agent_may_do_follows_the_configuration_while_he_is_in(open_to_agents: Office) -> None:
    browser = open_to_agents.browser()
    enter(browser, AGENT_LOGIN, AGENT_PASSWORD)
    access = open_to_agents.services.access
    assert access.agents is not None
    access.agents.roles.pop(AGENT_LOGIN)  # type: ignore[attr-defined]  # a dictionary, as the configuration has it
    assert f"{AGENT_LOGIN} · reader" in browser.get("/").text
    access.agents = None
    assert browser.get("/").headers["location"].startswith("/login")


def test_a_session_of_an_agent_ends_like_any_other(open_to_agents: Office) -> None:
    browser = open_to_agents.browser()
    enter(browser, AGENT_LOGIN, AGENT_PASSWORD)
    open_to_agents.clock.move(hours=13)
    assert browser.get("/").status_code == 303
    enter(browser, AGENT_LOGIN, AGENT_PASSWORD)
    assert browser.send_form("/", "/logout").status_code == 303
    assert browser.get("/").status_code == 303


def test_the_journal_knows_who_came_in_and_nothing_of_the_password(open_to_agents: Office) -> None:
    enter(open_to_agents.browser(), AGENT_LOGIN, AGENT_PASSWORD)
    acts = open_to_agents.services.access.people.acts()
    assert [(act.by, act.act) for act in acts] == [(AGENT_LOGIN, "logged in")]
    files = [path for path in open_to_agents.folder.iterdir() if path.name.startswith("otrs-bridge.db")]
    assert files
    assert not any(AGENT_PASSWORD.encode() in path.read_bytes() for path in files)


class Counting(Pace):
    """How often somebody waited for his turn."""

    turns = 0

    @contextmanager
    def turn(self) -> Iterator[None]:
        self.turns += 1
        with super().turn():
            yield


def test_what_the_page_asks_of_otrs_goes_at_the_pace_of_the_daemon(open_to_agents: Office) -> None:
    pace = Counting(open_to_agents.clock, lambda: 1)
    daemon = replace(open_to_agents.daemon.bridge, pace=pace)
    with open_services(open_to_agents.config, open_to_agents.clock, daemon=daemon) as services:
        assert isinstance(services.access.log_in(AGENT_LOGIN, AGENT_PASSWORD, address=""), Entered)
        asked = pace.turns
        assert asked == 1
        services.cards.of_contract("Ф-15236")
        assert pace.turns > asked


@pytest.mark.parametrize(
    ("roles", "own", "told"),
    [
        ({AGENT_LOGIN: "approver"}, [], f"{AGENT_LOGIN} (approver)"),
        ({}, ["anna"], "every agent is a reader"),
        ({}, [], "nobody may decide"),
    ],
)
def test_the_doctor_says_who_comes_in(
    make_office: MakeOffice, roles: dict[str, str], own: list[str], told: str
) -> None:
    office = make_office(web={**APPROVER["web"], "otrs_roles": roles})
    for name in own:
        office.services.access.add(name, "approver", PASSWORD, by="test")
    assert told in office.command("doctor").stdout


def test_the_list_of_users_names_the_agents_with_a_role(open_to_agents: Office) -> None:
    listed = open_to_agents.command("user", "list").stdout
    assert AGENT_LOGIN in listed
    assert "this machine only" not in listed
