"""Clients out of databases of others: real PostgreSQL, MariaDB and SQLite, read and never written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from otrs_bridge.directory.reading import BadRow, NotUnderstood, read_clients
from otrs_bridge.directory.sql_source import OtrsCustomers, SqlSource
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.errors import DirectoryUnusable
from tests.servers.mariadb import MariaDb
from tests.servers.postgres import Postgres

QUERY = (
    "SELECT number AS contract, kind AS type, title AS name, place AS address, tels AS phones, mail AS email "
    "FROM subscribers WHERE title LIKE '%ов%' OR title LIKE ':%' ORDER BY number"
)
ROWS = (
    ("Ф-1", "физ. лицо", "Иванов Пётр", "ул. Летная, д. 5, кв. 132", "89161234567;84951234567", "a@b.ru"),
    ("Ю-2", "юр. лицо", ": Ковчег", None, None, None),
    ("нет", "юр. лицо", "Петров", None, "123", None),
    ("Ф-3", None, "Никто", None, None, None),
)
DATABASES = ["sqlite", "postgresql", "mariadb"]


@pytest.fixture(params=DATABASES)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind."""
    match request.param:
        case "sqlite":
            yield f"sqlite:///{tmp_path}/billing.db"
        case "postgresql":
            server: Postgres = request.getfixturevalue("postgres")
            yield server.url(server.database()).replace("postgresql://", "postgresql+psycopg://")
        case _:
            maria: MariaDb = request.getfixturevalue("mariadb")
            yield maria.url(maria.database())


@pytest.fixture
def billing(url: str) -> Iterator[Engine]:
    """A billing system's database with some subscribers."""
    engine = create_engine(url)
    columns = ", ".join(f"{name} varchar(200)" for name in ("number", "kind", "title", "place", "tels", "mail"))
    with engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE subscribers ({columns})"))
        for row in ROWS:
            values = {f"v{index}": value for index, value in enumerate(row)}
            connection.execute(text("INSERT INTO subscribers VALUES (:v0, :v1, :v2, :v3, :v4, :v5)"), values)
    yield engine
    engine.dispose()


def read(source: SqlSource | OtrsCustomers) -> list[Client | BadRow]:
    return list(read_clients(source, NotUnderstood()))


def test_the_operators_own_query_gives_clients(billing: Engine, url: str) -> None:
    rows = read(SqlSource(url, QUERY))
    assert sorted(row.contract for row in rows if isinstance(row, Client)) == ["Ф-1", "Ю-2"]
    (bad,) = [row for row in rows if isinstance(row, BadRow)]
    assert bad.reason.en == "contract 'нет' is not a contract number"
    ivanov = next(row for row in rows if isinstance(row, Client) and row.contract == "Ф-1")
    assert (ivanov.type, ivanov.name, len(ivanov.phones)) == (ClientType.INDIVIDUAL, "Иванов Пётр", 2)
    assert ivanov.address is not None
    assert ivanov.address.flat == "132"


def test_columns_may_be_mapped(billing: Engine, url: str) -> None:
    columns = {"contract": "NUMBER", "phones": "tels"}
    rows = read(SqlSource(url, "SELECT number, tels FROM subscribers WHERE mail = 'a@b.ru'", columns=columns))
    assert [len(row.phones) for row in rows if isinstance(row, Client)] == [2]


def test_a_query_without_our_columns_is_refused(billing: Engine, url: str) -> None:
    with pytest.raises(DirectoryUnusable, match=r"gives the columns title; wanted are contract, type") as refused:
        read(SqlSource(url, "SELECT title FROM subscribers"))
    assert "запрос даёт столбцы title; нужны contract, type" in refused.value.words.ru


def test_a_query_with_two_columns_of_one_name_is_refused_by_it(billing: Engine, url: str) -> None:
    query = "SELECT number AS contract, title AS login, mail AS Login FROM subscribers"
    with pytest.raises(DirectoryUnusable, match=r"two columns have the same name \(login\)"):
        read(SqlSource(url, query))


def test_a_wrong_query_is_refused_in_the_databases_words(billing: Engine, url: str) -> None:
    with pytest.raises(DirectoryUnusable, match="nowhere") as refused:
        read(SqlSource(url, "SELECT * FROM nowhere"))
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("statement", ["DELETE FROM subscribers", "UPDATE subscribers SET number = 'Ф-9'"])
def test_nothing_is_ever_written(billing: Engine, url: str, statement: str) -> None:
    with pytest.raises((DirectoryUnusable, DBAPIError)):
        read(SqlSource(url, statement))
    with billing.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM subscribers WHERE number <> 'Ф-9'")).scalar() == len(ROWS)


