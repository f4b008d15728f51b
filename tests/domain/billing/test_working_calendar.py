"""Working days as a value."""

from __future__ import annotations

from datetime import date

import pytest

from otrs_bridge.domain.billing.working_calendar import UnknownYear, WorkingCalendar
from tests.domain.billing.ledgers import period

DECREED = WorkingCalendar(
    known_years=frozenset({2024}),
    days_off=frozenset({date(2024, 4, 29), date(2024, 4, 30), date(2024, 5, 1)}),
    working_weekends=frozenset({date(2024, 4, 27)}),
)


@pytest.mark.parametrize(
    ("day", "working"),
    [
        pytest.param(date(2024, 4, 28), False, id="a Sunday"),
        pytest.param(date(2024, 4, 29), False, id="a Monday whose work was moved to a Saturday"),
        pytest.param(date(2024, 5, 1), False, id="a public holiday"),
        pytest.param(date(2024, 4, 27), True, id="a working Saturday"),
        pytest.param(date(2024, 4, 26), True, id="a plain Friday"),
    ],
)
def test_a_day_is_worked_or_not(day: date, working: bool) -> None:
    assert DECREED.is_working_day(day) is working


def test_nothing_is_said_about_a_year_without_data() -> None:
    assert DECREED.is_working_day(date(2025, 6, 4)) == UnknownYear(year=2025)
    assert DECREED.first_working_day(period("2025-06")) == UnknownYear(year=2025)
    assert "2025" in UnknownYear(year=2025).words.ru
    assert "2025" in UnknownYear(year=2025).words.en


def test_a_search_that_runs_into_a_year_without_data_says_so() -> None:
    closed = WorkingCalendar(
        known_years=frozenset({2024}), own_days_off=frozenset(date(2024, 12, day) for day in range(1, 32))
    )
    assert closed.first_working_day(period("2024-12")) == UnknownYear(year=2025)


def test_the_operators_exceptions_win_and_a_day_off_wins_over_a_working_day() -> None:
    day = date(2024, 4, 27)
    own = WorkingCalendar(
        known_years=frozenset({2024}),
        working_weekends=frozenset({day}),
        own_days_off=frozenset({day, date(2024, 4, 26)}),
        own_working_days=frozenset({day, date(2024, 4, 28)}),
    )
    assert own.is_working_day(day) is False
    assert own.is_working_day(date(2024, 4, 26)) is False
    assert own.is_working_day(date(2024, 4, 28)) is True


@pytest.mark.parametrize(
    ("day", "spared"),
    [
        pytest.param(date(2024, 4, 24), False, id="a Wednesday before a Thursday"),
        pytest.param(date(2024, 4, 26), True, id="a Friday, even before a working Saturday"),
        pytest.param(date(2024, 4, 27), True, id="a Saturday before a Sunday"),
        pytest.param(date(2024, 4, 30), True, id="the eve of a holiday"),
        pytest.param(date(2024, 12, 31), UnknownYear(year=2025), id="the eve of a year without data"),
    ],
)
def test_a_day_is_a_friday_or_an_eve(day: date, spared: bool | UnknownYear) -> None:
    assert DECREED.is_friday_or_eve(day) == spared
