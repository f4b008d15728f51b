"""service/queries/job_history.py: every run has its line, also those that never ended."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.jobs import JobRunState
from otrs_bridge.service.queries.job_history import past_runs

NOON = datetime(2013, 5, 17, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Books:
    """Both journals of one database."""

    journal: SqlJournal
    jobs: SqlJobJournal

    def begin(self, minute: int) -> int:
        """Claim the occurrence and open a run, as a job does."""
        at = NOON + timedelta(minutes=minute)
        assert self.jobs.claim_run("debt_sync", "2013-05-17", due_on=date(2013, 5, 17), at=at, lease=LEASE)
        return self.journal.start_run("job", at=at, selection="debt_sync 2013-05-17")

    def end(self, run: int, state: JobRunState, said: str = "", **counts: int) -> None:
        claim = self.jobs.job_run("debt_sync", "2013-05-17")
        assert claim
        self.jobs.close_run(replace(claim, state=state, finished_at=NOON, run=run, said=said))
        self.journal.finish_run(run, at=NOON, summary={**counts, state: 1})

    def states(self) -> list[tuple[int, str, str]]:
        return [(one.run.id, one.state, one.said) for one in past_runs(self.journal, self.jobs, limit=10)]


@pytest.fixture
def books() -> Iterator[Books]:
    database = open_database("sqlite://")
    yield Books(journal=SqlJournal(database), jobs=SqlJobJournal(database))
    database.close()


def test_every_run_of_an_occurrence_has_its_own_state_and_counts(books: Books) -> None:
    for minute, state in enumerate(("refused", "held", "done")):
        books.end(books.begin(minute), state, said=state, applied=minute)  # type: ignore[arg-type] # one of three
    assert books.states() == [(3, "done", "done"), (2, "held", ""), (1, "refused", "")]
    assert [one.run.summary["applied"] for one in past_runs(books.journal, books.jobs, limit=2)] == [2, 1]


def test_a_run_under_way_is_told_from_one_that_was_killed(books: Books) -> None:
    books.begin(0)
    books.begin(1)
    assert books.states() == [(2, "running", ""), (1, "broken off", "")]


def test_what_was_killed_after_a_run_that_ended_does_not_change_it(books: Books) -> None:
    books.end(books.begin(0), "held", said="too many")
    books.begin(1)
    assert books.states()[1][:2] == (1, "held")


def test_other_runs_and_runs_from_before_are_no_trouble(books: Books) -> None:
    books.journal.start_run("sweep", at=NOON, selection="everything")
    old = books.journal.start_run("job", at=NOON, selection="debt_sync 2013-05-17")
    books.journal.finish_run(old, at=NOON, summary={"applied": 2})
    assert books.states() == [(2, "", "")], "what nobody kept is not made up"
