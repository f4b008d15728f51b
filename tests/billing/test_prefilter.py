"""A database that leaves out who owes nothing: decided is what every row would decide, for right feeds and wrong ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text

from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.domain.billing.accounts import SERVICES, BillingRules
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedLimits
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.job import Almanac
from otrs_bridge.service.debts.reading import FeedReader, FeedReading
from otrs_bridge.service.queries.billing_desk import BillingDesk
from otrs_bridge.service.queries.full_check import full_check
from tests.billing.facts import AS_OF, MOSCOW, Facts, sqlite
from tests.depth import deep
from tests.otrs.moved_clock import MovedClock
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres

FIRST = Period(year=2025, month=9)
ACCOUNTS = 30
ZONES = [ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")]  # the second one changes its clocks
NOW = [(2026, 2, 1, 3), (2026, 2, 1, 0), (2026, 2, 14, 12), (2026, 2, 26, 3), (2026, 3, 28, 23), (2026, 3, 29, 3)]
Row = tuple[object, ...]


@dataclass(kw_only=True)
class Ledger:
    """Rows as the tables take them, and which types these have."""

    zone: ZoneInfo
    now: datetime
    accounts: list[Row] = field(default_factory=list)
    entries: list[Row] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)

    def moment(self, moment: datetime) -> object:
        """As the column has it."""
        return int(moment.timestamp()) if self.types["moment"] == "BIGINT" else moment.replace(tzinfo=None)


def ledger(seed: int, moments: Sequence[str]) -> Ledger:
    """Some owe, most have paid; in every third ledger everything is plain, in the others a row or two is not."""
    chance = random.Random(seed)
    zone = chance.choice(ZONES)
    made = Ledger(zone=zone, now=datetime(*chance.choice(NOW), tzinfo=zone))
    made.types = {
        "moment": chance.choice(moments),
        "amount": chance.choice(["DECIMAL(14, 2)", "DECIMAL(16, 4)", "INT"]),
    }
    with_balances = chance.random() < 0.3
    for number in range(ACCOUNTS):
        service = chance.choice(SERVICES)
        fee = chance.choice([300, 500, 1234])
        own = list(_paid(chance, made, f"a{number}", service, fee))
        sum_ = sum(-row[4] if row[1] == "payment" else row[4] for row in own)  # type: ignore[operator,misc] # numbers
        balance = -sum_ if with_balances else None
        made.accounts.append((f"a{number}", f"Ф-{number // 2 + 1}", service, fee, balance, chance.random() < 0.1))
        made.entries += own
    if seed % 3:
        for _ in range(chance.randint(1, 3)):
            _spoil(chance, made)
    chance.shuffle(made.entries)
    made.entries = [(*row, f"{number}" if row[5] == "" else row[5]) for number, row in enumerate(made.entries)]
    made.entries = [(*row[:5], row[6]) for row in made.entries]
    return made


def _paid(chance: random.Random, made: Ledger, account: str, service: str, fee: int) -> Iterator[Row]:
    behind = chance.random() < 0.2
    for month in range(6):
        period = FIRST.plus(month)
        start = period.first_moment(made.zone)
        charged = start if service == "internet" else period.plus(1).first_moment(made.zone) - timedelta(hours=1)
        charged += timedelta(days=chance.choice([0, 0, 0, 1, 12]))
        posted = chance.choice([None, charged + timedelta(hours=2), charged + timedelta(days=9)])
        if charged < made.now and (posted is None or posted < made.now):
            yield account, "charge", made.moment(charged), posted and made.moment(posted), fee, ""
        paid = start - timedelta(days=chance.randint(1, 20), seconds=chance.randint(0, 86_399))
        if not (behind and month > 3):
            more = chance.choice([0, 0, 0, 1, 100])
            yield account, "payment", made.moment(paid), made.moment(paid + timedelta(hours=1)), fee + more, ""
        if chance.random() < 0.1:
            kind = chance.choice(["refund", "correction", "opening"])
            yield (
                account,
                kind,
                made.moment(start),
                None,
                chance.choice([5, 50] if kind == "refund" else [-70, 5, 70]),
                "",
            )


def _spoil(chance: random.Random, made: Ledger) -> None:
    """One row that is not plain."""
    number = chance.randrange(len(made.entries))
    account, kind, dated, posted, amount, id_ = made.entries[number]
    later, earlier = made.moment(made.now + timedelta(days=3)), made.moment(datetime(1971, 1, 5, tzinfo=made.zone))
    parts = Decimal("10.005") if "4" in made.types["amount"][8:] else -7
    changed: Sequence[Row] = chance.choice(
        [
            [("nobody", kind, dated, posted, amount, id_)],
            [(None, kind, dated, posted, amount, id_)],
            [(str(account).upper(), kind, dated, posted, amount, id_)],
            [(f"{account} ", kind, dated, posted, amount, id_)],
            [
                (
                    account,
                    chance.choice(["Charge", "chargé", "payment ", "bonus", None, "", "оплата"]),
                    dated,
                    posted,
                    amount,
                    id_,
                )
            ],
            [(account, kind, chance.choice([None, later, earlier]), posted, amount, id_)],
            [(account, kind, dated, chance.choice([later, earlier]), amount, id_)],
            [(account, kind, dated, posted, chance.choice([None, -5, parts, 2_000_000, 10_000_000]), id_)],
            [(account, kind, dated, posted, amount, "twice"), (account, kind, dated, posted, amount, "twice")],
            [(account, kind, dated, posted, amount, "Twice"), (account, kind, dated, posted, amount, "twice")],
            [(account, kind, dated, posted, amount, None)] * 2,
            [(account, "payment", later, None, amount, id_), (account, "charge", later, None, amount, id_)],
        ]
    )
    made.entries[number : number + 1] = changed


@pytest.fixture(params=["mariadb", "postgresql"])
def empty(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database of a real server."""
    if request.param == "mariadb":
        maria: MariaDb = request.getfixturevalue("mariadb")
        return maria.url(maria.database())
    server: Postgres = request.getfixturevalue("postgres")
    return server.url(server.database()).replace("postgresql:", "postgresql+psycopg:")


