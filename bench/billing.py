"""How fast accounts are decided: `python -m bench.billing [--source embedded] [--accounts 1000000] [--rounds 2]`.

Fills a source with entries (a charge and a payment a month for each account, three in a hundred behind with their
payments; a year of them, in a database fourteen months), then measures, each in a process of its own: merely reading all
rows with the same driver; and the reading that the jobs do (`FeedReader.debts`): both services, every account looked at,
subscribers counted, the feed gate. `--source mariadb` and `postgresql` start a server of their own and ask it by the
operator's queries, with `id`; there the wall clock counts, for the server works as well, and 100,000 accounts will do.
Prints the ratio (wanted: at most 1.5, on MariaDB 1.6) and the peak memory of deciding (wanted: below 300 MB). With
`--prefilter` the database leaves out who owes nothing (wanted: at most 0.5).
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pymysql
import pymysql.cursors
from sqlalchemy import Connection, PoolProxiedConnection, create_engine

from otrs_bridge.billing.ledger_file import EmbeddedLedger
from otrs_bridge.billing.ledger_layout import ACCOUNTS, ENTRIES, INSERT_ACCOUNT, INSERT_ENTRY, MAKE, MARK
from otrs_bridge.billing.ledger_opening import opened
from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.domain.billing.accounts import SERVICES, BillingRules
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedLimits
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.job import Almanac
from otrs_bridge.service.debts.reading import FeedReader
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres

MOSCOW = ZoneInfo("Europe/Moscow")
MOMENT = datetime(2026, 2, 1, 9, tzinfo=MOSCOW)
FIRST = Period(year=2024, month=12)
MONTHS = [FIRST.plus(step) for step in range(15)]
STARTS = [int(month.first_moment(MOSCOW).timestamp()) for month in MONTHS]
HOUR, DAY = 3600, 86_400
AT_ONCE = 10_000
YEAR, FOURTEEN = 12, 14  # months of entries, the last ones
WANTED_MEGABYTES = 300
WANTED_RATIO = {"embedded": "at most 1.5", "mariadb": "at most 1.6", "postgresql": "its driver is written in C"}
CHARGES_AND_PAYMENTS = """
SELECT CONCAT('c', id) AS id, account, 'charge' AS kind, dated, posted, amount FROM charges
UNION ALL SELECT CONCAT('p', id), account, 'payment', dated, posted, amount FROM payments"""
QUERIES = Queries(
    accounts="SELECT account, contract, service, name, type, address, fee FROM accounts",
    entries=CHARGES_AND_PAYMENTS,
    as_of=f"SELECT {int(MOMENT.timestamp()) - 3600}",
)


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", choices=WANTED_RATIO, default="embedded")
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--ledger", type=Path, help="a ledger filled before; or where to keep it")
    parser.add_argument("--prefilter", action="store_true", help="of a database: read only who may owe")
    parser.add_argument("--one", choices=("read", "decide"), help="used by itself")
    parser.add_argument("--url", help="used by itself")
    arguments = parser.parse_args()
    if arguments.one:
        ledger = arguments.url or arguments.ledger
        print(json.dumps(read(ledger) if arguments.one == "read" else decide(ledger, prefilter=arguments.prefilter)))
    elif arguments.source == "embedded":
        with tempfile.TemporaryDirectory(prefix="otrs-bridge-bench-") as folder:
            ledger = arguments.ledger or Path(folder) / "ledger.db"
            if not ledger.exists():
                with told(arguments.accounts):
                    fill(ledger, arguments.accounts)
            measure("embedded", ["--ledger", str(ledger)], arguments.rounds)
    else:
        with MariaDb() if arguments.source == "mariadb" else Postgres() as server:
            url = server.url(server.database()).replace("postgresql:", "postgresql+psycopg:")
            with told(arguments.accounts):
                fill_database(url, arguments.accounts)
            filtered = ["--prefilter"] if arguments.prefilter else []
            measure(arguments.source, ["--url", url, *filtered], arguments.rounds)


@contextmanager
def told(accounts: int) -> Iterator[None]:
    """Says how long the filling took."""
    started = time.perf_counter()
    yield
    print(f"{accounts:,} accounts written in {time.perf_counter() - started:.0f} s", flush=True)


def measure(source: str, where: Sequence[str], rounds: int) -> None:
    """Both in turns, so that what else the machine does hits both; the best of each counts."""
    found: dict[str, list[dict[str, float]]] = {"read": [], "decide": []}
    for _ in range(rounds):
        for what, results in found.items():
            done = subprocess.run(
                [sys.executable, "-m", "bench.billing", "--one", what, *where],
                check=True, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
            results.append(json.loads(done.stdout))
            print(f"  {what}: {results[-1]['seconds']:.1f} s", flush=True)
    reading, deciding = (min(results, key=lambda one: one["seconds"]) for results in found.values())
    assert reading["rows"] == deciding["rows"]
    ratio = deciding["seconds"] / reading["seconds"]
    memory = max(one["megabytes"] for one in found["decide"])
    print(f"rows: {deciding['rows']:,.0f}; debts: {deciding['debts']:,.0f} of {deciding['subscribers']:,.0f}")
    print(f"reading {reading['seconds']:.1f} s, deciding {deciding['seconds']:.1f} s")
    wanted = "at most 0.5" if "--prefilter" in where else WANTED_RATIO[source]
    print(f"ratio: {ratio:.2f} (wanted: {wanted})")
    print(f"peak memory: {memory:.0f} MB (wanted: below {WANTED_MEGABYTES})")


def read(ledger: Path | str) -> dict[str, float]:
    """Every row, and nothing done with it."""
    rows = 0
    if isinstance(ledger, str):
        clock, started = time.perf_counter, time.perf_counter()
        with closing(create_engine(ledger).raw_connection()) as raw:
            for query in (QUERIES.entries, QUERIES.accounts):
                rows += _exhausted(_streamed(raw, query))
    else:
        clock, started = time.process_time, time.process_time()
        with closing(opened(ledger)) as connection:
            for query, parameters in [*((ENTRIES, [service]) for service in SERVICES), (ACCOUNTS, [])]:
                rows += _exhausted(connection.execute(query, parameters))
    return _result(clock() - started, rows=rows)


def _streamed(raw: PoolProxiedConnection, query: str) -> Iterator[object]:
    """The rows by a cursor of the driver's own that streams."""
    driver: Any = raw.driver_connection
    streaming = pymysql.cursors.SSCursor if isinstance(driver, pymysql.Connection) else "bench"
    with closing(driver.cursor(streaming)) as cursor:
        cursor.execute(query)
        yield from cursor


