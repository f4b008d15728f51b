"""Working days as a value: weekends, public holidays, transferred days off, working Saturdays, own
exceptions.

A year nobody has data for is a value, too (`UnknownYear`): the bridge acts on no day of it, and says so.
Source: docs/field-rules.md#telephony.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from otrs_bridge.domain.billing.period import Period
from otrs_bridge.words import Words

_SATURDAY = 5
_FRIDAY = 4
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class UnknownYear:
    """Whether a day is a working day cannot be told: no production calendar is known for `year`."""

    year: int

    @property
    def words(self) -> Words:
        """What an operator is told about it."""
        return Words(
            ru=f"нет производственного календаря на {self.year} год: по рабочим дням ничего не делается, "
            "обновите пакет holidays или подтвердите год в настройках",
            en=f"no production calendar is known for {self.year}: nothing that waits for a working day is "
            "done; update the holidays package or confirm the year in the config",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkingCalendar:
    """A production calendar.

    `days_off` and `working_weekends` are what the state decreed for `known_years`: days off besides Saturdays
    and Sundays (weekend dates in it do no harm), and Saturdays or Sundays that are worked. `own_days_off` and
    `own_working_days` are the operator's exceptions; they win over the decree, and a day off wins over a
    working day: cutting off a day later harms nobody.
    """

    known_years: frozenset[int]
    days_off: frozenset[date] = frozenset()
    working_weekends: frozenset[date] = frozenset()
    own_days_off: frozenset[date] = frozenset()
    own_working_days: frozenset[date] = frozenset()

    def is_working_day(self, day: date) -> bool | UnknownYear:
        """Whether people work on this day; UnknownYear unless its year is known."""
        if day.year not in self.known_years:
            return UnknownYear(year=day.year)
        if day in self.own_days_off:
            return False
        if day in self.own_working_days or day in self.working_weekends:
            return True
        return day.weekday() < _SATURDAY and day not in self.days_off

    def working_day_from(self, day: date) -> date | UnknownYear:
        """The first working day on `day` or after it."""
        while True:
            working = self.is_working_day(day)
            if isinstance(working, UnknownYear):
                return working
            if working:
                return day
            day += _ONE_DAY

    def first_working_day(self, period: Period) -> date | UnknownYear:
        """The first working day of a month, or of those that follow when it has none."""
        return self.working_day_from(period.first_day)

    def is_friday_or_eve(self, day: date) -> bool | UnknownYear:
        """Whether the day is a Friday or the next one is a day off: nobody would be there to switch a line on
        again.
        """
        if day.weekday() == _FRIDAY:
            return True
        tomorrow = self.is_working_day(day + _ONE_DAY)
        return tomorrow if isinstance(tomorrow, UnknownYear) else not tomorrow
