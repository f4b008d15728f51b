"""Whose an entry is, its account says letter for letter, in every source alike: what a database takes for equal is not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg.sql import SQL

from otrs_bridge.domain.billing.accounts import SERVICES, BillingRules
from otrs_bridge.domain.billing.feed_gate import FeedAccepted
from otrs_bridge.ports.billing import Billing
from tests.billing.facts import AS_OF, MOSCOW, Cells, Facts, csv_cp1251, csv_utf8, embedded_by_others, in_database
from tests.billing.test_bad_feeds import checked, reasons
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres

# A database's own idea of what is equal: no letter case, no accents, no blanks at the end.
KIND_OF_EQUAL = {
    "sqlite": "VARCHAR(200) COLLATE NOCASE",
    "postgresql": 'VARCHAR(200) COLLATE "alike"',
    "mariadb": "VARCHAR(200) COLLATE utf8mb4_general_ci",
}
ALIKE = SQL("CREATE COLLATION alike (provider = icu, locale = 'und-u-ks-level1', deterministic = false)")
DATABASES = tuple(KIND_OF_EQUAL)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where facts are put. `kind` is its name; `make` takes other types of the two columns `account`, where it has types."""

    kind: str
    url: str
    folder: Path

    def make(self, facts: Facts, *, account: str = "", entry: str = "") -> Billing:
        match self.kind:
            case "embedded":
                return embedded_by_others(self.folder, facts)
            case "csv utf-8":
                return csv_utf8(self.folder, facts)
            case "csv cp1251":
                return csv_cp1251(self.folder, facts)
            case _:
                loose = KIND_OF_EQUAL[self.kind]
                return in_database(self.url, facts, account=account or loose, entry=entry or loose)


def made_source(kind: str, request: pytest.FixtureRequest, folder: Path) -> Source:
    """A source with nothing in it."""
    match kind:
        case "sqlite":
            url = f"sqlite:///{folder / 'theirs.db'}"
        case "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            name = server.database()
            server.execute(ALIKE, name)
            url = server.url(name).replace("postgresql:", "postgresql+psycopg:")
        case "mariadb":
            maria: MariaDb = request.getfixturevalue("mariadb")
            url = maria.url(maria.database())
        case _:
            url = ""
    return Source(kind=kind, url=url, folder=folder)


@pytest.fixture(params=["embedded", "csv utf-8", "csv cp1251", *DATABASES])
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    """Every kind of source."""
    return made_source(request.param, request, tmp_path)


