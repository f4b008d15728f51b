"""Debts of a billing system that tells balances alone: since when they are is what the bridge itself has seen.

The debt is the balance. It arose in the period in which the bridge first saw it, which names its ticket; what is first seen
in mid-month is due at the next deadline, as any charge of the month would be. A debt below the minimum is not noted: it
becomes old with the day on which it is worth acting on. Source: docs/field-rules.md#episodes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from otrs_bridge.domain.billing.accounts import Account, BillingRules, Hold, Service
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.period import Period, day_at, midnight, period_at

Line = tuple[Service, str]  # a service on a contract


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtSighting:
    """A debt was first seen in `period`, on the day that begins at the aware moment `at`; None where a ticket's key alone
    tells the period.
    """

    period: Period
    at: datetime | None = None


def first_seen(moment: datetime, rules: BillingRules, *, settled: Period | None) -> DebtSighting:
    """A debt that is seen now for the first time. `settled`: the youngest period of its line whose ticket is settled.

    One key has one ticket, so a debt that comes up again in the month of a settled ticket counts from the next one on. What
    is seen counts for the whole day: a job, or a person, begins to look a little before the balance is read.
    """
    period = period_at(moment, rules.zone)
    if settled is not None and settled >= period:
        period = settled.plus(1)
    return DebtSighting(period=period, at=midnight(day_at(moment, rules.zone), rules.zone))


def balance_entries(account: Account, seen: DebtSighting, rules: BillingRules) -> tuple[Entry, ...]:
    """The one entry that a balance stands for: what is owed since it was seen, or what is paid ahead."""
    if account.balance is None:
        return ()
    dated = seen.period.first_moment(rules.zone)
    owed = account.balance < 0
    posted = seen.at if owed and seen.at is not None and seen.at > dated else None
    return (Entry(kind="opening", amount=-account.balance, dated=dated, posted=posted),)


def spared_until_due(account: Account, seen: DebtSighting, rules: BillingRules) -> Account:
    """The account, held to the end of the month where its debt was first seen in mid-month.

    What comes up later than a charge of the 1st is posted may have been charged in mid-month: that is due at the next
    deadline, and of telephony at the one after.
    """
    if seen.at is None or account.balance is None or account.balance >= 0:
        return account
    day = day_at(seen.at, rules.zone)
    if day.day <= 1 + rules.late_posting_days or day < seen.period.first_day:
        return account
    until = seen.period if account.service == "internet" else seen.period.plus(1)
    hold = Hold(kind="first seen in mid-month", until=until.last_day)
    return replace(account, holds=(*account.holds, hold))
