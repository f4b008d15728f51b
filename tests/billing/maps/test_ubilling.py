"""Ubilling and Stargazer by their map, on a MariaDB with tables of the real names and types (MyISAM, utf8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from otrs_bridge.billing.maps import UbillingOptions, try_map, ubilling
from otrs_bridge.directory.sql_source import SqlSource
from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedRefused
from tests.billing.maps.personas import MOSCOW, at, cut, desk, filled, held
from tests.servers.mariadb import MariaDb

TABLES = """
CREATE TABLE users (login VARCHAR(50) NOT NULL PRIMARY KEY, Passive INT(3) DEFAULT 0, Down INT(3) DEFAULT 0,
  AlwaysOnline INT(3) DEFAULT 0, Tariff VARCHAR(40) NOT NULL DEFAULT '', Credit DOUBLE DEFAULT 0,
  TariffChange VARCHAR(40) NOT NULL DEFAULT '', CreditExpire INT(11) DEFAULT 0, Cash DOUBLE DEFAULT 0)
  ENGINE = MyISAM DEFAULT CHARSET = utf8;
CREATE TABLE tariffs (name VARCHAR(40) NOT NULL PRIMARY KEY, Fee DOUBLE DEFAULT 0,
  period VARCHAR(32) NOT NULL DEFAULT 'month')
  ENGINE = MyISAM DEFAULT CHARSET = utf8;
CREATE TABLE contracts (id INT PRIMARY KEY AUTO_INCREMENT, login VARCHAR(45) NOT NULL, contract VARCHAR(255))
  ENGINE = MyISAM DEFAULT CHARSET = utf8;
CREATE TABLE realname (id INT PRIMARY KEY AUTO_INCREMENT, login VARCHAR(45), realname VARCHAR(255))
  ENGINE = MyISAM DEFAULT CHARSET = utf8;
CREATE TABLE corp_users (id INT PRIMARY KEY AUTO_INCREMENT, login VARCHAR(255) NOT NULL, corpid INT NOT NULL)
  ENGINE = MyISAM DEFAULT CHARSET = utf8;
CREATE TABLE corp_data (id INT PRIMARY KEY AUTO_INCREMENT, corpname VARCHAR(255) NOT NULL) ENGINE = MyISAM CHARSET = utf8;
CREATE TABLE address (id INT PRIMARY KEY AUTO_INCREMENT, login VARCHAR(45) NOT NULL, aptid INT NOT NULL) ENGINE = MyISAM;
CREATE TABLE apt (id INT PRIMARY KEY, buildid INT NOT NULL, apt VARCHAR(5)) ENGINE = MyISAM DEFAULT CHARSET = utf8;
CREATE TABLE build (id INT PRIMARY KEY, streetid INT NOT NULL, buildnum VARCHAR(10) NOT NULL) ENGINE = MyISAM CHARSET = utf8;
CREATE TABLE street (id INT PRIMARY KEY, cityid INT NOT NULL, streetname VARCHAR(255) NOT NULL)
  ENGINE = MyISAM CHARSET = utf8;
CREATE TABLE city (id INT PRIMARY KEY, cityname VARCHAR(255) NOT NULL) ENGINE = MyISAM DEFAULT CHARSET = utf8;
CREATE TABLE phones (id INT PRIMARY KEY AUTO_INCREMENT, login VARCHAR(45), phone VARCHAR(255), mobile VARCHAR(255))
  ENGINE = MyISAM DEFAULT CHARSET = utf8;
CREATE TABLE emails (id INT PRIMARY KEY AUTO_INCREMENT, login VARCHAR(45) NOT NULL, email VARCHAR(255)) ENGINE = MyISAM;
CREATE TABLE payments (id INT PRIMARY KEY AUTO_INCREMENT, login VARCHAR(45) NOT NULL, date DATETIME NOT NULL,
  admin VARCHAR(255), balance VARCHAR(45) NOT NULL, summ VARCHAR(45) NOT NULL, cashtypeid INT NOT NULL DEFAULT 1,
  note VARCHAR(200)) ENGINE = MyISAM DEFAULT CHARSET = utf8;
CREATE TABLE paymentscorr (id INT PRIMARY KEY AUTO_INCREMENT, login VARCHAR(45) NOT NULL, date DATETIME NOT NULL,
  admin VARCHAR(255), balance VARCHAR(45) NOT NULL, summ VARCHAR(45) NOT NULL, cashtypeid INT NOT NULL DEFAULT 1,
  note VARCHAR(200)) ENGINE = MyISAM DEFAULT CHARSET = utf8;
