"""What is particular to CSV exports and to foreign databases."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from otrs_bridge.billing.csv_source import CsvBilling, CsvExport
from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.domain.billing.accounts import SERVICES, BillingRules
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedLimits, FeedRefused
from otrs_bridge.domain.job import Almanac
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.ports.billing import Billing
from otrs_bridge.service.debts.reading import FeedReader
from tests.billing.facts import AS_OF, ENTRIES, MOSCOW, Facts, csv_cp1251, csv_utf8, in_database, sqlite
from tests.billing.test_bad_feeds import checked, entry, reasons
from tests.servers.postgres import Postgres

ACCOUNTS_CSV = "account,contract,service\n1,Ф-1,internet\n"


def export(folder: Path, accounts: str, entries: str) -> CsvBilling:
    """Two files with these texts."""
    (folder / "accounts.csv").write_text(accounts, encoding="utf-8")
    (folder / "entries.csv").write_text(entries, encoding="utf-8")
    for name in ("accounts.csv", "entries.csv"):
        os.utime(folder / name, (AS_OF.timestamp(), AS_OF.timestamp()))
    return CsvBilling(CsvExport(accounts=folder / "accounts.csv", entries=folder / "entries.csv"), zone=MOSCOW)


BAD_LINES = [
    ("1,payment,2013-05-01", "entries.csv:2: has 3 columns, the header has 4"),
    ("1,payment,2013-05-01,-inf", "entries.csv:2: an amount cannot be -Infinity"),
    (f"1,payment,2013-05-01,{'9' * 30}", f"entries.csv:2: an amount cannot be {'9' * 30}"),
    (f"1,correction,2013-05-01,-{'9' * 5000}", "entries.csv:2: an amount cannot be -999"),
    ('1,"payment"x,2013-05-01,5', "entries.csv:2: is no CSV"),
    ("1,payment,2013-05-01,12.345.678", "entries.csv:2: is no exact amount"),
]


@pytest.mark.parametrize(("line", "why"), BAD_LINES, ids=[why for _, why in BAD_LINES])
def test_a_bad_line_is_told_with_its_number(tmp_path: Path, line: str, why: str) -> None:
    billing = export(tmp_path, ACCOUNTS_CSV, f"account,kind,dated,amount\n{line}\n1,payment,2013-05-01,5\n")
    assert why in reasons(checked(billing))


def test_amounts_may_be_written_as_people_do(tmp_path: Path) -> None:
    rows = '1;charge;01.04.2013;"1 234,50"\n1;charge;2013-04-01;1\u00a0000\n1;payment;1.3.2013 7:05;0,5\n'
    billing = export(
        tmp_path, ACCOUNTS_CSV.replace(",", ";"), f"account;kind;dated;amount\n{rows}".replace(" 7:05", " 07:05")
    )
    entries = billing.contract("Ф-1").accounts[0][1]
    assert [str(one.amount) for one in entries] == ["1234.50", "1000.00", "0.50"]


def test_many_bad_lines_are_counted_and_the_first_shown(tmp_path: Path) -> None:
    billing = export(tmp_path, ACCOUNTS_CSV, "account,kind,dated,amount\n" + "1,payment,never,1\n" * 50)
    found = checked(billing)
    assert found.insane == 50
    assert "is no date: 'never' (column dated); and 49 more like it (entries.csv:3: 'never'; entries.csv:4" in reasons(
        found
    )
    assert billing.contract("Ф-1").faults[-1].why.en == "rows that cannot be read: 50"


def test_an_export_cut_off_inside_its_last_amount_is_refused_by_name(tmp_path: Path) -> None:
    whole = "account,kind,dated,amount\n1,charge,2013-05-01,450\n1,payment,2013-05-01,450"
    found = checked(export(tmp_path, ACCOUNTS_CSV, whole[:-2]))
    assert "entries.csv:3: is where the file breaks off" in reasons(found)
    assert "accounts.csv:2: is where" in reasons(checked(export(tmp_path, ACCOUNTS_CSV.rstrip(), f"{whole}\n")))


def test_entries_without_an_id_that_repeat_others_are_warned_of(tmp_path: Path) -> None:
    row = "1,payment,2013-04-20,500\n"
    doubled = checked(export(tmp_path, ACCOUNTS_CSV, "account,kind,dated,amount\n1,charge,2013-05-01,500\n" + row * 2))
    assert isinstance(doubled.verdict, FeedAccepted)
    (told,) = doubled.doubts
    assert "that repeat others exactly: 1 (1: payment, 2013-04-20 00:00, 500.00)" in told.en
    assert "в точности повторяющих другие: 1 (1: payment" in told.ru
    with_ids = "account,kind,dated,amount,id\n1,payment,2013-04-20,500,7\n1,payment,2013-04-20,500,8\n"
    assert checked(export(tmp_path, ACCOUNTS_CSV, with_ids)).doubts == ()


def test_a_payment_in_a_new_export_is_seen_at_once(tmp_path: Path) -> None:
    billing = csv_utf8(tmp_path, Facts())
    assert len(billing.contract("Ю-7").accounts[0][1]) == 1
    csv_utf8(tmp_path, Facts(entries=(*ENTRIES, entry(account="И-2", amount="9000.00"))))
    assert len(billing.contract("Ю-7").accounts[0][1]) == 2


@pytest.mark.parametrize(
    ("accounts", "entries", "why", "russian"),
    [
        ("", "account,kind,dated,amount\n", "accounts.csv: is empty", "accounts.csv: файл пуст"),
        ("account,contract\n", "account,kind,dated,amount\n", "has no column service", "не хватает столбцов: service"),
        (ACCOUNTS_CSV, "account,kind,dated,amount,amount\n", "two columns have the same name", "называются одинаково"),
    ],
    ids=["empty", "no service", "a column twice"],
)
def test_a_file_that_is_none_of_ours_is_named(
    tmp_path: Path, accounts: str, entries: str, why: str, russian: str
) -> None:
    with pytest.raises(BillingUnusable, match=why) as refused:
        checked(export(tmp_path, accounts, entries))
    assert russian in refused.value.words.ru


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    billing = CsvBilling(CsvExport(accounts=tmp_path / "a.csv", entries=tmp_path / "b.csv"))
    with pytest.raises(BillingUnusable, match=r"a\.csv: cannot be read: No such file") as refused:
        billing.contract("Ф-1")
    assert "a.csv: не читается: No such file" in refused.value.words.ru


@pytest.mark.parametrize("make", [csv_utf8, csv_cp1251, sqlite], ids=["csv utf-8", "csv cp1251", "sqlite"])
def test_reading_changes_nothing(tmp_path: Path, make: Callable[[Path, Facts], Billing]) -> None:
    billing = make(tmp_path, Facts())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    checked(billing)
    billing.contract("Ф-15236")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    queries = Queries(accounts="a", entries="b", as_of="SELECT 1")
    with pytest.raises(BillingUnusable, match="there is no such file"):
        SqlBilling(f"sqlite:///{tmp_path / 'x.db'}", queries).contract("Ф-1")
    assert list(tmp_path.iterdir()) == []


def test_floats_are_no_money(tmp_path: Path) -> None:
    sqlite(tmp_path, Facts())
    url = f"sqlite:///{tmp_path / 'theirs.db'}"
    queries = Queries(
        accounts="acc",
        entries="SELECT account, kind, dated, CAST(amount AS REAL) AS amount FROM ent",
        as_of="SELECT 1367449200",
    )
    assert "is no exact amount" in reasons(checked(SqlBilling(url, queries, zone=MOSCOW)))


def test_a_query_without_a_needed_column_is_told_which(tmp_path: Path) -> None:
    sqlite(tmp_path, Facts())
    queries = Queries(accounts="SELECT account, contract FROM acc", entries="ent", as_of="SELECT 1")
    with pytest.raises(BillingUnusable, match=r"billing\.ledger\.accounts .* missing: service") as refused:
        SqlBilling(f"sqlite:///{tmp_path / 'theirs.db'}", queries).contract("Ф-1")
    assert "запрос даёт столбцы account, contract; не хватает: service" in refused.value.words.ru


def with_sums(tmp_path: Path, query: str = "SELECT * FROM (SQL)") -> tuple[SqlBilling, SqlBilling]:
    """The charges and payments of `facts`, read as they are and through sums: a query of theirs, SQL standing for them."""
    folder = tmp_path / "x"
    folder.mkdir()
    whole = sqlite(folder, Facts(entries=tuple(row for row in ENTRIES if row[1] in {"charge", "payment"})))
    sums = """
        SELECT account, period, sum(fees) AS fees, sum(others) AS others, sum(early) AS paid_early, sum(late) AS paid_late
        FROM (SELECT account, substr(dated, 1, 7) AS period,
                CASE WHEN kind = 'charge' AND substr(dated, 9, 2) = '01' THEN cents ELSE 0 END AS fees,
                CASE WHEN kind = 'charge' AND substr(dated, 9, 2) <> '01' THEN cents ELSE 0 END AS others,
                CASE WHEN kind = 'payment' AND substr(dated, 9, 2) <= '25' THEN cents ELSE 0 END AS early,
                CASE WHEN kind = 'payment' AND substr(dated, 9, 2) > '25' THEN cents ELSE 0 END AS late
              FROM (SELECT *, printf('%.2f', amount) AS cents FROM ent))
        GROUP BY account, period"""
    sums = sums.replace("sum(fees)", "printf('%.2f', sum(fees))").replace("sum(others)", "printf('%.2f', sum(others))")
    sums = sums.replace("sum(early)", "printf('%.2f', sum(early))").replace("sum(late)", "printf('%.2f', sum(late))")
    sums = query.replace("SQL", sums)
    queries = Queries(accounts="acc", entries="ent", sums=sums, as_of=f"SELECT {int(AS_OF.timestamp())}")
    return whole, SqlBilling(f"sqlite:///{folder / 'theirs.db'}", queries, zone=MOSCOW)


def test_sums_decide_as_entries_do(tmp_path: Path) -> None:
    whole, added = with_sums(tmp_path)
    for service in SERVICES:
        found = []
        for billing in (whole, added):
            with billing.reading() as feed:
                scan, rows = feed.ledgers(service, moment=AS_OF, rules=BillingRules(zone=MOSCOW))
                found.append(sorted(scan.debts(rows), key=lambda debt: debt.account))
        assert found[0] == found[1] != []
    almanac = Almanac(rules=BillingRules(zone=MOSCOW), make_calendar=production_calendar)
    for days in (40, 70):
        readings = [
            FeedReader(billing=one, almanac=almanac, limits=FeedLimits(), last_good_rows=lambda _: None).debts(
                {}, moment=AS_OF + timedelta(days=days), now=AS_OF
            )
            for one in (whole, added)
        ]
        assert readings[0].facts == readings[1].facts, "a day to come"
        assert readings[0].presumed == readings[1].presumed is not None


DOUBLED_SUMS = {
    "joined twice": ("SELECT * FROM (SQL) UNION ALL SELECT * FROM (SQL)", 10),
    "grouped by half": ("SELECT account, period, fees, 0 AS others, 0 AS paid_early, 0 AS paid_late FROM (SQL) "
                        "UNION ALL SELECT account, period, 0, others, paid_early, paid_late FROM (SQL)", 10),
    "one of them": ("SELECT * FROM (SQL) UNION ALL SELECT 'И-5', '2013-04', 0, 0, '1.00', 0", 1),
}  # fmt: skip


@pytest.mark.parametrize(("query", "count"), DOUBLED_SUMS.values(), ids=DOUBLED_SUMS.keys())
def test_a_period_with_more_than_one_row_of_sums_refuses_the_feed(tmp_path: Path, query: str, count: int) -> None:
    """Added up, a payment that a join doubled would hide a debt, and a charge make one."""
    _, added = with_sums(tmp_path, query)
    found = checked(added)
    assert found.insane == count
    assert reasons(found).count("a period has more than one row of sums, and needs one") == 1
    assert " × 2 (billing.ledger.sums, GROUP BY account, period)" in reasons(found)
    assert "" not in {row.account for row in found.examples}


@pytest.mark.parametrize(
    ("moment", "by_sums"),
    [
        (AS_OF + timedelta(days=40), True),
        (AS_OF, True),
        (AS_OF - timedelta(minutes=9), True),
        (AS_OF - timedelta(minutes=11), False),
        (AS_OF - timedelta(days=1), False),
    ],
)
def test_sums_serve_a_job_that_began_a_little_before_it_read_them(
    tmp_path: Path, moment: datetime, by_sums: bool
) -> None:
    """The feed's moment of a live database is its clock, which has gone on when the job comes to read."""
    _, added = with_sums(tmp_path)
    with added.reading() as feed:
        feed.ledgers("internet", moment=moment, rules=BillingRules(zone=MOSCOW))
        assert feed.name == (f"{added.name} (sums)" if by_sums else added.name)


