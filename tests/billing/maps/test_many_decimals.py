"""Fees by the day have more decimals than money: over the years their sum stays that of the balance, on every map."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from otrs_bridge.billing.maps import AbillsOptions, BillingMap, MikbillOptions, abills, mikbill
from otrs_bridge.domain.billing.feed_gate import FeedAccepted
from tests.billing.maps import test_abills, test_mikbill, test_ubilling, test_utm5
from tests.billing.maps.personas import at, cut, desk, filled
from tests.servers.mariadb import MariaDb

NOW = at("2025-12-01T07:00:00")
DAYS = [str(date(2023, 12, 1) + timedelta(days=number)) for number in range(730)]
DAILY = 16.0001  # a month of it is some 0.003 more than whole kopecks


def agrees(known: BillingMap, url: str) -> None:
    found = desk(known, url, NOW, "ahead").check()
    assert isinstance(found.verdict, FeedAccepted), found.verdict
    assert found.balances is not None
    assert found.balances.parted == 0


def test_what_abills_charges_by_the_day_adds_up_to_its_balance(mariadb: MariaDb) -> None:
    here = test_abills.Town()
    here.person(1, line={"tp_id": 2})
    here.paid(1, "2023-11-20", 11000)
    for day in DAYS:
        here.fee(1, day, DAILY)
    here.person(2)  # something given back, in a month with nothing else of the kind
    here.fee(2, "2025-10-01")
    here.fee(2, "2025-10-12", -0.3456)
    here.add("bills", id=1, deposit=11000 - len(DAYS) * DAILY)
    here.add("bills", id=2, deposit=-499.6544)
    with filled(mariadb, test_abills.TABLES, here.rows) as url:
        known = abills(AbillsOptions())
        agrees(known, url)
        # The kopecks that the months drift by are due on the next 1st.
        assert cut(desk(known, url, NOW, "ahead")) == {"Ф-1": Decimal("680.07"), "Ф-2": Decimal("499.65")}


def test_what_stargazer_charges_by_the_day_adds_up_to_its_balance(mariadb: MariaDb) -> None:
    here = test_ubilling.Town()
    here.person("daily", "Ф-1", Tariff="День")
    here.paid("daily", "2023-11-20", 11000)
    for day in DAYS:
        here.fee("daily", day, 16.6667)  # each of them alone is rounded by a third of a kopeck
    here.settle()
    with filled(mariadb, test_ubilling.TABLES, here.rows) as url:
        agrees(test_ubilling.HARVESTED, url)


def test_what_utm5_charges_by_the_day_adds_up_to_its_balance(mariadb: MariaDb) -> None:
    here = test_utm5.Town()
    here.person(1)
    here.paid(1, "2023-11-20", 11000)
    for day in DAYS:
        here.charged(1, day, DAILY)
    here.person(2)
    here.charged(2, "2025-10-01")
    here.charged(2, "2025-10-12", -0.3456)
    here.person(3, phone=True)  # the internet link of this account is over: what is left is a telephone
    here.add("service_links", id=99, user_id=3, account_id=3, service_id=1, is_deleted=1)
    with filled(mariadb, test_utm5.TABLES, here.settled()) as url:
        agrees(test_utm5.KNOWN, url)
        assert desk(test_utm5.KNOWN, url, NOW, "ahead").check().accounts == {"internet": 2, "telephony": 1}


def test_what_mikbill_charges_by_the_day_adds_up_to_its_balance(mariadb: MariaDb) -> None:
    here = test_mikbill.Town()
    here.person(1, ("2023-11-20", 5, 11000), *((day, 2, DAILY) for day in DAYS))
    with filled(mariadb, test_mikbill.TABLES, here.rows) as url:
        agrees(mikbill(MikbillOptions()), url)
