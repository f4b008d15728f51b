"""BGBilling by its map, on a MariaDB with tables of these names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from otrs_bridge.billing.maps import BgbillingOptions, bgbilling, try_map
from otrs_bridge.domain.billing.feed_gate import FeedAccepted
from tests.billing.maps.personas import MOSCOW, at, cut, desk, filled, held
from tests.servers.mariadb import MariaDb

TABLES = """
CREATE TABLE contract (id INT PRIMARY KEY, gr BIGINT DEFAULT 0, title VARCHAR(150), date1 DATE, date2 DATE,
  closesumma DECIMAL(10, 2) DEFAULT 0, fc TINYINT DEFAULT 0, comment VARCHAR(100), del TINYINT DEFAULT 0,
  scid INT DEFAULT 0, status TINYINT DEFAULT 0, status_date DATE) DEFAULT CHARSET = utf8;
CREATE TABLE contract_balance (yy SMALLINT, mm TINYINT, cid INT, summa1 DECIMAL(10, 2), summa2 DECIMAL(10, 2),
  summa3 DECIMAL(10, 2), summa4 DECIMAL(10, 2), PRIMARY KEY (yy, mm, cid));
CREATE TABLE contract_account (yy SMALLINT, mm TINYINT, cid INT, sid INT, summa DECIMAL(10, 2));
CREATE TABLE contract_charge (id INT PRIMARY KEY AUTO_INCREMENT, dt DATE, cid INT, pt INT DEFAULT 1, summa DECIMAL(10, 2));
CREATE TABLE contract_payment (id INT PRIMARY KEY AUTO_INCREMENT, dt DATE, cid INT, pt INT DEFAULT 1,
  summa DECIMAL(10, 2), comment VARCHAR(200), lm DATETIME) DEFAULT CHARSET = utf8
"""
NOW = at("2025-12-01T07:00:00")
SIDES = {"contract_payment": "summa2", "contract_account": "summa3", "contract_charge": "summa4"}


class Town:
    """Rows of BGBilling, the balance of each month as it keeps it."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.before: dict[int, float] = {}
        self.sums: dict[int, dict[tuple[int, int], dict[str, float]]] = {}

    def person(self, number: int, before: float = 0, **contract: Any) -> None:
        self.rows["contract"].append({"id": number, "title": f"Ф-{number}", "comment": f"Иванов {number}", **contract})
        self.before[number], self.sums[number] = before, {}

    def add(self, table: str, number: int, day: str, roubles: float) -> None:
        year, month, _ = map(int, day.split("-"))
        if table == "contract_account":
            row: dict[str, Any] = {"yy": year, "mm": month, "sid": 1}
        else:
            row = {"dt": day, **({"lm": f"{day} 12:00:00"} if table == "contract_payment" else {})}
        self.rows[table].append({"cid": number, "summa": roubles, **row})
        sums = self.sums[number].setdefault((year, month), dict.fromkeys(SIDES.values(), 0.0))
        sums[SIDES[table]] += roubles

    def settled(self) -> dict[str, list[dict[str, Any]]]:
        for number, months in self.sums.items():
            balance = self.before[number]
            for (year, month), sums in sorted(months.items()):
                self.rows["contract_balance"].append(
                    {"yy": year, "mm": month, "cid": number, "summa1": balance, **sums}
                )
                balance += sums["summa2"] - sums["summa3"] - sums["summa4"]
        return self.rows


def town() -> Town:
    here = Town()
    here.person(101)
    here.person(102)
    here.person(103, before=300)  # more was on it before the first month
    here.person(104, closesumma=-600)
    here.person(105, status=2, status_date="2025-11-05")
    here.person(106, status=4, status_date="2025-11-20")
    here.person(107, status=3)
    here.person(108, date2="2025-11-15")
    here.person(109, gr=1 << 5)
    here.person(110, scid=101)  # a sub-contract
    for number in range(101, 111):
        here.add("contract_payment", number, "2025-10-30", 500)
        here.add("contract_account", number, "2025-11-01", 500)
        here.add("contract_account", number, "2025-12-01", 500)
    here.add("contract_payment", 101, "2025-11-25", 500)
    here.add("contract_charge", 102, "2025-11-12", 150)  # a fitter's visit
    here.add("contract_payment", 102, "2025-11-26", -20)  # taken back in part
    return here


KNOWN = bgbilling(BgbillingOptions(phone_groups=(5,)))


@pytest.fixture(scope="module")
def url(mariadb: MariaDb) -> Iterator[str]:
    with filled(mariadb, TABLES, town().settled()) as address:
        yield address


def test_everybody_is_decided_as_bgbilling_itself_would(url: str) -> None:
    here = desk(KNOWN, url, NOW, "ahead")
    assert cut(here) == {"Ф-102": Decimal(670), "Ф-103": Decimal(200)}
    assert held(here) == {
        "Ф-104": "covered",
        "Ф-105": "suspended",
        "Ф-106": "frozen",
        "Ф-107": "contract ended",
        "Ф-108": "contract ended",
    }


def test_balances_and_entries_agree(url: str) -> None:
    found = desk(KNOWN, url, NOW, "ahead").check()
    assert isinstance(found.verdict, FeedAccepted), found.verdict
    assert found.balances is not None
    assert (found.balances.compared, found.balances.parted) == (9, 0)
    assert dict(found.accounts) == {"internet": 8, "telephony": 1}


def test_trying_it_tells_what_is_seen_and_what_is_to_be_decided(url: str) -> None:
    found = try_map(KNOWN, url, MOSCOW)
    assert (found.missing, found.accounts, found.clients) == ((), 9, 9)
    assert {one.month for one in found.months} >= {"2025-10", "2025-12"}
    assert [question.option for question, _, _ in found.decisions] == ["off_for_debt, paused, over", "phone_groups"]


def test_it_says_of_itself_that_it_is_not_verified() -> None:
    assert "Missing" in KNOWN.compared.en
