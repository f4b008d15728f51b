"""MikBill by its map, on a MariaDB with tables of the real names and types (MyISAM, KOI8-R)."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

import pytest

from otrs_bridge.billing.maps import MikbillOptions, mikbill, try_map
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedRefused
from tests.billing.maps.personas import MOSCOW, at, cut, desk, filled, held
from tests.servers.mariadb import MariaDb

USERS = """uid BIGINT(16) UNSIGNED NOT NULL, deposit DOUBLE(20, 6) NOT NULL DEFAULT 0,
  credit DOUBLE(20, 2) NOT NULL DEFAULT 0,
  fio VARCHAR(128) NOT NULL, phone VARCHAR(128) NOT NULL DEFAULT '', mob_tel VARCHAR(32), email VARCHAR(64),
  address VARCHAR(128) NOT NULL DEFAULT '', blocked TINYINT UNSIGNED NOT NULL DEFAULT 0, numdogovor VARCHAR(16),
  credit_unlimited TINYINT(2) UNSIGNED NOT NULL DEFAULT 0"""
TABLES = f"""
CREATE TABLE users ({USERS}) ENGINE = InnoDB DEFAULT CHARSET = koi8r;
CREATE TABLE usersfreeze ({USERS}, freeze_date TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP) ENGINE = InnoDB CHARSET = koi8r;
CREATE TABLE usersblok ({USERS}, block_date TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP) ENGINE = InnoDB CHARSET = koi8r;
CREATE TABLE bugh_plategi_stat (plategid INT(20) UNSIGNED PRIMARY KEY AUTO_INCREMENT, uid BIGINT(16) UNSIGNED NOT NULL,
  date DATETIME NOT NULL, bughtypeid SMALLINT UNSIGNED NOT NULL, before_billing DOUBLE(20, 6) NOT NULL DEFAULT 0,
  summa DOUBLE(20, 6) NOT NULL) ENGINE = MyISAM DEFAULT CHARSET = koi8r;
CREATE TABLE bugh_plategi_type (bughtypeid SMALLINT UNSIGNED PRIMARY KEY, typename CHAR(128) NOT NULL, sign CHAR(1),
  fictitious TINYINT(2) NOT NULL DEFAULT 0, deposit_action CHAR(1)) ENGINE = MyISAM DEFAULT CHARSET = koi8r
"""
TYPES = (
    (1, "Абонентская плата за текущий месяц", "-", 0),
    (2, "Абонентская плата за текущий день", "-", 0),
    (5, "Пополнение счета", "+", 0),
    (16, "ПОДАРОК!", "+", 1),
    (18, "Кредит", "0", 1),
    (24, "Возврат из за перебоев сети", "+", 1),
    (109, "Система Город", "+", 0),
)
NOW = at("2025-12-01T07:00:00")
TELLING: tuple[Literal["by sign", "by list"], ...] = ("by sign", "by list")


class Town:
    """Rows of MikBill; every deposit is what its rows come to."""

    def __init__(self) -> None:
        names = ("bughtypeid", "typename", "deposit_action", "fictitious")
        self.rows: dict[str, list[dict[str, Any]]] = {
            "bugh_plategi_type": [dict(zip(names, row, strict=True)) for row in TYPES]
        }

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def person(self, uid: int, *happened: tuple[str, int, float], table: str = "users", **columns: Any) -> None:
        """`happened`: day, type, roubles."""
        deposit = 0.0
        for day, type_, roubles in (("2025-10-20", 5, 500.0), ("2025-11-01", 1, 500.0), *happened):
            action = next(row[2] for row in TYPES if row[0] == type_)
            deposit += {"+": roubles, "-": -roubles, "0": 0}[action]
            self.add("bugh_plategi_stat", uid=uid, date=f"{day} 01:00:00", bughtypeid=type_, summa=roubles)
        self.add(table, **{"uid": uid, "fio": f"Иванов {uid}", "numdogovor": f"Ф-{uid}", "deposit": deposit, **columns})


def town() -> Town:
    """Everybody of known truth, on 1 December 2025."""
    here, fee = Town(), ("2025-12-01", 1, 500.0)
    here.person(101, ("2025-11-20", 5, 500), fee)
    here.person(102, ("2025-11-20", 109, 500), fee)  # paid by terminal: a type of its own
    here.person(103, ("2025-11-20", 109, 200), fee)
    here.person(104, fee)
    here.person(105, fee, credit=600)
    here.person(106, ("2025-11-20", 18, 500), fee)  # a credit that is noted is no money
    here.person(107, ("2025-11-20", 24, 450), fee)  # given back for a fault: 50 short
    here.person(108, ("2025-11-20", 16, 500), fee)  # a present counts
    here.person(109, fee, table="usersfreeze", freeze_date="2025-12-01 02:00:00")
    here.person(110, fee, table="usersblok", block_date="2025-12-01 02:00:00")
    days = [(f"2025-11-{day:02}", 2, 16.6667) for day in range(1, 31)]
    here.person(111, ("2025-10-20", 5, 400), *days)  # by the day: 100 short
    here.add("bugh_plategi_stat", uid=999, date="2025-11-20 01:00:00", bughtypeid=5, summa=500.0)  # deleted long ago
    return here


CUT = {
    "Ф-103": Decimal(300),
    "Ф-104": Decimal(500),
    "Ф-106": Decimal(500),
    "Ф-107": Decimal(50),
    "Ф-111": Decimal("100.00"),
}
HELD = {"Ф-105": "covered", "Ф-109": "frozen", "Ф-110": "suspended"}


@pytest.fixture(scope="module")
def url(mariadb: MariaDb) -> Iterator[str]:
    with filled(mariadb, TABLES, town().rows) as address:
        yield address


@pytest.mark.parametrize("types", TELLING)
def test_everybody_is_decided_as_mikbill_itself_would(types: Literal["by sign", "by list"], url: str) -> None:
    here = desk(mikbill(MikbillOptions(types=types)), url, NOW, "ahead")
    assert cut(here) == CUT
    assert held(here) == HELD
    found = here.check()
    assert isinstance(found.verdict, FeedAccepted), found.verdict
    assert found.balances is not None
    assert (found.balances.compared, found.balances.parted) == (11, 0)


def test_whoever_maps_one_type_of_payment_alone_is_told(url: str) -> None:
    found = desk(mikbill(MikbillOptions(types="by list", payments=(5,))), url, NOW, "ahead").check()
    assert isinstance(found.verdict, FeedRefused)
    assert "contract Ф-102" in found.verdict.words.en


def test_letters_of_koi8_are_read_and_trying_it_tells_what_is_seen(url: str) -> None:
    view = desk(mikbill(MikbillOptions()), url, NOW, "ahead").show("Ф-101")
    assert view is not None
    assert [account.client for account, _ in view.decisions] == ["Иванов 101"]
    found = try_map(mikbill(MikbillOptions()), url, MOSCOW)
    assert (found.missing, found.accounts, found.clients) == ((), 11, 11)
    assert found.version.en == "its types know their sign: types: by sign"


def test_it_says_of_itself_that_it_is_not_verified() -> None:
    known = mikbill(MikbillOptions())
    assert "not verified" in known.compared.en