CREATE TABLE fees (id INT PRIMARY KEY AUTO_INCREMENT, hash VARCHAR(42) NOT NULL DEFAULT '', login VARCHAR(64) NOT NULL,
  date DATETIME NOT NULL, admin VARCHAR(64), `from` DOUBLE, `to` DOUBLE, summ DOUBLE, note VARCHAR(200), cashtype INT)
  ENGINE = MyISAM DEFAULT CHARSET = utf8
"""
FEE = 500.0
NOW = at("2025-12-01T07:00:00")


class Town:
    """Rows of Ubilling, as its own actions and Stargazer write them: the cash of a login changes with each."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {
            "tariffs": [{"name": "Город 100", "Fee": FEE}, {"name": "День", "Fee": 17.0, "period": "day"}],
            "city": [{"id": 1, "cityname": "Северный"}],
            "street": [{"id": 1, "cityid": 1, "streetname": "ул. Лётная"}],
            "build": [{"id": 1, "streetid": 1, "buildnum": "5"}],
            "apt": [{"id": 1, "buildid": 1, "apt": "132"}],
        }
        self.cash: dict[str, float] = {}

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def person(self, login: str, contract: str, *, cash: float = 0, **columns: Any) -> None:
        self.add("users", **{"login": login, "Tariff": "Город 100", **columns})
        self.add("contracts", login=login, contract=contract)
        self.add("realname", login=login, realname=f"Иванов {login}")
        self.add("address", login=login, aptid=1)
        self.cash[login] = cash

    def fee(self, login: str, day: str, roubles: float = FEE) -> None:
        before = self.cash[login]
        self.cash[login] = before - roubles
        moment = f"{day} 00:01:00"
        self.add("fees", login=login, date=moment, summ=roubles, **{"from": before, "to": self.cash[login]})

    def paid(self, login: str, day: str, roubles: float = FEE, *, note: str = "", table: str = "payments") -> None:
        before = self.cash[login]
        if note.startswith("BALANCESET:"):
            self.cash[login] = roubles
        elif not note.startswith("MOCK:"):
            self.cash[login] = before + roubles
        self.add(table, login=login, date=f"{day} 12:00:00", balance=str(before), summ=f"{roubles:g}", note=note)

    def settle(self) -> None:
        for user in self.rows["users"]:
            user["Cash"] = self.cash[user["login"]]


def _epoch(written: str) -> int:
    return int(datetime.fromisoformat(written).replace(tzinfo=MOSCOW).timestamp())


def town() -> Town:
    """Everybody of known truth. The harvester began on 1 November, so what was before is what its first row says."""
    here = Town()
    plain = ("paid", "late", "part", "never", "mocked", "fixed", "moved", "extra", "twice", "gone", "corp", "oneday")
    for number, login in enumerate(plain, start=1):
        here.person(login, f"Ф-{100 + number}")
        here.paid(login, "2025-10-20", FEE)  # before the harvester
        here.fee(login, "2025-11-01")
    here.add("corp_users", login="corp", corpid=1)
    here.add("corp_data", id=1, corpname="ООО «Ромашка»")
    for login, contract, columns in (
        ("credit", "Ф-121", {"Credit": 600.0}),
        ("promised", "Ф-122", {"Credit": 600.0, "CreditExpire": _epoch("2025-12-06T00:00:00")}),
        ("lapsed", "Ф-123", {"Credit": 600.0, "CreditExpire": _epoch("2025-12-01T00:00:00")}),
        ("frozen", "Ф-124", {"Passive": 1}),
        ("down", "Ф-125", {"Down": 1}),
        ("back", "Ф-126", {}),
    ):
        here.person(login, contract, cash=FEE, **columns)
        here.fee(login, "2025-11-01")
    _december(here)
    here.settle()
    return here


