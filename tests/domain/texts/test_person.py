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
    "a fitter with a capital": "Монтажник Игорь Петрович вчера не приехал",
    "our operator": "Мне хамил ваш оператор Кузнецова Дарья",
    "a doctor": "запишите к терапевту Смирновой Анне Петровне",
    "a neighbour": "Сосед Иванов Пётр из кв. 131 подключён",
    "somebody else's flat": "у соседа Глеба Чернова интернет есть",
    "a street of a given name": "ул. Розы Люксембург, 7, Карла Маркса 5",
    "a machine": "Mail Delivery System",
    "a department": "Sales Dep",
    "a greeting to the fitter": "Спасибо Анна",
    "a shop": "магазин «Анна Павлова»",
    "two words of a sentence": "Интернет Пропал, Новый Роутер",
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
    "Лаптев Фёдор Кузьмич": "Лаптев Фёдор Кузьмич, не работает телефон",
    "Яшин Павел Саввич": "звонил Яшин Павел Саввич",
    "Сергей Иваныч": "Сергей Иваныч просит мастера",
    "Петренко А.В.": "Абонент ПЕТРЕНКО А.В. просит мастера",
    "Алиева Севда Мамед кызы": "звонила дочь, абонент Алиева Севда Мамед кызы",
    "Мамедова Гюльнара Рашид Кызы": "МАМЕДОВА ГЮЛЬНАРА РАШИД КЫЗЫ",
    "Наталья Зайцева": "Наталья Зайцева",
    "Гусейнов Тимур": "Гусейнов Тимур",
    "Zoya Lebedeva": "Zoya Lebedeva",
    "Sean O'Brien": "Sean O'Brien",
    "Белый Степан Лукич": "Я БЕЛЫЙ СТЕПАН ЛУКИЧ!",
    "Степан Белый": "Паспорт 4509 123456. Степан Белый",
    "Рустам Абдуллаев": "Оператор Кузнецова Дарья хамила. Я Рустам Абдуллаев",
    "Сафина Регина Ильдаровна": "Фамилия: Сафина\nИмя: Регина\nОтчество: Ильдаровна\nУлица: Лесная",
    "Олеся Ткаченко": "Имя: Олеся Ткаченко\nТелефон: 8",
    "Ткаченко Олеся": "ткаченко олеся, мира 101",
    "Нурланов Ерлан": "Нурланов Ерлан, обрыв кабеля",
    "Ткаченко Олеся Богданівна": "Ткаченко Олеся Богданівна, немає інтернету",
    "Директор Макаров Семён Янович".removeprefix("Директор "): "Директор Макаров Семён Янович, моб.",
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
