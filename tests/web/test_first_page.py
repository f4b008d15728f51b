"""One verdict, and whatever waits for a person with what can be done about it."""

from __future__ import annotations

import pytest

from otrs_bridge.ports.journal import Intent
from otrs_bridge.service.daemon import WATERMARK
from otrs_bridge.service.push.worker import WATERMARK as PUSH
from tests.web.conftest import Office

CHANGE = Intent(
    ticket_id=5,
    ticket_number="2013050110000005",
    rule="priority",
    field="priority",
    old="1 very low",
    new="4 high",
    why="<b>why</b>",
    mode="enforce",
)


def page_of(office: Office) -> str:
    return office.browser("reader").get("/").text


def polled(office: Office) -> None:
    office.daemon.bridge.outside.journal.set_watermark(WATERMARK, office.clock.now())


def written(office: Office, state: str, error: str = "") -> int:
    journal, now = office.daemon.bridge.outside.journal, office.clock.now()
    run = journal.start_run("daemon", at=now, selection="x")
    (entry,) = journal.intend(run, [CHANGE], at=now)
    journal.settle({entry: (state, error)}, at=now)  # type: ignore[dict-item] # given by name
    return entry


def test_a_bridge_that_never_looked_or_not_for_long_is_silent(office: Office) -> None:
    assert "The bridge is silent" in page_of(office)
    polled(office)
    assert "All is well" in page_of(office)
    office.clock.move(minutes=6)
    assert "The bridge is silent" in page_of(office)


def test_a_failure_waits_until_it_is_done_after_all(office: Office) -> None:
    polled(office)
    written(office, "failed", "Ticket.Invalid: <i>no</i>")
    page = page_of(office)
    assert "Waits for you: 1" in page
    assert "&lt;i&gt;no&lt;/i&gt;" in page
    assert 'href="/tickets/5"' in page
    written(office, "applied")
    assert "All is well" in page_of(office)


def test_a_failure_that_nobody_minded_for_a_week_is_history(office: Office) -> None:
    written(office, "failed")
    office.clock.move(days=8)
    polled(office)
    assert "All is well" in page_of(office)


def test_a_value_that_otrs_refuses_names_the_remedy(office: Office) -> None:
    polled(office)
    written(office, "refused")
    assert "OTRS does not take this value" in page_of(office)


def test_what_is_under_way_does_not_wait_and_what_stays_unknown_does(office: Office) -> None:
    polled(office)
    written(office, "intended")
    assert "All is well" in page_of(office)
    office.clock.move(minutes=20)
    polled(office)
    assert "outcome unknown" in page_of(office)


def test_a_refused_feed_waits_with_its_reason(held: Office) -> None:
    held.clock.move(days=3)
    held.turn()
    polled(held)
    page = page_of(held)
    assert "A job could not act: internet_suspension" in page
    assert "otrs-bridge billing check" in page


def test_conflicts_of_the_last_run_wait_and_those_of_an_earlier_one_do_not(office: Office) -> None:
    polled(office)
    journal, now = office.daemon.bridge.outside.journal, office.clock.now()
    for count, told in ((2, "Conflicts: 2"), (0, "All is well")):
        journal.finish_run(journal.start_run("sweep", at=now, selection="all"), at=now, summary={"conflict": count})
        assert told in page_of(office)


def test_the_oldest_comes_first(held: Office) -> None:
    held.clock.move(minutes=30)
    written(held, "failed")
    page = page_of(held)
    assert page.index("A plan waits") < page.index("not written")


@pytest.mark.parametrize("language", ["ru", "en"])
def test_the_journal_alone_answers_while_otrs_is_away(held: Office, language: str) -> None:
    held.sandbox.stop()
    browser = held.browser("reader")
    browser.get(f"/language/{language}")
    assert browser.get("/").status_code == 200


def test_a_banner_stands_on_every_page_as_text(office: Office) -> None:
    browser = office.browser("reader", banner="<b>Test system</b>")
    for path in ("/", "/rules", "/nowhere"):
        assert "&lt;b&gt;Test system&lt;/b&gt;" in browser.get(path).text


def test_when_otrs_last_told_of_a_ticket_stands_on_top(office: Office) -> None:
    assert "Last event from OTRS" not in page_of(office)
    office.daemon.bridge.outside.journal.set_watermark(PUSH, office.clock.now())
    assert "Last event from OTRS" in page_of(office)
