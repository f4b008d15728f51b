"""billing/values.py: nothing is guessed; what cannot be read exactly says why."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

import pytest

from otrs_bridge.billing.values import Unreadable, read_kopecks, read_moment


@pytest.mark.parametrize("text", ["1,500", "1.500", "999,999", "+1,500", "-1.500", " 12,000 ", "500.000", "1.005"])
def test_a_sum_that_may_be_thousands_or_a_fraction_is_neither(text: str) -> None:
    with pytest.raises(Unreadable, match="can be read in two ways") as refused:
        read_kopecks(text)
    assert "можно понять двояко" in refused.value.words.ru


def test_it_is_said_what_to_write_instead() -> None:
    with pytest.raises(
        Unreadable, match="'1,500' can be read in two ways: write thousands as 1500, kopecks with two d"
    ):
        read_kopecks("1,500")


@pytest.mark.parametrize(
    ("value", "kopecks"),
    [
        ("1500", 150000),
        ("1 500", 150000),
        ("1500,00", 150000),
        ("1,50", 150),
        ("1,5", 150),
        ("1500.000", 150000),
        ("1.5000", 150),
        ("0,500", 50),
        ("000.500", 50),
        ("1 234,500", 123450),
        (Decimal("1.500"), 150),
        (1500, 150000),
    ],
)
def test_what_can_be_read_in_one_way_is_read_so(value: object, kopecks: int) -> None:
    assert read_kopecks(value) == kopecks


@pytest.mark.parametrize("text", ["1,500.00", "1.500,00", "1,234,567", "5e2", "(500,00)", "500.", ""])
def test_other_writings_are_no_amount(text: str) -> None:
    with pytest.raises(Unreadable, match="is no exact amount"):
        read_kopecks(text)


@pytest.mark.parametrize("text", ["2201-05-01", "01.01.1970", "9999-12-31 23:59"])
def test_a_date_that_nobody_believes_is_told_as_it_is_written(text: str) -> None:
    with pytest.raises(Unreadable, match=f"is no date: '{text}'"):
        read_moment(text, UTC)