def decide(ledger: Path | str, *, prefilter: bool = False) -> dict[str, float]:
    """What a job runs (`service/debts/reading.py`), when nobody has a ticket yet: it reads the same rows, once."""
    clock = time.perf_counter if isinstance(ledger, str) else time.process_time
    started = clock()
    reader = FeedReader(
        billing=SqlBilling(ledger, QUERIES, zone=MOSCOW, prefilter=prefilter)
        if isinstance(ledger, str)
        else EmbeddedLedger(ledger, zone=MOSCOW),
        almanac=Almanac(rules=BillingRules(zone=MOSCOW), make_calendar=production_calendar),
        limits=FeedLimits(),
        last_good_rows=lambda _: None,
    )
    reading = reader.debts({}, moment=MOMENT, now=MOMENT)
    assert isinstance(reading.verdict, FeedAccepted), reading.verdict
    seconds = clock() - started
    return _result(seconds, rows=reading.size.rows, debts=len(reading.facts), subscribers=reading.subscribers.total())


def _exhausted(rows: Iterable[object]) -> int:
    """How many rows there were; counted as cheaply as Python can."""
    counted = deque(enumerate(rows, start=1), maxlen=1)
    return counted[0][0] if counted else 0


def _result(seconds: float, **numbers: float) -> dict[str, float]:
    return {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, **numbers}


