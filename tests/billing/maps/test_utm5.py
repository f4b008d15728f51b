"""UTM5 by its map, on a MariaDB with tables of the real names and types."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from otrs_bridge.billing.maps import Utm5Options, try_map, utm5
from otrs_bridge.clock import SystemClock
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedRefused
from tests.billing.maps.personas import MOSCOW, at, cut, desk, filled, held
from tests.servers.mariadb import MariaDb

TABLES = """
CREATE TABLE accounts (id INT PRIMARY KEY, balance DOUBLE NOT NULL DEFAULT 0, credit DOUBLE NOT NULL DEFAULT 0,
  is_blocked INT NOT NULL DEFAULT 0, is_deleted INT NOT NULL DEFAULT 0) ENGINE = InnoDB;
CREATE TABLE users (id INT PRIMARY KEY, full_name VARCHAR(255), actual_address VARCHAR(255),
  is_juridical INT NOT NULL DEFAULT 0,
  mobile_telephone VARCHAR(255), email VARCHAR(255)) ENGINE = InnoDB DEFAULT CHARSET = utf8;
CREATE TABLE contracts (id INT PRIMARY KEY AUTO_INCREMENT, contract_number VARCHAR(255), date INT, uid INT)
  ENGINE = InnoDB DEFAULT CHARSET = utf8;
CREATE TABLE service_links (id INT PRIMARY KEY AUTO_INCREMENT, user_id INT, account_id INT, service_id INT,
  is_deleted INT NOT NULL DEFAULT 0) ENGINE = InnoDB;
CREATE TABLE periodic_services_data (id INT PRIMARY KEY, cost DOUBLE) ENGINE = InnoDB;
CREATE TABLE blocks_info (id INT PRIMARY KEY AUTO_INCREMENT, account_id INT, block_type INT, start_date INT, expire_date INT,
  is_deleted INT NOT NULL DEFAULT 0, unabon INT NOT NULL DEFAULT 0) ENGINE = InnoDB;
CREATE TABLE tel_numbers (id INT PRIMARY KEY AUTO_INCREMENT, slink_id INT) ENGINE = InnoDB;
CREATE TABLE archives (archive_id INT, table_type INT, table_name VARCHAR(255), start_date INT, end_date INT)
  ENGINE = InnoDB;
CREATE TABLE discount_transactions_all (id INT PRIMARY KEY AUTO_INCREMENT, account_id INT, discount DOUBLE,
  discount_with_tax DOUBLE, discount_date INT, service_id INT, slink_id INT) ENGINE = InnoDB;
CREATE TABLE discount_old LIKE discount_transactions_all;
CREATE TABLE payment_transactions (id INT PRIMARY KEY AUTO_INCREMENT, account_id INT, payment_absolute DOUBLE,
  actual_date INT, payment_enter_date INT, method INT, is_canceled INT NOT NULL DEFAULT 0, burn_time INT NOT NULL DEFAULT 0)
  ENGINE = InnoDB
"""
NOW = at("2025-12-01T07:00:00")
KNOWN = utm5(Utm5Options(charge_archives=("discount_old",)))


def _epoch(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=MOSCOW).timestamp())


class Town:
    """Rows of UTM5; every account's balance is what its entries come to."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {"periodic_services_data": [{"id": 1, "cost": 500.0}]}
        self.accounts: dict[int, dict[str, Any]] = {}

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def person(self, number: int, *, phone: bool = False, **account: Any) -> None:
        self.accounts[number] = {"id": number, "balance": 0.0, **account}
        self.add("users", id=number, full_name=f"Иванов {number}", actual_address="ул. Лётная, 5")
        self.add("contracts", uid=number, contract_number=f"Ф-{number}")
        link = len(self.rows.get("service_links", ())) + 1
        self.add("service_links", id=link, user_id=number, account_id=number, service_id=2 if phone else 1)
        if phone:
            self.add("tel_numbers", slink_id=link)

    def charged(self, number: int, day: str, roubles: float = 500, table: str = "discount_transactions_all") -> None:
        self.add(table, account_id=number, discount_with_tax=roubles, discount_date=_epoch(day))
        self.accounts[number]["balance"] -= roubles

    def paid(self, number: int, day: str, roubles: float = 500, **more: Any) -> None:
        moments = {"actual_date": _epoch(day), "payment_enter_date": _epoch(day)}
        self.add("payment_transactions", account_id=number, payment_absolute=roubles, **moments, **more)
        if not more.get("is_canceled"):
            self.accounts[number]["balance"] += roubles

    def settled(self) -> dict[str, list[dict[str, Any]]]:
        return {**self.rows, "accounts": list(self.accounts.values())}


