"""ABillS by its map, on a MariaDB with tables of the real names and types: everybody is decided as ABillS itself would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from otrs_bridge.billing.maps import AbillsOptions, abills, try_map
from otrs_bridge.directory.sql_source import SqlSource
from otrs_bridge.domain.billing.feed_gate import FeedAccepted, FeedRefused
from tests.billing.maps.personas import MOSCOW, at, cut, desk, filled, held
from tests.servers.mariadb import MariaDb

TABLES = """
CREATE TABLE bills (id INT UNSIGNED PRIMARY KEY, deposit DOUBLE(15, 6) NOT NULL DEFAULT 0, uid INT UNSIGNED DEFAULT 0,
  company_id INT UNSIGNED DEFAULT 0, registration DATE NOT NULL DEFAULT '0000-00-00') ENGINE = InnoDB;
CREATE TABLE users (uid INT UNSIGNED PRIMARY KEY, id VARCHAR(20) NOT NULL DEFAULT '',
  credit DOUBLE(10, 2) NOT NULL DEFAULT 0, credit_date DATE DEFAULT '0000-00-00', reduction DOUBLE(6, 2) NOT NULL DEFAULT 0,
  reduction_date DATE NOT NULL DEFAULT '0000-00-00', disable TINYINT UNSIGNED NOT NULL DEFAULT 0,
  company_id INT UNSIGNED NOT NULL DEFAULT 0, bill_id INT UNSIGNED NOT NULL DEFAULT 0,
  deleted TINYINT(1) UNSIGNED NOT NULL DEFAULT 0) ENGINE = InnoDB;
CREATE TABLE users_pi (uid INT UNSIGNED PRIMARY KEY, fio VARCHAR(120) NOT NULL DEFAULT '',
  fio2 VARCHAR(40) NOT NULL DEFAULT '',
  fio3 VARCHAR(40) NOT NULL DEFAULT '', phone VARCHAR(16) NOT NULL DEFAULT '', email VARCHAR(250) NOT NULL DEFAULT '',
  address_street VARCHAR(100) NOT NULL DEFAULT '', address_build VARCHAR(10) NOT NULL DEFAULT '',
  address_flat VARCHAR(10) NOT NULL DEFAULT '', contract_id VARCHAR(100) NOT NULL DEFAULT '',
  contract_sufix VARCHAR(5) NOT NULL DEFAULT '', location_id INT UNSIGNED NOT NULL DEFAULT 0) DEFAULT CHARSET = utf8;
CREATE TABLE companies (id INT UNSIGNED PRIMARY KEY, name VARCHAR(100) NOT NULL DEFAULT '', bill_id INT UNSIGNED DEFAULT 0,
  disable TINYINT(1) UNSIGNED NOT NULL DEFAULT 0, credit DOUBLE(10, 2) NOT NULL DEFAULT 0,
  credit_date DATE NOT NULL DEFAULT '0000-00-00', address VARCHAR(100) NOT NULL DEFAULT '', phone VARCHAR(20) DEFAULT '',
  email VARCHAR(200) NOT NULL DEFAULT '', contract_id VARCHAR(100) NOT NULL DEFAULT '',
  contract_sufix VARCHAR(5) NOT NULL DEFAULT '') DEFAULT CHARSET = utf8;
CREATE TABLE internet_main (id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, uid INT UNSIGNED NOT NULL, tp_id SMALLINT UNSIGNED,
  disable TINYINT(1) UNSIGNED NOT NULL DEFAULT 0, activate DATE NOT NULL DEFAULT '0000-00-00',
  expire DATE NOT NULL DEFAULT '0000-00-00', registration DATE DEFAULT '0000-00-00',
  personal_tp DOUBLE(14, 2) UNSIGNED NOT NULL DEFAULT 0) ENGINE = InnoDB;
CREATE TABLE tarif_plans (tp_id SMALLINT UNSIGNED PRIMARY KEY, month_fee DOUBLE(14, 2) UNSIGNED NOT NULL DEFAULT 0,
  day_fee DOUBLE(14, 2) UNSIGNED NOT NULL DEFAULT 0, reduction_fee TINYINT(1) UNSIGNED NOT NULL DEFAULT 0,
  credit DOUBLE(10, 2) UNSIGNED NOT NULL DEFAULT 0, period_alignment TINYINT(1) NOT NULL DEFAULT 0) ENGINE = InnoDB;
