"""How fast a million accounts are decided: `python -m bench.billing [--accounts 1000000] [--rounds 2]`.

Fills an embedded ledger with a year of entries (a charge and a payment a month for each account, three in a hundred
behind with their payments), then measures, each in a process of its own: merely reading all rows with the same
driver and the same queries; and the reading that the jobs do (`FeedReader.debts`): both services, every account looked
at, subscribers counted, the feed gate. Prints the ratio (wanted: at most 1.5) and the peak memory of deciding (wanted:
below 300 MB).
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
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from otrs_bridge.billing.ledger_file import EmbeddedLedger, opened
from otrs_bridge.billing.ledger_layout import ACCOUNTS, ENTRIES, INSERT_ACCOUNT, INSERT_ENTRY, MAKE, MARK
from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.domain.billing.accounts import SERVICES, BillingRules
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedLimits
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.job import Almanac
from otrs_bridge.service.debts.reading import FeedReader

MOSCOW = ZoneInfo("Europe/Moscow")
MOMENT = datetime(2026, 2, 1, 9, tzinfo=MOSCOW)
FIRST = Period(year=2025, month=2)
MONTHS = [FIRST.plus(step) for step in range(13)]
STARTS = [int(month.first_moment(MOSCOW).timestamp()) for month in MONTHS]
HOUR, DAY = 3600, 86_400
WANTED_RATIO, WANTED_MEGABYTES = 1.5, 300


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--ledger", type=Path, help="a ledger filled before; or where to keep it")
    parser.add_argument("--one", choices=("read", "decide"), help="used by itself")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(read(arguments.ledger) if arguments.one == "read" else decide(arguments.ledger)))
        return
    with tempfile.TemporaryDirectory(prefix="otrs-bridge-bench-") as folder:
        ledger = arguments.ledger or Path(folder) / "ledger.db"
        if not ledger.exists():
            started = time.perf_counter()
            fill(ledger, arguments.accounts)
            size = ledger.stat().st_size / 1e6
            print(f"{arguments.accounts:,} accounts written in {time.perf_counter() - started:.0f} s, {size:,.0f} MB")
        measure(ledger, arguments.rounds)


def measure(ledger: Path, rounds: int) -> None:
    """Both in turns, so that what else the machine does hits both; the best of each counts."""
    found: dict[str, list[dict[str, float]]] = {"read": [], "decide": []}
    for _ in range(rounds):
        for what, results in found.items():
            done = subprocess.run(
                [sys.executable, "-m", "bench.billing", "--one", what, "--ledger", str(ledger)],
                check=True, capture_output=True, text=True,
            )  # fmt: skip
            results.append(json.loads(done.stdout))
            print(f"  {what}: {results[-1]['seconds']:.1f} s of processor time")
    reading, deciding = (min(results, key=lambda one: one["seconds"]) for results in found.values())
    assert reading["rows"] == deciding["rows"]
    ratio = deciding["seconds"] / reading["seconds"]
    memory = max(one["megabytes"] for one in found["decide"])
    print(f"rows: {deciding['rows']:,.0f}; debts: {deciding['debts']:,.0f} of {deciding['subscribers']:,.0f}")
    print(f"reading {reading['seconds']:.1f} s, deciding {deciding['seconds']:.1f} s")
    print(f"ratio: {ratio:.2f} (wanted: at most {WANTED_RATIO})")
    print(f"peak memory: {memory:.0f} MB (wanted: below {WANTED_MEGABYTES})")


def read(ledger: Path) -> dict[str, float]:
    """Every row, and nothing done with it."""
    started = time.process_time()
    rows = 0
    with closing(opened(ledger)) as connection:
        for query, parameters in [*((ENTRIES, [service]) for service in SERVICES), (ACCOUNTS, [])]:
            rows += _exhausted(connection.execute(query, parameters))
    return _result(started, rows=rows)


def decide(ledger: Path) -> dict[str, float]:
    """What a job runs (`service/debts/reading.py`), when nobody has a ticket yet: it reads the same rows, once."""
    started = time.process_time()
    reader = FeedReader(
        billing=EmbeddedLedger(ledger, zone=MOSCOW),
        almanac=Almanac(rules=BillingRules(zone=MOSCOW), calendar=production_calendar()),
        limits=FeedLimits(),
        last_good_rows=lambda _: None,
    )
    reading = reader.debts({}, moment=MOMENT, now=MOMENT)
    assert isinstance(reading.verdict, FeedAccepted)
    return _result(started, rows=reading.size.rows, debts=len(reading.facts), subscribers=reading.subscribers.total())


def _exhausted(rows: sqlite3.Cursor) -> int:
    """How many rows there were; counted as cheaply as Python can."""
    counted = deque(enumerate(rows, start=1), maxlen=1)
    return counted[0][0] if counted else 0


def _result(started: float, **numbers: float) -> dict[str, float]:
    seconds = time.process_time() - started
    return {"seconds": seconds, "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, **numbers}


def fill(path: Path, accounts: int) -> None:
    """A ledger as an import would leave it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {MARK} {MAKE}")
        connection.execute("BEGIN")
        as_of = int(MOMENT.astimezone(UTC).timestamp()) - HOUR
        connection.execute("UPDATE feed SET as_of = ?, checked = 1, origin = 'bench'", [as_of])
        connection.executemany(INSERT_ACCOUNT, (_account(number) for number in range(accounts)))
        connection.executemany(INSERT_ENTRY, _entries(accounts, random.Random(4)))
        connection.execute("COMMIT")


def _account(number: int) -> tuple[object, ...]:
    service = "telephony" if number % 4 == 3 else "internet"
    fee = None if service == "telephony" else 50_000 + number % 7 * 5_000
    address = f"ул. Лётная, д. {number % 90}, кв. {number % 200}"
    return (_id(number), f"Ф-{number // 4}", service, f"Абонент {number}", "individual", address, "",
            fee, None, None, None, None, 0, None, 0)  # fmt: skip


def _entries(accounts: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    for number in range(accounts):
        account = _id(number)
        telephony = number % 4 == 3
        fee = 50_000 + number % 7 * 5_000
        behind = chance.random() < 0.03
        line = 0
        for month in range(12):
            start, end = STARTS[month], STARTS[month + 1]
            charged = end - DAY if telephony else end
            yield account, line, "charge", charged, charged + 2 * HOUR, fee
            paid = start + chance.randrange(24 * DAY)
            if not (behind and month > 9):
                yield account, line + 1, "payment", paid, paid + HOUR, fee
            line += 2


def _id(number: int) -> str:
    return f"{number:08}"


if __name__ == "__main__":
    main()
