"""The run of the reminders: who still has to pay by the next pay-by day, as a report and, where a queue is given for it,
as one ticket for each service and period.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from otrs_bridge.domain.billing.feed_gate import FeedRefused
from otrs_bridge.domain.billing.keys import ReminderKey
from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.domain.billing.period import day_at, parse_period, period_of_day
from otrs_bridge.domain.billing.reminders import Reminder, ReminderList, reminder_list
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import ReminderJob
from otrs_bridge.domain.report import Report, ReportLine
from otrs_bridge.ports.jobs import MadeReminder
from otrs_bridge.service.debts.report_lines import opened_line, ticket_line
from otrs_bridge.service.debts.work import DebtWork
from otrs_bridge.service.gateway.attempt import Opening
from otrs_bridge.service.jobs.debt_run import Done
from otrs_bridge.service.jobs.occurrences import ActiveJob, Occurrence
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminding:
    """The reminders of one occurrence, as of `moment`, read at `now`."""

    work: DebtWork
    job: ReminderJob
    occurrence: Occurrence
    moment: datetime
    now: datetime

    def rehearsed(self, outcome: Outcome) -> Report:
        """Whoever has to pay, and the tickets that list them. A feed that its gate refuses names nobody and says why."""
        mode = self.occurrence.active.mode
        report, lists = self._read(outcome)
        tickets = (ticket_line(self.job, key.title, _why(listed), outcome, mode=mode) for key, listed in lists)
        return replace(report, lines=(*tickets, *report.lines))

    def carry_out(self, run: int, *, enforced: bool) -> Done:
        """The same; `enforced`: the tickets are opened, each once whatever happens. Raises as the journal does."""
        if enforced:
            report, lists = self._read(Outcome.OBSERVED)
            whys = {str(key): _why(listed) for key, listed in lists}
            opened = self.work.opener.open_all(run, [self._opening(key, listed) for key, listed in lists])
            tickets = [opened_line(self.job, one, whys[one.opening.key]) for one in opened]
            report = replace(report, lines=(*tickets, *report.lines))
        else:
            report = self.rehearsed(Outcome.OBSERVED)
        return ("refused" if report.objection or self.work.unfinished(report.lines) else "done"), report, None

    def _read(self, outcome: Outcome) -> tuple[Report, Sequence[tuple[ReminderKey, ReminderList]]]:
        reading = self.work.reader.reminders(moment=self.moment, now=self.now)
        examined = sum(reading.subscribers.values())
        if isinstance(reading.verdict, FeedRefused):
            return Report(examined=examined, objection=reading.verdict.words), ()
        found = sorted(reading.reminders, key=lambda one: (one.account.service, one.account.contract))
        lines = tuple(_line(self.occurrence.active, one, outcome) for one in found)
        return Report(lines=lines, examined=examined, presumed=reading.presumed), tuple(self._lists(found))

    def _lists(self, found: Sequence[Reminder]) -> Iterator[tuple[ReminderKey, ReminderList]]:
        """By service, what has to be paid in the occurrence's own month: a run that comes late has none of it left."""
        period = parse_period(self.occurrence.period)
        if period is None or not self.work.tickets.form.reminder_queue:
            return
        for service in self.job.services:
            listed = reminder_list(service, (one for one in found if period_of_day(one.pay_by) == period))
            if listed.reminders:
                yield ReminderKey(service=service, period=period), listed

    def _opening(self, key: ReminderKey, listed: ReminderList) -> Opening:
        day = day_at(self.moment, self.work.tickets.almanac.rules.zone)
        made = MadeReminder(key=key, ticket_id=0)
        return Opening(made=made, compose=lambda: self.work.tickets.reminders(key, listed, day=day))


def _why(listed: ReminderList) -> Words:
    ru, en = (format_money(listed.total, language) for language in ("ru", "en"))
    count = len(listed.reminders)
    return Words(ru=f"ещё не оплатили: {count}, всего {ru}", en=f"not paid yet: {count}, {en} in all")


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
