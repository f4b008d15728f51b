"""What was done, found by whatever is known of it, and taken back from the page within the limits."""

from __future__ import annotations

import threading

import pytest
from markupsafe import escape

from otrs_bridge.domain.report import Report
from otrs_bridge.domain.ticket import shown
from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.service.undo import Undo
from otrs_bridge.web.opening import open_services
from otrs_bridge.words import Words
from tests.web.conftest import MakeOffice, Office

HOSTILE = "<script>alert(1)</script>\u202eX"
SWEPT = {"rules": {"state": "enforce", "priority": "enforce", "subject": "enforce"}, "limits": {"max_changes": 20}}


@pytest.fixture
def swept(make_office: MakeOffice) -> Office:
    """An office whose bridge has put two tickets in order; one of them has a hostile subject."""
    office = make_office(**SWEPT)
    for title in (f"СРОЧНО!!! {HOSTILE} НЕТ ИНТЕРНЕТА", "!!!СРОЧНО!!! НЕТ СВЯЗИ"):
        office.sandbox.add_ticket(title, priority="1 very low")
    done = office.command("sweep", "--all", "--apply")
    assert "applied" in done.stdout, (done.output, done.exception)
    return office


def changed(office: Office) -> list[TicketRow]:
    run = office.services.insight.runs(before=None, kind=None, limit=1)[0].id
    return [office.sandbox.ticket(number) for number in office.daemon.bridge.outside.journal.changed_by(run)]


def found(office: Office, **asked: str) -> set[str]:
    page = office.browser("reader").get("/history", params=asked)
    assert page.status_code == 200
    return {one.number for one in changed(office) if f"/tickets/{one.ticket_id}" in page.text}


def test_a_ticket_is_found_by_either_number(swept: Office) -> None:
    first = changed(swept)[0]
    assert found(swept, ticket=first.number) == {first.number}
    assert found(swept, ticket=short_number(first.number)) == {first.number}
    assert found(swept, ticket="999") == set()
    assert found(swept, ticket="' OR 1=1 --\0") == set()


def test_changes_are_found_by_day_rule_outcome_and_run(swept: Office) -> None:
    everything = {one.number for one in changed(swept)}
    assert len(everything) >= 2
    assert found(swept) == everything
    assert found(swept, day="2013-05-01", state="applied", run="1") == everything
    assert found(swept, rule="priority") <= everything
    for nothing in ({"day": "2013-05-02"}, {"state": "failed"}, {"run": "77"}, {"run": "x"}, {"rule": "no such rule"}):
        assert found(swept, **nothing) == set()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "9999-12-30", "0001-01-02"])
def test_on_a_day_at_either_end_of_the_calendar_nothing_happened(swept: Office, day: str) -> None:
    assert found(swept, day=day) == set()


def test_what_is_no_contract_is_told(swept: Office) -> None:
    page = swept.browser("reader").get("/history", params={"contract": "a name"})
    assert "This is no contract: a name" in page.text


def test_hostile_subjects_are_text_with_their_marks(swept: Office) -> None:
    browser = swept.browser("reader")
    for path in ("/history", "/runs/1", "/runs/1?undo=show", *(f"/tickets/{one.ticket_id}" for one in changed(swept))):
        page = browser.get(path)
        assert page.status_code == 200
        assert "<script" not in page.text
        assert "\u202e" not in page.text
    assert "⟨U+202E⟩" in browser.get("/history").text


def test_a_ticket_has_its_whole_story_with_old_new_and_why(swept: Office) -> None:
    one = next(ticket for ticket in changed(swept) if "СВЯЗИ" in ticket.title.upper())
    page = swept.browser("reader").get(f"/tickets/{one.ticket_id}").text
    entries = swept.daemon.bridge.outside.journal.entries(ticket_id=one.ticket_id)
    assert entries
    for entry in entries:
        for told in (entry.why, shown(entry.old), shown(entry.new)):
            assert str(escape(told)) in page


