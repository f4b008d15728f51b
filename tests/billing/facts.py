"""The same facts, written down the way each kind of source has them."""

from __future__ import annotations

import csv
import os
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, create_engine, text

from otrs_bridge.billing.csv_source import CsvBilling, CsvExport
from otrs_bridge.billing.ledger_file import EmbeddedLedger
from otrs_bridge.billing.ledger_import import import_ledger
from otrs_bridge.billing.ledger_layout import INSERT_ENTRY
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.billing.values import read_kopecks, read_moment
from otrs_bridge.ports.billing import Billing

MOSCOW = ZoneInfo("Europe/Moscow")
AS_OF = datetime(2013, 5, 2, 3, 0, tzinfo=MOSCOW)

Cells = Sequence[str]

ACCOUNT_HEADER = (
    *("account", "contract", "service", "name", "type", "address", "district"),
    *("fee", "next_fee", "next_fee_since", "starts", "ends", "ended", "promised_until", "do_not_cut"),
)
ENTRY_HEADER = ("account", "kind", "dated", "posted", "amount", "id")

ACCOUNTS: tuple[Cells, ...] = (
    ("И-1", "Ф-15236", "internet", "Иванов Иван Иванович", "физ. лицо", "ул. Лётная, д. 5, кв. 132", "Северный",
     "500.50", "", "", "2012-11-10", "", "", "", ""),
    ("Т-1", "Ф-15236", "telephony", "Иванов Иван Иванович", "физ. лицо", "ул. Лётная, д. 5, кв. 132", "Северный",
     "", "", "", "", "", "", "", ""),
    ("И-2", "Ю-7", "internet", "ООО «Ромашка»", "юр. лицо", "", "",
     "9000.00", "9500.00", "2013-06", "", "", "", "2013-05-20", ""),
    ("И-3", "Ф-3", "internet", "Петров", "", "", "", "300.00", "", "", "", "2013-04-30", "1", "", ""),
    ("Т-4", "Ф-4", "telephony", "Сидорова", "", "", "", "", "", "", "", "", "", "", "1"),
    ("И-5", "Ф-5", "internet", "Заплатила", "", "", "", "300.00", "", "", "", "", "", "", ""),
    ("И-6", "Ф-6", "internet", "Без записей", "", "", "", "300.00", "", "", "", "", "", "", ""),
)  # fmt: skip
ENTRIES: tuple[Cells, ...] = (
    ("И-1", "opening", "2013-02-01 00:00:00", "", "-20.00", "1"),
    ("И-1", "charge", "2013-03-01 00:00:00", "2013-03-01 02:00:00", "500.50", "2"),
    ("Т-4", "charge", "2013-03-31 00:00:00", "", "77.07", "3"),
    ("И-1", "payment", "2013-03-31 23:59:00", "2013-04-03 11:00:00", "480.50", "4"),
    ("И-1", "charge", "2013-04-01 00:00:00", "2013-04-01 02:00:00", "500.50", "5"),
    ("Т-1", "charge", "2013-02-28 00:00:00", "", "123.45", "6"),
    ("Т-1", "payment", "2013-03-25 23:00:00", "", "100.00", "7"),
    ("Т-1", "correction", "2013-04-10 12:00:00", "", "-3.45", "8"),
    ("Т-1", "charge", "2013-03-31 00:00:00", "", "1000.00", "9"),
    ("И-2", "charge", "2013-05-01 00:00:00", "", "9000.00", "10"),
    ("И-3", "charge", "2013-04-01 00:00:00", "", "300.00", "11"),
    ("И-5", "charge", "2013-05-01 00:00:00", "2013-05-01 02:00:00", "300.00", "12"),
    ("И-5", "payment", "2013-04-24 10:00:00", "", "350.00", "13"),
    ("И-5", "refund", "2013-04-28 10:00:00", "", "50.00", "14"),
    ("И-1", "charge", "2013-05-01 00:00:00", "2013-05-01 02:00:00", "500.50", "15"),
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Accounts and entries as rows of text; "" is nothing."""

    accounts: tuple[Cells, ...] = ACCOUNTS
    entries: tuple[Cells, ...] = ENTRIES
    as_of: datetime = AS_OF
    holds: Path | None = field(default=None)


def named(header: Sequence[str], rows: Iterable[Cells]) -> list[tuple[str, Mapping[str, str]]]:
    """Rows as an import takes them."""
    return [(f"row {number}", dict(zip(header, row, strict=True))) for number, row in enumerate(rows, start=1)]


def embedded(folder: Path, facts: Facts) -> EmbeddedLedger:
    """In a ledger file."""
    path = folder / "ledger.db"
    accounts, entries = named(ACCOUNT_HEADER, facts.accounts), named(ENTRY_HEADER, facts.entries)
    import_ledger(path, accounts, entries, as_of=facts.as_of, zone=MOSCOW, origin="facts")
    return EmbeddedLedger(path, zone=MOSCOW, holds=facts.holds)


def csv_utf8(folder: Path, facts: Facts) -> CsvBilling:
    """In CSV as the bridge would write it."""
    _write(folder / "accounts.csv", [ACCOUNT_HEADER, *facts.accounts], delimiter=",", encoding="utf-8-sig")
    _write(folder / "entries.csv", [ENTRY_HEADER, *facts.entries], delimiter=",", encoding="utf-8")
    return _csv(folder, facts, CsvExport(accounts=folder / "accounts.csv", entries=folder / "entries.csv"))


def csv_cp1251(folder: Path, facts: Facts) -> CsvBilling:
    """In CSV as a Russian billing system writes it: CP1251, semicolons, decimal commas, its own names and words."""
    renamed = {"account": "Лицевой счёт", "contract": "Договор", "fee": "Плата"}
    entry_names = {"account": "Лицевой счёт", "kind": "Вид", "amount": "Сумма"}
    kinds = {"charge": "Начисление", "payment": "Платёж", "refund": "возврат", "correction": "Корректировка"}
    services = {"internet": "Интернет", "telephony": "Телефония"}
    accounts = [
        (*row[:2], services.get(row[2], row[2]), *row[3:7], row[7].replace(".", ","), *row[8:])
        for row in facts.accounts
    ]
    entries = [
        (row[0], kinds.get(row[1], row[1]), _russian(row[2]), _russian(row[3]), row[4].replace(".", ","), row[5])
        for row in facts.entries
    ]
    headers = [[names.get(name, name) for name in header]
               for names, header in ((renamed, ACCOUNT_HEADER), (entry_names, ENTRY_HEADER))]  # fmt: skip
    _write(folder / "accounts.csv", [headers[0], *accounts], delimiter=";", encoding="cp1251")
    _write(folder / "entries.csv", [headers[1], *entries], delimiter=";", encoding="cp1251")
    export = CsvExport(
        accounts=folder / "accounts.csv",
        entries=folder / "entries.csv",
        account_columns=renamed,
        entry_columns=entry_names,
    )
    return _csv(folder, facts, export)


def in_database(url: str, facts: Facts, *, account: str = "", entry: str = "") -> SqlBilling:
    """In tables of another make than ours, asked by queries full of what drivers stumble over.

    `account` and `entry` are other types for the column `account` of the two tables.
    """
    engine = create_engine(url)
    kind = engine.dialect.name
    amount = "TEXT" if kind == "sqlite" else "NUMERIC(14, 2)"
    moment = {"postgresql": "TIMESTAMPTZ", "mysql": "DATETIME", "sqlite": "TEXT"}[kind]
    _fill(engine, "acc", ACCOUNT_HEADER, facts.accounts, {"fee": amount, "next_fee": amount, "account": account})
    _fill(engine, "ent", ENTRY_HEADER, facts.entries,
          {"amount": amount, "dated": moment, "posted": moment, "account": entry})  # fmt: skip
    with engine.begin() as connection:
        connection.execute(text("CREATE VIEW bridge_entries AS SELECT * FROM ent"))
    engine.dispose()
    queries = Queries(
        accounts="SELECT * FROM acc WHERE contract LIKE '%' AND contract <> '12:30:00 %s' -- it is: fine\n;",
        entries="bridge_entries",
        as_of=f"SELECT {int(facts.as_of.timestamp())}",
    )
    return SqlBilling(url, queries, zone=MOSCOW, holds=facts.holds)


def embedded_by_others(folder: Path, facts: Facts) -> EmbeddedLedger:
    """In a ledger file that another program filled, which looked at nothing: an entry may be of nobody."""
    ledger = embedded(folder, replace(facts, entries=()))
    with closing(sqlite3.connect(folder / "ledger.db")) as connection:
        connection.execute("UPDATE feed SET checked = 0")
        for number, (account, kind, dated, posted, amount, _) in enumerate(facts.entries, start=1):
            known = read_moment(posted, MOSCOW) if posted else None
            row = (account, number, kind, read_moment(dated, MOSCOW), known, read_kopecks(amount))
            connection.execute(INSERT_ENTRY, row)
        connection.commit()
    return ledger


def sqlite(folder: Path, facts: Facts) -> SqlBilling:
    """In a SQLite database by its URL."""
    return in_database(f"sqlite:///{folder / 'theirs.db'}", facts)


WITHOUT_SERVER: Mapping[str, Callable[[Path, Facts], Billing]] = {
    "embedded": embedded,
    "csv utf-8": csv_utf8,
    "csv cp1251": csv_cp1251,
    "sqlite": sqlite,
}


def _csv(folder: Path, facts: Facts, export: CsvExport) -> CsvBilling:
    seconds = facts.as_of.timestamp()
    for path in export.files:
        os.utime(path, (seconds, seconds))
    return CsvBilling(export, zone=MOSCOW, holds=facts.holds)


def _write(path: Path, rows: Iterable[Cells], *, delimiter: str, encoding: str) -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)


def _russian(moment: str) -> str:
    if not moment or not moment[:4].isdecimal():
        return moment
    day, _, time = moment.partition(" ")
    year, month, number = day.split("-")
    return f"{number}.{month}.{year} {time}"


def _fill(engine: Engine, table: str, header: Sequence[str], rows: Iterable[Cells], types: Mapping[str, str]) -> None:
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET TIME ZONE 'Europe/Moscow'"))
        columns = ", ".join(f"{name} {types.get(name) or 'VARCHAR(200)'}" for name in header)
        connection.execute(text(f"CREATE TABLE {table} ({columns})"))
        marks = ", ".join(f":{name}" for name in header)
        for row in rows:
            values: dict[str, Any] = {name: cell or None for name, cell in zip(header, row, strict=True)}
            connection.execute(text(f"INSERT INTO {table} VALUES ({marks})"), values)


def days_from(first: datetime, count: int) -> list[datetime]:
    """The same time on so many days."""
    return [(first.astimezone(UTC) + timedelta(days=number)) for number in range(count)]
