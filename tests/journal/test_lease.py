"""The lead in PostgreSQL: one daemon has it, it passes on in a later epoch, and a former leader cannot write."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from otrs_bridge.errors import JournalUnusable, LeadLost
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.lease import EpochFence, SqlLease
from otrs_bridge.journal.store import SqlJournal
from tests.servers.postgres import Postgres

AT = datetime(2025, 12, 1, 4, tzinfo=UTC)
LONG = 600.0  # seconds: nothing in here comes near it
SHORT = 0.2


@pytest.fixture
def url(postgres: Postgres, migrated: str) -> Iterator[str]:
    with postgres.fresh(template=migrated) as fresh:
        yield fresh


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    opened = open_database(url)
    yield opened
    opened.close()


def fenced(url: str, epoch: int, *, seconds: float = LONG) -> tuple[Database, list[int]]:
    lost: list[int] = []
    return open_database(url, fence=EpochFence(epoch=epoch, seconds=seconds, lost=lost.append)), lost


def run_out(database: Database) -> None:
    """The lease ends by the database's clock."""
    with database.writing() as connection:
        connection.execute(text("UPDATE leases SET until = clock_timestamp() - interval '1 second'"))


def write_with_a_nap(database: Database, nap: Callable[[], None]) -> None:
    with database.writing() as connection:
        connection.execute(text("INSERT INTO watermarks VALUES ('daemon', now())"))
        nap()
        connection.execute(text("SELECT 1"))


def test_while_one_has_the_lead_nobody_else_gets_it_and_everybody_sees_whose_it_is(database: Database) -> None:
    one, other = SqlLease(database), SqlLease(database)
    assert one.leader() is None
    assert one.take(LONG) == 1
    assert other.take(LONG) is None
    assert one.renew(1, LONG)
    assert not other.renew(1, LONG)
    leader = other.leader()
    assert leader is not None
    assert leader.epoch == 1
    assert leader == one.leader()


def test_a_lease_that_has_run_out_passes_on_in_a_later_epoch_for_good(database: Database) -> None:
    one, other = SqlLease(database), SqlLease(database)
    one.take(LONG)
    run_out(database)
    assert one.leader() is None
    assert other.take(LONG) == 2
    assert not one.renew(1, LONG)
    one.give_back(1)
    assert one.take(LONG) is None
    other.give_back(2)
    assert one.take(LONG) == 3


def test_a_former_leader_cannot_write_and_is_told_so_and_the_new_one_can(database: Database, url: str) -> None:
    one, other = SqlLease(database), SqlLease(database)
    one.take(LONG)
    before, lost = fenced(url, 1)
    run = SqlJournal(before).start_run("daemon", at=AT, selection="new and changed")
    run_out(database)
    SqlJournal(before).finish_run(run, at=AT, summary={})  # nobody has taken over yet
    other.take(LONG)
    after, _ = fenced(url, 2)
    with pytest.raises(LeadLost):
        SqlJournal(before).start_run("daemon", at=AT, selection="new and changed")
    assert lost == [1]
    SqlJournal(after).start_run("daemon", at=AT, selection="new and changed")
    assert [found.id for found in SqlJournal(before).runs()] == [2, 1], "reading is not forbidden"
    before.close()
    after.close()


def test_a_lease_is_renewed_while_a_transaction_is_open_and_taking_over_waits_for_its_end(
    database: Database, url: str
) -> None:
    one, other = SqlLease(database), SqlLease(database)
    one.take(LONG)
    writing, _ = fenced(url, 1)
    with writing.writing() as connection:
        connection.execute(text("SELECT 1"))
        assert one.renew(1, LONG)
        run_out(database)
        with pytest.raises(JournalUnusable):
            other.take(SHORT)
    assert other.take(LONG) == 2
    writing.close()


def test_a_leader_that_falls_asleep_in_a_transaction_does_not_keep_the_lead(database: Database, url: str) -> None:
    one, other = SqlLease(database), SqlLease(database)
    one.take(LONG)
    asleep, _ = fenced(url, 1, seconds=SHORT)

    def nap() -> None:
        run_out(database)
        assert other.take(LONG) == 2

    with pytest.raises(JournalUnusable):
        write_with_a_nap(asleep, nap)
    assert SqlJournal(database).watermark("daemon") is None
    asleep.close()


def test_of_many_who_try_at_once_one_gets_it(database: Database) -> None:
    found: list[int | None] = []
    threads = [threading.Thread(target=lambda: found.append(SqlLease(database).take(LONG))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(epoch for epoch in found if epoch) == [1]


def test_what_a_former_leader_had_claimed_is_taken_over_at_once_and_what_others_have_is_not(
    database: Database, url: str
) -> None:
    lease = timedelta(hours=1)
    SqlLease(database).take(LONG)
    (before, _), (after, _) = fenced(url, 1), fenced(url, 2)
    former, by_hand = SqlJobJournal(before), SqlJobJournal(database)
    former.claim_keys(["former"], at=AT, lease=lease)
    by_hand.claim_keys(["by hand"], at=AT, lease=lease)
    assert SqlJournal(before).sweeps.take("all", "", at=AT, at_most=lease) is not None
    assert by_hand.claim_keys(["former"], at=AT, lease=lease)["former"].state == "in hand"
    run_out(database)
    SqlLease(database).take(LONG)
    claims = SqlJobJournal(after).claim_keys(["former", "by hand"], at=AT, lease=lease)
    assert {key: claim.state for key, claim in claims.items()} == {"former": "free", "by hand": "in hand"}
    assert SqlJournal(after).sweeps.take("all", "", at=AT, at_most=lease) is not None
    before.close()
    after.close()
