"""One small input of each kind that was once read wrong, and what is right.

Five more stand where they belong: who calls for a neighbour, and a whole house, in `tests/service/test_identify.py`; a
customer line that says more than a placeholder can hold, our own form's address in one, and a phone that stands in the
subject alone in `tests/rules`.
"""

from __future__ import annotations

from typing import Any

import pytest

from otrs_bridge.domain.category import categories_of
from otrs_bridge.domain.dialect import Categories, Contacts
from tests.builders import a_ticket, read_clues

STREETS = frozenset({"чехова", "9 января"})
AREA = Contacts(area_code="495")

PHONES = {
    "phone-1": ("перезвоните на 8 (903) 577-14-20", ["+79035771420"]),
    "phone-2": ("моб. +7 (916) 588-31-07, после шести", ["+79165883107"]),
    "phone-3": ("Алекс: 89031112233, вечером", ["+79031112233"]),
    "phone-4": ("номер абонента 495 581 44 10 молчит", ["+74955814410"]),
    "phone-5": ("ресурс недоступен, мой тел/факс 8-498-720-15-15", ["+74987201515"]),
}
NAMES: dict[str, tuple[dict[str, Any], str]] = {
    "name-1": ({"sender": "Наталья Зайцева <nz@example.org>"}, "Наталья Зайцева"),
    "name-2": ({"customer": '"ул. Северная, д. 3, кв. 8, Гусейнов Тимур, Ф-70011" <test@mtel.ru>'}, "Гусейнов Тимур"),
    "name-3": ({"body": "Лаптев Фёдор Кузьмич, не работает телефон"}, "Лаптев Фёдор Кузьмич"),
    "name-4": ({"body": "Абонент ПЕТРЕНКО А.В. просит мастера"}, "Петренко А.В."),
    "name-5": ({"body": "Монтажник Игорь Петрович вчера не приехал"}, ""),
    "name-6": ({"body": "звонила дочь, абонент Алиева Севда Мамед кызы"}, "Алиева Севда Мамед кызы"),
    "placeholder-1": ({"customer": '"ул. Новая, д. 2, корп. В, Ф-20011" <test@mtel.ru>'}, ""),
}
ADDRESSES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "placeholder-1": ({"customer": '"ул. Новая, д. 2, корп. В, Ф-20011" <test@mtel.ru>'}, ["ул. Новая, д. 2, корп. В"]),
    "address-1": ({"body": "Адрес: Чехова 14, 22"}, ["ул. Чехова, д. 14, кв. 22"]),
    "address-2": ({"body": "9 Января 3-17, нет инета"}, ["ул. 9 Января, д. 3, кв. 17"]),
    "address-3": ({"body": "ул. Вокзальная, 11, 48"}, ["ул. Вокзальная, д. 11, кв. 48"]),
    "address-4": (
        {"body": "Улица: Лесная\nДом: 7\nКорпус: 2\nКвартира: 15"},
        ["ул. Лесная, д. 7, корп. 2, кв. 15"],
    ),
    "address-5": ({"body": "Улица:\nДом: 7\nКорпус: 2\nКвартира: 15"}, []),
    "address-6": ({"body": "дом 12 по Пушкина, кв. 9"}, ["ул. Пушкина, д. 12, кв. 9"]),
    "address-7": ({"body": "д5к2кв7 по Олимпийскому проспекту"}, ["пр-т Олимпийский, д. 5, корп. 2, кв. 7"]),
}
CONTRACTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "placeholder-1": ({"customer": '"ул. Новая, д. 2, корп. В, Ф-20011" <test@mtel.ru>'}, ["Ф-20011"]),
    "placeholder-2": ({"customer": '"60202" <test@mtel.ru>'}, ["60202"]),
    "contract-1": ({"body": "не Ф-41141, а Ф-41114"}, ["Ф-41114"]),
    "contract-2": ({"body": "прежний хозяин (договор Ф-50505) съехал, живу тут я, договора пока нет"}, []),
    "contract-3": ({"body": "был другой провайдер, договор № 88126, хочу к вам"}, []),
}
CATEGORIES = {
    "category-1": ("Почему у меня долг, я же платил 10-го?", {"billing"}),
    "category-2": ("не проходит оплата картой в личном кабинете", {"billing"}),
    "category-3": ("весь подъезд без интернета с утра", {"internet"}),
    "category-4": ("ни инет, ни ТВ не работают", {"internet", "tv"}),
    "category-5": ("скорость не выше 2 мегабит вместо 50", {"speed"}),
    "category-6": ("нет выхода на международную линию", {"telephony-international"}),
    "category-7": ("дозвонился только до вашего автоответчика; интернета нет третий день", {"internet"}),
}


@pytest.mark.parametrize(("body", "phones"), PHONES.values(), ids=PHONES)
def test_phones(body: str, phones: list[str]) -> None:
    assert [clue.value.e164 for clue in read_clues(body=body, contacts=AREA).phones] == phones


@pytest.mark.parametrize(("given", "name"), NAMES.values(), ids=NAMES)
def test_names(given: dict[str, Any], name: str) -> None:
    assert read_clues(**given).name == name


@pytest.mark.parametrize(("given", "addresses"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses(given: dict[str, Any], addresses: list[str]) -> None:
    assert [clue.value.human for clue in read_clues(**given, streets=STREETS).addresses] == addresses


@pytest.mark.parametrize(("given", "contracts"), CONTRACTS.values(), ids=CONTRACTS)
def test_contracts(given: dict[str, Any], contracts: list[str]) -> None:
    assert [clue.value.canonical for clue in read_clues(**given).contracts] == contracts


@pytest.mark.parametrize(("body", "categories"), CATEGORIES.values(), ids=CATEGORIES)
def test_categories(body: str, categories: set[str]) -> None:
    assert set(categories_of(a_ticket(title="Заявка", body=body), Categories())) == categories
