"""jobs/telephony_disconnection.py: the first working day, and a look on every other day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from jobs.telephony_disconnection import JOB
from otrs_bridge.domain.billing.accounts import Hold
from otrs_bridge.domain.billing.working_calendar import UnknownYear
from otrs_bridge.domain.job import LineFacts
from tests.domain.billing.ledgers import account, charge, decided
from tests.jobs.facts import actions, due, facts

DAYS = {
    "the 1st of May is a holiday": ("2013-05-01", "2013-05-01"),
    "so are the 2nd and the 3rd, and the 4th is a Saturday": ("2013-05-04", "2013-05-04"),
    "the 6th is the first working day": ("2013-05-06", "2013-05"),
    "the day behind it": ("2013-05-07", "2013-05-07"),
    "a 1st that is worked": ("2013-04-01", "2013-04"),
    "a year nobody knows": ("2014-05-05", UnknownYear(year=2014)),
}


@pytest.mark.parametrize(("day", "name"), DAYS.values(), ids=DAYS.keys())
def test_when_it_is_due(day: str, name: object) -> None:
    assert due(JOB, day) == name


def test_raises_on_the_first_working_day_after_the_debt_and_not_before() -> None:
    assert actions(JOB, facts("2013-06-26", service="telephony")) == []
    assert actions(JOB, facts("2013-07-01", service="telephony")) == ["Raise"]


def test_raises_on_the_day_after_a_promise_has_lapsed_be_it_a_saturday() -> None:
    who = replace(account("telephony"), holds=(Hold(kind="promised payment", until=date(2013, 7, 5)),))
    on_the_last_day, on_the_day_after = (
        LineFacts(decision=decided(who, [charge(500, "2013-05-01")], day), tickets=())
        for day in ("2013-07-05", "2013-07-06")
    )
    assert actions(JOB, on_the_last_day) == []
    assert actions(JOB, on_the_day_after) == ["Raise"]
