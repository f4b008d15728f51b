"""The API beside the pages: the same answers and decisions as JSON, for the same roles, and never a fault of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings

from otrs_bridge.domain.role import ROLES, Role, may
from otrs_bridge.web import api, api_acts
from otrs_bridge.web.api import openapi_of
from tests.web.conftest import Browser, Office
from tests.web.test_held_plan import fingerprint_of, raised, run_of

if TYPE_CHECKING:
    from schemathesis import Case

NEEDS: dict[str, Role] = {
    **dict.fromkeys(
        (
            "GET /api/openapi.json",
            "GET /api/session",
            "GET /api/overview",
            "GET /api/plans",
            "GET /api/plans/{run}",
            "GET /api/plans/{run}/lines",
            "GET /api/history",
            "GET /api/runs",
            "GET /api/runs/{run}",
            "GET /api/jobs",
            "GET /api/rules",
            "GET /api/debts",
            "GET /api/pauses",
        ),
        "reader",
    ),
    **dict.fromkeys(
        (
            "POST /api/plans/{run}/approve",
            "POST /api/plans/{run}/refuse",
            "POST /api/plans/{run}/take-out",
            "POST /api/plans/{run}/put-back",
            "POST /api/pauses",
            "POST /api/pauses/resume",
        ),
        "approver",
    ),
}
SEEN = sorted(route for route in NEEDS if route.startswith("GET"))
DONE = sorted(route for route in NEEDS if route.startswith("POST"))


def path_of(route: str) -> str:
    return route.partition(" ")[2].format(run=1)


def send(browser: Browser, path: str, **body: Any) -> httpx2.Response:
    token = browser.get("/api/session").json()["csrf"]
    return browser.post(path, json=body, headers={api_acts.CSRF_HEADER: token})


def test_every_route_is_known_here() -> None:
    found = [
        f"{method} {route.path}"
        for router in (api.router, api_acts.router)
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    ]
    assert sorted(found) == sorted(NEEDS)


@pytest.mark.parametrize("role", ROLES)
def test_whoever_may_read_reads_everything(held: Office, role: Role) -> None:
    browser = held.browser(role)
    answers = {route: browser.get(path_of(route)) for route in SEEN}
    assert {route: answer.status_code for route, answer in answers.items()} == dict.fromkeys(SEEN, 200)
    assert all(answer.headers["content-type"] == "application/json" for answer in answers.values())


@pytest.mark.parametrize("role", ROLES)
def test_something_is_done_only_by_who_may(held: Office, role: Role) -> None:
    browser = held.browser(role)
    statuses = {route: send(browser, path_of(route)).status_code for route in DONE}
    allowed = 422 if may(role, "approver") else 403
    assert statuses == dict.fromkeys(DONE, allowed), "whoever may is told that his body is wrong"


def test_without_a_session_nothing_is_told_and_nothing_is_done(held: Office) -> None:
    held.browser("admin")  # from now on there are users
    stranger = held.browser()
    assert {stranger.get(path_of(route)).status_code for route in SEEN} == {401}
    assert {stranger.post(path_of(route), json={}).status_code for route in DONE} == {401}


@pytest.mark.parametrize("headers", [{}, {api_acts.CSRF_HEADER: "0" * 64}, {api_acts.CSRF_HEADER: "\u0451".encode()}])
def test_nothing_is_done_without_the_token_of_the_session(held: Office, headers: dict[str, Any]) -> None:
    browser = held.browser("admin")
    assert {browser.post(path_of(route), json={}, headers=headers).status_code for route in DONE} == {403}


def test_nor_from_the_page_of_another_site(held: Office) -> None:
    browser = held.browser("admin")
    headers = {api_acts.CSRF_HEADER: browser.get("/api/session").json()["csrf"], "origin": "http://evil.example"}
    body = {"fingerprint": fingerprint_of(held)}
    assert browser.post(f"/api/plans/{run_of(held)}/approve", json=body, headers=headers).status_code == 403
    assert held.services.plans.approved() == []


def test_a_plan_is_looked_at_cut_and_approved(held: Office) -> None:
    browser, run = held.browser("approver", name="anna"), run_of(held)
    lines = browser.get(f"/api/plans/{run}/lines").json()["lines"]
    assert {line["contract"] for line in lines} == {"Ф-11203", "Ф-12077", "Ф-13001"}
    left = send(browser, f"/api/plans/{run}/take-out", key=lines[0]["key"]).json()
    stale = send(browser, f"/api/plans/{run}/approve", fingerprint="0" * 64)
    assert (stale.status_code, stale.json()["en"].startswith("The plan has changed")) == (409, True)
    decided = send(browser, f"/api/plans/{run}/approve", fingerprint=left["fingerprint"]).json()
    assert (decided["by"], decided["verdict"]) == ("anna", "approved")
    held.turn()
    assert raised(held) == {line["contract"] for line in lines[1:]}


def test_a_body_without_end_is_refused(held: Office) -> None:
    browser = held.browser("approver")
    token = browser.get("/api/session").json()["csrf"]
    sent = browser.post("/api/pauses", content=b"[" * 100_000, headers={api_acts.CSRF_HEADER: token})
    assert sent.status_code == 413


def test_errors_are_told_in_both_languages(held: Office) -> None:
    answer = held.browser("reader").get("/api/runs/77")
    assert (answer.status_code, sorted(answer.json())) == (404, ["en", "ru"])


def test_the_description_names_every_question_and_decision(held: Office) -> None:
    described = held.browser("reader").get("/api/openapi.json").json()["paths"]
    told = {f"{method.upper()} {path}" for path, operations in described.items() for method in operations}
    assert told == NEEDS.keys() - {"GET /api/openapi.json"}


def test_whatever_is_asked_the_answer_is_no_fault_of_ours(held: Office) -> None:
    """Schemathesis makes questions up from the API's own description, right ones and wrong ones."""
    import schemathesis  # here: whoever collects the tests would wait for it
    from schemathesis.core.result import Ok

    browser = held.browser("approver")
    token = browser.get("/api/session").json()["csrf"]
    schema = schemathesis.openapi.from_dict(openapi_of(browser.app))  # type: ignore[arg-type] # FastAPI's
    phases = [Phase.explicit, Phase.generate]
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()

        @settings(max_examples=15, deadline=None, phases=phases, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def ask(case: Case[Any]) -> None:
            answer = browser.request(
                case.method,
                case.formatted_path,
                params=case.query,
                json=case.body if isinstance(case.body, dict | list | str | int) else None,
                headers={api_acts.CSRF_HEADER: token},
            )
            assert answer.status_code < 500, (case.method, case.formatted_path, answer.text)
            assert answer.headers["content-type"] == "application/json"

        ask()
