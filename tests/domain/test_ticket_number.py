"""The number that a client is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.ticket_number import both, short_number


@pytest.mark.parametrize(
    ("number", "short"),
    [
        pytest.param("1000001", "1000001", id="counted on without a date"),
        pytest.param("101234567890", "101234567890", id="random"),
        pytest.param("20130416", "20130416", id="a date and nothing after it"),
        pytest.param("2013023010000135", "2013023010000135", id="no such day"),
        pytest.param("20130416A1", "20130416A1", id="not only digits"),
        pytest.param("", "", id="nothing"),
        pytest.param("2013041610000135", "10000135", id="the handbook's example"),
        pytest.param("202402291000017", "1000017", id="a leap day"),
    ],
)
def test_the_part_after_the_date_is_told(number: str, short: str) -> None:
    assert short_number(number) == short


def test_texts_show_both_numbers() -> None:
    assert both("2013041610000135") == "2013041610000135 (10000135)"
    assert both("1000001") == "1000001"


@given(st.dates(min_value=date(2001, 1, 1), max_value=date(2099, 1, 1)), st.integers(1, 10**9))
def test_any_date_is_cut(day: date, number: int) -> None:
    assert short_number(f"{day:%Y%m%d}{number}") == str(number)


@given(st.text(max_size=30))
def test_any_text_ends_with_its_short_number(number: str) -> None:
    assert number.endswith(short_number(number))
