"""jobs/internet_suspension.py: when it is due, what it leaves alone, what it raises."""

from __future__ import annotations

import pytest

from jobs.internet_suspension import JOB
from otrs_bridge.domain.job import LineFacts
from tests.jobs.facts import actions, due, facts, ticket


@pytest.mark.parametrize(
    ("day", "name"), [("2013-05-01", "2013-05"), ("2013-05-02", "2013-05-02"), ("2013-05-31", "2013-05-31")]
)
def test_the_first_is_the_month_and_every_other_day_is_itself(day: str, name: str) -> None:
    assert due(JOB, day) == name


LEAVES_ALONE = {
    "an account that has paid": facts("2013-05-10", owes=False),
    "a debt that has its ticket": facts("2013-05-10", ticket()),
    "a debt whose line is cut": facts("2013-05-10", ticket("carried out")),
    "a paid account whose ticket is open: that is debt_sync's": facts("2013-05-10", ticket(), owes=False),
    "a grown debt: that is debt_sync's": facts("2013-05-10", ticket(debt=100, noted_in="2013-04")),
    "a ticket whose account is not in the feed": LineFacts(decision=None, tickets=(ticket(),)),
}


@pytest.mark.parametrize("found", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(found: LineFacts) -> None:
    assert actions(JOB, found) == []


@pytest.mark.parametrize("moment", ["2013-05-01 06:00", "2013-05-20"])
def test_raises_a_debt_without_a_ticket_on_the_first_and_later(moment: str) -> None:
    assert actions(JOB, facts(moment)) == ["Raise"]
