"""The same facts give the same decisions, wherever they are read from."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.billing.sql_source import Queries, SqlBilling
from otrs_bridge.billing.values import read_contract
from otrs_bridge.domain.billing.accounts import SERVICES, Account, BillingRules, Hold
from otrs_bridge.domain.billing.debt import Debt, Decision, NoDebt, decide, decide_standing
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.scan import StandingDebt
from otrs_bridge.domain.client import ClientType
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.ports.billing import Billing
from tests.billing.facts import ACCOUNTS, AS_OF, ENTRIES, MOSCOW, Facts, days_from, sqlite
from tests.depth import sample

RULES = BillingRules(zone=MOSCOW)
CALENDAR = production_calendar()
Maker = Callable[[Facts], Billing]


@pytest.fixture
def billing(made: Maker) -> Billing:
    """The facts of `facts`."""
    return made(Facts())


def debts(billing: Billing, moment: datetime) -> dict[str, Debt]:
    """As a job decides."""
    found: dict[str, Debt] = {}
    with billing.reading() as feed:
        standing: dict[str, StandingDebt] = {}
        for service in SERVICES:
            scan, rows = feed.ledgers(service, moment=moment, rules=RULES)
            standing |= {debt.account: debt for debt in scan.debts(rows)}
            assert not scan.faults.count
        for account in feed.accounts():
            if account.id in standing:
                debt = standing.pop(account.id)
                found[account.id] = decide_standing(account, debt, moment=moment, rules=RULES, calendar=CALENDAR)
        assert not standing
        assert not feed.faults.count
    return found


def one_by_one(billing: Billing, moment: datetime) -> Iterator[Decision]:
    """As `billing show` and the last-second check decide."""
    for contract in dict.fromkeys(row[1] for row in ACCOUNTS):
        for account, entries in billing.contract(contract).accounts:
            decision = decide(account, entries, moment=moment, rules=RULES, calendar=CALENDAR)
            assert isinstance(decision, Debt | NoDebt)
            yield decision


def expected_entries(account: str) -> list[Entry]:
    """What was written down."""

    def moment(text: str) -> datetime | None:
        return datetime.fromisoformat(text).replace(tzinfo=MOSCOW) if text else None

    return [
        Entry(kind=kind, amount=Decimal(amount), dated=moment(dated) or AS_OF, posted=moment(posted))  # type: ignore[arg-type] # facts
        for owner, kind, dated, posted, amount, _ in ENTRIES
        if owner == account
    ]


def test_the_debts_are_those_of_the_written_facts(billing: Billing) -> None:
    found = debts(billing, AS_OF)
    assert {account: debt.amount for account, debt in found.items()} == {
        "И-1": Decimal("1001.00"),
        "И-2": Decimal("9000.00"),
        "И-3": Decimal("300.00"),
        "Т-1": Decimal("1020.00"),
        "Т-4": Decimal("77.07"),
    }
    assert {account: str(debt.arose) for account, debt in found.items()} == {
        "И-1": "2013-04", "И-2": "2013-05", "И-3": "2013-04", "Т-1": "2013-03", "Т-4": "2013-04",
    }  # fmt: skip
    stops = {account: debt.stopped_by.mark for account, debt in found.items() if debt.stopped_by}
    assert stops == {"И-2": "promised payment 2013-05-20", "И-3": "contract ended", "Т-4": "do not cut"}


def test_the_stream_and_the_single_contract_decide_alike_on_every_day(billing: Billing) -> None:
    for moment in sample(days_from(datetime(2013, 3, 24, 9, tzinfo=MOSCOW), 40)[::5], 4):
        singly = {one.account.id: one for one in one_by_one(billing, moment) if isinstance(one, Debt)}
        assert debts(billing, moment) == singly


def test_every_entry_comes_as_it_was_written(billing: Billing) -> None:
    for contract in dict.fromkeys(row[1] for row in ACCOUNTS):
        for account, entries in billing.contract(contract).accounts:
            assert sorted(entries, key=str) == sorted(_in_utc(expected_entries(account.id)), key=str)


def _in_utc(entries: list[Entry]) -> Iterator[Entry]:
    from datetime import UTC

    for one in entries:
        posted = None if one.posted is None else one.posted.astimezone(UTC)
        yield Entry(kind=one.kind, amount=one.amount, dated=one.dated.astimezone(UTC), posted=posted)


def test_an_account_comes_with_all_that_a_ticket_needs(billing: Billing) -> None:
    with billing.reading() as feed:
        accounts = {account.id: account for account in feed.accounts()}
    assert len(accounts) == len(ACCOUNTS)
    ivanov = accounts["И-1"]
    assert (ivanov.contract, ivanov.service, ivanov.client) == ("Ф-15236", "internet", "Иванов Иван Иванович")
    assert (ivanov.client_type, ivanov.address) == (ClientType.INDIVIDUAL, "ул. Лётная, д. 5, кв. 132")
    assert (ivanov.district, ivanov.starts) == ("Северный", date(2012, 11, 10))
    assert accounts["И-2"].client_type is ClientType.LEGAL
    assert accounts["И-2"].fee(Period(year=2013, month=5)) == Decimal("9000.00")
    assert accounts["И-2"].fee(Period(year=2013, month=6)) == Decimal("9500.00")
    assert (accounts["И-3"].ended, accounts["И-3"].ends) == (True, date(2013, 4, 30))
    assert accounts["И-2"].holds == (Hold(kind="promised payment", until=date(2013, 5, 20)),)
    assert accounts["Т-4"].holds == (Hold(kind="do not cut"),)


def test_a_contract_has_its_services_together(billing: Billing) -> None:
    found = billing.contract("Ф-15236")
    assert [account.id for account, _ in found.accounts] == ["И-1", "Т-1"]
    assert found.as_of == AS_OF
    assert found.faults == ()


def test_what_everybody_has_to_pay_next_counts_the_prepaid(billing: Billing) -> None:
    with billing.reading() as feed:
        scan, rows = feed.ledgers("internet", moment=AS_OF, rules=RULES)
        assert dict(scan.payable(rows))["И-5"] == Decimal("0.00")


def test_a_contract_that_nobody_knows_is_no_fault(billing: Billing) -> None:
    found = billing.contract("Ф-999999")
    assert (found.accounts, found.faults) == ((), ())


def test_the_feed_says_as_of_when_it_is(billing: Billing) -> None:
    with billing.reading() as feed:
        assert feed.as_of == AS_OF


def test_a_reading_can_be_left_in_the_middle_and_begun_again(billing: Billing) -> None:
    with billing.reading() as feed:
        scan, rows = feed.ledgers("internet", moment=AS_OF, rules=RULES)
        next(iter(scan.debts(rows)))
    assert len(debts(billing, AS_OF)) == 5


def test_holds_of_the_operators_file_are_added(made: Maker, tmp_path: Path) -> None:
    holds = tmp_path / "holds.csv"
    holds.write_text(
        "contract;kind;service;since;until;reason\n"
        "ф 15236;обещанный платёж;интернет;;25.05.2013;звонил\n"
        "Ю7;do not cut;;;;суд\n",
        encoding="cp1251",
    )
    found = debts(made(Facts(holds=holds)), AS_OF)
    assert found["И-1"].account.holds == (Hold(kind="promised payment", until=date(2013, 5, 25), reason="звонил"),)
    assert found["Т-1"].account.holds == ()
    assert found["И-2"].acts_on is None


def test_a_wrong_line_of_the_holds_stops_the_reading(made: Maker, tmp_path: Path) -> None:
    holds = tmp_path / "holds.csv"
    holds.write_text("contract,kind,until\nФ-1,promised payment,\n", encoding="utf-8")
    billing = made(Facts(holds=holds))
    with pytest.raises(BillingUnusable, match=r"holds\.csv, line 2") as refused, billing.reading():
        pass
    assert "holds.csv, строка 2: у обещанного платежа нет срока" in refused.value.words.ru


def test_another_writing_of_the_contract_is_the_same_contract(made: Maker) -> None:
    rows = tuple((row[0], row[1].replace("-", " ").lower(), *row[2:]) for row in ACCOUNTS)
    billing = made(Facts(accounts=rows))
    assert [account.id for account, _ in billing.contract("Ф-15236").accounts] == ["И-1", "Т-1"]
    assert len(debts(billing, AS_OF)) == 5


def test_a_payment_of_a_minute_ago_is_seen_at_the_last_second(made: Maker, tmp_path: Path) -> None:
    billing = made(Facts())
    account, entries = billing.contract("Ю-7").accounts[0]
    decision = decide(account, entries, moment=AS_OF + timedelta(hours=1), rules=RULES, calendar=CALENDAR)
    assert isinstance(decision, Debt)
    assert isinstance(account, Account)


def test_contracts_that_differ_in_letter_case_are_one_contract(made: Maker) -> None:
    """OTRS's search knows no letter case, so their tickets could not be told apart."""
    rows = [
        (id_, contract, "internet", "Кот", *[""] * 11)
        for id_, contract in (("а", "АБ-12/1"), ("б", "аб-12/1"), ("в", "Аб-12/1"), ("г", "аб-77/1"))
    ]
    billing = made(Facts(accounts=tuple(rows), entries=ENTRIES[:0]))
    with billing.reading() as feed:
        assert {one.id: one.contract for one in feed.accounts()} == {
            "а": "АБ-12/1", "б": "АБ-12/1", "в": "АБ-12/1", "г": "АБ-77/1",
        }  # fmt: skip
    assert [account.id for account, _ in billing.contract("АБ-12/1").accounts] == ["а", "б", "в"]
    assert [account.id for account, _ in billing.contract("АБ-77/1").accounts] == ["г"]