def written(url: str, made: Ledger) -> Callable[[bool], SqlBilling]:
    """The ledger in a database, asked with and without the prefilter."""
    engine = create_engine(url)
    name = "VARCHAR(20)"
    tables = {
        "acc": f"account {name}, contract {name}, service {name}, fee INT, balance DECIMAL(14, 2), suspended BOOLEAN",
        "ent": f"account {name}, kind {name}, dated {made.types['moment']}, posted {made.types['moment']}, "
        f"amount {made.types['amount']}, id {name}",
    }
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SET TIME ZONE '{made.zone.key}'"))
        for (table, columns), rows in zip(tables.items(), (made.accounts, made.entries), strict=True):
            connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
            connection.execute(text(f"CREATE TABLE {table} ({columns})"))
            marks = ", ".join(f":c{number}" for number in range(len(rows[0])))
            values = [{f"c{number}": cell for number, cell in enumerate(row)} for row in rows]
            connection.execute(text(f"INSERT INTO {table} VALUES ({marks})"), values)
    engine.dispose()
    balance = ", balance" if made.accounts[0][4] is not None else ""
    queries = Queries(
        accounts=f"SELECT account, contract, service, fee, suspended{balance} FROM acc",
        entries="ent",
        as_of=f"SELECT {int(made.now.timestamp())}",
    )
    return lambda prefilter: SqlBilling(url, queries, zone=made.zone, prefilter=prefilter)


def read(billing: SqlBilling, made: Ledger, rules: BillingRules, ahead: timedelta) -> FeedReading:
    """As the jobs do, for a day that may be to come."""
    almanac = Almanac(rules=rules, make_calendar=production_calendar)
    reader = FeedReader(billing=billing, almanac=almanac, limits=FeedLimits(), last_good_rows=lambda _: None)
    reading = reader.debts({}, moment=made.now + ahead, now=made.now, reconnecting=True)
    return replace(reading, facts=sorted(reading.facts, key=str))


@pytest.mark.parametrize("lot", range(2))
def test_the_prefilter_changes_neither_debts_nor_the_verdict(empty: str, lot: int) -> None:
    moments = ["TIMESTAMP", "TIMESTAMPTZ", "BIGINT"] if "postgres" in empty else ["DATETIME", "BIGINT"]
    debts = accepted = 0
    for seed in range(lot, deep(400, 6), 2):
        made = ledger(seed, moments)
        asked = written(empty, made)
        for charges in ("ahead", "when covered"):
            rules = BillingRules(zone=made.zone, charges=charges)
            for ahead in (timedelta(0), timedelta(days=9)):
                filtered, full = (read(asked(prefilter), made, rules, ahead) for prefilter in (True, False))
                assert filtered == full, (seed, charges, ahead)
                debts += len(full.facts)
                accepted += isinstance(full.verdict, FeedAccepted)
    assert debts
    assert accepted


def test_only_the_rows_of_those_who_may_owe_travel(empty: str) -> None:
    made = ledger(0, ["DATETIME" if "mysql" in empty else "TIMESTAMP"])
    rules = BillingRules(zone=made.zone)
    with written(empty, made)(True).reading() as feed:
        counted = travelled = 0
        for service in SERVICES:
            scan, rows = feed.ledgers(service, moment=made.now, rules=rules, most=NOTHING)
            come = list(rows)
            travelled += len(come)
            list(scan.debts(come))
            counted += scan.rows
    assert counted == len(made.entries)
    assert 0 < travelled < counted / 2


def test_check_full_finds_both_readings_alike(empty: str) -> None:
    made = ledger(0, ["DATETIME" if "mysql" in empty else "TIMESTAMP"])
    found = _desk(written(empty, made)(True), made).check(full=True)
    assert found.differences == ()
    assert found.owing


def test_check_full_names_a_debt_that_was_left_out_unless_the_data_moved(tmp_path: Path) -> None:
    full = _desk(sqlite(tmp_path, Facts()), Ledger(zone=MOSCOW, now=AS_OF)).check()
    assert full.differences is None
    one = next(iter(full.owing))
    less = replace(full, owing={name: debt for name, debt in full.owing.items() if name != one}, rows=full.rows - 1)
    told = full_check(lambda: full, lambda: less).differences
    assert told is not None
    assert [words.en for words in told] == [
        f"debts decided in two ways, 1 accounts: {one}",
        "the numbers of rows are not the same",
    ]
    paid_meanwhile = iter([full, less])
    assert full_check(lambda: next(paid_meanwhile), lambda: less).differences == ()


def _desk(billing: SqlBilling, made: Ledger) -> BillingDesk:
    return BillingDesk(
        billing=billing,
        rules=BillingRules(zone=made.zone),
        calendar=production_calendar(),
        limits=FeedLimits(),
        clock=MovedClock(made.now),
    )
