"""Russia's production calendar, from the `holidays` package, as a value of the domain.

The package knows the public holidays, the days off that the government moves every year, and the Saturdays
that are worked in exchange. A year counts as known only when the package has that year's decree: the plain
holidays, which it gives for any year, are not a production calendar. It does not know the holidays of single
regions, days declared free during a year (as in 2020 and 2021), or a decree younger than itself: that is what
the operator's exceptions are for. Source: docs/field-rules.md#telephony.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache

from otrs_bridge.domain.billing.working_calendar import WorkingCalendar

# Since 2005 every year has a decree: the New Year holidays always cover a weekend, whose days off are moved.
_FIRST_YEAR_OF_THE_LAW = 2005


def production_calendar(
    *,
    own_days_off: Iterable[date] = (),
    own_working_days: Iterable[date] = (),
    confirmed_years: Iterable[int] = (),
) -> WorkingCalendar:
    """Every year the package has a decree for, with the operator's exceptions.

    `confirmed_years` are further years that the operator vouches for: the package's plain holidays and the
    operator's exceptions are the whole of them. The result does not depend on the day it is made.
    """
    known = _decreed_years() | frozenset(confirmed_years)
    days_off, working_weekends = _of_the_package(known)
    return WorkingCalendar(
        known_years=known,
        days_off=days_off,
        working_weekends=working_weekends,
        own_days_off=frozenset(own_days_off),
        own_working_days=frozenset(own_working_days),
    )


@lru_cache(maxsize=8)
def _of_the_package(years: frozenset[int]) -> tuple[frozenset[date], frozenset[date]]:
    """The days off of these years and the weekends that are worked; the package takes long to work them out."""
    import holidays  # late: only what asks about debts needs it

    russia = holidays.country_holidays("RU", years=sorted(years))
    return frozenset(russia), frozenset(russia.weekend_workdays)


@cache
def _decreed_years() -> frozenset[int]:
    import holidays  # late, as above

    decrees: dict[int, object] = holidays.country_holidays("RU").special_public_holidays
    return frozenset(year for year in decrees if year >= _FIRST_YEAR_OF_THE_LAW)