def town() -> Town:
    """Everybody of known truth, on 1 December 2025; October's charges are in an archive."""
    here = Town()
    for number in range(101, 110):
        here.person(number)
        here.paid(number, "2025-09-20", 1000)
        here.charged(number, "2025-10-01", table="discount_old")
        here.charged(number, "2025-11-01")
    here.paid(101, "2025-11-20")
    here.paid(103, "2025-11-20", 200)
    here.paid(104, "2025-11-20", is_canceled=1)  # taken back: no money
    here.accounts[105]["credit"] = 600.0
    tomorrow = int((SystemClock().now() + timedelta(days=400)).timestamp())
    here.paid(106, "2025-11-30", burn_time=tomorrow)  # promised
    here.add("blocks_info", account_id=107, block_type=1, start_date=_epoch("2025-12-01"), expire_date=0)
    here.add("blocks_info", account_id=108, block_type=3, start_date=_epoch("2025-12-01"), expire_date=0)
    here.rows["service_links"][8]["is_deleted"] = 1
    for number in range(101, 108):
        here.charged(number, "2025-12-01")
    here.person(120, phone=True)  # calls of October, parts of kopecks, not paid by 25 November
    for day in range(1, 31):
        here.charged(120, f"2025-10-{day:02}", 3.3333)
    return here


CUT = {"Ф-102": Decimal(500), "Ф-103": Decimal(300), "Ф-104": Decimal(500), "Ф-120": Decimal(100)}
HELD = {"Ф-105": "covered", "Ф-106": "promised payment", "Ф-107": "suspended"}


@pytest.fixture(scope="module")
def url(mariadb: MariaDb) -> Iterator[str]:
    with filled(mariadb, TABLES, town().settled()) as address:
        yield address


def test_everybody_is_decided_as_utm5_itself_would(url: str) -> None:
    here = desk(KNOWN, url, NOW, "ahead")
    assert cut(here) == CUT
    assert held(here) == HELD


def test_balances_and_entries_agree_and_promised_money_is_none(url: str) -> None:
    found = desk(KNOWN, url, NOW, "ahead").check()
    assert isinstance(found.verdict, FeedAccepted), found.verdict
    assert found.balances is not None
    assert (found.balances.compared, found.balances.parted) == (10, 0)
    assert dict(found.accounts) == {"internet": 9, "telephony": 1}


def test_an_archive_that_nobody_named_is_seen(url: str) -> None:
    found = desk(utm5(Utm5Options()), url, NOW, "ahead").check()
    assert isinstance(found.verdict, FeedRefused)
    assert "9 part from their entries" in found.verdict.words.en


def test_trying_it_tells_what_is_seen_and_what_is_to_be_decided(url: str) -> None:
    found = try_map(KNOWN, url, MOSCOW)
    assert (found.missing, found.accounts, found.clients) == ((), 10, 10)
    assert {one.month for one in found.months} >= {"2025-10", "2025-12"}
    assert next(question.option for question, _, _ in found.decisions) == "charge_archives, payment_archives"


def test_it_says_of_itself_that_it_is_not_verified() -> None:
    assert "not verified" in KNOWN.compared.en
