"""A rule, a job or everything is paused and resumed from the page, and what paused itself is shown with why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from otrs_bridge.domain.pause import THE_BRIDGE, Pause
from otrs_bridge.domain.role import Role
from tests.web.conftest import Browser, Office

FORM = {"name": "priority", "until": "2h", "because": "agents <b>argue</b>"}


def pause(browser: Browser, **changed: str) -> int:
    return browser.send_form("/pauses", "/pauses", **{**FORM, **changed}).status_code


def in_force(office: Office) -> list[tuple[str, str, str]]:
    return [(one.name, one.who, one.because) for one in office.services.pauses.in_force()]


def test_a_pause_stands_on_every_page_that_it_concerns(office: Office) -> None:
    browser = office.browser("approver", name="anna")
    assert pause(browser) == 303
    assert in_force(office) == [("priority", "anna", "agents <b>argue</b>")]
    for path in ("/", "/pauses"):
        page = browser.get(path).text
        assert "anna" in page
        assert "agents &lt;b&gt;argue&lt;/b&gt;" in page
    assert "paused until" in browser.get("/rules").text


def test_a_paused_job_does_not_run_and_goes_on_when_resumed(held: Office) -> None:
    browser = held.browser("approver")
    assert pause(browser, name="internet_suspension") == 303
    run = held.services.plans.waiting()[0].run
    fingerprint = held.services.desk.named(run).fingerprint
    browser.send_form(f"/plans/{run}", f"/plans/{run}/approve", fingerprint=fingerprint)
    held.turn()
    assert not [one for one in held.sandbox.tickets() if one.title.startswith("Откл.")]
    assert "paused until" in browser.get("/jobs").text
    assert browser.send_form("/pauses", "/pauses/resume", name="internet_suspension").status_code == 303
    held.turn()
    assert [one for one in held.sandbox.tickets() if one.title.startswith("Откл.")]


def test_two_clicks_pause_and_resume_once(office: Office) -> None:
    browser = office.browser("approver", name="anna")
    assert [pause(browser), pause(browser)] == [303, 303]
    assert len(in_force(office)) == 1
    for _ in range(2):
        assert browser.send_form("/pauses", "/pauses/resume", name="priority").status_code == 303
    assert in_force(office) == []
    assert "ended by anna" in browser.get("/pauses").text


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"until": ""}, "say how long"),
        ({"until": "soon"}, "is no time"),
        ({"until": "2001-01-01"}, "has passed"),
        ({"until": "9999-12-31"}, "more than a year"),
        ({"because": "  "}, "say why"),
        ({"because": "x" * 501}, "say why"),
        ({"name": "<script>"}, "is no rule and no job"),
    ],
)
def test_what_makes_no_pause_is_told_beside_the_form_as_it_was_filled_in(
    office: Office, changed: dict[str, str], told: str
) -> None:
    browser = office.browser("approver")
    answer = browser.send_form("/pauses", "/pauses", **{**FORM, **changed})
    assert answer.status_code == 400
    assert told in answer.text
    assert "<script>" not in answer.text
    assert in_force(office) == []


@pytest.mark.parametrize("role", ["reader", None])
def test_who_may_not_pause_sees_no_form(office: Office, role: Role | None) -> None:
    page = office.browser(role).get("/pauses").text
    assert 'action="/pauses' not in page


def test_a_rule_that_paused_itself_waits_for_a_person_with_its_reason(office: Office) -> None:
    now = office.clock.now()
    why = "people took 6 of its last 20 changes back"
    pauses = office.daemon.bridge.outside.journal.pauses
    pauses.begin(Pause(name="state", who=THE_BRIDGE, because=why, since=now, until=now + timedelta(days=7)))
    browser = office.browser("approver")
    home = browser.get("/").text
    assert "A rule has paused itself: state" in home
    assert why in home
    assert 'href="/history?rule=state"' in browser.get("/pauses").text
    browser.send_form("/pauses", "/pauses/resume", name="state")
    assert "has paused itself" not in browser.get("/").text
