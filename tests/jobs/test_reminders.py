"""jobs/reminders.py: once a month, five days before the last day to pay."""

from __future__ import annotations

from jobs.reminders import JOB
from tests.jobs.facts import due


def test_it_is_due_on_the_twentieth_and_on_no_other_day() -> None:
    found = {day: due(JOB, f"2013-05-{day:02}") for day in range(1, 32)}
    assert {day: name for day, name in found.items() if name} == {20: "2013-05"}