def fill(path: Path, accounts: int) -> None:
    """A ledger as an import would leave it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {MARK} {MAKE}")
        connection.execute("BEGIN")
        as_of = int(MOMENT.astimezone(UTC).timestamp()) - HOUR
        connection.execute("UPDATE feed SET as_of = ?, checked = 1, origin = 'bench'", [as_of])
        connection.executemany(INSERT_ACCOUNT, (_account(number) for number in range(accounts)))
        connection.executemany(INSERT_ENTRY, _entries(accounts, random.Random(4), YEAR))
        connection.execute("COMMIT")


def fill_database(url: str, accounts: int) -> None:
    """Tables of another make, with two of entries: moments on the operator's clock, without a zone."""
    engine = create_engine(url)
    moment, id_ = ("DATETIME", "INT AUTO_INCREMENT") if engine.dialect.name == "mysql" else ("TIMESTAMP", "SERIAL")
    columns = f"id {id_} PRIMARY KEY, account VARCHAR(20), dated {moment}, posted {moment}, amount DECIMAL(14, 2)"
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE accounts (account VARCHAR(20) PRIMARY KEY, contract VARCHAR(20), service VARCHAR(20), "
            "name VARCHAR(100), type VARCHAR(20), address VARCHAR(200), fee DECIMAL(14, 2))"
        )
        for table in ("charges", "payments"):
            connection.exec_driver_sql(f"CREATE TABLE {table} ({columns})")
            connection.exec_driver_sql(f"CREATE INDEX {table}_account ON {table} (account)")
        everybody = ((*row[:6], row[7] and Decimal(row[7]).scaleb(-2)) for row in map(_account, range(accounts)))
        _insert(connection, "accounts VALUES (%s, %s, %s, %s, %s, %s, %s)", everybody)
        entries = _entries(accounts, random.Random(4), FOURTEEN)
        while portion := list(islice(entries, AT_ONCE)):
            for table, wanted in (("charges", "charge"), ("payments", "payment")):
                rows = ((account, _clock(dated), _clock(posted), Decimal(kopecks).scaleb(-2))
                        for account, _, kind, dated, posted, kopecks in portion if kind == wanted)  # fmt: skip
                _insert(connection, f"{table} (account, dated, posted, amount) VALUES (%s, %s, %s, %s)", rows)
    engine.dispose()


def _insert(connection: Connection, into: str, rows: Iterable[tuple[object, ...]]) -> None:
    rows = iter(rows)
    while portion := list(islice(rows, AT_ONCE)):
        connection.exec_driver_sql(f"INSERT INTO {into}", portion)


def _clock(moment: int) -> datetime:
    return datetime.fromtimestamp(moment, MOSCOW).replace(tzinfo=None)


def _account(number: int) -> tuple[Any, ...]:
    service = "telephony" if number % 4 == 3 else "internet"
    fee = None if service == "telephony" else 50_000 + number % 7 * 5_000
    address = f"ул. Лётная, д. {number % 90}, кв. {number % 200}"
    return (_id(number), f"Ф-{number // 4 + 1}", service, f"Абонент {number}", "individual", address, "",
            fee, None, None, None, None, 0, "", "", None, 0, None, 0, None)  # fmt: skip


def _entries(accounts: int, chance: random.Random, months: int) -> Iterator[tuple[Any, ...]]:
    for number in range(accounts):
        account = _id(number)
        telephony = number % 4 == 3
        fee = 50_000 + number % 7 * 5_000
        behind = chance.random() < 0.03
        line = 0
        for month in range(FOURTEEN - months, FOURTEEN):
            start, end = STARTS[month], STARTS[month + 1]
            charged = end - DAY if telephony else end
            yield account, line, "charge", charged, charged + 2 * HOUR, fee
            paid = start + chance.randrange(24 * DAY)
            if not (behind and month > FOURTEEN - 3):
                yield account, line + 1, "payment", paid, paid + HOUR, fee
            line += 2


def _id(number: int) -> str:
    return f"{number:08}"


if __name__ == "__main__":
    main()
