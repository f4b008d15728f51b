"""Every route in every role: nobody gets what his role does not give, and nothing breaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi.routing import APIRoute

from otrs_bridge.domain.role import ROLES, Role, may
from otrs_bridge.web.app import PARTS
from tests.web.conftest import Office, csrf_of

# What a route needs: None is nothing at all. A route that is missing here fails the first test.
NEEDS: dict[str, Role | None] = {
    "GET /login": None,
    "POST /login": None,
    "GET /language/{language}": None,
    "POST /logout": "reader",
    "GET /": "reader",
    "GET /plans/{run}": "reader",
    "GET /plans/{run}/lines.csv": "reader",
    "GET /history": "reader",
    "GET /tickets/{ticket_id}": "reader",
    "GET /runs": "reader",
    "GET /runs/{run}": "reader",
    "POST /runs/{run}/undo": "approver",
    "GET /clients": "reader",
    "GET /call": "reader",
    "GET /contract": "reader",
    "GET /debts": "reader",
    "GET /jobs": "reader",
    "GET /rules": "reader",
    "GET /pauses": "reader",
    "GET /rehearsals": "reader",
    "POST /rehearsals": "approver",
    "GET /trial": "reader",
    "POST /trial": "approver",
    "GET /doctor": "reader",
    "POST /doctor": "admin",
    "POST /pauses": "approver",
    "POST /pauses/resume": "approver",
    "POST /plans/{run}/approve": "approver",
    "POST /plans/{run}/refuse": "approver",
    "POST /plans/{run}/take-out": "approver",
    "POST /plans/{run}/put-back": "approver",
}
IN_PATH = {"run": "1", "language": "ru", "ticket_id": "1", "contract": "Ф-11203"}
SEEN = sorted(route for route, needed in NEEDS.items() if needed and route.startswith("GET"))
DONE = sorted(route for route, needed in NEEDS.items() if needed and route.startswith("POST"))


def routes() -> Iterator[str]:
    for part in PARTS:
        for route in part.router.routes:
            assert isinstance(route, APIRoute)
            yield from (f"{method} {route.path}" for method in sorted(route.methods or ()))


def path_of(route: str) -> str:
    path = route.partition(" ")[2].format(**IN_PATH)
    return f"{path}?number=%D0%A4-11203" if path == "/contract" else path


def test_every_route_is_known_here() -> None:
    assert sorted(routes()) == sorted(NEEDS)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", SEEN)
def test_a_page_is_seen_by_whom_it_is_for(seen: Office, route: str, role: Role) -> None:
    status = seen.browser(role).get(path_of(route)).status_code
    assert status == (200 if may(role, NEEDS[route] or "reader") else 403)


@pytest.mark.parametrize("route", SEEN)
def test_without_logging_in_no_page_is_seen(seen: Office, route: str) -> None:
    seen.browser("reader")  # from now on there are users
    answer = seen.browser().get(path_of(route))
    assert (answer.status_code, answer.headers["location"].startswith("/login?back=")) == (303, True)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("route", DONE)
def test_something_is_done_only_by_who_may(held: Office, route: str, role: Role) -> None:
    browser = held.browser(role)
    answer = browser.post(path_of(route), data={"csrf": csrf_of(browser.get("/"))})
    refused = not may(role, NEEDS[route] or "reader")
    assert (answer.status_code == 403) is refused
    assert answer.status_code in {303, 400, 403, 409}


@pytest.mark.parametrize("token", [None, "0" * 64])
@pytest.mark.parametrize("route", DONE)
def test_nothing_is_done_without_the_token_of_the_session(seen: Office, route: str, token: str | None) -> None:
    answer = seen.browser("admin").post(path_of(route), data={"csrf": token} if token else {})
    assert answer.status_code == 403
    assert seen.services.plans.approved() == []


@pytest.mark.parametrize("route", DONE)
def test_nothing_is_done_without_logging_in(held: Office, route: str) -> None:
    assert held.browser().post(path_of(route)).status_code == 303
    assert held.services.plans.approved() == []


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("route", SEEN)
def test_every_page_is_there_in_both_languages(seen: Office, route: str, language: str) -> None:
    browser = seen.browser("approver")
    browser.get(f"/language/{language}")
    answer = browser.get(path_of(route))
    assert answer.status_code == 200
    if "html" in answer.headers["content-type"]:
        assert f'<html lang="{language}">' in answer.text
        assert "<script" not in answer.text
        assert " style=" not in answer.text
