"""Threads and processes at one journal: nothing lost, nothing locked, a killed process leaves its trace."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress

import pytest
from sqlalchemy import text

from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.journal import Journal
from tests.depth import deep
from tests.journal.samples import NOON, intent, pin, sighting, start

THREADS = 4
WRITES = deep(500, 60)  # a thread: half of them intents, and as many outcomes
PAUSE = 0.005  # seconds between two looks of a reader, who else takes the processor from those who write


def work(journal: Journal, worker: int) -> None:
    """What a worker of the daemon does, ticket after ticket."""
    run = start(journal)
    for number in range(WRITES // 2):
        ticket = worker * WRITES + number
        journal.memory_of([ticket])
        ids = journal.intend(run, [intent(ticket), intent(ticket, "priority")], at=NOON)
        journal.settle(dict.fromkeys(ids, ("applied", "")), at=NOON)


def expect_everything(journal: Journal, workers: int) -> None:
    entries = journal.entries()
    assert len(entries) == workers * WRITES
    assert {entry.state for entry in entries} == {"applied"}
    assert len({entry.id for entry in entries}) == len(entries)


def test_threads_write_while_a_reader_reads(journal: Journal) -> None:
    with ThreadPoolExecutor(THREADS) as pool:
        workers = [pool.submit(work, journal, worker) for worker in range(THREADS)]
        seen = 0
        while wait(workers, timeout=PAUSE).not_done:
            newest = max((entry.id for entry in journal.entries(limit=50)), default=0)
            assert newest >= seen  # a reader never sees less than before
            seen = newest
        for worker in workers:
            worker.result()
    expect_everything(journal, THREADS)


def test_threads_that_write_the_same_rows_do_not_block_each_other(journal: Journal) -> None:
    run = start(journal)

    def write(worker: int) -> None:
        tickets = range(20) if worker % 2 else range(20, -1, -1)
        for _ in range(20):
            journal.see([sighting(ticket, f"by {worker}") for ticket in tickets])
            journal.pin([pin(ticket) for ticket in tickets])
            journal.remember_told(1, {str(ticket): "a" for ticket in tickets}, run=run, at=NOON)
            journal.set_watermark("poll", NOON)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(write, worker) for worker in range(THREADS)]:
            done.result()
    assert len(journal.pins()) == len(journal.sightings()) == 21


WORK = """
import sys
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from tests.journal.test_several_at_once import work
work(SqlJournal(open_database(sys.argv[1])), int(sys.argv[2]))
"""


def still_runs(process: subprocess.Popen[bytes]) -> bool:
    """Whether it does, after as long as a reader rests."""
    with suppress(subprocess.TimeoutExpired):
        process.wait(PAUSE)
    return process.returncode is None


def test_two_processes_write_while_history_is_read(shared_url: str) -> None:
    database = open_database(shared_url)
    journal = SqlJournal(database)
    processes = [
        subprocess.Popen([sys.executable, "-c", WORK, shared_url, str(worker)], stderr=subprocess.PIPE)
        for worker in (0, 1)
    ]
    while any(still_runs(process) for process in processes):
        assert len(journal.entries(limit=50)) % 2 == 0
    assert [process.communicate()[1] for process in processes] == [b"", b""]
    expect_everything(journal, 2)
    database.close()


DIE = """
import sys
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from tests.journal.samples import NOON, intent, start
journal = SqlJournal(open_database(sys.argv[1]))
run = start(journal)
kept = journal.intend(run, [intent(1), intent(2)], at=NOON)
journal.settle({kept[0]: ("applied", "")}, at=NOON)
with journal._database.writing() as connection:
    connection.exec_driver_sql("UPDATE entries SET state = 'failed'")  # half of something: must not be seen
    print("sent", flush=True)
    sys.stdin.read()
"""


def test_a_killed_process_leaves_its_intents_unsettled(shared_url: str) -> None:
    process = subprocess.Popen([sys.executable, "-c", DIE, shared_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline() == b"sent\n"
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    database = open_database(shared_url)
    journal = SqlJournal(database)
    assert [entry.ticket_id for entry in journal.unsettled()] == [2]
    assert [entry.state for entry in journal.entries()] == ["applied", "intended"]
    start(journal)  # and writing goes on
    database.close()


def test_a_transaction_that_fails_leaves_nothing(database: Database) -> None:
    def interrupted() -> None:
        with database.writing() as connection:
            connection.execute(text("INSERT INTO watermarks (name, moment) VALUES ('a', '2026-01-01 00:00:00')"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    journal = SqlJournal(database)
    assert journal.watermark("a") is None
    journal.set_watermark("a", NOON)
    assert journal.watermark("a") == NOON
