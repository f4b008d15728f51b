"""Switched off because of debt, and paused by the client: two columns of accounts, in every source."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.billing import ledger_layout
from otrs_bridge.billing.account_row import read_since
from otrs_bridge.billing.csv_source import CsvBilling, CsvExport
from otrs_bridge.billing.ledger_file import EmbeddedLedger
from otrs_bridge.billing.ledger_import import import_ledger, make_ledger
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.domain.billing.accounts import Since
from otrs_bridge.ports.billing import Billing

MOSCOW = ZoneInfo("Europe/Moscow")
HEADER = "account,contract,service,suspended,frozen\n"
WRITTEN = {"1": ("", "0"), "2": ("да", "нет"), "3": ("2013-04-02", ""), "4": ("", "03.05.2013"), "5": ("1", "1")}
MEANT: dict[str, tuple[Since, Since]] = {
    "1": (False, False),
    "2": (True, False),
    "3": (date(2013, 4, 2), False),
    "4": (False, date(2013, 5, 3)),
    "5": (True, True),
}


def csv(folder: Path) -> CsvBilling:
    rows = "".join(f"{name},Ф-{name},internet,{off},{paused}\n" for name, (off, paused) in WRITTEN.items())
    (folder / "accounts.csv").write_text(HEADER + rows, encoding="utf-8")
    (folder / "entries.csv").write_text("account,kind,dated,amount\n1,charge,2013-05-01,5\n", encoding="utf-8")
    return CsvBilling(CsvExport(accounts=folder / "accounts.csv", entries=folder / "entries.csv"), zone=MOSCOW)


def embedded(folder: Path) -> EmbeddedLedger:
    csv(folder)
    export = CsvExport(accounts=folder / "accounts.csv", entries=folder / "entries.csv")
    moment = datetime(2013, 5, 2, tzinfo=MOSCOW)
    path = folder / "ledger.db"
    done = import_ledger(path, export.account_rows(), export.entry_rows(), as_of=moment, zone=MOSCOW, origin="x")
    assert done.faults.first == []
    return EmbeddedLedger(path, zone=MOSCOW)


def sqlite(folder: Path) -> SqlBilling:
    with sqlite3.connect(folder / "theirs.db") as connection:
        connection.execute("CREATE TABLE a (account, contract, service, suspended, frozen)")
        connection.execute("CREATE TABLE e (account, kind, dated, amount)")
        rows = [(name, f"Ф-{name}", "internet", *cells) for name, cells in WRITTEN.items()]
        connection.executemany("INSERT INTO a VALUES (?, ?, ?, ?, ?)", rows)
    connection.close()
    queries = Queries(accounts="SELECT * FROM a", entries="SELECT * FROM e", as_of="SELECT 1367442000")
    return SqlBilling(f"sqlite:///{folder / 'theirs.db'}", queries, zone=MOSCOW)


@pytest.mark.parametrize("source", [csv, embedded, sqlite])
def test_yes_no_and_a_day_are_understood(source: Callable[[Path], Billing], tmp_path: Path) -> None:
    billing = source(tmp_path)
    with billing.reading() as feed:
        assert {one.id: (one.suspended, one.frozen) for one in feed.accounts()} == MEANT
    ((account, _),) = billing.contract("Ф-3").accounts
    assert account.suspended == date(2013, 4, 2)
    assert [account.suspended_on(date(2013, 4, day)) for day in (1, 2)] == [False, True]


@pytest.mark.parametrize("value", ["maybe", "2013-13-01", "active"])
def test_what_is_neither_yes_nor_no_nor_a_day_is_no_answer(value: str) -> None:
    with pytest.raises(Unreadable, match="neither yes nor no nor a date"):
        read_since(value, MOSCOW)


def test_what_databases_write_is_understood() -> None:
    assert read_since(1, MOSCOW) is True
    assert read_since(None, MOSCOW) is False
    assert read_since(date(2013, 5, 1), MOSCOW) == date(2013, 5, 1)
    assert read_since(datetime(2013, 5, 1, 13, 0), MOSCOW) == date(2013, 5, 1)  # noqa: DTZ001 - as drivers give it
    assert read_since(1367355600, MOSCOW) == date(2013, 5, 1)


def test_a_ledger_file_of_the_layout_before_is_read_as_well(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    make_ledger(path)
    with sqlite3.connect(path, isolation_level=None) as connection:
        for column in ("suspended", "frozen"):
            connection.execute(f"ALTER TABLE account DROP COLUMN {column}")
        connection.execute(f"PRAGMA user_version = {ledger_layout.READ_AS_WELL}")
        connection.execute("INSERT INTO account (account, contract, service) VALUES ('1', 'Ф-1', 'internet')")
        connection.execute("UPDATE feed SET as_of = 1367442000")
    connection.close()
    billing = EmbeddedLedger(path, zone=MOSCOW)
    with billing.reading() as feed:
        assert [(one.suspended, one.frozen) for one in feed.accounts()] == [(False, False)]
    assert billing.contract("Ф-1").accounts[0][0].contract == "Ф-1"


@pytest.mark.parametrize("value", ["maybe", "2013-5-1"])
def test_a_ledger_file_takes_nothing_else(tmp_path: Path, value: str) -> None:
    make_ledger(tmp_path / "ledger.db")
    with sqlite3.connect(tmp_path / "ledger.db") as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(
            "INSERT INTO account (account, contract, service, suspended) VALUES ('1', 'Ф-1', 'internet', ?)", [value]
        )
    connection.close()
