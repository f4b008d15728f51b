"""Which values OTRS cannot tell apart: what was written counts as done when one of them is read back."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.ticket import Customer, Value, same_value

PLACEHOLDER = '"ул. Мира {}, д. 5, Ф-10482" <test@mtel.ru>'


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Нет связи 😀", "Нет связи \ufffd"),
        ("𝟏𝟐", "\ufffd\ufffd"),
        (("tv", "кабель 📺"), ("tv", "кабель \ufffd")),
        (Customer(user=PLACEHOLDER.format("🏠")), Customer(user=PLACEHOLDER.format("\ufffd"))),
        (" Нет связи ", "Нет связи"),
    ],
)
def test_what_a_database_makes_of_a_value_is_the_same_value(written: Value, read: Value) -> None:
    assert same_value(written, read)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Нет связи 😀", "Нет связи "),
        ("Лётная", "Летная"),
        ("Нет связи", "НЕТ СВЯЗИ"),
        (Customer(user="semenov"), Customer(user="seménov")),
    ],
)
def test_other_letters_are_another_value_whatever_a_search_takes_them_for(written: Value, read: Value) -> None:
    assert not same_value(written, read)
