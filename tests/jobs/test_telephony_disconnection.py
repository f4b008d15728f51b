"""jobs/telephony_disconnection.py: the first working day and those behind it."""

from __future__ import annotations

import pytest

from jobs.telephony_disconnection import JOB
from otrs_bridge.domain.billing.working_calendar import UnknownYear
from tests.jobs.facts import actions, due, facts

DAYS = {
    "the 1st of May is a holiday": ("2013-05-01", None),
    "so are the 2nd and the 3rd, and the 4th is a Saturday": ("2013-05-04", None),
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
