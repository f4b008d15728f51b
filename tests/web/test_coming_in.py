"""Who sees the page, and what a form needs to be taken."""

from __future__ import annotations

import pytest

from otrs_bridge.web.headers import HEADERS
from otrs_bridge.web.visitors import COOKIE, LONGEST_FORM
from tests.web.conftest import PASSWORD, Office, csrf_of


def test_while_there_are_no_users_whoever_sits_at_the_machine_may_read(office: Office) -> None:
    page = office.browser().get("/")
    assert page.status_code == 200
    assert "user add" in page.text


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", ""])
def test_and_nobody_whom_a_foreign_name_leads_to_this_machine(office: Office, host: str) -> None:
    page = office.browser().get("/", headers={"host": host})
    assert page.status_code == 303
    assert page.headers["location"].startswith("/login")


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"])
def test_and_nobody_for_whom_a_proxy_on_this_machine_asks(office: Office, header: str) -> None:
    for path in ("/", "/history", "/clients", "/api/history"):
        asked = office.browser().get(path, headers={header: "198.51.100.7"})
        assert asked.status_code in {303, 401}, path


def test_and_nobody_where_others_could_come(office: Office) -> None:
    assert office.browser(open_at_home=False).get("/").status_code == 303


def test_once_there_is_a_user_everybody_has_to_log_in(office: Office) -> None:
    office.services.access.add("anna", "reader", PASSWORD, by="test")
    asked = office.browser().get("/?x=1")
    assert asked.headers["location"] == "/login?back=%2F%3Fx%3D1"


def test_whoever_logs_in_comes_to_where_he_wanted(office: Office) -> None:
    office.services.access.add("anna", "reader", PASSWORD, by="test")
    browser = office.browser()
    entered = browser.send_form("/login?back=/%3Fx%3D1", "/login", name="Anna", password=PASSWORD, back="/?x=1")
    assert (entered.status_code, entered.headers["location"]) == (303, "/?x=1")
    page = browser.get("/")
    assert page.status_code == 200
    assert "anna · reader" in page.text


@pytest.mark.parametrize("back", ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\nb"])
def test_nobody_is_led_elsewhere(office: Office, back: str) -> None:
    office.services.access.add("anna", "reader", PASSWORD, by="test")
    entered = office.browser().send_form("/login", "/login", name="anna", password=PASSWORD, back=back)
    assert entered.headers["location"] == "/"
    chosen = office.browser().get("/language/ru", params={"back": back})
    assert chosen.headers["location"] == "/"


def test_no_redirection_leads_to_the_host_that_a_question_names(office: Office) -> None:
    for path in ("/jobs/", "/login/", "/static"):
        answer = office.browser().get(path, headers={"host": "evil.example"})
        assert "evil.example" not in answer.headers.get("location", "")


def test_a_log_in_changes_the_token_of_the_browser(office: Office) -> None:
    office.services.access.add("anna", "reader", PASSWORD, by="test")
    browser = office.browser()
    browser.get("/login")
    before = browser.cookies[COOKIE]
    entered = browser.send_form("/login", "/login", name="anna", password=PASSWORD)
    assert browser.cookies[COOKIE] != before
    written = entered.headers["set-cookie"].lower()
    assert "httponly" in written
    assert "samesite=lax" in written


def test_by_https_the_cookie_never_travels_in_the_clear(office: Office) -> None:
    page = office.browser(secure=True).get("/login")
    assert "secure" in page.headers["set-cookie"].lower()
    assert page.headers["strict-transport-security"]


def test_a_wrong_password_is_told_and_too_many_are_slowed_down(office: Office) -> None:
    office.services.access.add("anna", "reader", PASSWORD, by="test")
    browser = office.browser()
    statuses = [browser.send_form("/login", "/login", name="anna", password="guess").status_code for _ in range(4)]
    assert statuses == [401, 401, 401, 429]
    office.clock.move(minutes=1)
    assert browser.send_form("/login", "/login", name="anna", password=PASSWORD).status_code == 303


def test_a_session_that_is_over_leads_to_the_log_in(office: Office) -> None:
    browser = office.browser("reader")
    assert browser.get("/").status_code == 200
    office.clock.move(hours=13)
    assert browser.get("/").headers["location"] == "/login?back=%2F"


def test_logging_out_ends_the_session_for_a_copy_of_the_cookie_too(office: Office) -> None:
    browser = office.browser("reader")
    copied = browser.cookies[COOKIE]
    assert browser.send_form("/", "/logout").status_code == 303
    assert browser.get("/", headers={"cookie": f"{COOKIE}={copied}"}).status_code == 303


@pytest.mark.parametrize("token", ["", "0" * 64, "ё"])
def test_a_form_without_its_token_does_nothing(office: Office, token: str) -> None:
    browser = office.browser("reader")
    assert browser.post("/logout", data={"csrf": token}).status_code == 403
    assert browser.get("/").status_code == 200


def test_a_form_with_the_token_of_another_session_does_nothing(office: Office) -> None:
    first, second = office.browser("reader"), office.browser("reader")
    assert second.post("/logout", data={"csrf": csrf_of(first.get("/"))}).status_code == 403


def test_a_form_from_another_site_does_nothing_even_with_the_token(office: Office) -> None:
    browser = office.browser("reader")
    token = csrf_of(browser.get("/"))
    sent = browser.post("/logout", data={"csrf": token}, headers={"origin": "http://evil.example"})
    assert sent.status_code == 403


def test_a_form_without_end_is_refused(office: Office) -> None:
    browser = office.browser("reader")
    assert browser.post("/logout", content=b"a" * (LONGEST_FORM + 1)).status_code == 413
    assert browser.post("/logout", content=b"a=1&" * 1000).status_code == 413


@pytest.mark.parametrize("path", ["/", "/login", "/static/style.css", "/nowhere", "/language/xx"])
def test_every_answer_has_the_headers(office: Office, path: str) -> None:
    answer = office.browser().get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    assert answer.headers["cache-control"] in {"no-store", "no-cache"}


@pytest.mark.parametrize("path", ["/nowhere", "/static/nowhere.css", "/static/../app.py", "/docs", "/openapi.json"])
def test_what_is_not_there_is_a_page_that_says_so(office: Office, path: str) -> None:
    answer = office.browser().get(path)
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_a_visitor_chooses_the_language_for_himself(office: Office) -> None:
    browser, other = office.browser(), office.browser()
    assert 'lang="en"' in browser.get("/").text
    browser.get("/language/ru", params={"back": "/"})
    assert 'lang="ru"' in browser.get("/").text
    assert 'lang="en"' in other.get("/").text


def test_what_somebody_typed_comes_back_as_text(office: Office) -> None:
    office.services.access.add("anna", "reader", PASSWORD, by="test")
    page = office.browser().send_form("/login", "/login", name="<script>\u202e", password="guess")
    assert "<script>" not in page.text
    assert "&lt;script&gt;⟨U+202E⟩" in page.text