def test_many_rows_come_in_portions(billing: Engine, url: str) -> None:
    with billing.begin() as connection:
        rows = [{"number": f"Ф-{number}", "tels": "89161234567"} for number in range(1, 5001)]
        connection.execute(text("INSERT INTO subscribers (number, tels) VALUES (:number, :tels)"), rows)
    query = "SELECT number AS contract, tels AS phones FROM subscribers WHERE title IS NULL"
    assert len(read(SqlSource(url, query))) == 5000


@pytest.fixture
def otrs(url: str) -> Iterator[Engine]:
    """The tables of OTRS that tell its customers."""
    engine = create_engine(url)
    with engine.begin() as connection:
        names = ("login", "email", "customer_id", "pw", "first_name", "last_name", "phone", "mobile", "street", "city")
        described = ", ".join(f"{name} varchar(200)" for name in names)
        connection.execute(text(f"CREATE TABLE customer_user ({described}, valid_id int)"))
        connection.execute(text("CREATE TABLE customer_company (customer_id varchar(200), name varchar(200))"))
        connection.execute(text("CREATE TABLE customer_user_customer (user_id varchar(200), customer_id varchar(200))"))
        connection.execute(
            text(
                "INSERT INTO customer_user VALUES "
                "('Ф-15236', 'a@b.ru', 'x', 'hash', 'Иван', 'Иванов', '84951234567', '89161234567', 'Летная 5-132', ''"
                ", 1), ('romashka', 'r@r.ru', 'Ю-200', 'hash', 'Пётр', 'Петров', '', NULL, 'ул. Мира, 1', 'г. Химки', 1)"
                ", ('gone', 'g@g.ru', 'Ю-300', 'hash', 'Пётр', 'Петров', NULL, NULL, NULL, NULL, 2)"
            )
        )
        connection.execute(text("INSERT INTO customer_company VALUES ('Ю-200', 'ООО «Ромашка»')"))
        connection.execute(text("INSERT INTO customer_user_customer VALUES ('romashka', 'Ю-201')"))
    yield engine
    engine.dispose()


def test_the_customers_of_otrs_are_clients(otrs: Engine, url: str) -> None:
    found = {row.login: row for row in read(OtrsCustomers(url)) if isinstance(row, Client)}
    assert set(found) == {"Ф-15236", "romashka"}
    ivanov, romashka = found["Ф-15236"], found["romashka"]
    assert (ivanov.contract, ivanov.name, ivanov.type, len(ivanov.phones)) == ("Ф-15236", "Иванов Иван", None, 2)
    assert [one.canonical for one in romashka.contracts] == ["Ю-200", "Ю-201"]
    assert (romashka.type, romashka.name, romashka.customer_id) == (ClientType.LEGAL, "ООО «Ромашка»", "Ю-200")
    assert romashka.address is not None
    assert (romashka.address.locality, romashka.address.house) == ("химки", "1")


def test_the_password_hashes_of_otrs_need_not_be_readable(otrs: Engine, url: str) -> None:
    with otrs.begin() as connection:
        connection.execute(text("ALTER TABLE customer_user DROP COLUMN pw"))
    assert len(read(OtrsCustomers(url))) == 2


def test_an_otrs_without_further_customer_ids_will_do(otrs: Engine, url: str) -> None:
    with otrs.begin() as connection:
        connection.execute(text("DROP TABLE customer_user_customer"))
    assert len(read(OtrsCustomers(url))) == 2


@pytest.mark.parametrize("driver", ["postgresql+psycopg", "mysql+pymysql"])
def test_a_database_that_does_not_answer_is_told_without_its_password(driver: str) -> None:
    source = SqlSource(f"{driver}://reader:hunter2-secret@127.0.0.1:1/billing", "SELECT 1")
    with pytest.raises(DirectoryUnusable, match=r"://reader@127\.0\.0\.1:1/billing") as refused:
        read(source)
    assert "hunter2-secret" not in str(refused.value)


@pytest.mark.parametrize(("url", "sentence"), [("nonsense", "no database URL"), ("foo://h/d", "no driver for this")])
def test_a_url_that_leads_nowhere_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(DirectoryUnusable, match=sentence):
        read(SqlSource(url, "SELECT 1"))
