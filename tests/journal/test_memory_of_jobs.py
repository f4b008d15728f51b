"""journal/job_store.py: claims are exclusive and outlive nobody, and what the jobs remember is exact."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.held_plan import PlannedTicket, fingerprint
from otrs_bridge.domain.billing.keys import EpisodeKey, ReminderKey
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.sightings import DebtSighting, Line
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.jobs import JobJournal, JobRun, KeyClaim, MadeReminder, MadeTicket, StoredPlan
from tests.journal.samples import NOON, later, start

MAY = Period(year=2013, month=5)
LEASE = timedelta(minutes=15)
FIRST = date(2013, 5, 1)


@pytest.fixture
def jobs(database: Database) -> JobJournal:
    """The memory of one bridge."""
    return SqlJobJournal(database)


@pytest.fixture
def others(database: Database) -> JobJournal:
    """The memory of another bridge, in the same database."""
    return SqlJobJournal(database)


def key(contract: str = "Ф-15236") -> EpisodeKey:
    return EpisodeKey(service="internet", contract=contract, period=MAY)


def claim(jobs: JobJournal, minutes: float = 0) -> JobRun | None:
    return jobs.claim_run("internet_suspension", "2013-05", due_on=FIRST, at=later(minutes), lease=LEASE)


def take(jobs: JobJournal, keys: Sequence[str], minutes: float = 0) -> dict[str, KeyClaim]:
    return dict(jobs.claim_keys(keys, at=later(minutes), lease=LEASE))


def test_an_occurrence_belongs_to_the_first_who_claims_it(jobs: JobJournal, others: JobJournal) -> None:
    mine = claim(jobs)
    assert mine is not None
    assert (mine.state, mine.due_on, mine.run) == ("running", FIRST, 0)
    assert claim(others, 14) is None
    assert claim(jobs, 14) is not None, "one's own claim can be taken again"


def test_a_claim_ends_with_its_lease_which_can_be_lengthened(jobs: JobJournal, others: JobJournal) -> None:
    claim(jobs)
    jobs.keep_run("internet_suspension", "2013-05", until=later(30))
    assert claim(others, 29) is None
    assert claim(others, 31) is not None


def test_a_closed_occurrence_says_what_came_of_it(jobs: JobJournal, others: JobJournal, database: Database) -> None:
    run = start(SqlJournal(database))
    mine = claim(jobs)
    assert mine is not None
    done = replace(mine, state="done", finished_at=later(3), run=run, said="")
    jobs.close_run(done, feed="ledger", feed_rows=1000)
    assert jobs.job_run("internet_suspension", "2013-05") == done
    assert claim(others, 4) == done
    assert jobs.job_run("internet_suspension", "2013-06") is None
    assert list(jobs.job_runs()) == [replace(done, started_at=later(4))]
    assert (jobs.last_good_rows("ledger"), jobs.last_good_rows("another")) == (1000, None)


def test_a_plan_is_kept_to_the_kopeck_until_it_is_approved(jobs: JobJournal, database: Database) -> None:
    run = start(SqlJournal(database))
    tickets = tuple(PlannedTicket(key=key(f"Ф-{n}"), amount=Decimal(f"{n}.10")) for n in range(3))
    mark = fingerprint(tickets)
    plan = StoredPlan(run=run, job="j", period="2013-05", fingerprint=mark, tickets=tickets, made_at=NOON)
    jobs.store_plan(plan)
    assert jobs.plan(run) == plan
    jobs.approve(run, at=later(5))
    assert jobs.plan(run) == replace(plan, approved_at=later(5))
    assert jobs.plan(run + 1) is None
    with pytest.raises(JournalUnusable):
        jobs.approve(run + 1, at=NOON)


def test_a_key_has_one_writer(jobs: JobJournal, others: JobJournal) -> None:
    assert take(jobs, ["a", "b"]) == {"a": KeyClaim(state="free"), "b": KeyClaim(state="free")}
    assert {name: one.state for name, one in take(others, ["b", "c"], 1).items()} == {"b": "in hand", "c": "free"}
    jobs.give_back(["a", "b"])
    assert take(others, ["b"], 2)["b"].state == "free"


def test_what_was_sent_is_unknown_until_it_is_known(jobs: JobJournal, others: JobJournal, database: Database) -> None:
    run = start(SqlJournal(database))
    take(jobs, ["a", "b"])
    jobs.trying(["a"], run=run, at=later(1))
    jobs.give_back(["a"])
    assert take(others, ["a"], 2)["a"] == KeyClaim(state="unknown", tried_at=later(1))
    others.not_made(["a"])
    assert take(jobs, ["a"], 3)["a"].state == "in hand"
    others.give_back(["a"])
    assert take(jobs, ["a"], 3)["a"] == KeyClaim(state="free")
    jobs.give_back(["b"])
    with pytest.raises(JournalUnusable, match="taken over"):
        jobs.trying(["b"], run=run, at=later(4))


def test_what_a_ticket_says_is_remembered_and_settled_once(jobs: JobJournal) -> None:
    name = str(key())
    take(jobs, [name])
    made = MadeTicket(
        key=key(), ticket_id=7, ticket_number="20130501000007", noted_debt=Decimal("500.00"), noted_in=MAY
    )
    jobs.remember_made([made], at=later(1))
    jobs.give_back([name])
    assert take(jobs, [name], 2)[name] == KeyClaim(state="made", ticket_id=7)
    grown = replace(made, noted_debt=Decimal("1000.50"), noted_in=MAY.plus(1), noted_stop="do not cut")
    jobs.remember_made([grown], at=later(3))
    assert list(jobs.made_tickets()) == [grown]
    jobs.remember_made([replace(grown, settled=True)], at=later(4))
    assert list(jobs.made_tickets()) == [replace(grown, settled=True)]
    forgotten = MadeTicket(key=key("Ф-1"), ticket_id=3)
    jobs.remember_made([forgotten], at=later(5))
    assert list(jobs.made_tickets()) == [forgotten, replace(grown, settled=True)]


def test_since_when_a_debt_was_seen_is_remembered_once_and_until_it_is_gone(
    jobs: JobJournal, others: JobJournal
) -> None:
    june = replace(MAY, month=6)
    lines: list[Line] = [("internet", "Ф-1"), ("telephony", "Ф-1")]
    jobs.remember_debts_seen({line: DebtSighting(period=MAY, at=NOON) for line in lines}, gone=())
    others.remember_debts_seen({lines[0]: DebtSighting(period=june)}, gone=[lines[1]])
    assert jobs.debts_seen() == {lines[0]: DebtSighting(period=MAY, at=NOON)}
    jobs.remember_debts_seen({}, gone=[lines[0]])
    jobs.remember_debts_seen({lines[0]: DebtSighting(period=june)}, gone=())
    assert others.debts_seen() == {lines[0]: DebtSighting(period=june)}


def test_the_ticket_of_a_list_of_reminders_is_known_by_its_key_and_is_none_about_a_debt(jobs: JobJournal) -> None:
    reminder = ReminderKey(service="internet", period=MAY)
    disconnection = MadeTicket(key=key(), ticket_id=7)
    jobs.remember_made([MadeReminder(key=reminder, ticket_id=8, ticket_number="8"), disconnection], at=NOON)
    assert take(jobs, [str(reminder)])[str(reminder)] == KeyClaim(state="made", ticket_id=8)
    assert jobs.made_tickets() == [disconnection]


def test_many_who_want_the_same_keys_share_them_out(shared_url: str) -> None:
    database = open_database(shared_url)
    keys = [f"key {number}" for number in range(40)]

    def grab(worker: int) -> set[str]:
        mine = SqlJobJournal(database)
        wanted = keys if worker % 2 else keys[::-1]
        parts = [wanted[start : start + 8] for start in range(0, len(keys), 8)]
        return {name for part in parts for name, one in take(mine, part).items() if one.state == "free"}

    with ThreadPoolExecutor(4) as pool:
        taken = [name for found in pool.map(grab, range(4)) for name in found]
    assert sorted(taken) == sorted(keys)
    database.close()


KILLED = """
import os, signal, sys
from datetime import date, datetime, timedelta
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.job_store import SqlJobJournal
jobs = SqlJobJournal(open_database(sys.argv[1]))
at, lease = datetime.fromisoformat(sys.argv[2]), timedelta(minutes=15)
jobs.claim_run("internet_suspension", "2013-05", due_on=date(2013, 5, 1), at=at, lease=lease)
jobs.claim_keys(["a"], at=at, lease=lease)
print("claimed", flush=True)
sys.stdin.read()
"""


def test_a_dead_process_holds_nothing_and_a_living_one_does(shared_url: str) -> None:
    database = open_database(shared_url)
    jobs = SqlJobJournal(database)
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, shared_url, NOON.isoformat()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"claimed\n"
        assert claim(jobs, 1) is None
        assert take(jobs, ["a"], 1)["a"].state == "in hand"
        process.kill()
        process.wait()
        assert claim(jobs, 1) is not None
        assert take(jobs, ["a"], 1)["a"].state == "free"
    database.close()


def test_the_undo_of_a_run_is_for_one_at_a_time_and_no_run_of_a_job(database: Database) -> None:
    journal, other = SqlJournal(database), SqlJournal(database)
    assert journal.claim_undo(7, at=NOON, lease=timedelta(minutes=5))
    assert not other.claim_undo(7, at=later(1), lease=timedelta(minutes=5))
    assert other.claim_undo(8, at=later(1), lease=timedelta(minutes=5)), "another run"
    assert other.claim_undo(7, at=later(6), lease=timedelta(minutes=5)), "whose lease is over"
    other.end_undo(7)
    assert journal.claim_undo(7, at=later(6), lease=timedelta(minutes=5))
    assert SqlJobJournal(database).job_runs() == []
