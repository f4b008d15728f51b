"""Lists who has not paid yet, five days before the 25th: by service, with the sum and the last day to pay.

A report and, where `ticket_queue` names a queue, one ticket for each service (docs/field-rules.md#reminders).
"""

from __future__ import annotations

from datetime import date

from otrs_bridge.domain.billing.accounts import SERVICES
from otrs_bridge.domain.billing.period import period_of_day
from otrs_bridge.domain.billing.reminders import reminder_day
from otrs_bridge.domain.job import Almanac, Due, ReminderJob


def due(day: date, almanac: Almanac) -> Due:
    """Once a period."""
    period = period_of_day(day)
    return str(period) if day == reminder_day(period, almanac.rules) else None


JOB = ReminderJob(name="reminders", due=due, services=SERVICES)