def test_of_a_feed_of_the_day_before_sums_are_not_taken_even_so(tmp_path: Path) -> None:
    _, added = with_sums(tmp_path)
    with added.reading() as feed:
        midnight = BillingRules(zone=timezone(timedelta(hours=1)))  # as_of is 00:00 there
        feed.ledgers("internet", moment=AS_OF - timedelta(minutes=1), rules=midnight)
        assert feed.name == added.name


def test_a_reading_through_sums_is_not_compared_with_one_through_entries(tmp_path: Path) -> None:
    _, added = with_sums(tmp_path)
    almanac = Almanac(rules=BillingRules(zone=MOSCOW), make_calendar=production_calendar)
    remembered: dict[str, int] = {}
    reader = FeedReader(billing=added, almanac=almanac, limits=FeedLimits(), last_good_rows=remembered.get)
    for moment in (AS_OF - timedelta(minutes=11), AS_OF, AS_OF - timedelta(minutes=11)):
        reading = reader.debts({}, moment=moment, now=AS_OF)
        assert isinstance(reading.verdict, FeedAccepted), reading.verdict
        remembered[reading.size.feed] = reading.size.rows
    assert remembered == {added.name: 7 + 12, f"{added.name} (sums)": 7 + 10}
    remembered[f"{added.name} (sums)"] = 100
    assert isinstance(reader.debts({}, moment=AS_OF, now=AS_OF).verdict, FeedRefused)


