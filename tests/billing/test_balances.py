"""Billing's own balance, its credit and how they agree with the entries: optional columns of accounts, in every source."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.billing import ledger_layout
from otrs_bridge.billing.csv_source import CsvBilling, CsvExport
from otrs_bridge.billing.ledger_file import EmbeddedLedger
from otrs_bridge.billing.ledger_import import import_ledger, make_ledger
from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.billing.values import read_balance
from otrs_bridge.domain.billing.accounts import BillingRules
from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.feed_gate import FeedLimits, FeedRefused
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.ports.billing import Billing
from otrs_bridge.service.debts.by_balance import ByBalance, KnownDebts
from otrs_bridge.service.queries.billing_desk import BillingDesk
from otrs_bridge.service.queries.feed_check import FeedCheck
from tests.service.conftest import MovableClock

MOSCOW = ZoneInfo("Europe/Moscow")
AS_OF = datetime(2013, 5, 2, 3, 0, tzinfo=MOSCOW)
ACCOUNT_HEADER = ("account", "contract", "service", "balance", "credit", "credit_until")
ENTRY_HEADER = ("account", "kind", "dated", "amount")
Rows = Sequence[Sequence[str]]
Source = Callable[[Path, Rows, Rows], Billing]

ACCOUNTS: Rows = (
    ("1", "Ф-1", "internet", "-500.00", "", ""),
    ("2", "Ф-2", "internet", "0", "300", "2013-05-10"),
    ("3", "Ф-3", "internet", "", "", ""),
)
ENTRIES: Rows = (
    ("1", "charge", "2013-05-01", "500.00"),
    ("2", "charge", "2013-05-01", "300.00"),
    ("2", "payment", "2013-04-20", "300.00"),
    ("3", "charge", "2013-05-01", "77.00"),
)


def _csv(path: Path, header: Sequence[str], rows: Rows) -> None:
    path.write_text("".join(",".join(row) + "\n" for row in (header, *rows)), encoding="utf-8")


def csv(folder: Path, accounts: Rows, entries: Rows) -> CsvBilling:
    _csv(folder / "accounts.csv", ACCOUNT_HEADER, accounts)
    _csv(folder / "entries.csv", ENTRY_HEADER, entries)
    return CsvBilling(CsvExport(accounts=folder / "accounts.csv", entries=folder / "entries.csv"), zone=MOSCOW)


def embedded(folder: Path, accounts: Rows, entries: Rows) -> EmbeddedLedger:
    csv(folder, accounts, entries)
    export = CsvExport(accounts=folder / "accounts.csv", entries=folder / "entries.csv")
    path = folder / "ledger.db"
    done = import_ledger(path, export.account_rows(), export.entry_rows(), as_of=AS_OF, zone=MOSCOW, origin="x")
    assert done.faults.first == []
    return EmbeddedLedger(path, zone=MOSCOW)


def sqlite(folder: Path, accounts: Rows, entries: Rows) -> SqlBilling:
    with sqlite3.connect(folder / "theirs.db") as connection:
        for table, header, rows in (("a", ACCOUNT_HEADER, accounts), ("e", ENTRY_HEADER, entries)):
            connection.execute(f"CREATE TABLE {table} ({', '.join(header)})")
            marks = ", ".join("?" * len(header))
            connection.executemany(
                f"INSERT INTO {table} VALUES ({marks})", [[cell or None for cell in row] for row in rows]
            )
    connection.close()
    queries = Queries(accounts="SELECT * FROM a", entries="SELECT * FROM e", as_of=f"SELECT {int(AS_OF.timestamp())}")
    return SqlBilling(f"sqlite:///{folder / 'theirs.db'}", queries, zone=MOSCOW)


def desk(billing: Billing, limits: FeedLimits | None = None, now: datetime = AS_OF) -> BillingDesk:
    clock = MovableClock()
    clock.move(seconds=(now - clock.now()).total_seconds())
    return BillingDesk(
        billing=billing,
        rules=BillingRules(zone=MOSCOW),
        calendar=production_calendar(),
        limits=limits or FeedLimits(),
        clock=clock,
    )


def checked(folder: Path, accounts: Rows, entries: Rows, limits: FeedLimits | None = None) -> FeedCheck:
    return desk(sqlite(folder, accounts, entries), limits).check()


@pytest.mark.parametrize("source", [csv, embedded, sqlite])
def test_balance_and_credit_are_read(source: Source, tmp_path: Path) -> None:
    billing = source(tmp_path, ACCOUNTS, ENTRIES)
    with billing.reading() as feed:
        assert feed.has_balances
        assert {one.id: (one.balance, one.credit, one.credit_until) for one in feed.accounts()} == {
            "1": (Decimal("-500.00"), 0, None),
            "2": (0, Decimal("300.00"), date(2013, 5, 10)),
            "3": (None, 0, None),
        }
    ((account, _),) = billing.contract("Ф-2").accounts
    assert (account.balance, account.credit) == (Decimal(0), Decimal(300))


def test_without_the_columns_nothing_is_compared(tmp_path: Path) -> None:
    for source in (csv, embedded):
        billing = source(tmp_path, [("1", "Ф-1", "internet", "", "", "")], ENTRIES[:1])
        with billing.reading() as feed:
            assert not feed.has_balances
    assert desk(embedded(tmp_path, [("1", "Ф-1", "internet", "", "", "")], ENTRIES[:1])).check().balances is None


def test_a_ledger_file_of_the_layout_before_has_no_balances(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    make_ledger(path)
    with sqlite3.connect(path, isolation_level=None) as connection:
        for column in ("balance", "credit", "credit_until"):
            connection.execute(f"ALTER TABLE account DROP COLUMN {column}")
        connection.execute(f"PRAGMA user_version = {ledger_layout.WITHOUT_BALANCES}")
        connection.execute(
            "INSERT INTO account (account, contract, service, frozen) VALUES ('1', 'Ф-1', 'internet', '1')"
        )
    connection.close()
    with EmbeddedLedger(path, zone=MOSCOW).reading() as feed:
        assert not feed.has_balances
        assert [(one.balance, one.frozen) for one in feed.accounts()] == [(None, True)]


@pytest.mark.parametrize(
    ("written", "roubles"),
    [("-500", "-500"), ("1234.5678", "1234.57"), (Decimal("-0.004000"), "0"), (Decimal("12.3456"), "12.35"), (7, "7")],
)
def test_a_balance_of_more_decimals_is_rounded(written: object, roubles: str) -> None:
    assert read_balance(written) == Decimal(roubles)
    assert str(read_balance(written))[:2] != "-0"


@pytest.mark.parametrize("written", ["1.500", 1.5, "much", Decimal("NaN")])
def test_a_balance_that_is_none_or_can_be_read_in_two_ways_is_refused(written: object) -> None:
    with pytest.raises(Unreadable):
        read_balance(written)


def many(*odd: tuple[str, Rows, str], count: int = 200) -> tuple[Rows, Rows]:
    """So many accounts in good order, and these: name, entries, balance."""
    accounts = [(f"{number}", f"Ф-{number}", "internet", "-100", "", "") for number in range(1, count + 1)]
    entries: list[Sequence[str]] = [(row[0], "charge", "2013-05-01", "100") for row in accounts]
    for name, rows, balance in odd:
        accounts.append((name, f"Ф-{name}", "internet", balance, "", ""))
        entries += rows
    return accounts, entries


PAID = ("payment", "2013-04-20", "500")
FEE = ("charge", "2013-05-01", "500")
ODD: dict[str, tuple[Rows, str, str]] = {
    "a payment that lost its account": ([("901", *FEE)], "0", "500.00"),
    "rows that a join doubled": ([("901", *FEE), ("901", *FEE), ("901", *PAID)], "0", "500.00"),
    "a company's bill counted once a user": ([("901", *PAID)], "1500", "1,000.00"),
    "an absolute balance read as a payment": (
        [("901", *FEE), ("901", "payment", "2013-04-20", "9999")],
        "-500",
        "-9,999.00",
    ),
    "no entries at all": ([], "-500", "-500.00"),
}


@pytest.mark.parametrize("case", ODD)
def test_where_entries_and_balance_part_the_account_is_named(case: str, tmp_path: Path) -> None:
    rows, balance, apart = ODD[case]
    found = checked(tmp_path, *many(("901", rows, balance)))
    assert found.balances is not None
    assert (found.balances.compared, found.balances.parted) == (201, 1)
    (worst,) = found.balances.worst
    assert worst.account == "901"
    assert f"{apart}\u00a0₽ apart" in worst.words.en
    assert not isinstance(found.verdict, FeedRefused), "one in two hundred is no broken feed"


def test_more_than_one_in_a_hundred_refuses_the_feed_and_exactly_one_does_not(tmp_path: Path) -> None:
    odd = [(f"{number}", [(f"{number}", *FEE)], "0") for number in (901, 902)]
    (tmp_path / "two").mkdir()
    assert not isinstance(checked(tmp_path, *many(*odd, count=198)).verdict, FeedRefused)
    found = checked(tmp_path / "two", *many(*odd, count=197))
    assert isinstance(found.verdict, FeedRefused)
    assert "199 accounts compared, 2 part from their entries" in found.verdict.words.en
    assert "account 901, contract Ф-901: -500.00\u00a0₽ by its entries, balance 0.00\u00a0₽" in found.verdict.words.en


def test_one_contract_says_where_its_entries_and_its_balance_part(tmp_path: Path) -> None:
    accounts, entries = many(("901", [("901", *FEE)], "0"), count=1)
    here = desk(sqlite(tmp_path, accounts, entries))
    odd, even = here.show("Ф-901"), here.show("Ф-1")
    assert odd is not None
    assert even is not None
    assert [(one.by_entries, one.balance) for one in odd.parted] == [(Decimal(-500), Decimal(0))]
    assert even.parted == ()


def test_the_ten_worst_are_told_the_worst_first(tmp_path: Path) -> None:
    odd = [(f"{900 + number}", [(f"{900 + number}", *FEE)], f"{-500 + number}") for number in range(1, 40)]
    found = checked(tmp_path, *many(*odd))
    assert found.balances is not None
    assert [one.account for one in found.balances.worst] == [f"{number}" for number in range(939, 929, -1)]


@pytest.mark.parametrize(
    ("days", "balance", "parted"), [(1, "-10.01", 0), (1, "-10.02", 1), (250, "-2500.03", 0), (250, "-2500.04", 1)]
)
def test_daily_fees_may_drift_by_a_kopeck_for_every_hundred(
    days: int, balance: str, parted: int, tmp_path: Path
) -> None:
    rows = [("901", "charge", f"2012-{5 + day // 28:02}-{1 + day % 28:02}", "10") for day in range(days % 220)]
    rows += [("901", "charge", f"2011-{5 + day // 28:02}-{1 + day % 28:02}", "10") for day in range(days - len(rows))]
    found = checked(tmp_path, *many(("901", rows, balance)))
    assert found.balances is not None
    assert found.balances.parted == parted


def test_the_tolerance_and_the_share_are_the_operator_s(tmp_path: Path) -> None:
    accounts, entries = many(("901", [("901", *FEE)], "-495"), count=10)
    assert isinstance(checked(tmp_path, accounts, entries).verdict, FeedRefused)
    for folder, limits in (("a", FeedLimits(balance_tolerance=Decimal(5))), ("b", FeedLimits(max_parted=Fraction(1)))):
        (tmp_path / folder).mkdir()
        assert not isinstance(checked(tmp_path / folder, accounts, entries, limits).verdict, FeedRefused)


def test_a_day_that_is_over_is_compared_with_nothing_for_nobody_knows_its_balances(tmp_path: Path) -> None:
    accounts, entries = many(("901", [("901", *FEE), ("901", "payment", "2013-05-02", "500")], "0"), count=1)
    found = desk(sqlite(tmp_path, accounts, entries)).check(date(2013, 5, 1))
    assert found.balances is None
    view = desk(sqlite_again(tmp_path)).show("Ф-901", date(2013, 5, 1))
    assert view is not None
    ((account, _),) = view.decisions
    assert account.balance is None


def sqlite_again(folder: Path) -> SqlBilling:
    queries = Queries(accounts="SELECT * FROM a", entries="SELECT * FROM e", as_of=f"SELECT {int(AS_OF.timestamp())}")
    return SqlBilling(f"sqlite:///{folder / 'theirs.db'}", queries, zone=MOSCOW)


@pytest.mark.parametrize("source", [csv, embedded, sqlite])
def test_entries_may_be_left_out(source: Source, tmp_path: Path) -> None:
    source(tmp_path, ACCOUNTS[:2], ())
    export = CsvExport(accounts=tmp_path / "accounts.csv")
    billing: Billing
    if source is csv:
        os.utime(export.accounts, (AS_OF.timestamp(), AS_OF.timestamp()))
        billing = CsvBilling(export, zone=MOSCOW)
    elif source is embedded:
        path = tmp_path / "ledger.db"
        import_ledger(path, export.account_rows(), None, as_of=AS_OF, zone=MOSCOW, origin="x")
        billing = EmbeddedLedger(path, zone=MOSCOW)
    else:
        queries = Queries(accounts="SELECT * FROM a", as_of=f"SELECT {int(AS_OF.timestamp())}")
        billing = SqlBilling(f"sqlite:///{tmp_path / 'theirs.db'}", queries, zone=MOSCOW)
    with billing.reading() as feed:
        assert feed.by_balance
    assert billing.contract("Ф-1").by_balance
    found = by_balance(billing)
    view = found.show("Ф-1")
    assert view is not None
    ((_, decision),) = view.decisions
    assert isinstance(decision, Debt)
    assert (decision.amount, str(decision.arose)) == (Decimal(500), "2013-05")
    assert [str(one.amount) for one in found.debtors().debtors] == ["500.00"]
    assert not isinstance(found.check().verdict, FeedRefused)


def test_without_entries_a_balance_is_needed(tmp_path: Path) -> None:
    _csv(tmp_path / "accounts.csv", ACCOUNT_HEADER[:3], [row[:3] for row in ACCOUNTS])
    billing = CsvBilling(CsvExport(accounts=tmp_path / "accounts.csv"), zone=MOSCOW)
    with pytest.raises(BillingUnusable, match="balance"), billing.reading():
        pass
    sqlite(tmp_path, ACCOUNTS, ())
    queries = Queries(accounts="SELECT account, contract, service FROM a", as_of="SELECT 1")
    database = SqlBilling(f"sqlite:///{tmp_path / 'theirs.db'}", queries, zone=MOSCOW)
    with pytest.raises(BillingUnusable, match="missing: balance"), database.reading():
        pass


def by_balance(billing: Billing) -> BillingDesk:
    made = desk(billing)
    source = ByBalance(billing=billing, rules=made.rules, known=lambda _: KnownDebts(), now=made.clock.now)
    return replace(made, billing=source)
