"""The run of the reminders: who still has to pay by the next pay-by day, as a report. It touches nothing."""

from __future__ import annotations

from datetime import datetime

from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.billing.reminders import Reminder
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report, ReportLine
from otrs_bridge.domain.words import Words
from otrs_bridge.service.debts.reading import FeedReader
from otrs_bridge.service.jobs.occurrences import ActiveJob


def remind(reader: FeedReader, active: ActiveJob, *, moment: datetime, now: datetime, outcome: Outcome) -> Report:
    """Whoever has to pay, as of `moment`. A feed that its gate refuses names nobody; the report says why."""
    reading = reader.reminders(moment=moment, now=now)
    reasons = getattr(reading.verdict, "reasons", ())
    objection = reasons[0] if reasons else None
    examined = sum(reading.subscribers.values())
    found = sorted(reading.reminders, key=lambda one: (one.account.service, one.account.contract))
    lines = () if objection else tuple(_line(active, one, outcome) for one in found)
    return Report(lines=lines, examined=examined, objection=objection, presumed=reading.presumed)


def _line(active: ActiveJob, one: Reminder, outcome: Outcome) -> ReportLine:
    return ReportLine(
        ticket_id=0,
        ticket_number="",
        rule=active.job.name,
        field="reminder",
        old="",
        new=one.account.contract,
        why=Words(
            ru=f"{one.account.service}: {format_money(one.amount, 'ru')} до {one.pay_by:%d.%m.%Y}",
            en=f"{one.account.service}: {format_money(one.amount, 'en')} by {one.pay_by}",
        ),
        mode=active.mode.value,
        outcome=outcome,
        title=one.account.client or one.account.contract,
    )