def _december(here: Town) -> None:
    here.paid("paid", "2025-11-20")
    here.paid("late", "2025-11-30")
    here.paid("part", "2025-11-20", 200)
    here.paid("mocked", "2025-11-20", note="MOCK: подарок")  # no money
    here.paid("fixed", "2025-11-20", 450, table="paymentscorr")  # corrected by hand: 50 short
    here.paid("moved", "2025-11-20", 480, note="BALANCESET: перенос")  # set to 480: 20 short
    here.paid("extra", "2025-11-20", 600)
    here.paid("extra", "2025-11-21", -150, note="Service:1")  # a service, paid from the same cash: 50 short
    here.paid("twice", "2025-11-20")
    here.paid("twice", "2025-11-20")
    here.paid("corp", "2025-11-25")
    here.paid("oneday", "2025-11-25", 495)  # below the minimum
    here.fee("back", "2025-11-16", 0)
    here.paid("back", "2025-11-30", 700)  # returned, and paid
    for login in list(here.cash):
        if login not in {"frozen", "down"}:
            here.fee(login, "2025-12-01")


CUT = {
    "Ф-103": Decimal(300),
    "Ф-104": Decimal(500),
    "Ф-105": Decimal(500),
    "Ф-106": Decimal(50),
    "Ф-107": Decimal(20),
    "Ф-108": Decimal(50),
    "Ф-110": Decimal(500),
    "Ф-123": Decimal(500),
}
HELD = {"Ф-112": "minimum debt", "Ф-121": "covered", "Ф-122": "covered"}
HARVESTED = ubilling(UbillingOptions(history="fees"))
BALANCES = ubilling(UbillingOptions())


@pytest.fixture(scope="module")
def url(mariadb: MariaDb) -> Iterator[str]:
    with filled(mariadb, TABLES, town().rows) as address:
        yield address


def test_everybody_is_decided_as_stargazer_itself_would_by_the_harvested_fees(url: str) -> None:
    here = desk(HARVESTED, url, NOW, "ahead")
    assert cut(here) == CUT
    assert held(here) == HELD


def test_and_the_same_by_the_balances_alone(url: str) -> None:
    here = desk(BALANCES, url, NOW, "ahead")
    assert cut(here) == CUT
    assert held(here) == HELD


def test_balances_and_harvested_fees_agree(url: str) -> None:
    found = desk(HARVESTED, url, NOW, "ahead").check()
    assert isinstance(found.verdict, FeedAccepted), found.verdict
    assert found.balances is not None
    assert (found.balances.compared, found.balances.parted) == (18, 0)


def test_a_harvester_that_stopped_is_seen(mariadb: MariaDb) -> None:
    odd = town()
    odd.rows["fees"] = [row for row in odd.rows["fees"] if row["date"] < "2025-12"]
    with filled(mariadb, TABLES, odd.rows) as address:
        found = desk(HARVESTED, address, NOW, "ahead").check()
    assert isinstance(found.verdict, FeedRefused)
    assert "part from their entries" in found.verdict.words.en


def test_before_stargazer_has_charged_the_plan_is_the_same(mariadb: MariaDb) -> None:
    before = town()
    charged = {row["login"]: row["from"] for row in before.rows["fees"] if row["date"] >= "2025-12"}
    before.rows["fees"] = [row for row in before.rows["fees"] if row["date"] < "2025-12"]
    for user in before.rows["users"]:
        user["Cash"] = charged.get(user["login"], user["Cash"])
    with filled(mariadb, TABLES, before.rows) as address:
        for known in (HARVESTED, BALANCES):
            here = desk(known, address, at("2025-11-30T22:00:00"), "ahead")
            planned = here.debtors(NOW.date()).debtors
            assert {one.account.contract: one.amount for one in planned if one.due} == CUT


def test_who_is_who(url: str) -> None:
    view = desk(HARVESTED, url, NOW, "ahead").show("Ф-111")
    assert view is not None
    ((company, _),) = view.decisions
    assert (company.client, company.client_type) == ("ООО «Ромашка»", "legal")
    assert (company.address, company.district) == ("ул. Лётная, 5, кв. 132", "Северный")
    view = desk(BALANCES, url, NOW, "ahead").show("Ф-104")
    assert view is not None
    ((_, debt),) = view.decisions
    assert isinstance(debt, Debt)
    assert "billing tells neither charges nor payments" in view.receipt.text("en")


def test_trying_it_tells_what_is_seen_and_what_is_to_be_decided(url: str) -> None:
    found = try_map(HARVESTED, url, MOSCOW)
    assert (found.missing, found.version.en) == ((), "1.3.4 or later: it has the table fees")
    assert (found.clients, found.accounts) == (18, 18)
    assert all(one.by_entries == one.balance for one in found.examples)
    assert try_map(BALANCES, url, MOSCOW).months == ()


def test_the_directory_has_its_clients(url: str) -> None:
    assert len(list(SqlSource(url, BALANCES.clients).read())) == 18
