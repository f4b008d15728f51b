"""Raises a disconnection ticket for every telephony account in debt, on the first working day of the month.

Calls are paid by the 25th of the month after; the line goes off on the first working day of the month after that
(docs/field-rules.md#telephony). On every other day the job looks again: whom a hold, an open fault or a late booking kept
connected on that day is raised on the day after that has ended, be it a holiday. In a year without a production calendar
nothing is raised.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from otrs_bridge.domain.billing.episodes import Action
from otrs_bridge.domain.billing.period import period_of_day
from otrs_bridge.domain.billing.working_calendar import UnknownYear
from otrs_bridge.domain.job import Almanac, DebtJob, Due, LineFacts, raised_or_spared


def due(day: date, almanac: Almanac) -> Due:
    """The first working day is the occurrence of the period, every other day one of its own."""
    period = period_of_day(day)
    first = almanac.calendar.first_working_day(period)
    if isinstance(first, UnknownYear):
        return first
    return str(period) if day == first else day.isoformat()


def decide(facts: LineFacts) -> Iterator[Action]:
    """Raise what is due and has no ticket (docs/field-rules.md#episodes)."""
    return raised_or_spared(facts)


JOB = DebtJob(name="telephony_disconnection", due=due, services=("telephony",), decide=decide)