@pytest.mark.parametrize(
    ("usual", "unusual"),
    [
        ("Ф-10001", "Ф-10001 "),
        ("Ф-10001", "Ф-0010001"),
        ("Ф10001", " Ф  10001"),
        ("ф 10001", "ф.10001"),
        ("Ф-10001", "Договор № Ф–10001"),
        ("Ю-10001", "iu-10001"),
        ("МТ/191-15", "МТ/191-15 "),
        ("МТ/191-15", " мт/191-15"),
        ("МТ 191-15Б", "мТ  191-15б"),
        ("10001", "дог. 10001"),
    ],
)
def test_a_contract_is_found_in_every_writing_that_reads_as_it(made: Maker, usual: str, unusual: str) -> None:
    """Found in one of two, the debtor of the other is one who "paid meanwhile"."""
    contracts = {"usual": usual, "unusual": unusual, "other": "Ф-100012", "another": "Договор Ф-1000"}
    rows = [(id_, contract, "internet", "Кот", *[""] * 11) for id_, contract in contracts.items()]
    billing = made(Facts(accounts=tuple(rows), entries=()))

    def found() -> set[str]:
        return {account.id for account, _ in billing.contract(read_contract(usual)).accounts}

    assert found() == {"usual", "unusual"}  # as `billing show` asks, which reads nothing before
    with billing.reading() as feed:
        assert {account.id for account in feed.accounts()} == {*contracts}
        assert found() == {"usual", "unusual"}
    assert found() == {"usual", "unusual"}


