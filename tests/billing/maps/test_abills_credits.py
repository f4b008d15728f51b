"""Credits of ABillS: a user's own comes before that of his company, and both are for the one bill they share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from otrs_bridge.billing.maps import AbillsOptions, abills
from tests.billing.maps.personas import at, cut, desk, filled, held
from tests.billing.maps.test_abills import NOW, TABLES, town
from tests.servers.mariadb import MariaDb

CASES: dict[str, tuple[dict[str, Any], dict[str, Any], Decimal, date | None]] = {
    "a user's own, promised": ({"credit": 600, "credit_date": "2025-12-06"}, {}, Decimal(600), date(2025, 12, 5)),
    "the company's": ({}, {"credit": 500}, Decimal(500), None),
    "both, one of them for good": (
        {"credit": 600, "credit_date": "2025-12-06"}, {"credit": 550}, Decimal(600), None,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_whose_bill_is_within_any_credit_of_it_is_not_cut(case: str, mariadb: MariaDb) -> None:
    user, company, credit, until = CASES[case]
    here = town()
    here.rows["payments"] = [row for row in here.rows["payments"] if (row["bill_id"], row["sum"]) != (90, 500)]
    next(row for row in here.rows["bills"] if row["id"] == 90)["deposit"] = -500
    next(row for row in here.rows["users"] if row["uid"] == 902).update(user)
    here.rows["companies"][0].update(company)
    with filled(mariadb, TABLES, here.rows) as url:
        known = abills(AbillsOptions())
        assert held(desk(known, url, NOW, "when covered"))["Ю-204"] == "covered"
        view = desk(known, url, NOW, "when covered").show("Ю-204")
        assert view is not None
        assert [(one.credit, one.credit_until) for one, _ in view.decisions] == [(credit, until)]
        later = cut(desk(known, url, at("2025-12-07T07:00"), "when covered"))
        assert ("Ю-204" in later) is (until is not None)
