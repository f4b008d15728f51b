"""What would be done: a day rehearsed, the rules tried on the last day's tickets, the doctor asked. Nothing is written."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.role import Role
from otrs_bridge.service.queries import trials
from tests.web.conftest import MakeOffice, Office
from tests.web.test_held_plan import raised

RULES = {"rules": {"priority": "observe"}, "timezone": "Europe/Moscow"}


def runs(office: Office) -> int:
    return len(office.services.insight.runs(before=None, kind=None, limit=50))


def test_a_day_to_come_is_rehearsed_and_nothing_is_written(held: Office) -> None:
    browser, before = held.browser("approver"), runs(held)
    form = {"job": "internet_suspension", "day": "2013-06-01"}
    sent = browser.send_form("/rehearsals", "/rehearsals", **form)
    assert sent.status_code == 303
    page = held.browser("reader").get(sent.headers["location"]).text
    assert "Откл. интернет" in page
    assert "are taken from the tariffs" in page
    assert (raised(held), runs(held)) == (set(), before)


def test_what_nobody_has_rehearsed_is_told_as_such(held: Office) -> None:
    page = held.browser("reader").get("/rehearsals", params={"job": "internet_suspension", "day": "2013-07-01"}).text
    assert "has not been rehearsed yet" in page


@pytest.mark.parametrize(
    "form",
    [
        {"job": "cleanup", "day": ""},
        {"job": "<script>", "day": ""},
        {"job": "internet_suspension", "day": "soon"},
        {"job": "internet_suspension", "day": "0001-01-01"},
    ],
)
def test_what_cannot_be_rehearsed_is_told(held: Office, form: dict[str, str]) -> None:
    sent = held.browser("approver").send_form("/rehearsals", "/rehearsals", **form)
    assert sent.status_code == 400
    assert "<script>" not in sent.text


def test_the_rules_are_tried_on_the_last_days_tickets_with_samples(make_office: MakeOffice) -> None:
    office = make_office(**RULES)
    office.sandbox.add_ticket("СРОЧНО <script>НЕТ ИНТЕРНЕТА</script>", priority="1 very low")
    browser, before = office.browser("approver"), runs(office)
    assert browser.send_form("/trial", "/trial").status_code == 303
    page = browser.get("/trial").text
    assert "СРОЧНО &lt;script&gt;НЕТ ИНТЕРНЕТА" in page
    assert "Tickets looked at: <b>2</b>" in page
    assert runs(office) == before


def test_no_more_tickets_are_tried_than_a_page_may_ask_for(
    make_office: MakeOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trials, "MOST", 1)
    office = make_office(**RULES)
    office.sandbox.add_ticket("СРОЧНО", priority="1 very low")
    browser = office.browser("approver")
    browser.send_form("/trial", "/trial")
    page = browser.get("/trial").text
    assert "Tickets looked at: <b>1</b>" in page
    assert "Only the first were looked at" in page


def test_the_doctor_is_asked_by_an_admin_and_read_by_everybody(office: Office) -> None:
    reader = office.browser("reader")
    assert "Nothing was examined" in reader.get("/doctor").text
    assert office.browser("admin").send_form("/doctor", "/doctor").status_code == 303
    page = reader.get("/doctor").text
    assert "database" in page
    assert "As of 2013-05-01" in page


def test_while_otrs_is_away_the_trial_says_so_and_the_page_stands(make_office: MakeOffice) -> None:
    office = make_office(**RULES)
    browser = office.browser("approver")
    office.sandbox.stop()
    browser.send_form("/trial", "/trial")
    page = browser.get("/trial")
    assert page.status_code == 200
    assert 'role="alert"' in page.text


@pytest.mark.parametrize("role", ["reader", None])
@pytest.mark.parametrize("path", ["/rehearsals", "/trial", "/doctor"])
def test_who_may_not_begin_sees_no_button(office: Office, path: str, role: Role | None) -> None:
    assert f'method="post" action="{path}"' not in office.browser(role).get(path).text
