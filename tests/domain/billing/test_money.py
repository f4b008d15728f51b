"""Roubles in whole kopecks."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.billing.money import format_money, from_kopecks, to_kopecks, whole_kopecks


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("0.005", "0.01"), ("0.0049", "0.00"), ("-0.005", "-0.01"), ("2.675", "2.68"), ("1E+3", "1000.00")],
)
def test_halves_are_rounded_away_from_zero(amount: str, rounded: str) -> None:
    assert str(to_kopecks(Decimal(amount))) == rounded


@pytest.mark.parametrize(
    ("amount", "russian", "english"),
    [
        ("0", "0,00 ₽", "0.00 ₽"),
        ("1500.5", "1 500,50 ₽", "1,500.50 ₽"),
        ("-1234567.8", "-1 234 567,80 ₽", "-1,234,567.80 ₽"),
    ],
)
def test_money_is_written_as_each_language_writes_it(amount: str, russian: str, english: str) -> None:
    assert format_money(Decimal(amount), "ru") == russian.replace(" ", "\u00a0")
    assert format_money(Decimal(amount), "en") == english.replace(" ", "\u00a0")


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_kopecks_survive_the_way_to_roubles_and_back(kopecks: int) -> None:
    assert whole_kopecks(from_kopecks(kopecks)) == kopecks
