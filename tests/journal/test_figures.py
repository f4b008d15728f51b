"""What is counted in the journal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.figures import SqlFigures
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.figures import DebtCounts, Figures
from otrs_bridge.ports.jobs import JobRunState, MadeTicket
from tests.journal.samples import NOON, intent, later, pin, sighting, start, write


@pytest.fixture
def figures(database: Database) -> Figures:
    return SqlFigures(database, hopeless_after=timedelta(days=100))


def test_changes_are_counted_by_rule_and_state(figures: Figures, database: Database) -> None:
    journal = SqlJournal(database)
    write(journal, intent(1), intent(2), intent(3, field="priority", rule="priority"))
    assert figures.changes() == {("state", "applied"): 2, ("priority", "applied"): 1}
    assert figures.changes(since=later(9999)) == {}


def test_what_is_open_pinned_and_unsettled_is_counted(figures: Figures, database: Database) -> None:
    journal = SqlJournal(database)
    assert (figures.unsettled(), figures.waiting(), figures.pins()) == (0, 0, 0)
    journal.intend(start(journal), [intent(1), intent(2)], at=NOON)
    journal.see([sighting(1), sighting(2, settled=True)])
    journal.pin([pin(1), pin(2)])
    journal.release(1, None, at=later(1))
    assert (figures.unsettled(), figures.waiting(), figures.pins()) == (2, 1, 1)


def test_open_debts_are_counted_by_their_age(figures: Figures, database: Database) -> None:
    jobs = SqlJobJournal(database)
    for number, days in enumerate((1, 8, 40, 41, 60, 95, 100, 400)):
        key = EpisodeKey(service="internet", contract=f"Ф-{number + 1}", period=Period(year=2026, month=1))
        jobs.remember_made([MadeTicket(key=key, ticket_id=number + 1)], at=NOON - timedelta(days=days))
    settled = EpisodeKey(service="internet", contract="Ф-99", period=Period(year=2026, month=1))
    jobs.remember_made([MadeTicket(key=settled, ticket_id=99, settled=True)], at=NOON)
    assert figures.debts(NOON) == DebtCounts(under_7=1, under_30=1, under_60=2, under_90=1, older=1, hopeless=2)


def test_the_last_good_run_of_each_job_is_known(figures: Figures, database: Database) -> None:
    from dataclasses import replace
    from datetime import date

    jobs = SqlJobJournal(database)
    states: tuple[JobRunState, ...] = ("done", "held", "refused")
    for minutes, state in enumerate(states, start=1):
        claim = jobs.claim_run(
            "debt_sync", f"2026-03-0{minutes}", due_on=date(2026, 3, 2), at=NOON, lease=timedelta(hours=1)
        )
        assert claim is not None
        jobs.close_run(replace(claim, state=state, finished_at=later(minutes)))
    assert figures.good_jobs() == {"debt_sync": later(2)}
