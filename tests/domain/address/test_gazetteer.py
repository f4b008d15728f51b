"""Addresses that only the client list's streets show, forms, and flats behind a comma: read, and not read too much."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.address.address import find_addresses, locate_addresses
from tests.builders import read_clues

STREETS = frozenset({"чехова", "9 января", "новая", "мира", "школьный", "космонавтов", "садовая", "гагарина"})


def known(text: str) -> list[str]:
    return [address.human for address, _ in locate_addresses(text, streets=STREETS, only_known=True)]


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("Чехова 14, 22, Орлов", "ул. Чехова, д. 14, кв. 22"),
        ("чехова 14-22 нет связи", "ул. Чехова, д. 14, кв. 22"),
        ("9 Января 3-17, нет инета", "ул. 9 Января, д. 3, кв. 17"),
        ("9 января 3 кв 17", "ул. 9 января, д. 3, кв. 17"),
        ("Школьный 1 кв 3", "ул. Школьный, д. 1, кв. 3"),
        ("Новая 4 кв 1", "ул. Новая, д. 4, кв. 1"),
        ("с Космонавтов 9, 3 подъезд", "ул. Космонавтов, д. 9"),
        ("Садовая 8, Нурланов", "ул. Садовая, д. 8"),
        ("Гагарина 17 нет света в щитке", "ул. Гагарина, д. 17"),
        ("мира 101к2-46 кабель оборван", "ул. Мира, д. 101, корп. 2, кв. 46"),
    ],
)
def test_a_street_of_the_client_list_makes_an_address(text: str, address: str) -> None:
    assert known(text) == [address]


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("чехова 14 или его сестра садовая 8", ["ул. Чехова, д. 14", "ул. Садовая, д. 8"]),
        ("гагарина 17 кв 2 или мира 101 кв 46", ["ул. Гагарина, д. 17, кв. 2", "ул. Мира, д. 101, кв. 46"]),
    ],
)
def test_two_places_in_one_breath_are_two_addresses(text: str, addresses: list[str]) -> None:
    assert known(text) == addresses


@pytest.mark.parametrize(
    "text",
    [
        "с 9 января 15 заявок",
        "9 января 3-17 часов",
        "новая 4 розетка",
        "во всём мира 5 чудес",
        "не Зелёная 3-8",
        "Чехова 14.02.2026",
        "чехова 5 минут",
    ],
)
def test_what_may_be_other_words_makes_none(text: str) -> None:
    assert known(text) == []


def test_the_client_list_is_asked_only_where_nothing_better_was_read() -> None:
    told = "9 Января 3-17. Точный адрес: ул. Лесная, д. 7, кв. 15"
    assert [clue.value.human for clue in read_clues(body=told, streets=STREETS).addresses] == [
        "ул. Лесная, д. 7, кв. 15"
    ]
    neighbour = read_clues(body="у соседей с Чехова 14-23 есть", streets=STREETS)
    assert neighbour.addresses == ()
    noisy = read_clues(body="Соседи по ул. Чехова, д. 14, кв. 22 шумят", streets=STREETS)
    assert noisy.addresses == (), "an address that is read, and another's, is not read anew"


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("Улица: Лесная\nДом: 7\nКорпус: 2\nКвартира: 15", ["ул. Лесная, д. 7, корп. 2, кв. 15"]),
        ("Город: Мытищи\nУлица: пр-т Мира\nДом: 10\nОфис: 4", ["г. Мытищи, пр-т Мира, д. 10, оф. 4"]),
        ("улица : Лесная\n\nдом : 7А\nподъезд: 2\nкв. : 15\nТелефон: 5", ["ул. Лесная, д. 7А, кв. 15"]),
        ("Улица:\nДом: 7\nКорпус: 2\nКвартира: 15", []),
        ("Улица: Лесная\nДом:\nКвартира: 15", []),
        ("Улица: Лесная\nДом: 7\nУлица: Новая\nДом: 3", ["ул. Лесная, д. 7", "ул. Новая, д. 3"]),
        ("Адрес: ул. Лесная, д. 7\nДом: кирпичный", ["ул. Лесная, д. 7"]),
    ],
)
def test_the_lines_of_a_form_are_one_address(text: str, addresses: list[str]) -> None:
    assert [address.human for address in find_addresses(text)] == addresses


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("ул. Вокзальная, 11, 48", "ул. Вокзальная, д. 11, кв. 48"),
        ("ул. Летная, 5, 132, нет линка", "ул. Летная, д. 5, кв. 132"),
        ("ул. Летная, 5, 7", "ул. Летная, д. 5"),
        ("ул. Летная, д. 5, 132", "ул. Летная, д. 5"),
        ("ул. Летная, 5, 132, 133", "ул. Летная, д. 5"),
        ("дома по ул. Летная, 5, 21", "ул. Летная, д. 5"),
        ("ул. Летная, 5, 3 подъезд", "ул. Летная, д. 5"),
        ("ул. Летная, 5, 12.30 мастер", "ул. Летная, д. 5"),
        ("дом 12 по Пушкина, кв. 9", "ул. Пушкина, д. 12, кв. 9"),
        ("кв. 9 в доме 12 по Пушкина", "ул. Пушкина, д. 12, кв. 9"),
        ("д5к2кв7 по Олимпийскому проспекту", "пр-т Олимпийский, д. 5, корп. 2, кв. 7"),
    ],
)
def test_a_flat_without_its_word_and_a_house_before_its_street(text: str, address: str) -> None:
    assert [found.human for found in find_addresses(text)] == [address]