@pytest.fixture(params=["csv utf-8", "csv cp1251", *DATABASES])
def foreign(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    """Those whose writing of a contract is not ours."""
    return made_source(request.param, request, tmp_path)


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    """Those that have columns of other types, and queries."""
    return made_source(request.param, request, tmp_path)


def accounts(*ids: str) -> tuple[Cells, ...]:
    """Internet accounts, each on a contract of its own: Ф-1, Ф-2, ..."""
    return tuple((id_, f"Ф-{number}", "internet", *[""] * 12) for number, id_ in enumerate(ids, start=1))


def entries(*rows: tuple[str, str, str]) -> tuple[Cells, ...]:
    """Entries of these accounts, kinds and amounts, on days of April."""
    return tuple(
        (account, kind, f"2013-04-{number:02} 00:00:00", "", amount, f"e{number}")
        for number, (account, kind, amount) in enumerate(rows, start=1)
    )


def debts(billing: Billing) -> dict[str, str]:
    """What is owed, by account."""
    found: dict[str, str] = {}
    with billing.reading() as feed:
        for service in SERVICES:
            scan, rows = feed.ledgers(service, moment=AS_OF, rules=BillingRules(zone=MOSCOW))
            found |= {debt.account: str(debt.amount) for debt in scan.debts(rows)}
    return found


NOBODYS = {
    "no account": ("ivanov", ""),
    "a blank for an account": ("ivanov", " "),
    "another account": ("ivanov", "sidorov"),
    "another letter case": ("ivanov", "Ivanov"),
    "another letter case in Russian": ("иванов", "Иванов"),
    "a blank at the end": ("petrov", "petrov "),
    "a blank at the beginning": ("petrov", " petrov"),
    "a blank at the end of the account": ("petrov ", "petrov"),
    "another letter": ("Семёнов", "Семенов"),
    "zeros": ("1", "00001"),
    "no zeros": ("00001", "1"),
    "decimals": ("1", "1.0"),
    "a Latin letter": ("Т-1", "T-1"),
}


@pytest.mark.parametrize(("account", "other"), NOBODYS.values(), ids=NOBODYS.keys())
def test_an_entry_of_nobody_refuses_the_feed_by_name(source: Source, account: str, other: str) -> None:
    paid = entries((account, "charge", "500.00"), (other, "payment", "500.00"), (account, "charge", "1.00"))
    found = checked(source.make(Facts(accounts=accounts(account), entries=paid)))
    said = reasons(found)
    assert found.insane == 1, said
    assert ("an entry without an account" if not other.strip() else f"{other!r}") in said
    assert any(named in said for named in ("e2", "entries.csv:3", "entry 2"))


@pytest.mark.parametrize("other", ["Ivanov", "ivanov "])
def test_two_accounts_that_a_database_takes_for_one_keep_their_own(source: Source, other: str) -> None:
    rows = entries(
        ("ivanov", "charge", "500.00"), (other, "charge", "70.00"), ("ivanov", "payment", "500.00"),
        (other, "charge", "7.00"), ("ivanov", "charge", "20.00"),
    )  # fmt: skip
    billing = source.make(Facts(accounts=accounts("ivanov", other), entries=rows))
    assert isinstance(checked(billing).verdict, FeedAccepted), reasons(checked(billing))
    assert debts(billing) == {"ivanov": "20.00", other: "77.00"}
    for contract, number in (("Ф-1", 3), ("Ф-2", 2)):
        found = billing.contract(contract)
        assert [len(ledger) for _, ledger in found.accounts] == [number]
        assert found.faults == ()


def test_many_entries_of_nobody_are_counted_and_told_once(source: Source) -> None:
    rows = entries(("ivanov", "charge", "5.00"), *[("sidorov", "payment", "5.00")] * 25)
    found = checked(source.make(Facts(accounts=accounts("ivanov"), entries=rows)))
    assert found.insane == 25
    assert reasons(found).count("has no account among the accounts") == 1
    assert "and 24 more like it" in reasons(found)


MIXED = [
    ("INTEGER", "VARCHAR(20)"),
    ("VARCHAR(20)", "INTEGER"),
    ("BIGINT", "INTEGER"),
    ("NUMERIC(9, 0)", "VARCHAR(20)"),
]


@pytest.mark.parametrize(("account", "entry"), MIXED, ids=[f"{one} and {other}" for one, other in MIXED])
def test_numbers_and_texts_are_compared_as_they_are_written(database: Source, account: str, entry: str) -> None:
    rows = entries(("1", "charge", "500.00"), ("12", "charge", "9.00"), ("1", "payment", "100.00"))
    billing = database.make(Facts(accounts=accounts("1", "12"), entries=rows), account=account, entry=entry)
    assert isinstance(checked(billing).verdict, FeedAccepted), reasons(checked(billing))
    assert debts(billing) == {"1": "400.00", "12": "9.00"}
    assert [len(ledger) for _, ledger in billing.contract("Ф-1").accounts] == [2]


def test_a_number_with_zeros_before_it_is_another_account_than_the_number(database: Source) -> None:
    rows = entries(("1", "charge", "500.00"), ("00001", "payment", "500.00"))
    billing = database.make(Facts(accounts=accounts("1"), entries=rows), account="INTEGER")
    assert "'00001'" in reasons(checked(billing))


def test_a_contract_whose_name_is_no_number_has_no_entries_among_numbers(database: Source) -> None:
    rows = entries(("1", "charge", "500.00"))
    billing = database.make(Facts(accounts=accounts("1", "test"), entries=rows), entry="INTEGER")
    found = billing.contract("Ф-2")
    assert ([ledger for _, ledger in found.accounts], found.faults) == ([()], ())


def of_contracts(*rows: tuple[str, str, str]) -> tuple[Cells, ...]:
    """Internet accounts: id, contract and client."""
    return tuple((id_, contract, "internet", client, *[""] * 11) for id_, contract, client in rows)


ZEROS = {
    "zeros first": (("а", "Ф-0123", "Кот"), ("б", "Ф-123", "Пёс")),
    "zeros last": (("а", "Ф-123", "Кот"), ("б", "Ф-0123", "Пёс")),
    "more zeros": (("а", "Ф-0123", "Кот"), ("б", "Ф-00123", "Пёс")),
    "no letter": (("а", "0123", "Кот"), ("б", "123", "Пёс")),
    "other writings besides": (("а", "дог. № 0123", "Кот"), ("б", "123", "Пёс")),
    "nobody named": (("а", "0123", ""), ("б", "123", "")),
    "one of them named": (("а", "0123", ""), ("б", "123", "Пёс")),
    "three": (("а", "0123", "Кот"), ("б", "0123", "Кот"), ("в", "123", "Пёс")),
}


@pytest.mark.parametrize("rows", ZEROS.values(), ids=ZEROS.keys())
def test_contracts_of_two_clients_that_differ_in_zeros_alone_refuse_the_feed(
    foreign: Source, rows: tuple[tuple[str, str, str], ...]
) -> None:
    """Read as one contract, one client's payment would be another's, and one be cut off for the other's debt."""
    owed = entries((rows[0][0], "payment", "5.00"), (rows[1][0], "charge", "5.00"))
    billing = foreign.make(Facts(accounts=of_contracts(*rows), entries=owed))
    said = reasons(checked(billing))
    assert "that differ in the zeros before them alone" in said
    assert "column contract" in said
    assert billing.contract("Ф-123" if "Ф" in rows[0][1] else "123").faults


def test_the_contract_of_one_client_may_be_written_with_zeros_and_without(foreign: Source) -> None:
    rows = (("а", "Ф-0123", "Кот  Иван"), ("б", "Ф-123", "кот иван"), ("в", "АБ-07", "Пёс"), ("г", "АБ-7", "Ёж"))
    owed = entries(("а", "payment", "5.00"), ("б", "charge", "5.00"))
    billing = foreign.make(Facts(accounts=of_contracts(*rows), entries=owed))
    assert isinstance(checked(billing).verdict, FeedAccepted), reasons(checked(billing))
    assert len(billing.contract("Ф-123").accounts) == 2
    assert len(billing.contract("АБ-7").accounts) == 1