def test_a_payment_that_comes_during_a_reading_is_not_half_seen(postgres: Postgres) -> None:
    url = postgres.url(postgres.database()).replace("postgresql:", "postgresql+psycopg:")
    billing = in_database(url, Facts())
    engine = create_engine(url)
    with billing.reading() as feed:
        assert len(list(feed.accounts())) == 7
        with engine.begin() as connection:
            connection.execute(text("DELETE FROM ent"))
        scan, rows = feed.ledgers("internet", moment=AS_OF, rules=BillingRules(zone=MOSCOW))
        assert len(list(scan.debts(rows))) == 3
    engine.dispose()
    assert billing.contract("Ф-15236").accounts[0][1] == ()


def test_what_the_operators_query_would_write_is_not_written(postgres: Postgres) -> None:
    url = postgres.url(postgres.database()).replace("postgresql:", "postgresql+psycopg:")
    in_database(url, Facts())
    queries = Queries(accounts="acc", entries="ent", as_of="DELETE FROM ent RETURNING 1")
    with pytest.raises(BillingUnusable):
        SqlBilling(url, queries).contract("Ф-1")
    queries = Queries(accounts="acc", entries="ent", as_of="SELECT setval('numbers', 5)")
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE SEQUENCE numbers"))
    engine.dispose()
    with pytest.raises(BillingUnusable, match="read-only transaction"):
        SqlBilling(url, queries).contract("Ф-1")


def test_a_password_is_never_shown(postgres: Postgres) -> None:
    queries = Queries(accounts="a", entries="b", as_of="SELECT 1")
    for url in (
        postgres.url("nowhere").replace("postgresql:", "postgresql+psycopg:"),
        "postgresql+psycopg://u:hush@127.0.0.1:1/x?password=hush",
        "nonsense+driver://u:hush@h/x",
        "u:hush@h",
    ):
        with pytest.raises(BillingUnusable) as caught:
            SqlBilling(url, queries).contract("Ф-1")
        assert "hush" not in str(caught.value)
        assert postgres.password not in str(caught.value)
