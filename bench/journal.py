"""How fast the journal answers when it is old: `python -m bench.journal [URL] [--entries 1000000]`.

Fills a database (by default a SQLite file in a temporary folder) with 5 entries a ticket and prints how many
milliseconds the questions of the sweep and of the gateway take, and how many bytes one change takes.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, text

from otrs_bridge.journal import tables
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.journal import Intent, Pin

START = datetime(2026, 1, 1, tzinfo=UTC)
FIELDS = ("state", "priority", "customer", "DynamicField_ClientType", "DynamicField_ContractNumber")
WHY = "Состояние «new» не входит в разрешённые: заявка клиента физического лица, открыта более суток"
AT_ONCE = 10_000


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?")
    parser.add_argument("--entries", type=int, default=1_000_000)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="otrs-bridge-bench-") as folder:
        database = open_database(arguments.url or f"sqlite:///{folder}/journal.db")
        started = time.perf_counter()
        fill(database, arguments.entries)
        seconds = time.perf_counter() - started
        print(f"{arguments.entries:,} entries written in {seconds:.0f} s, at {database.place}")
        print(f"bytes a change: {size(database) / arguments.entries:.0f}")
        measure(SqlJournal(database), arguments.entries)
        database.close()


def fill(database: Database, entries: int) -> None:
    """Five applied changes a ticket; every tenth ticket has a pin, every fifth a remark."""
    journal = SqlJournal(database)
    run = journal.start_run("sweep", at=START, selection="all")
    for first in range(0, entries, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, entries))
        with database.writing() as connection:
            connection.execute(insert(tables.entries), [row(run, number) for number in numbers])
        tickets = range(first // 5, (first + len(numbers)) // 5)
        journal.pin([pin(ticket) for ticket in tickets if ticket % 10 == 0])
        remember(database, run, tickets)
    with database.writing() as connection:
        connection.execute(text("ANALYZE"))


def row(run: int, number: int) -> dict[str, object]:
    """An applied entry."""
    moment = START + timedelta(seconds=number)
    change = intent(number // 5, FIELDS[number % 5])
    columns: dict[str, object] = {name: getattr(change, name) for name in Intent.__slots__}
    return columns | {
        "run": run,
        "state": "applied",
        "error": "",
        "intended_at": moment,
        "settled_at": moment,
    }


def intent(ticket: int, field: str) -> Intent:
    """A change as the rules make them."""
    return Intent(
        ticket_id=ticket,
        ticket_number=f"20260101{ticket:08}",
        rule="state",
        field=field,
        old="new",
        new="В работе",
        why=WHY,
        mode="enforce",
    )


def pin(ticket: int) -> Pin:
    """A field left to people."""
    return Pin(
        ticket_id=ticket,
        ticket_number=f"20260101{ticket:08}",
        field="state",
        rule="state",
        value="new",
        reason="a person put it back",
        since=START,
    )


def remember(database: Database, run: int, tickets: range) -> None:
    """A remark for every fifth ticket."""
    rows = [
        {"ticket_id": ticket, "rule": "customer", "digest": "0123456789abcdef", "run": run, "told_at": START}
        for ticket in tickets
        if ticket % 5 == 0
    ]
    with database.writing() as connection:
        connection.execute(insert(tables.told), rows)


def size(database: Database) -> int:
    """Bytes of the database."""
    with database.reading() as connection:
        return int(connection.execute(text(size_query(connection))).scalar_one())


def size_query(connection: Connection) -> str:
    """How each database tells its size."""
    if connection.dialect.name == "postgresql":
        return "SELECT pg_database_size(current_database())"
    return "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"


def measure(journal: SqlJournal, entries: int) -> None:
    """The look-ups and writes that have to stay fast."""
    tickets = entries // 5
    run = journal.start_run("sweep", at=START, selection="all")
    end = START + timedelta(seconds=entries)

    def write() -> None:
        changed = random.randrange(tickets)
        ids = journal.intend(run, [intent(changed, "state"), intent(changed, "priority")], at=end)
        journal.settle(dict.fromkeys(ids, ("applied", "")), at=end)

    timed("memory of 50 tickets", lambda: journal.memory_of(random.sample(range(tickets), 50)))
    timed("intend + settle, 2 changes (2 commits)", write)
    timed("history of one ticket", lambda: journal.entries(ticket_id=random.randrange(tickets)))
    timed("newest 50 of the history", lambda: journal.entries(limit=50))
    timed("unsettled", journal.unsettled)
    timed("tickets changed in the last hour", lambda: journal.tickets_changed_since(end - timedelta(hours=1)))
    timed("newest 100,000 of the history", lambda: journal.entries(limit=100_000), times=3)


def timed(what: str, call: Callable[[], object], *, times: int = 200) -> None:
    """Median and worst of several calls."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        found.append((time.perf_counter() - started) * 1000)
    print(f"{what:42} {statistics.median(found):9.2f} ms   worst {max(found):9.2f} ms")


if __name__ == "__main__":
    main()
