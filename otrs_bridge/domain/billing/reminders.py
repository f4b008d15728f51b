"""Five days before the 25th: who has not paid yet.

Internet: the fee of the coming month, with whatever is owed and less what was prepaid. Telephony: everything
charged before this month and not paid, older debts included. Any sum above zero is listed: a reminder harms
nobody, and what is below the minimum today may be above it next month. Holds do not matter, except that a
contract which has ended and owes is left to people. Source: docs/field-rules.md#reminders.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from otrs_bridge.domain.billing.accounts import Account, BillingRules, Service
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.next_step import payable
from otrs_bridge.domain.billing.period import Period, day_at


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminder:
    """One account that still has to pay `amount` roubles by `pay_by`, inclusive."""

    account: Account
    amount: Decimal
    pay_by: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ReminderList:
    """The reminders of one service, by contract."""

    service: Service
    reminders: tuple[Reminder, ...]

    @property
    def total(self) -> Decimal:
        """The sum of what is still to be paid."""
        return sum((reminder.amount for reminder in self.reminders), start=NOTHING)


def reminder_day(period: Period, rules: BillingRules) -> date:
    """The day of `period` on which the reminders go out."""
    return period.day(rules.pay_by_day) - timedelta(days=rules.reminder_days)


def reminder(account: Account, charged: Decimal, *, moment: datetime, rules: BillingRules) -> Reminder | None:
    """The reminder for one account, None when nothing is to be paid or its pay-by day is over.

    `charged` is what `DebtScan.payable` says of the account, 0 for an account without any entries.
    """
    expected = payable(account, charged, moment=moment, rules=rules)
    today = day_at(moment, rules.zone)
    if expected.amount <= 0 or today > expected.pay_by or account.has_ended_by(today):
        return None
    return Reminder(account=account, amount=expected.amount, pay_by=expected.pay_by)


def reminder_list(service: Service, found: Iterable[Reminder | None]) -> ReminderList:
    """The list of one service, sorted by contract; Nones are left out."""
    reminders = (one for one in found if one is not None and one.account.service == service)
    return ReminderList(service=service, reminders=tuple(sorted(reminders, key=lambda one: one.account.contract)))
