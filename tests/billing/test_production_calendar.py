"""Russia's production calendar as the package gives it, against what the government decreed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from otrs_bridge.billing.production_calendar import production_calendar
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.billing.working_calendar import UnknownYear

# Days off that were moved, and Saturdays worked for them, year by year. A day off that would fall on a
# weekend is moved as well; those days stand here, too. 2027 pins what the package says: no other source was at hand.
MOVED: dict[int, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {
    2023: ([(2, 24), (5, 8), (11, 6)], []),
    2024: ([(4, 29), (4, 30), (5, 10), (12, 30), (12, 31)], [(4, 27), (11, 2), (12, 28)]),
    2025: ([(5, 2), (5, 8), (6, 13), (11, 3), (12, 31)], [(11, 1)]),
    2026: ([(1, 9), (3, 9), (5, 11), (12, 31)], []),
    2027: ([(2, 22), (5, 3), (5, 10), (6, 14), (11, 5), (12, 31)], [(2, 20)]),
}
HOLIDAYS = [*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)]


@pytest.mark.parametrize("year", MOVED)
def test_every_day_of_the_year_is_as_decreed(year: int) -> None:
    calendar = production_calendar()
    moved, worked = MOVED[year]
    off = {date(year, *day) for day in [*HOLIDAYS, *moved]}
    on = {date(year, *day) for day in worked}
    day = date(year, 1, 1)
    while day.year == year:
        expected = day in on or (day.weekday() < 5 and day not in off)
        assert calendar.is_working_day(day) is expected, day
        day += timedelta(days=1)


# As many as the published production calendars for a five-day week count.
@pytest.mark.parametrize(("year", "days"), [(2013, 247), (2023, 247), (2024, 248), (2025, 247), (2026, 247)])
def test_a_year_has_as_many_working_days_as_published(year: int, days: int) -> None:
    calendar = production_calendar()
    first = date(year, 1, 1)
    length = (date(year + 1, 1, 1) - first).days
    assert sum(calendar.is_working_day(first + timedelta(days=n)) is True for n in range(length)) == days


@pytest.mark.parametrize(
    ("period", "day"),
    [
        ((2013, 4), date(2013, 4, 1)),
        ((2013, 5), date(2013, 5, 6)),
        ((2024, 1), date(2024, 1, 9)),
        ((2024, 5), date(2024, 5, 2)),
        ((2025, 11), date(2025, 11, 1)),
        ((2026, 1), date(2026, 1, 12)),
    ],
)
def test_the_first_working_day_of_a_month(period: tuple[int, int], day: date) -> None:
    assert production_calendar().first_working_day(Period(year=period[0], month=period[1])) == day


def test_a_year_without_a_decree_is_not_known_although_its_holidays_are() -> None:
    calendar = production_calendar()
    beyond = max(calendar.known_years) + 1
    assert calendar.is_working_day(date(beyond, 6, 1)) == UnknownYear(year=beyond)
    assert {2013, 2023, 2024, 2025} <= calendar.known_years
    assert calendar.known_years == frozenset(range(2005, beyond)), "no year between may be missing"


def test_an_operator_can_vouch_for_a_year_and_give_its_days() -> None:
    year = max(production_calendar().known_years) + 1
    calendar = production_calendar(
        confirmed_years=[year], own_days_off=[date(year, 7, 3)], own_working_days=[date(year, 1, 2)]
    )
    assert calendar.is_working_day(date(year, 1, 1)) is False
    assert calendar.is_working_day(date(year, 1, 2)) is True
    assert calendar.is_working_day(date(year, 7, 3)) is False
