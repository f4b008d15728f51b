"""What databases of billing systems give: floats, bits, zero dates, clocks elsewhere, ids that are all alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.domain.billing.accounts import Hold
from otrs_bridge.domain.billing.feed_gate import FeedAccepted
from otrs_bridge.errors import BillingUnusable
from tests.billing.facts import AS_OF, ENTRIES, MOSCOW, Facts, in_database, sqlite
from tests.billing.test_bad_feeds import checked, reasons
from tests.servers.mariadb import MariaDb

AS_OF_SECONDS = f"SELECT {int(AS_OF.timestamp())}"
Asked = Callable[[Queries], SqlBilling]


@pytest.fixture
def lite(tmp_path: Path) -> Asked:
    """The facts in SQLite, asked by other queries."""
    sqlite(tmp_path, Facts())
    return lambda queries: SqlBilling(f"sqlite:///{tmp_path / 'theirs.db'}", queries, zone=MOSCOW)


@pytest.fixture
def maria(mariadb: MariaDb) -> Asked:
    """The facts in MariaDB, asked by other queries."""
    url = mariadb.url(mariadb.database())
    in_database(url, Facts())
    return lambda queries: SqlBilling(url, queries, zone=MOSCOW)


def test_an_amount_that_cannot_be_read_is_told_once_with_query_column_and_rows(lite: Asked) -> None:
    floats = "SELECT account, kind, dated, CAST(amount AS REAL) AS amount, id FROM ent"
    found = checked(lite(Queries(accounts="acc", entries=floats, as_of=AS_OF_SECONDS)))
    said = reasons(found)
    assert found.insane == len(ENTRIES)
    assert said.count("is no exact amount") == 1
    assert "write CAST(… AS DECIMAL(14, 2)): -20.0 (billing.ledger.entries, column amount)" in said
    assert f"and {len(ENTRIES) - 1} more like it (И-1, id 2: 500.5; И-1, id 4: 480.5)" in said


@pytest.mark.parametrize(("column", "value"), [("fee", "'many'"), ("ended", "'perhaps'"), ("promised_until", "'soon'")])
def test_an_account_that_cannot_be_read_names_its_query_and_column(lite: Asked, column: str, value: str) -> None:
    accounts = f"SELECT account, contract, service, {value} AS {column} FROM acc"  # a test's own
    said = reasons(checked(lite(Queries(accounts=accounts, entries="ent", as_of=AS_OF_SECONDS))))
    assert f"{value} (billing.ledger.accounts, column {column}); and 6 more like it" in said


def test_zero_dates_and_bits_are_understood(maria: Asked, mariadb: MariaDb) -> None:
    accounts = (
        "SELECT account, contract, service, CAST('0000-00-00' AS DATETIME) AS starts, FROM_UNIXTIME(0) AS ends, "
        "b'0' AS ended, 0 AS promised_until, IF(account = 'Т-4', b'1', b'0') AS do_not_cut FROM acc"
    )
    entries = "SELECT account, kind, UNIX_TIMESTAMP(dated) + 0.000 AS dated, '0000-00-00' AS posted, amount FROM ent"
    billing = maria(Queries(accounts=accounts, entries=entries, as_of=AS_OF_SECONDS))
    assert isinstance(checked(billing).verdict, FeedAccepted), reasons(checked(billing))
    with billing.reading() as feed:
        found = {one.id: one for one in feed.accounts()}
    assert {(one.starts, one.ends, one.ended) for one in found.values()} == {(None, None, False)}
    assert {name: one.holds for name, one in found.items() if one.holds} == {"Т-4": (Hold(kind="do not cut"),)}
    assert {one.posted for one in billing.contract("Ф-15236").accounts[0][1]} == {None}


def test_a_column_of_bits_gives_yes_and_no(mariadb: MariaDb) -> None:
    url = mariadb.url(mariadb.database())
    in_database(url, Facts())
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE acc MODIFY do_not_cut BIT(1), MODIFY ends DATE"))
    engine.dispose()
    with in_queries(url).reading() as feed:
        found = {one.id: one for one in feed.accounts()}
    assert [name for name, one in found.items() if Hold(kind="do not cut") in one.holds] == ["Т-4"]
    assert found["И-3"].ends == date(2013, 4, 30)


def in_queries(url: str, **more: str) -> SqlBilling:
    """The tables of the facts, asked plainly."""
    queries = {"accounts": "acc", "entries": "ent", "as_of": AS_OF_SECONDS} | more
    return SqlBilling(url, Queries(**queries), zone=MOSCOW)


def test_cp1251_in_a_latin1_column_is_refused_by_name(mariadb: MariaDb) -> None:
    url = mariadb.url(mariadb.database())
    in_database(url, Facts())
    engine = create_engine(url)
    with engine.begin() as connection:
        for change in (
            "ALTER TABLE acc MODIFY contract VARCHAR(99) CHARACTER SET cp1251, MODIFY name VARCHAR(99) CHARACTER SET cp1251",
            "ALTER TABLE acc MODIFY contract VARBINARY(99), MODIFY name VARBINARY(99)",
            "ALTER TABLE acc MODIFY contract VARCHAR(99) CHARACTER SET latin1, MODIFY name VARCHAR(99) CHARACTER SET latin1",
        ):
            connection.execute(text(change))
    engine.dispose()
    said = reasons(checked(in_queries(url)))
    assert "'Ô-15236' (billing.ledger.accounts, column contract); and 6 more like it" in said
    said = reasons(checked(in_queries(url, accounts="SELECT account, account AS contract, service, name FROM acc")))
    assert "column name); and" in said


def test_ids_made_by_a_logical_or_are_told_what_to_write(maria: Asked) -> None:
    entries = "SELECT 'c' || id AS id, account, kind, dated, amount FROM ent"
    found = checked(maria(Queries(accounts="acc", entries=entries, as_of=AS_OF_SECONDS)))
    assert found.insane == len(ENTRIES) - 1
    said = reasons(found)
    assert "the entry 1 comes twice" in said
    assert said.count("CONCAT('c', id)") == 1
    right = entries.replace("'c' || id", "CONCAT('c', id)")
    assert isinstance(checked(maria(Queries(accounts="acc", entries=right, as_of=AS_OF_SECONDS))).verdict, FeedAccepted)


def test_a_join_that_gives_an_entry_to_both_services_is_found_by_its_id(lite: Asked) -> None:
    joined = (
        "SELECT b.account, e.kind, e.dated, e.posted, e.amount, e.id FROM ent e JOIN acc a ON a.account = e.account "
        "JOIN acc b ON b.contract = a.contract"
    )
    found = checked(lite(Queries(accounts="acc", entries=joined, as_of=AS_OF_SECONDS)))
    assert "comes twice (billing.ledger.entries)" in reasons(found)
    assert found.insane == sum(row[0] in {"И-1", "Т-1"} for row in ENTRIES)


def test_rows_that_a_join_doubled_are_warned_of_where_they_have_no_id(lite: Asked) -> None:
    doubled = "SELECT account, kind, dated, posted, amount FROM ent JOIN (SELECT 1 UNION SELECT 2)"
    found = checked(lite(Queries(accounts="acc", entries=doubled, as_of=AS_OF_SECONDS)))
    assert isinstance(found.verdict, FeedAccepted)
    (told,) = found.doubts
    assert f"repeat others exactly: {len(ENTRIES)} (" in told.en
    some = "SELECT account, kind, dated, posted, amount, NULLIF(id, '15') AS id FROM ent"
    assert checked(lite(Queries(accounts="acc", entries=some, as_of=AS_OF_SECONDS))).doubts == ()


SUMS = "account, '2013-04' AS period, '5' AS fees, NULL AS others, '0' AS paid_early, '1.50' AS paid_late FROM acc"


@pytest.mark.parametrize(
    ("sums", "why"),
    [
        (f"SELECT {SUMS} UNION ALL SELECT 'nobody', '2013-04', '1', '1', '1', '1'", "'nobody'"),
        (f"SELECT {SUMS} UNION ALL SELECT NULL, '2013-04', '1', '1', '1', '1'", "an entry without an account"),
        (f"SELECT {SUMS.replace('1.50', '12.3456')}", "12.3456 (billing.ledger.sums, column paid_late)"),
        (f"SELECT {SUMS.replace('1.50', '-1')}", "not sums that can be true: 2013-04, 500, 0, 0, -100"),
        (f"SELECT {SUMS.replace('2013-04', 'April')}", "not sums that can be true: April"),
    ],
    ids=["of nobody", "without an account", "parts of a kopeck", "negative", "no period"],
)  # fmt: skip
def test_sums_that_cannot_be_true_refuse_the_feed_by_name(lite: Asked, sums: str, why: str) -> None:
    billing = lite(Queries(accounts="acc", entries="ent", sums=sums, as_of=AS_OF_SECONDS))
    assert why in reasons(checked(billing))


@pytest.mark.parametrize(
    ("written", "is_told"),
    [
        (f"{AS_OF - timedelta(hours=3):%Y-%m-%d %H:%M:%S}", True),
        (f"{AS_OF:%Y-%m-%d %H:%M:%S}", False),
        (f"{AS_OF - timedelta(hours=3):%Y-%m-%d %H:%M:%S}+03:00", False),
        (f"{int(AS_OF.timestamp()) - 10800}", False),
    ],
    ids=["a clock of UTC", "our clock", "with its offset", "epoch seconds"],
)
def test_a_clock_without_a_zone_that_is_whole_hours_off_is_told(lite: Asked, written: str, is_told: bool) -> None:
    billing = lite(Queries(accounts="acc", entries="ent", as_of=f"SELECT '{written}'"))
    found = checked(billing, hours=0)
    assert isinstance(found.verdict, FeedAccepted)
    assert [("3 h apart" in told.en, "на 3 ч" in told.ru) for told in found.doubts] == [(True, True)] * is_told


def test_a_row_that_cannot_be_read_is_told_in_show_too_with_its_query(lite: Asked) -> None:
    entries = "SELECT * FROM ent UNION ALL SELECT 'И-5', 'bonus', dated, '', '1', 99 FROM ent"
    billing = lite(Queries(accounts="acc", entries=entries, as_of=AS_OF_SECONDS))
    faults = billing.contract("Ф-5").faults
    assert "unknown kind of entry: bonus (billing.ledger.entries, column kind)" in faults[0].why.en
    assert billing.contract("Ю-7").faults == ()


def test_an_entry_that_comes_twice_is_told_in_show_too(lite: Asked) -> None:
    double = "SELECT * FROM ent UNION ALL SELECT * FROM ent WHERE id = '13'"
    billing = lite(Queries(accounts="acc", entries=double, as_of=AS_OF_SECONDS))
    assert [fault.why.en for fault in billing.contract("Ф-5").faults] == ["the entry 13 comes twice"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"accounts": "accounts_of_theirs"}, "billing.ledger.accounts: no such table: accounts_of_theirs"),
        ({"entries": "SELECT account, kind FROM ent WHERE"}, "billing.ledger.entries: "),
        ({"sums": "SELECT absent FROM ent"}, "billing.ledger.sums: no such column: absent"),
        ({"as_of": "SELECT since_when()"}, "billing.ledger.as_of: no such function: since_when"),
    ],
    ids=["accounts", "entries", "sums", "as_of"],
)
def test_a_query_that_the_database_refuses_is_named(lite: Asked, asked: dict[str, str], said: str) -> None:
    queries = replace(Queries(accounts="acc", entries="ent", as_of=AS_OF_SECONDS), **asked)
    with pytest.raises(BillingUnusable) as refused, lite(queries).reading() as feed:
        list(feed.accounts())
    assert said in str(refused.value)