CREATE TABLE fees (id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, bill_id INT UNSIGNED NOT NULL DEFAULT 0,
  uid INT UNSIGNED DEFAULT 0, `sum` DOUBLE(12, 4) NOT NULL DEFAULT 0, `date` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  reg_date TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, method TINYINT UNSIGNED NOT NULL DEFAULT 0) ENGINE = InnoDB;
CREATE TABLE payments (id INT UNSIGNED PRIMARY KEY AUTO_INCREMENT, bill_id INT UNSIGNED DEFAULT 0,
  uid INT UNSIGNED DEFAULT 0, `sum` DOUBLE(10, 2) NOT NULL DEFAULT 0, `date` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
  reg_date TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, ext_id VARCHAR(50) NOT NULL DEFAULT '') ENGINE = InnoDB;
CREATE TABLE builds (id INT UNSIGNED PRIMARY KEY, street_id SMALLINT UNSIGNED, number VARCHAR(10)) DEFAULT CHARSET = utf8;
CREATE TABLE streets (id SMALLINT UNSIGNED PRIMARY KEY, name VARCHAR(100), district_id SMALLINT UNSIGNED)
  DEFAULT CHARSET = utf8;
CREATE TABLE districts (id SMALLINT UNSIGNED PRIMARY KEY, name VARCHAR(100)) DEFAULT CHARSET = utf8;
CREATE TABLE service_status (id TINYINT UNSIGNED PRIMARY KEY, name VARCHAR(80)) DEFAULT CHARSET = utf8
"""

FEE = 500
Row = dict[str, Any]


class Town:
    """Rows of ABillS, person by person. Bills have the number of their owner."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {
            "districts": [{"id": 1, "name": "Северный"}],
            "streets": [{"id": 1, "name": "ул. Лётная", "district_id": 1}],
            "builds": [{"id": 1, "street_id": 1, "number": "5"}],
            "tarif_plans": [
                {"tp_id": 1, "month_fee": FEE, "reduction_fee": 1},
                {"tp_id": 2, "day_fee": 16.6667},
            ],
            "service_status": [{"id": 0, "name": "Enable"}, {"id": 5, "name": "Small deposit"}],
        }

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)

    def person(self, number: int, *, line: Row | None = None, user: Row | None = None) -> None:
        """A user with a line and a contract of this number."""
        self.add("users", uid=number, bill_id=number, **(user or {}))
        self.add(
            "users_pi", uid=number, fio=f"Иванов {number}", contract_id=str(number), contract_sufix="Ф-", location_id=1
        )
        self.line(number, **(line or {}))

    def line(self, uid: int, **columns: Any) -> None:
        self.add("internet_main", **{"uid": uid, "tp_id": 1, "registration": "2025-01-10", **columns})

    def fee(self, bill: int, day: str, roubles: float = FEE, posted: str = "") -> None:
        self.add("fees", bill_id=bill, sum=roubles, date=f"{day} 00:10:00", reg_date=f"{posted or day} 00:10:00")

    def paid(self, bill: int, day: str, roubles: float = FEE, posted: str = "") -> None:
        moment = f"{day} 12:00:00"
        self.add(
            "payments", bill_id=bill, sum=roubles, date=moment, reg_date=f"{posted} 01:00:00" if posted else moment
        )

    def november(self, bill: int) -> None:
        """Charged and paid for, as everybody was."""
        self.paid(bill, "2025-10-20")
        self.fee(bill, "2025-11-01")

    def settle(self) -> None:
        """Every bill has what its fees and payments come to, as in ABillS itself."""
        for bill in {row["bill_id"] for row in self.rows["users"]} | {90}:
            paid, charged = (
                sum(row["sum"] for row in self.rows[table] if row["bill_id"] == bill) for table in ("payments", "fees")
            )
            self.add("bills", id=bill, deposit=paid - charged)