def test_a_run_is_looked_at_and_taken_back_from_the_page(swept: Office) -> None:
    browser = swept.browser("approver", name="anna")
    before = [(one.ticket_id, one.title) for one in changed(swept)]
    assert "Take this run back" in browser.get("/runs/1?undo=show").text
    assert [(one.ticket_id, one.title) for one in changed(swept)] == before, "looking changes nothing"
    swept.services.undo.start = lambda work: work()
    assert browser.send_form("/runs/1", "/runs/1/undo").status_code == 303
    restored = {swept.sandbox.priority_of(number) for number, _ in before}
    assert restored == {"1 very low"}
    assert "It was taken back" in browser.get("/runs/1").text
    assert [(act.by, act.act, act.run) for act in swept.services.access.people.acts(limit=1)] == [("anna", "undone", 1)]


def test_of_two_clicks_one_takes_it_back(swept: Office) -> None:
    browser = swept.browser("approver")
    kept: list[object] = []
    swept.services.undo.start = kept.append
    for _ in range(2):
        browser.send_form("/runs/1", "/runs/1/undo")
    assert len(kept) == 1
    assert "reload the page" in browser.get("/runs/1").text


def test_a_run_beyond_the_limit_is_not_taken_back_here(make_office: MakeOffice) -> None:
    office = make_office(**SWEPT, timezone="Europe/Moscow")
    for number in range(3):
        office.sandbox.add_ticket(f"СРОЧНО НЕТ ИНТЕРНЕТА {number}", priority="1 very low")
    office.command("sweep", "--all", "--apply")
    office.services.undo.caps = office.services.undo.caps.__class__(max_changes=1)
    browser = office.browser("approver")
    assert browser.get("/runs/1?undo=show").status_code == 400
    assert browser.send_form("/runs/1", "/runs/1/undo").status_code == 400
    assert "otrs-bridge undo 1" in browser.get("/runs/1?undo=show").text


def test_runs_are_paged_by_their_numbers(office: Office) -> None:
    journal, now = office.daemon.bridge.outside.journal, office.clock.now()
    for _ in range(120):
        journal.finish_run(journal.start_run("daemon", at=now, selection="x"), at=now, summary={})
    browser = office.browser("reader")
    assert 'href="/runs/120"' in browser.get("/runs").text
    older = browser.get("/runs", params={"before": "71"}).text
    assert 'href="/runs/70"' in older
    assert 'href="/runs/71"' not in older


@pytest.mark.parametrize("path", ["/runs/77", "/runs/0", "/tickets/0", "/tickets/x", "/runs?before=x"])
def test_what_is_not_there_is_told(office: Office, path: str) -> None:
    assert office.browser("reader").get(path).status_code in {400, 404}


def test_jobs_and_rules_say_how_they_stand(held: Office) -> None:
    browser = held.browser("reader")
    jobs = browser.get("/jobs").text
    assert "internet_suspension" in jobs
    assert 'href="/plans/1"' in jobs
    rules = browser.get("/rules").text
    assert "priority" in rules
    assert "observe" in rules


def test_a_job_that_should_have_run_is_called_overdue(make_office: MakeOffice) -> None:
    office = make_office(timezone="Europe/Moscow", jobs={"cleanup": "enforce"})
    office.turn()
    assert "overdue" not in office.browser("reader").get("/jobs").text
    office.clock.move(days=1, hours=2)
    assert "overdue" in office.browser("reader").get("/jobs").text


def test_an_undo_that_could_not_begin_can_be_begun_again(swept: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, desk = swept.browser("approver"), swept.services.undo
    desk.start = lambda work: work()
    with monkeypatch.context() as broken:

        def full(_act: object) -> None:
            raise JournalUnusable(Words(ru="диск полон", en="the disk is full"))

        broken.setattr(desk.people, "note", full)
        assert browser.send_form("/runs/1", "/runs/1/undo").status_code == 503
    assert not desk.is_under_way(1)
    assert browser.send_form("/runs/1", "/runs/1/undo").status_code == 303
    assert "It was taken back" in browser.get("/runs/1").text


def test_an_undo_is_not_cut_short_when_the_configuration_is_read_anew(
    swept: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    closing, ended = threading.Event(), list[int]()
    undo = Undo.run

    def slow(self: Undo, number: int, *, apply: bool = False) -> Report:
        closing.wait(0.5)  # the page is being taken apart by then
        report = undo(self, number, apply=apply)
        ended.append(report.counts["applied"])
        return report

    monkeypatch.setattr(Undo, "run", slow)
    with open_services(swept.config, swept.clock) as services:
        services.undo.begin(1, by="anna")
    assert ended == [len(changed(swept))]
