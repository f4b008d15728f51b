"""The plan of the 1st of May, from the page alone: looked at, approved once, or refused."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from otrs_bridge.domain.role import Role
from otrs_bridge.ports.plans import LineQuery
from otrs_bridge.service.concerns import Concerns
from otrs_bridge.service.debts.work import DebtWork
from otrs_bridge.service.jobs.driver import JobDriver
from tests.web.conftest import Browser, Office, csrf_of

LINES = LineQuery(limit=50)


def run_of(office: Office) -> int:
    (plan,) = office.services.plans.waiting()
    return plan.run


def fingerprint_of(office: Office) -> str:
    (plan,) = office.services.plans.waiting()
    return plan.fingerprint


def raised(office: Office) -> set[str]:
    return {one.title.split()[2] for one in office.sandbox.tickets() if one.title.startswith("Откл.")}


def approve(browser: Browser, office: Office) -> int:
    run, fingerprint = run_of(office), fingerprint_of(office)
    return browser.send_form(f"/plans/{run}", f"/plans/{run}/approve", fingerprint=fingerprint).status_code


def test_the_first_page_says_that_it_waits_and_leads_there(held: Office) -> None:
    page = held.browser("approver").get("/").text
    assert f'href="/plans/{run_of(held)}"' in page
    assert "internet_suspension, 2013-05" in page


def test_every_line_is_shown_with_whom_it_is_about(held: Office) -> None:
    page = held.browser("reader").get(f"/plans/{run_of(held)}").text
    listed = held.services.plans.page(run_of(held), LINES).lines
    assert len(listed) >= 2
    for line in listed:
        for told in (line.ticket.key.contract, line.client, line.address, line.district):
            assert told
            assert told in page


def test_approved_on_the_page_it_is_carried_out_by_the_daemon_once(held: Office) -> None:
    browser = held.browser("approver", name="anna")
    wanted = {line.ticket.key.contract for line in held.services.plans.each_line(run_of(held))}
    run = run_of(held)
    assert approve(browser, held) == 303
    assert raised(held) == set(), "the page itself writes nothing"
    assert "Approved by <b>anna</b>" in browser.get(f"/plans/{run}").text
    held.turn()
    assert raised(held) == wanted
    count = len(held.sandbox.tickets())
    held.turn()
    assert len(held.sandbox.tickets()) == count
    assert "Carried out by run" in browser.get(f"/plans/{run}").text
    assert "Nothing." in browser.get("/").text


def test_of_two_people_and_two_clicks_the_first_decides(held: Office) -> None:
    run, fingerprint = run_of(held), fingerprint_of(held)
    anna, boris = held.browser("approver", name="anna"), held.browser("admin", name="boris")
    forms = {one: {"csrf": csrf_of(one.get(f"/plans/{run}")), "fingerprint": fingerprint} for one in (anna, boris)}
    answers = [one.post(f"/plans/{run}/approve", data=forms[one]).status_code for one in (anna, anna, boris)]
    assert answers == [303, 303, 303]
    late = boris.post(f"/plans/{run}/refuse", data={**forms[boris], "reason": "wait"})
    assert late.status_code == 303
    plan = held.services.desk.named(run)
    assert plan.decision is not None
    assert (plan.decision.by, plan.decision.verdict) == ("anna", "approved")
    acts = [act for act in held.services.access.people.acts() if act.run == run]
    assert [(act.by, act.act, act.said) for act in acts] == [("anna", "approved", fingerprint)]


def test_a_refusal_needs_a_reason_and_nothing_is_done(held: Office) -> None:
    run, fingerprint = run_of(held), fingerprint_of(held)
    browser = held.browser("approver", name="anna")
    without = browser.send_form(
        f"/plans/{run}", f"/plans/{run}/refuse", fingerprint=fingerprint, reason=" \u200b\u202e "
    )
    assert without.status_code == 409
    reason = "<b>billing</b> is being mended"
    browser.send_form(f"/plans/{run}", f"/plans/{run}/refuse", fingerprint=fingerprint, reason=reason)
    held.turn()
    assert raised(held) == set()
    page = browser.get(f"/plans/{run}").text
    assert "&lt;b&gt;billing&lt;/b&gt; is being mended" in page
    command = held.command("jobs", "approve", str(run), "--apply")
    assert "was refused (anna" in str(command.exception)
    assert raised(held) == set()


def test_an_approval_outlives_a_kill_while_it_is_carried_out(held: Office) -> None:
    class KilledError(BaseException):
        pass

    def killed(*_: object, **__: object) -> None:
        raise KilledError

    wanted = {line.ticket.key.contract for line in held.services.plans.each_line(run_of(held))}
    assert approve(held.browser("approver"), held) == 303
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DebtWork, "carry_out", killed)
        with pytest.raises(KilledError):
            held.turn()
    held.turn()
    assert raised(held) == wanted
    count = len(held.sandbox.tickets())
    held.turn()
    assert len(held.sandbox.tickets()) == count
    assert held.services.plans.approved() == []


def test_an_approval_that_a_stop_cut_short_is_not_asked_for_again(held: Office) -> None:
    run = run_of(held)
    wanted = {line.ticket.key.contract for line in held.services.plans.each_line(run)}
    browser = held.browser("approver")
    approve(browser, held)
    gateway = held.daemon.bridge.gateway
    before, gateway.stopping = gateway.stopping, lambda: True
    held.turn()
    assert raised(held) == set()
    assert "Carried out" not in browser.get(f"/plans/{run}").text
    gateway.stopping = before
    held.turn()
    assert raised(held) == wanted
    assert list(held.services.plans.waiting()) == []


def test_a_later_refusal_takes_an_older_approval_back(held: Office) -> None:
    browser = held.browser("approver")
    approve(browser, held)
    held.command("jobs", "run", "internet_suspension", "--apply")
    run, fingerprint = run_of(held), fingerprint_of(held)
    browser.send_form(f"/plans/{run}", f"/plans/{run}/refuse", fingerprint=fingerprint, reason="billing is wrong")
    held.turn()
    assert raised(held) == set()


def test_an_approval_that_is_told_to_do_nothing_does_nothing_later_either(held: Office) -> None:
    run = run_of(held)
    held.command("pause", "internet_suspension", "--until", "2h", "--because", "billing is being mended")
    done = held.command("jobs", "approve", str(run), "--apply")
    assert "Nothing was done" in done.output
    assert held.services.plans.approved() == []
    held.clock.move(hours=3)
    held.turn()
    assert raised(held) == set()


def told_of(office: Office) -> list[str]:
    """What people would be told of by messages, and the number that `/metrics` gives of plans that wait."""
    driver = JobDriver(runner=office.daemon.runner, plans=office.daemon.plans)
    daemon = office.daemon.daemon
    found = Concerns.of(daemon, driver, personal=False).now()
    count = office.daemon.monitor(daemon).numbers().held_plans
    return [*(one.key for one in found.concerns), f"{count} held"]


def test_nobody_is_told_to_approve_what_is_decided_already(held: Office) -> None:
    run, fingerprint = run_of(held), fingerprint_of(held)
    assert told_of(held) == [f"plan {run}", "1 held"]
    refusing = {"fingerprint": fingerprint, "reason": "billing is being mended"}
    held.browser("approver").send_form(f"/plans/{run}", f"/plans/{run}/refuse", **refusing)
    assert told_of(held) == ["0 held"]


def test_an_approved_plan_that_cannot_go_is_told_as_such_and_not_as_one_that_waits(held: Office) -> None:
    approve(held.browser("approver"), held)
    assert told_of(held) == ["0 held"]
    held.clock.move(hours=60)  # billing's export is too old by now to act on
    for _ in range(2):
        held.daemon.runner.approve(held.services.plans.approved()[0])
        assert told_of(held) == ["job:internet_suspension", "0 held"]


@pytest.mark.parametrize("fingerprint", ["", "0" * 64])
def test_a_plan_is_not_approved_by_the_fingerprint_of_another(held: Office, fingerprint: str) -> None:
    run = run_of(held)
    sent = held.browser("approver").send_form(f"/plans/{run}", f"/plans/{run}/approve", fingerprint=fingerprint)
    assert sent.status_code == 409
    assert held.services.plans.approved() == []


def test_a_stale_tab_asks_again_after_the_plan_was_made_anew(held: Office) -> None:
    run, fingerprint = run_of(held), fingerprint_of(held)
    browser = held.browser("approver")
    token = csrf_of(browser.get(f"/plans/{run}"))
    held.command("jobs", "run", "internet_suspension", "--apply")
    assert run_of(held) != run
    sent = browser.post(f"/plans/{run}/approve", data={"csrf": token, "fingerprint": fingerprint})
    assert sent.status_code == 409
    held.turn()
    assert raised(held) == set()


def test_who_paid_meanwhile_is_shown_and_left_alone(held: Office) -> None:
    run = run_of(held)
    contract = "Ф-11203"
    held.clock.move(minutes=10)
    held.bill("late,102,payment,2013-05-01 06:35,5000.00")
    browser = held.browser("approver")
    page = browser.get(f"/plans/{run}").text
    assert "is not to be cut off any more" in page
    approve(browser, held)
    held.turn()
    assert raised(held) == {one.ticket.key.contract for one in held.services.plans.each_line(run)} - {contract}


@pytest.mark.parametrize("role", ["reader", None])
def test_who_may_not_decide_sees_no_button_and_has_no_way_round(held: Office, role: Role | None) -> None:
    run, fingerprint = run_of(held), fingerprint_of(held)
    browser = held.browser(role)
    page = browser.get(f"/plans/{run}")
    assert "/approve" not in page.text
    token = csrf_of(page) if role else ""
    sent = browser.post(f"/plans/{run}/approve", data={"csrf": token, "fingerprint": fingerprint})
    assert sent.status_code == (403 if role else 303)
    assert held.services.plans.approved() == []


def test_a_session_that_is_over_decides_nothing(held: Office) -> None:
    run, fingerprint = run_of(held), fingerprint_of(held)
    browser = held.browser("approver")
    token = csrf_of(browser.get(f"/plans/{run}"))
    held.clock.move(hours=13)
    sent = browser.post(f"/plans/{run}/approve", data={"csrf": token, "fingerprint": fingerprint})
    assert sent.headers["location"].startswith("/login")
    assert held.services.plans.approved() == []


def test_the_receipt_stands_behind_a_click(held: Office) -> None:
    run = run_of(held)
    contract = next(iter(held.services.plans.each_line(run))).ticket.key.contract
    browser = held.browser("reader")
    assert "Receipt for May 2013" not in browser.get(f"/plans/{run}").text
    assert (
        f"Receipt for May 2013, contract {contract}" in browser.get(f"/plans/{run}", params={"receipt": contract}).text
    )


def test_the_lines_can_be_taken_to_a_spreadsheet(held: Office) -> None:
    run = run_of(held)
    answer = held.browser("reader").get(f"/plans/{run}/lines.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["contract"] for row in rows] == [one.ticket.key.contract for one in held.services.plans.each_line(run)]


@pytest.mark.parametrize(
    "path", ["/plans/0", "/plans/x", "/plans/999999999999999999999", "/plans/77", "/plans/77/lines.csv"]
)
def test_a_plan_that_is_not_there_is_told(held: Office, path: str) -> None:
    assert held.browser("reader").get(path).status_code == 400


@pytest.mark.parametrize("after", ["[" * 3000, "[" * 400, "null", '["a"]', "{"])
def test_a_mark_that_somebody_has_made_up_breaks_nothing(held: Office, after: str) -> None:
    page = held.browser("reader").get(f"/plans/{run_of(held)}", params={"after": after})
    assert page.status_code in {200, 400}


def test_why_a_plan_waits_is_told_in_the_language_of_whoever_reads(held: Office) -> None:
    browser, run = held.browser("reader"), run_of(held)
    for path in ("/", f"/plans/{run}", "/jobs"):
        browser.get("/language/en")
        assert "5% is allowed" in browser.get(path).text.replace("\u00a0", " ")
        browser.get("/language/ru")
        assert "5% is allowed" not in browser.get(path).text.replace("\u00a0", " ")


@pytest.mark.parametrize(("heeds", "told"), [(True, False), (False, True)])
def test_a_plan_that_spares_nobody_for_a_fault_says_so(held: Office, heeds: bool, told: bool) -> None:
    page = held.browser("approver", heeds_faults=heeds).get(f"/plans/{run_of(held)}").text
    assert ("are not taken into account" in page) is told
