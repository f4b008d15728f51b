"""Single lines are taken out of a plan that waits: the others are approved exactly, these are not opened and say so."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from otrs_bridge.domain.role import Role
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.tables import approvals
from tests.web.conftest import Browser, Office, csrf_of
from tests.web.test_held_plan import fingerprint_of, raised, run_of


def keys_of(office: Office) -> list[str]:
    return [str(line.ticket.key) for line in office.services.plans.each_line(run_of(office))]


def contracts(keys: list[str]) -> set[str]:
    return {key.split(":")[2] for key in keys}


def send(browser: Browser, office: Office, what: str, **fields: Any) -> int:
    run = run_of(office)
    return browser.send_form(f"/plans/{run}", f"/plans/{run}/{what}", **fields).status_code


def approve(browser: Browser, office: Office) -> int:
    return send(browser, office, "approve", fingerprint=fingerprint_of(office))


def test_the_others_are_done_and_the_line_says_by_whom_it_was_taken_out(held: Office) -> None:
    browser, run = held.browser("approver", name="anna"), run_of(held)
    out, *others = keys_of(held)
    assert send(browser, held, "take-out", key=out) == 303
    page = browser.get(f"/plans/{run}").text
    assert "taken out by anna" in page
    assert f"Approve: {len(others)}" in page
    assert approve(browser, held) == 303
    report = held.daemon.runner.approval(run)
    (line,) = [one for one in report.lines if one.why.en == "taken out of the plan by anna"]
    assert out.split(":")[2] in line.title
    held.turn()
    assert raised(held) == contracts(others)
    held.turn()
    assert raised(held) == contracts(others)
    acts = [(act.by, act.act, act.said) for act in held.services.access.people.acts() if act.run == run]
    assert ("anna", "line taken out", out) in acts


def test_who_approves_what_he_no_longer_sees_approves_nothing(held: Office) -> None:
    anna, boris = held.browser("approver", name="anna"), held.browser("approver", name="boris")
    run, seen = run_of(held), fingerprint_of(held)
    token = csrf_of(boris.get(f"/plans/{run}"))
    send(anna, held, "take-out", key=keys_of(held)[0])
    late = boris.post(f"/plans/{run}/approve", data={"csrf": token, "fingerprint": seen})
    assert late.status_code == 409
    assert held.services.plans.approved() == []
    assert approve(boris, held) == 303


def test_two_who_take_a_line_out_at_once_do_it_once_and_what_is_put_back_is_the_plan_of_before(held: Office) -> None:
    anna, boris = held.browser("approver", name="anna"), held.browser("approver", name="boris")
    run, before, (out, *_) = run_of(held), fingerprint_of(held), keys_of(held)
    for browser in (anna, boris, anna):
        assert send(browser, held, "take-out", key=out) == 303
    assert held.services.plans.count_taken_out(run) == 1
    assert fingerprint_of(held) != before
    for browser in (boris, anna):
        assert send(browser, held, "put-back", key=out) == 303
    assert fingerprint_of(held) == before
    acts = [act.act for act in held.services.access.people.acts() if act.run == run]
    assert acts == ["line put back", "line taken out"]


def test_once_it_is_decided_no_line_moves_any_more(held: Office) -> None:
    browser, run, (out, *_) = held.browser("approver"), run_of(held), keys_of(held)
    token, wanted = csrf_of(browser.get(f"/plans/{run}")), contracts(keys_of(held))
    approve(browser, held)
    late = browser.post(f"/plans/{run}/take-out", data={"csrf": token, "key": out})
    assert late.status_code == 409
    held.turn()
    assert raised(held) == wanted


@pytest.mark.parametrize("key", ["", "x", "debt:internet:Ф-99999:2013-05", "<script>alert(1)</script>"])
def test_a_line_that_is_not_in_the_plan_cannot_be_taken_out(held: Office, key: str) -> None:
    assert send(held.browser("approver"), held, "take-out", key=key) == 409
    assert held.services.plans.count_taken_out(run_of(held)) == 0


def test_the_last_line_stays_for_a_plan_of_nothing_is_refused_instead(held: Office) -> None:
    browser = held.browser("approver")
    answers = [send(browser, held, "take-out", key=key) for key in keys_of(held)]
    assert answers == [*[303] * (len(answers) - 1), 409]


def test_an_approval_of_other_lines_than_are_left_is_not_carried_out(held: Office) -> None:
    run = run_of(held)
    approve(held.browser("approver"), held)
    database = open_database(held.config.database)
    with database.writing() as connection:
        connection.execute(update(approvals).where(approvals.c.run == run).values(fingerprint="0" * 64))
    database.close()
    report = held.daemon.runner.approve(run)
    assert report.objection is not None
    assert "not those that were approved" in report.objection.en
    assert raised(held) == set()


def test_the_command_line_lets_only_go_what_is_left(held: Office) -> None:
    run, (out, *others) = run_of(held), keys_of(held)
    send(held.browser("approver", name="anna"), held, "take-out", key=out)
    shown = held.command("jobs", "approve", str(run))
    assert "taken out of the plan by anna" in " ".join(shown.output.split())
    held.command("jobs", "approve", str(run), "--apply")
    assert raised(held) == contracts(others)


@pytest.mark.parametrize("role", ["reader", None])
def test_who_may_not_decide_takes_nothing_out(held: Office, role: Role | None) -> None:
    browser, run = held.browser(role), run_of(held)
    page = browser.get(f"/plans/{run}")
    assert "take-out" not in page.text
    token = csrf_of(page) if role else ""
    sent = browser.post(f"/plans/{run}/take-out", data={"csrf": token, "key": keys_of(held)[0]})
    assert sent.status_code == (403 if role else 303)
    assert held.services.plans.count_taken_out(run) == 0


def test_whoever_takes_a_line_out_comes_back_to_where_he_was(held: Office) -> None:
    run, browser = run_of(held), held.browser("approver")
    sent = browser.send_form(f"/plans/{run}", f"/plans/{run}/take-out", key=keys_of(held)[0], q="<Ф>", sort="amount")
    assert sent.headers["location"] == f"/plans/{run}?q=%3C%D0%A4%3E&sort=amount#lines"
    only = browser.get(f"/plans/{run}", params={"out": "1"}).text
    assert only.count("<tr id=") == 1
