"""LANBilling by its map, on a MariaDB with tables of these names: balances alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from otrs_bridge.billing.maps import LanbillingOptions, lanbilling, try_map
from otrs_bridge.clock import SystemClock
from tests.billing.maps.personas import MOSCOW, at, cut, desk, filled, held
from tests.servers.mariadb import MariaDb

TABLES = """
CREATE TABLE accounts (uid INT PRIMARY KEY, name VARCHAR(255), type TINYINT, mobile VARCHAR(64), phone VARCHAR(64),
  email VARCHAR(128), archive TINYINT DEFAULT 0) DEFAULT CHARSET = utf8;
CREATE TABLE accounts_addr (uid INT, type TINYINT, address VARCHAR(255)) DEFAULT CHARSET = utf8;
CREATE TABLE agreements (agrm_id INT PRIMARY KEY, uid INT, number VARCHAR(64), balance DOUBLE DEFAULT 0,
  credit DOUBLE DEFAULT 0, archive TINYINT DEFAULT 0) DEFAULT CHARSET = utf8;
CREATE TABLE vgroups (vg_id INT PRIMARY KEY AUTO_INCREMENT, id INT DEFAULT 1, agrm_id INT, tar_id INT DEFAULT 1,
  blocked INT DEFAULT 0, block_date DATETIME, archive TINYINT DEFAULT 0);
CREATE TABLE tarifs (tar_id INT PRIMARY KEY, descr VARCHAR(255), rent DOUBLE) DEFAULT CHARSET = utf8;
CREATE TABLE promise_payments (record_id INT PRIMARY KEY AUTO_INCREMENT, agrm_id INT, amount DOUBLE, prom_date DATETIME,
  prom_till DATETIME)
"""
NOW = at("2025-12-01T07:00:00")
OFF = {"blocked": 4, "block_date": "2025-11-03 04:00:00"}


def rows() -> dict[str, list[dict[str, Any]]]:
    later = SystemClock().now() + timedelta(days=400)
    people: dict[int, tuple[dict[str, Any], list[dict[str, Any]]]] = {
        101: ({"balance": 20.0}, [{}]),
        102: ({"balance": -500.0}, [{}]),
        103: ({"balance": -500.0, "credit": 500.0}, [{}]),
        104: ({"balance": -500.0}, [{}]),  # promised
        105: ({"balance": -500.0}, [OFF]),
        106: ({"balance": -500.0}, [{"blocked": 2, "block_date": "2025-10-10 12:00:00"}]),
        107: ({"balance": -500.0}, [{"blocked": 10}]),
        108: ({"balance": -500.0}, [OFF, {}]),  # one of two lines is off: there is something to cut
        109: ({"balance": -500.0}, [OFF, {"blocked": 10}]),
        110: ({"balance": -500.0, "archive": 1}, [{}]),
        111: ({"balance": -90.5}, [{"id": 7}]),  # telephony
    }
    return {
        "accounts": [{"uid": one, "name": f"Иванов {one}", "type": 1 if one == 103 else 2} for one in people],
        "accounts_addr": [
            {"uid": one, "type": kind, "address": f"ул. Лётная, {5 + kind}"} for one in people for kind in (0, 1)
        ],
        "agreements": [
            {"agrm_id": one, "uid": one, "number": f"Ф-{one}", **agreement} for one, (agreement, _) in people.items()
        ],
        "vgroups": [{"agrm_id": one, **line} for one, (_, lines) in people.items() for line in lines],
        "tarifs": [{"tar_id": 1, "descr": "Домашний", "rent": 500.0}],
        "promise_payments": [
            {"agrm_id": 104, "amount": 500.0, "prom_till": later},
            {"agrm_id": 102, "amount": 500.0, "prom_till": "2025-06-05 00:00:00"},  # long over
        ],
    }


KNOWN = lanbilling(LanbillingOptions(phone_agents=(7,)))


@pytest.fixture(scope="module")
def url(mariadb: MariaDb) -> Iterator[str]:
    with filled(mariadb, TABLES, rows()) as address:
        yield address


def test_everybody_is_decided_by_his_balance(url: str) -> None:
    here = desk(KNOWN, url, NOW, "ahead")
    assert cut(here) == {"Ф-102": Decimal(500), "Ф-108": Decimal(500)}
    assert held(here) == {
        "Ф-103": "covered",
        "Ф-104": "promised payment",
        "Ф-105": "suspended",
        "Ф-106": "frozen",
        "Ф-107": "contract ended",
        "Ф-109": "suspended",
        "Ф-110": "contract ended",
    }
    assert dict(here.check().accounts) == {"internet": 10, "telephony": 1}


def test_trying_it_tells_what_is_seen_and_what_is_to_be_decided(url: str) -> None:
    found = try_map(KNOWN, url, MOSCOW)
    assert (found.missing, found.accounts, found.clients) == ((), 11, 10)
    assert [question.option for question, _, _ in found.decisions] == ["off_for_debt, paused, over", "phone_agents"]


def test_it_says_of_itself_that_it_is_not_verified() -> None:
    assert "Missing" in KNOWN.compared.en
