"""The billing period: a calendar month in the operator's time zone.

Source: docs/field-rules.md#time. The zone is always an argument: 2013-04-30 20:30 UTC is already May in
Moscow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from otrs_bridge.words import Words

_MONTHS = 12
_WRITTEN = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_NAMES: Final = (
    Words(ru="январь", en="January"),
    Words(ru="февраль", en="February"),
    Words(ru="март", en="March"),
    Words(ru="апрель", en="April"),
    Words(ru="май", en="May"),
    Words(ru="июнь", en="June"),
    Words(ru="июль", en="July"),
    Words(ru="август", en="August"),
    Words(ru="сентябрь", en="September"),
    Words(ru="октябрь", en="October"),
    Words(ru="ноябрь", en="November"),
    Words(ru="декабрь", en="December"),
)


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Period:
    """One calendar month, `year` 1..9999 and `month` 1..12; written `2013-05`, ordered by time."""

    year: int
    month: int

    def __post_init__(self) -> None:
        date(self.year, self.month, 1)  # raises ValueError for a month that does not exist

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def number(self) -> int:
        """Months since the year 0, so that periods can be counted with."""
        return self.year * _MONTHS + self.month - 1

    @property
    def first_day(self) -> date:
        """The 1st."""
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        """The 28th to the 31st."""
        return self.plus(1).first_day - timedelta(days=1)

    @property
    def name(self) -> Words:
        """`май 2013`, `May 2013`."""
        month = _NAMES[self.month - 1]
        return Words(ru=f"{month.ru} {self.year}", en=f"{month.en} {self.year}")

    def plus(self, months: int) -> Period:
        """So many months later; earlier when negative."""
        return period_number(self.number + months)

    def day(self, day: int) -> date:
        """That day of the month. Raises ValueError when the month has no such day."""
        return date(self.year, self.month, day)

    def first_moment(self, zone: tzinfo) -> datetime:
        """Midnight with which the period begins in `zone`."""
        return midnight(self.first_day, zone)


def period_number(number: int) -> Period:
    """The period with this `Period.number`."""
    return Period(year=number // _MONTHS, month=number % _MONTHS + 1)


def period_of_day(day: date) -> Period:
    """The period that this day lies in."""
    return Period(year=day.year, month=day.month)


def period_at(moment: datetime, zone: tzinfo) -> Period:
    """The period that an aware moment lies in, as the clock on the wall in `zone` shows it."""
    return period_of_day(day_at(moment, zone))


def day_at(moment: datetime, zone: tzinfo) -> date:
    """The calendar day of an aware moment in `zone`. Raises ValueError for a naive moment."""
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a time zone: {moment}")
    return moment.astimezone(zone).date()


def midnight(day: date, zone: tzinfo) -> datetime:
    """The first moment of a day in `zone`."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def parse_period(text: str) -> Period | None:
    """Read `2013-05`; anything else gives None."""
    found = _WRITTEN.fullmatch(text)
    if found is None or found[1] == "0000":
        return None
    return Period(year=int(found[1]), month=int(found[2]))
