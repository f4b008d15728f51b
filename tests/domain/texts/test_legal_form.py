"""A company is recognised by the legal form in its name, and nobody else is."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.texts.legal_form import has_legal_form

PEOPLE = ["Иванов Иван Иванович", "Ипатов Олег", "Паошкин", "тип", "ипотека", "роман", "АОкин", "Ким Но", "",
          "Ханты-Мансийский АО", "ИП-телефония", "Зао-Цзы", "проектор", "НКОлаев", "Анна (жена)"]  # fmt: skip
COMPANIES = [
    "ООО «Ромашка»",
    'ООО"Ромашка"',
    "Ромашка, ООО",
    "ооо ромашка",
    "OOO Romashka",
    "АО Вектор",
    "ОАО «РЖД»",
    "ПАО Связь",
    "ЗАО Лен",
    "ИП Иванов И.И.",
    "Иванов И.И. (ИП)",
    "ТСЖ «Летная 5»",
    "ТСН Дом",
    "МУП Водоканал",
    "ГУП «Мосгаз»",
    "ФГУП НИИ",
    "ГБОУ СОШ 5",
    "МБОУ СОШ № 12",
    "НКО Фонд",
    "Общество с ограниченной ответственностью «Ромашка»",
    "Индивидуальный предприниматель Петров",
    "Публичное акционерное общество",
    "Товарищество собственников жилья",
    "Муниципальное бюджетное образовательное учреждение",
    "Romashka LLC",
]


@pytest.mark.parametrize("name", PEOPLE)
def test_leaves_people_alone(name: str) -> None:
    assert not has_legal_form(name)


@pytest.mark.parametrize("name", COMPANIES)
def test_knows_companies(name: str) -> None:
    assert has_legal_form(name)
