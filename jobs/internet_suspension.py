"""Raises a disconnection ticket for every internet account in debt, on the 1st of the month.

The fee of a month has to be there when the month begins (docs/field-rules.md#internet). On every later day the job looks
again: whom a hold, an open fault or a late booking kept connected on the 1st is raised on the day after that has ended.
Another job keeps the tickets current, and closes them when they are paid.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from otrs_bridge.domain.billing.episodes import Action
from otrs_bridge.domain.billing.period import period_of_day
from otrs_bridge.domain.job import Almanac, DebtJob, Due, LineFacts, raised_or_spared


def due(day: date, _almanac: Almanac) -> Due:
    """The 1st is the occurrence of the period, every other day one of its own."""
    return str(period_of_day(day)) if day.day == 1 else day.isoformat()


def decide(facts: LineFacts) -> Iterator[Action]:
    """Raise what is due and has no ticket (docs/field-rules.md#episodes)."""
    return raised_or_spared(facts)


JOB = DebtJob(name="internet_suspension", due=due, services=("internet",), decide=decide)
