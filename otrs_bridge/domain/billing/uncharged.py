"""Fees that a billing system does not charge because the account cannot pay them: it blocks the line instead.

Without a charge there would be no debt, and no ticket. So the first month that such a system has not charged is counted as
charged, once, until it is: while the line stays off for that month's fee, the system charges nothing for the months after.
Source: docs/field-rules.md#internet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal

from otrs_bridge.domain.billing.accounts import Account, BillingRules
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import Period, day_at, period_at, period_number, period_of_day


@dataclass(frozen=True, kw_only=True, slots=True)
class Charged:
    """What the entries of an account say: the newest period in which anything was charged and that of the first entry (each
    a `Period.number`, None for none), and what is on the account, in roubles, below zero what it owes.
    """

    last: int | None = None
    first: int | None = None
    money: Decimal = NOTHING


def charged_of(entries: Iterable[Entry], *, moment: datetime, zone: tzinfo) -> Charged:
    """The same of entries, as known at `moment`."""
    known = [one for one in entries if one.known_from <= moment]
    months = [period_at(one.dated, zone).number for one in known]
    charged = (month for month, one in zip(months, known, strict=True) if one.kind == "charge")
    money = sum((-one.effect for one in known), start=NOTHING)
    return Charged(last=max(charged, default=None), first=min(months, default=None), money=money)


def uncharged_fees(
    account: Account, charged: Charged, *, today: date, through: Period, rules: BillingRules
) -> Iterator[tuple[Period, Decimal]]:
    """The fees that are not charged and that count all the same: of the first month without one, where it has begun, and of
    the months up to `through` that are still to come, as long as the money lasts.

    A month that could have been charged by `today`, a late posting included, and was not is none that the system charges:
    then nothing is presumed. Nothing is, either, while the client has paused the service, nor for months in which the line
    was off already.
    """
    period = _first_without(account, charged)
    if account.service != "internet" or period is None:
        return
    money = charged.money if account.balance is None else account.balance
    while period <= through:
        fee = _fee(account, period)
        if fee is None:
            return
        covers = money + account.credit_on(period.first_day) >= fee
        if covers and today > period.first_day + timedelta(days=rules.late_posting_days):
            return
        yield period, fee
        if not covers:
            return
        money, period = money - fee, period.plus(1)


def uncharged_entries(
    account: Account, entries: Iterable[Entry], *, now: datetime, moment: datetime, rules: BillingRules
) -> tuple[Entry, ...]:
    """The same as entries, of an account with these, for a `moment` that may be later than `now`."""
    zone = rules.zone
    charged, today = charged_of(entries, moment=moment, zone=zone), day_at(min(moment, now), zone)
    fees = uncharged_fees(account, charged, today=today, through=period_at(moment, zone), rules=rules)
    return tuple(Entry(kind="charge", amount=fee, dated=period.first_moment(zone)) for period, fee in fees)


def _first_without(account: Account, charged: Charged) -> Period | None:
    """The first month without a charge. An account that was never charged anything begins with its service, or its first
    entry; of one without either nothing can be told.
    """
    known = charged.first if charged.last is None else charged.last
    periods = [] if known is None else [period_number(known + 1)]
    if account.starts is not None:
        begun = period_of_day(account.starts)
        periods.append(begun if account.starts.day == 1 else begun.plus(1))
    return max(periods, default=None)


def _fee(account: Account, period: Period) -> Decimal | None:
    """The fee of this month; None when the line was off before it began. Off since nobody knows when is off since then."""
    since = account.suspended
    if not isinstance(since, bool) and since < period.first_day:
        return None
    return account.fee(period)
