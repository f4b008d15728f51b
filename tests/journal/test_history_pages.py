"""A page of the history: whatever is asked for is found, however little of a long journal one question may look through."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from otrs_bridge.journal import history_pages, tables
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.insight_store import SqlInsight
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.insight import EntryPage, EntryQuery
from otrs_bridge.ports.journal import WriteState
from tests.journal.samples import NOON

DAY = timedelta(days=1)
RULES = ("state", "priority", "subject")
STATES: tuple[WriteState, ...] = ("applied", "intended", "failed", "refused", "unchanged", "superseded")
MANY = 240


def fill(database: Database, number: int = MANY) -> list[dict[str, Any]]:
    """Entries of three runs, four days and ten tickets; every hundredth was written while the clock was a day back."""
    journal = SqlJournal(database)
    runs = [journal.start_run("sweep", at=NOON, selection="all") for _ in range(3)]
    rows = [
        {
            "run": runs[at % 3],
            "ticket_id": at % 10,
            "ticket_number": f"2013050110{at % 10:06}",
            "rule": RULES[0] if at % 60 else RULES[1],
            "field": "state",
            "old": "new",
            "new": "open",
            "why": "",
            "mode": "enforce",
            "state": STATES[at % 7] if at % 7 < len(STATES) else "applied",
            "error": "",
            "intended_at": NOON + 4 * DAY * at / number - (DAY if at % 100 == 99 else timedelta()),
        }
        for at in range(number)
    ]
    with database.writing() as connection:
        connection.execute(insert(tables.entries), rows)
    return [{**row, "id": at} for at, row in enumerate(rows, start=1)]


def fits(row: dict[str, Any], query: EntryQuery) -> bool:
    """Whether a row is what is asked for."""
    return (
        (query.numbers is None or row["ticket_number"] in query.numbers)
        and (query.tickets is None or row["ticket_id"] in query.tickets)
        and (not query.rule or row["rule"] == query.rule)
        and query.state in {None, row["state"]}
        and query.run in {None, row["run"]}
        and (query.since is None or row["intended_at"] >= query.since)
        and (query.until is None or row["intended_at"] < query.until)
        and (query.before is None or row["id"] < query.before)
    )


def pages(insight: SqlInsight, **asked: Any) -> Iterator[EntryPage]:
    """One page after the other."""
    before: int | None = None
    for _ in range(MANY):
        page = insight.entries(EntryQuery(**asked, before=before, limit=7))
        yield page
        if page.next is None:
            return
        assert before is None or page.next < before
        before = page.next
    raise AssertionError("pages without an end")


ASKED = st.fixed_dictionaries(
    {},
    optional={
        "rule": st.sampled_from([*RULES, ""]),
        "state": st.sampled_from(STATES),
        "run": st.integers(1, 4),
        "tickets": st.lists(st.integers(0, 11), max_size=2),
        "numbers": st.lists(st.sampled_from(["2013050110000003", "no such"]), max_size=2),
        "since": st.sampled_from([NOON - DAY, NOON + DAY, NOON + 9 * DAY]),
        "until": st.sampled_from([NOON + DAY, NOON + 2 * DAY]),
    },
)


@pytest.fixture(scope="module")
def long() -> Iterator[tuple[SqlInsight, list[dict[str, Any]]]]:
    database = open_database("sqlite://")
    yield SqlInsight(database), fill(database)
    database.close()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(asked=ASKED, looked_through=st.sampled_from([1, 5, 20, 1000]))
def test_page_by_page_everything_is_found_once_newest_first(
    long: tuple[SqlInsight, list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
    asked: dict[str, Any],
    looked_through: int,
) -> None:
    insight, rows = long
    monkeypatch.setattr(history_pages, "LOOKED_THROUGH", looked_through)
    found = [entry.id for page in pages(insight, **asked) for entry in page.entries]
    assert found == [row["id"] for row in reversed(rows) if fits(row, EntryQuery(**asked))]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"rule": "priority"},
        {"rule": "priority", "state": "refused"},
        {"run": 2, "state": "unchanged"},
        {"since": NOON + DAY, "until": NOON + 2 * DAY, "rule": "state"},
        {"tickets": [3, 4], "state": "applied"},
        {"state": "applied"},
    ],
)
def test_both_databases_answer_alike(
    database: Database, monkeypatch: pytest.MonkeyPatch, asked: dict[str, Any]
) -> None:
    rows, insight = fill(database), SqlInsight(database)
    monkeypatch.setattr(history_pages, "LOOKED_THROUGH", 30)
    found = [entry.id for page in pages(insight, **asked) for entry in page.entries]
    assert found == [row["id"] for row in reversed(rows) if fits(row, EntryQuery(**asked))]


def test_what_an_index_leads_to_is_never_cut(
    long: tuple[SqlInsight, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    insight, _ = long
    monkeypatch.setattr(history_pages, "LOOKED_THROUGH", 5)
    alone: list[dict[str, Any]] = [{}, {"rule": "priority"}, {"state": "superseded"}, {"run": 3}, {"tickets": [1]}]
    for asked in (*alone, {"rule": "priority", "tickets": [0]}, {"rule": "no such rule", "state": "applied"}):
        assert not any(page.cut for page in pages(insight, **asked)), asked


def test_a_page_that_ends_because_enough_was_looked_through_says_so(
    long: tuple[SqlInsight, list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    insight, _ = long
    monkeypatch.setattr(history_pages, "LOOKED_THROUGH", 5)
    page = insight.entries(EntryQuery(rule="state", state="superseded", run=1))
    assert page.cut
    assert page.next is not None


def test_failures_that_were_done_since_and_old_ones_are_not_told(database: Database) -> None:
    fill(database, 70)
    journal, insight = SqlJournal(database), SqlInsight(database)
    since: datetime = NOON + 2 * DAY
    found = insight.failures(since=since, limit=50)
    newest = {one.ticket_id: one for one in journal.entries() if one.state not in {"intended", "superseded"}}
    told = [one for one in newest.values() if one.state in {"failed", "refused"} and one.intended_at >= since]
    assert [one.id for one in found] == sorted((one.id for one in told), reverse=True)
    assert [one.id for one in insight.failures(since=since, limit=1)] == [one.id for one in found[:1]]
