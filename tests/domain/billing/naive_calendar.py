"""The calendar on the naive bookkeeper's wall; see `naive_reference`."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

MOSCOW = timezone(timedelta(hours=3))  # as it has been since the end of 2014
MORNING = 6

# The working calendar of 2024 and 2025, and of the first days of 2026, copied from the decrees by hand.
DAYS_OFF = {
    *[date(2024, 1, d) for d in range(1, 9)], date(2024, 2, 23), date(2024, 3, 8),
    date(2024, 4, 29), date(2024, 4, 30), date(2024, 5, 1), date(2024, 5, 9), date(2024, 5, 10),
    date(2024, 6, 12), date(2024, 11, 4), date(2024, 12, 30), date(2024, 12, 31),
    *[date(2025, 1, d) for d in range(1, 9)], date(2025, 5, 1), date(2025, 5, 2), date(2025, 5, 8),
    date(2025, 5, 9), date(2025, 6, 12), date(2025, 6, 13), date(2025, 11, 3), date(2025, 11, 4),
    date(2025, 12, 31), *[date(2026, 1, d) for d in range(1, 10)],
}  # fmt: skip
WORKING_SATURDAYS = {date(2024, 4, 27), date(2024, 11, 2), date(2024, 12, 28), date(2025, 11, 1)}


def morning_of(day: date) -> datetime:
    """The moment of a day when it is looked at."""
    return datetime(day.year, day.month, day.day, MORNING, tzinfo=MOSCOW)


def asks_on(service: str, day: date) -> bool:
    """Whether money is asked for on this day."""
    return day.day == (1 if service == "internet" else 26)


def month_asked_for(service: str, day: date) -> tuple[int, int]:
    """The month in which money was asked for last."""
    while not asks_on(service, day):
        day -= timedelta(days=1)
    return day.year, day.month


def day_of_cut_off(service: str, month: tuple[int, int]) -> date:
    year, number = month
    if service == "internet":
        return date(year, number, 1)
    day = date(year + 1, 1, 1) if number == 12 else date(year, number + 1, 1)
    while not is_worked(day):
        day += timedelta(days=1)
    return day


def is_worked(day: date) -> bool:
    if day in WORKING_SATURDAYS:
        return True
    return day.weekday() < 5 and day not in DAYS_OFF
