"""Calendar months in the operator's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.billing.period import Period, day_at, parse_period, period_at, period_number
from tests.domain.billing.ledgers import MOSCOW, period

periods = st.builds(
    Period, year=st.integers(min_value=1900, max_value=2200), month=st.integers(min_value=1, max_value=12)
)


@pytest.mark.parametrize(
    "text", ["", "2013", "2013-5", "2013-00", "2013-13", "0000-01", "2013-05-01", " 2013-05", "２０１３-05"]
)
def test_what_is_not_written_as_a_period_is_none(text: str) -> None:
    assert parse_period(text) is None


@given(periods)
def test_a_period_is_read_back_as_written(one: Period) -> None:
    assert parse_period(str(one)) == one
    assert period_number(one.number) == one


@given(periods, st.integers(min_value=-600, max_value=600))
def test_months_are_counted_across_years(one: Period, months: int) -> None:
    assert one.plus(months).number - one.number == months
    assert (one.plus(months) > one) == (months > 0)


@given(periods)
def test_a_period_begins_when_the_one_before_has_ended(one: Period) -> None:
    begins = one.first_moment(MOSCOW)
    assert one.plus(-1).last_day + timedelta(days=1) == one.first_day
    assert period_at(begins, MOSCOW) == one
    assert period_at(begins.astimezone(UTC) - timedelta(microseconds=1), MOSCOW) == one.plus(-1)


def test_the_zone_decides_which_month_it_is() -> None:
    moment = datetime(2013, 4, 30, 20, 0, tzinfo=UTC)
    assert period_at(moment, UTC) == period("2013-04")
    assert period_at(moment, MOSCOW) == period("2013-05")


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        day_at(datetime(2013, 5, 1), MOSCOW)  # noqa: DTZ001  # the naive moment is what is tested


def test_a_month_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="month must be"):
        Period(year=2013, month=13)


def test_a_period_has_a_name_in_both_languages() -> None:
    assert period("2013-05").name.ru == "май 2013"
    assert period("2013-05").name.en == "May 2013"
    assert period("2016-02").last_day == date(2016, 2, 29)
