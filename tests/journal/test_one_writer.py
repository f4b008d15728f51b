"""One writer for a ticket, one look again for a key: what the journal promises to several processes at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.jobs import KeyClaim, MadeTicket
from otrs_bridge.ports.journal import Journal
from tests.journal.samples import NOON, intent, later, start

LEASE = timedelta(minutes=15)
KEY = EpisodeKey(service="internet", contract="Ф-15236", period=Period(year=2013, month=5))


def test_a_ticket_with_an_unsettled_entry_is_left_alone_and_the_others_are_not(journal: Journal) -> None:
    run = start(journal)
    (mine,) = journal.intend(run, [intent(1)], at=NOON, alone=True)
    assert mine
    first, second, third = journal.intend(run, [intent(1), intent(2), intent(1, "priority")], at=NOON, alone=True)
    assert (first, third) == (0, 0)
    assert second > mine
    assert len(journal.entries()) == 2
    journal.settle({mine: ("applied", "")}, at=later(1))
    assert all(journal.intend(run, [intent(1), intent(1, "priority")], at=NOON, alone=True))
    assert journal.intend(run, [], at=NOON, alone=True) == ()


def test_of_many_writers_at_once_one_gets_each_ticket(database: Database) -> None:
    journals = [SqlJournal(database) for _ in range(6)]
    run = start(journals[0])
    tickets = [*range(1, 9)]

    def claim(journal: SqlJournal) -> list[bool]:
        ids = journal.intend(run, [intent(ticket) for ticket in tickets], at=NOON, alone=True)
        return [bool(one) for one in ids]

    with ThreadPoolExecutor(len(journals)) as pool:
        claimed = list(pool.map(claim, journals))
    assert [sum(one) for one in zip(*claimed, strict=True)] == [1] * len(tickets)
    assert len(journals[0].entries()) == len(tickets)


def test_a_ticket_that_was_not_seen_whole_is_known_and_not_made(database: Database) -> None:
    jobs = SqlJobJournal(database)
    run = start(SqlJournal(database))
    jobs.claim_keys([str(KEY)], at=NOON, lease=LEASE)
    assert list(jobs.under_way(since=NOON, until=NOON)) == []
    jobs.trying([str(KEY)], run=run, at=NOON)
    jobs.found({str(KEY): 7}, at=later(1))
    jobs.give_back([str(KEY)])
    assert list(jobs.made_tickets()) == []
    assert list(jobs.under_way(since=NOON, until=NOON)) == [str(KEY)]
    assert list(jobs.under_way(since=later(1), until=later(9))) == []
    assert (
        list(jobs.under_way(since=NOON - timedelta(hours=9), until=NOON - timedelta(hours=1))) == []
    )  # set back since
    known = jobs.claim_keys([str(KEY)], at=later(2), lease=LEASE)
    assert known == {str(KEY): KeyClaim(state="unknown", ticket_id=7, tried_at=NOON)}


def test_a_key_whose_create_was_sent_twice_is_looked_for_once_more(database: Database) -> None:
    jobs = SqlJobJournal(database)
    run = start(SqlJournal(database))
    made = MadeTicket(key=KEY, ticket_id=7)
    jobs.claim_keys([str(KEY)], at=NOON, lease=LEASE)
    jobs.watch([str(KEY)])
    assert list(jobs.watched(before=later(60))) == [], "it is not made yet"
    jobs.trying([str(KEY)], run=run, at=NOON)
    jobs.remember_made([made], at=later(1))
    jobs.watch([str(KEY)])
    assert list(jobs.watched(before=NOON)) == []
    assert list(jobs.watched(before=later(1))) == [str(KEY)]
    jobs.remember_made([made], at=later(2))
    assert [one.key for one in jobs.made_tickets()] == [KEY]
    assert jobs.claim_keys([str(KEY)], at=later(3), lease=LEASE)[str(KEY)].state == "made"
    assert list(jobs.watched(before=later(1))) == [str(KEY)], "another note in the ticket does not end the watch"
    jobs.unwatch([str(KEY)])
    assert list(jobs.watched(before=later(60))) == []
    assert [one.key for one in jobs.made_tickets()] == [KEY]