def test_a_contract_written_otherwise_since_the_last_reading_is_found_by_its_number(tmp_path: Path) -> None:
    rows = [("а", "Ф-10001", "internet", "Кот", *[""] * 11)]
    billing = sqlite(tmp_path, Facts(accounts=tuple(rows), entries=()))
    with billing.reading() as feed:
        assert len([*feed.accounts()]) == 1
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as connection:
        connection.execute("UPDATE acc SET contract = 'Договор Ф-10001'")
        connection.commit()
    assert [account.id for account, _ in billing.contract("Ф-10001").accounts] == ["а"]


@pytest.mark.parametrize("read_before", [True, False])
def test_contracts_may_be_numbers_beside_text(tmp_path: Path, read_before: bool) -> None:
    with closing(sqlite3.connect(tmp_path / "theirs.db")) as connection:
        connection.execute("CREATE TABLE acc (account, contract, service)")
        rows = [
            ("а", 10001, "internet"),
            ("б", "10001", "telephony"),
            ("в", "Ф-10001", "telephony"),
            ("г", 10002, "internet"),
        ]
        connection.executemany("INSERT INTO acc VALUES (?, ?, ?)", rows)
        connection.commit()
    entries = "SELECT account, 'charge' AS kind, '2013-05-01' AS dated, '1' AS amount FROM acc WHERE 1 = 0"
    queries = Queries(accounts="acc", entries=entries, as_of="SELECT unixepoch()")
    billing = SqlBilling(f"sqlite:///{tmp_path / 'theirs.db'}", queries, zone=MOSCOW)
    if read_before:
        with billing.reading() as feed:
            assert len([*feed.accounts()]) == 4
    assert [account.id for account, _ in billing.contract("10001").accounts] == ["а", "б"]
    assert [account.id for account, _ in billing.contract("Ф-10001").accounts] == ["в"]