def town() -> Town:
    """Everybody of known truth, on 1 December 2025 after ABillS has charged whoever can pay."""
    here = Town()
    for number in range(101, 115):
        here.person(number)
        here.november(number)
    here.paid(101, "2025-11-20")  # paid in time
    here.fee(101, "2025-12-01")
    here.paid(102, "2025-11-30", posted="2025-12-01")  # late, and in time all the same
    here.fee(102, "2025-12-01")
    here.paid(103, "2025-11-20", 200)  # in part: not covered, not charged, 300 short
    _holds(here)
    _lines(here)
    _money(here)
    here.settle()
    return here


def _holds(here: Town) -> None:
    users = {row["uid"]: row for row in here.rows["users"]}
    users[105] |= {"credit": 600, "credit_date": "0000-00-00"}  # credit: charged into it
    here.fee(105, "2025-12-01")
    users[106] |= {"credit": 600, "credit_date": "2025-12-06"}  # promised until the 5th: the date is exclusive
    here.fee(106, "2025-12-01")
    users[107] |= {"credit": 600, "credit_date": "2025-12-01"}  # a promise that was over on the 1st
    lines = {row["uid"]: row for row in here.rows["internet_main"]}
    lines[108]["disable"] = 5  # blocked: too small a deposit
    lines[109]["disable"] = 3  # frozen by the client
    lines[110] |= {"activate": "2025-12-01", "registration": "2025-12-01"}  # came back today: charged from today on
    lines[111]["expire"] = "2025-11-15"  # ended


def _lines(here: Town) -> None:
    here.add("companies", id=9, name="ООО «Ромашка»", bill_id=90, contract_id="204", contract_sufix="Ю-")
    for uid in (901, 902):  # two users of one company share its bill: 1000 a month, paid
        here.add("users", uid=uid, bill_id=0, company_id=9)
        here.add("users_pi", uid=uid, fio=f"Касса {uid}")
        here.line(uid)
    here.paid(90, "2025-10-20", 1500)
    here.fee(90, "2025-11-01", 1000)
    here.paid(90, "2025-11-25", 500)
    here.fee(90, "2025-12-01", 1000)
    here.line(112)  # two lines on one bill: 1000 a month, 600 there, not charged: 400 short
    here.paid(112, "2025-11-20", 600)
    next(row for row in here.rows["internet_main"] if row["uid"] == 113)["personal_tp"] = 750
    here.paid(113, "2025-11-20", 700)  # a personal tariff: 50 short


def _money(here: Town) -> None:
    here.person(120)  # corrected: charged a second time for November, and that taken back
    here.november(120)
    here.fee(120, "2025-11-03")
    here.fee(120, "2025-11-04", -FEE)
    here.paid(120, "2025-11-20")
    here.fee(120, "2025-12-01")
    here.person(121)  # doubled: one payment came twice, and ABillS counts both
    here.november(121)
    here.paid(121, "2025-11-20")
    here.paid(121, "2025-11-20")
    here.fee(121, "2025-12-01")
    here.person(122)  # its payment was deleted: there is none
    here.november(122)
    here.person(123, user={"reduction": 50.0})  # pays half
    here.november(123)
    here.paid(123, "2025-11-20", 200)
    here.person(124, line={"tp_id": 2})  # by the day, four decimals
    here.paid(124, "2025-10-20", 600)
    for day in range(1, 31):
        here.fee(124, f"2025-11-{day:02}", 16.6667)
    here.person(125, user={"deleted": 1})


CUT = {
    "Ф-103": Decimal(300),
    "Ф-104": Decimal(500),
    "Ф-107": Decimal(500),
    "Ф-112": Decimal(400),
    "Ф-113": Decimal(50),
    "Ф-114": Decimal(500),
    "Ф-122": Decimal(500),
    "Ф-123": Decimal(50),
}
HELD = {"Ф-105": "covered", "Ф-106": "covered", "Ф-108": "suspended"}


@pytest.fixture(scope="module")
def url(mariadb: MariaDb) -> Iterator[str]:
    with filled(mariadb, TABLES, town().rows) as address:
        yield address


