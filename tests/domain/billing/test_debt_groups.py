"""Debts added up: by the time since the cut-off."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.accounts import BillingRules, Since
from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.debt_groups import grouped
from tests.domain.billing.ledgers import RULES, account, charge, debt

CUT = date(2013, 5, 1)


def of_may(rules: BillingRules = RULES, suspended: Since = False) -> Debt:
    """A debt whose line is to be cut off on 1 May."""
    return debt(account(suspended=suspended), [charge(500, "2013-05-01")], "2013-05-01 12:00", rules)


@pytest.mark.parametrize(
    ("days", "name"),
    [
        (-1, "not cut off yet"),
        (0, "up to 30 days"),
        (30, "up to 30 days"),
        (31, "31–60 days"),
        (61, "61–90 days"),
        (91, "91–179 days"),
        (179, "91–179 days"),
        (180, "hopeless, from 180 days on"),
        (4000, "hopeless, from 180 days on"),
    ],
)
def test_a_debt_ages_from_the_day_of_the_cut_off(days: int, name: str) -> None:
    (group,) = grouped([of_may()], "cut", CUT + timedelta(days=days))
    assert (group.name.en, group.lines, group.roubles) == (name, 1, Decimal(500))


@pytest.mark.parametrize("suspended", [True, date(2013, 5, 1)])
def test_a_line_that_billing_has_switched_off_ages_too(suspended: Since) -> None:
    (group,) = grouped([of_may(suspended=suspended)], "cut", date(2013, 6, 10))
    assert group.name.en == "31–60 days"


@pytest.mark.parametrize(
    ("hopeless", "days", "name"),
    [
        (45, 44, "31–44 days"),
        (45, 45, "hopeless, from 45 days on"),
        (31, 30, "up to 30 days"),
        (31, 31, "hopeless, from 31 days on"),
        (1, 0, "up to 0 days"),
        (1, 1, "hopeless, from 1 days on"),
    ],
)
def test_the_operator_says_when_hope_ends(hopeless: int, days: int, name: str) -> None:
    (group,) = grouped([of_may(replace(RULES, hopeless_days=hopeless))], "cut", CUT + timedelta(days=days))
    assert group.name.en == name


def test_the_groups_come_by_age() -> None:
    early, late = of_may(), of_may(suspended=date(2013, 5, 30))
    assert [one.name.en for one in grouped([early, late], "cut", date(2013, 6, 10))] == ["up to 30 days", "31–60 days"]
