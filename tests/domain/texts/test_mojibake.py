"""Letters that became others on the way are told; those of real numbers and names are left alone."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.texts.mojibake import is_mojibake, is_mojibake_number

NUMBERS = ["Ф-15236", "Ю-7", "15236", "МТ/191-15", "АБ 12-Ё", "№ 15", "Ґ-4", "І-17", "A-100", "Р-№5", "С.Р. 15/2"]
NAMES = [
    "Иванов Иван",
    "ООО «Ёж» № 1",
    "Café Besançon",
    "Müßig & Söhne",
    "ул. Лётная, д. 5 — кв. 1",
    "РС ЖЭК",
    "Їжак",
    "",
]


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_somebody_wrote_is_none(number: str) -> None:
    assert not is_mojibake_number(number)


@pytest.mark.parametrize("name", NAMES)
def test_words_that_somebody_wrote_are_none(name: str) -> None:
    assert not is_mojibake(name)


READ_AS = [("cp1251", "latin1"), ("cp1251", "cp1252"), ("utf-8", "latin1"), ("utf-8", "cp1251"), ("cp1251", "utf-8")]


@pytest.mark.parametrize("letter", "ФЮфюКЯяёЁ№")
@pytest.mark.parametrize(("written", "read"), READ_AS)
def test_one_letter_of_a_number_is_enough(letter: str, written: str, read: str) -> None:
    assert is_mojibake_number(f"{letter}-15236".encode(written).decode(read, errors="replace"))


@pytest.mark.parametrize("name", ["Иванов", "улица Лётная", "ООО «Ёж»"])
@pytest.mark.parametrize(("written", "read"), READ_AS)
def test_words_in_another_encoding_are_seen(name: str, written: str, read: str) -> None:
    assert is_mojibake(name.encode(written).decode(read, errors="replace"))


def test_a_letter_that_the_connection_does_not_have_is_lost() -> None:
    assert is_mojibake_number("Ф-15236".encode("ascii", errors="replace").decode())