NOW = at("2025-12-01T07:00:00")


def test_everybody_is_decided_as_abills_itself_would(url: str) -> None:
    here = desk(abills(AbillsOptions()), url, NOW, "when covered")
    assert cut(here) == CUT
    assert held(here) == HELD


def test_the_plan_of_the_first_shows_the_same_before_abills_has_charged(mariadb: MariaDb) -> None:
    before = town()
    before.rows["fees"] = [row for row in before.rows["fees"] if not str(row["date"]).startswith("2025-12")]
    before.settle()
    before.rows["bills"] = list({row["id"]: row for row in before.rows["bills"]}.values())
    lines = {row["uid"]: row for row in before.rows["internet_main"]}
    lines[108]["disable"] = 0
    with filled(mariadb, TABLES, before.rows) as address:
        here = desk(abills(AbillsOptions()), address, at("2025-12-01T00:05:00"), "when covered")
        assert cut(here) == {**CUT, "Ф-108": Decimal(500)}, "108 is blocked when the fee is not covered"


def test_balances_and_entries_agree(url: str) -> None:
    found = desk(abills(AbillsOptions()), url, NOW, "when covered").check()
    assert isinstance(found.verdict, FeedAccepted), found.verdict
    assert found.balances is not None
    assert (found.balances.compared, found.balances.parted) == (21, 0)


def test_a_payment_that_lost_its_bill_is_seen(mariadb: MariaDb) -> None:
    odd = town()
    next(row for row in odd.rows["payments"] if row["bill_id"] == 101)["bill_id"] = 0
    with filled(mariadb, TABLES, odd.rows) as address:
        found = desk(abills(AbillsOptions()), address, NOW, "when covered").check()
    assert isinstance(found.verdict, FeedRefused)
    assert "account 101, contract Ф-101" in found.verdict.words.en


def test_who_is_who(url: str) -> None:
    here = desk(abills(AbillsOptions()), url, NOW, "when covered")
    view = here.show("Ю-204")
    assert view is not None
    ((company, _),) = view.decisions
    assert (company.client, company.client_type, company.balance) == ("ООО «Ромашка»", "legal", Decimal(0))
    view = here.show("Ф-106")
    assert view is not None
    ((promised, _),) = view.decisions
    assert (promised.address, promised.district) == ("ул. Лётная, 5", "Северный")
    assert (promised.credit, promised.credit_until) == (Decimal(600), date(2025, 12, 5))


def test_a_promise_that_is_over_is_no_hold_any_more(url: str) -> None:
    here = desk(abills(AbillsOptions()), url, at("2025-12-06T07:00:00"), "when covered")
    assert "Ф-106" in cut(here)


def test_what_a_status_means_is_the_operator_s_to_say(url: str) -> None:
    known = abills(AbillsOptions(off_for_debt=(), paused=(), disabled="suspended"))
    assert {"Ф-108", "Ф-109"} <= set(cut(desk(known, url, NOW, "when covered")))


def test_trying_it_tells_what_is_seen_and_what_is_to_be_decided(url: str) -> None:
    found = try_map(abills(AbillsOptions()), url, MOSCOW)
    assert (found.missing, found.version.en) == ((), "0.83 or later")
    assert found.accounts == 21
    assert {(one.month, one.kind): one.count for one in found.months}["2025-12", "charge"] == 7
    assert all(one.by_entries == one.balance for one in found.examples if one.account != "124")
    options = [question.option for question, _, _ in found.decisions]
    assert options == [
        "billing.charges: when covered",
        "off_for_debt, paused",
        "disabled",
        "own_periods",
        "service",
        "contract",
    ]


def test_another_database_is_none_of_it(mariadb: MariaDb) -> None:
    found = try_map(abills(AbillsOptions()), mariadb.url(mariadb.database()), MOSCOW)
    assert "internet_main" in found.missing
    assert found.version.en == "a version that is not known"


def test_the_directory_has_its_clients(url: str, tmp_path: Path) -> None:
    clients = list(SqlSource(url, abills(AbillsOptions()).clients).read())
    assert len(clients) == 20
