"""The caller's name, for the placeholder only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.texts.person import find_full_name
from tests.patterns.linear import is_linear

NOBODY = {
    "our engineer": "Мастер Зайцев Игорь Олегович был",
    "a director in a letter": "в лице генерального директора Сидорова Петра Ивановича",
    "a street": "ул. Ивана Ивановича Иванова, 5",
    "a greeting": "Уважаемая Служба Поддержки",
    "a lone first name": "звонила Мария",
    "words that end like a patronymic": "кирпичная давно главна",
    "nothing": "",
}
NAMES = {
    "Иванов Иван Иванович": "звонил Иванов Иван Иванович, нет гудка",
    "Иван Иванович Иванов": "Иван Иванович Иванов просит",
    "Мария Петровна": "Звонит Мария Петровна",
    "Морозова Т.В.": "Морозова Т.В., нет связи",
    "Т.В. Морозовой": "от Т.В. Морозовой",
    "Сидоров Павел Андреевич": "сидоров павел андреевич дог 1",
    "Федорова Нина Павловна": "ФЕДОРОВА НИНА ПАВЛОВНА",
    "Мамедов Али Вели оглы": "Мамедов Али Вели оглы",
    "Римский-Корсаков Николай Андреевич": "Римский-Корсаков Николай Андреевич",
}


@pytest.mark.parametrize("text", NOBODY.values(), ids=NOBODY.keys())
def test_leaves_alone(text: str) -> None:
    assert find_full_name(text) == ""


@pytest.mark.parametrize(("name", "text"), NAMES.items(), ids=NAMES.keys())
def test_reads(name: str, text: str) -> None:
    assert find_full_name(text) == name


@given(st.text())
def test_noise_never_raises(text: str) -> None:
    find_full_name(text)


@pytest.mark.parametrize("piece", ["А.", "Иванов ", "иванович ", "вна", " ", "Ив Ив Иванович "])
def test_hostile_texts_take_linear_time(piece: str) -> None:
    find_full_name(piece * (1_000_000 // len(piece)))
    assert is_linear(find_full_name, piece)
