"""When an entry begins to count: the deadlines at which money owed becomes a debt.

Every period has one deadline per service, and the debt that it finds arises in that period:

* internet: the first moment of the period. The fee charged on the 1st is due there and then, for it had to be
  prepaid by the 25th of the month before (later, but before the 1st, still pays). Whatever else is charged
  during a month is due at the next deadline: nobody falls into debt in mid-month;
* telephony: the end of the 25th, that is the first moment of the 26th. Due then is all that was charged
  before the period began: calls of P, charged on the last day of P, are due when the 25th of P+1 is over.

A charge that was posted late (see `entries`) is due at the first deadline after its posting,
though not before that of its day.

Payments lower the debt from the moment they count. Source: docs/field-rules.md#internet, #telephony.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from otrs_bridge.domain.billing.accounts import BillingRules, Service
from otrs_bridge.domain.billing.entries import EntryKind
from otrs_bridge.domain.billing.period import Period, day_at, midnight, period_at, period_number, period_of_day
from otrs_bridge.domain.billing.row_format import RowFormat

_EARLIEST = Period(year=1990, month=1)
_PERIODS_AHEAD = 3


def deadline(service: Service, period: Period, rules: BillingRules) -> datetime:
    """The aware moment at which what is due in `period` and not paid becomes a debt."""
    if service == "internet":
        return period.first_moment(rules.zone)
    return midnight(period.day(rules.pay_by_day) + timedelta(days=1), rules.zone)


def last_deadline(service: Service, moment: datetime, rules: BillingRules) -> Period:
    """The newest period whose deadline has come by `moment`."""
    today = day_at(moment, rules.zone)
    period = period_of_day(today)
    return period if service == "internet" or today.day > rules.pay_by_day else period.plus(-1)


def due_before(service: Service, moment: datetime, rules: BillingRules) -> datetime:
    """What is dated after this moment is due at a deadline to come, as known at `moment`; what is not may be due already."""
    period = last_deadline(service, moment, rules)
    return midnight(period.day(2), rules.zone) if service == "internet" else period.first_moment(rules.zone)


@dataclass(frozen=True, slots=True)
class DeadlineGrid:
    """The deadlines of many periods, written as a source writes its moments; slots are `Period.number`s.

    A grid is made once per question and answers for every row with two binary searches at most. It knows the
    periods from 1990 to three months behind the moment it was made for; entries beyond are counted to its
    edges.
    """

    service: Service
    rules: BillingRules
    written: Callable[[datetime], Any]
    first: int
    months: tuple[Any, ...]
    second_days: tuple[Any, ...]
    cuts: tuple[Any, ...]

    def debit_slot(self, kind: EntryKind, dated: Any, posted: Any) -> int:
        """The period at whose deadline an entry that costs the subscriber is due."""
        if kind == "opening":
            return self.first + _first_month_from(self.months, dated)
        counts = dated if kind == "charge" or not posted else max(dated, posted)
        index = bisect_right(self.months, counts) - 1
        if kind != "charge":
            return self.first + index + 1
        if self.service != "internet" or counts >= self.second_days[index]:
            index += 1
        if self.is_late(dated, posted):
            index = max(index, bisect_right(self.cuts, posted))
        return self.first + index

    def is_late(self, dated: Any, posted: Any) -> bool:
        """Whether a charge was posted late. Days are compared, so the hours of both do not matter."""
        if not posted or posted <= dated:
            return False
        number = self.first + bisect_right(self.months, dated) - 1
        days, limits = _days_of(number, self.rules, self.written)
        return bool(posted >= limits[max(bisect_right(days, dated) - 1, 0)])

    def period_of(self, dated: Any) -> int:
        """The period in which a row is dated."""
        return self.first + bisect_right(self.months, dated) - 1

    def fee_slot(self, dated: Any) -> int | None:
        """The period on whose 1st a charge is dated; None for any other day."""
        index = bisect_right(self.months, dated) - 1
        return self.first + index if dated < self.second_days[index] else None

    def credit_slot(self, dated: Any, posted: Any) -> int:
        """The period whose deadline was the last before money came in."""
        counts = dated if not posted else min(dated, posted)
        return self.first + bisect_right(self.cuts, counts) - 1


def _first_month_from(months: tuple[Any, ...], dated: Any) -> int:
    """Index of the first month that begins at or after `dated`: by then all owed before it is due."""
    index = bisect_right(months, dated) - 1
    return index if index >= 0 and months[index] == dated else index + 1


def deadline_grid(service: Service, moment: datetime, rules: BillingRules, rows: RowFormat) -> DeadlineGrid:
    """The grid for deciding at `moment` over rows written as `rows` says."""
    return _grid(service, period_at(moment, rules.zone).number + _PERIODS_AHEAD, rules, rows.moment)


@lru_cache(maxsize=1 << 10)
def _days_of(
    number: int, rules: BillingRules, written: Callable[[datetime], Any]
) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
    """When each day of the month with this number begins, and from when on what is posted for that day is late."""
    first = period_number(number).first_day
    days = [first + timedelta(days=step) for step in range((period_number(number + 1).first_day - first).days)]
    late = timedelta(days=rules.late_posting_days + 1)
    starts, limits = ([midnight(day + wait, rules.zone) for day in days] for wait in (timedelta(0), late))
    return tuple(map(written, starts)), tuple(map(written, limits))


@lru_cache(maxsize=64)
def _grid(service: Service, last: int, rules: BillingRules, written: Callable[[datetime], Any]) -> DeadlineGrid:
    periods = [_EARLIEST.plus(step) for step in range(last - _EARLIEST.number + 1)]
    return DeadlineGrid(
        service=service,
        rules=rules,
        written=written,
        first=_EARLIEST.number,
        months=tuple(written(period.first_moment(rules.zone)) for period in periods),
        second_days=tuple(written(midnight(period.day(2), rules.zone)) for period in periods),
        cuts=tuple(written(deadline(service, period, rules)) for period in periods),
    )
