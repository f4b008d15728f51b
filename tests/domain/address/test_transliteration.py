"""Russian in Latin letters is turned back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.address.transliteration import to_cyrillic


@pytest.mark.parametrize(
    ("latin", "russian"),
    [
        ("5-132, 14:00", "5-132, 14:00"),
        ("уже по-русски", "уже по-русски"),
        ("ul. Lenina d. 14 kv. 8", "ул. Ленина д. 14 кв. 8"),
        ("Letnaya", "Летная"),
        ("Leninskiy prospekt", "Ленинский проспект"),
        ("Zhukova, Shchorsa, Khimikov", "Жукова, Щорса, Химиков"),
    ],
)
def test_words(latin: str, russian: str) -> None:
    assert to_cyrillic(latin) == russian


@given(st.text())
def test_noise_never_raises(text: str) -> None:
    to_cyrillic(text)
