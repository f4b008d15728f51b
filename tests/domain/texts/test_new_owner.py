"""Who lives there now names the contract of the one before him: it finds nobody, and neither does that one's address."""

from __future__ import annotations

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.client import Found, NotFound
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.service.identify import identify
from tests.builders import a_client, read_clues

BEFORE = a_client(
    "Ф-41003", name="Орлова Алла Ильинична", address="ул. Летная, д. 5, кв. 7", phones=("8 916 555-03-03",)
)


@pytest.mark.parametrize(
    "body",
    [
        "Купил квартиру, приходят ваши счета на Орлову А.И., договор Ф-41003. Разберитесь",
        "Я новый собственник, присылаете долг за Орлову, договор Ф-41003",
        "Пришла квитанция, Орлова А.И., договор Ф-41003. Я к ней никакого отношения не имею",
        "Квитанция по Ф-41003 каждый месяц. Такая здесь давно не живёт",
        "Квитанция по Ф-41003, мы её не знаем",
    ],
)
def test_the_contract_of_the_one_before_is_no_clue(body: str) -> None:
    assert read_clues(body=body).contracts == ()


@pytest.mark.parametrize(
    "body",
    [
        "Купил роутер, не работает, договор Ф-41003",
        "Я новый собственник, договор Ф-41003 уже мой, нет интернета",
        "Купил приставку, приходит ошибка 5, договор Ф-41003",
        "Получаю квитанции на мое имя, договор Ф-41003, сумма неверна",
        "Договор Ф-41003. Роутер не ваш, к нему никто отношения не имеет",
        "Ф-41003 не знаю, кто звонил мне сегодня от вас",
    ],
)
def test_the_contract_of_a_client_who_bought_something_stays(body: str) -> None:
    assert [str(clue.value) for clue in read_clues(body=body).contracts] == ["Ф-41003"]


def test_neither_does_the_address_of_a_contract_that_is_disowned_find_its_client() -> None:
    body = "Купил квартиру, Летная 5-7. Приходят счета на Орлову А.И., договор Ф-41003"
    assert identify(Customer(), read_clues(body=body), MemoryDirectory((BEFORE,))).client == NotFound()


def test_of_two_contracts_the_right_one_finds_its_client() -> None:
    clues = read_clues(body="не Ф-41004, а Ф-41003, Летная 5-7")
    assert isinstance(identify(Customer(), clues, MemoryDirectory((BEFORE,))).client, Found)


def test_whose_bills_come_is_not_the_caller() -> None:
    assert read_clues(body="Приходят квитанции с долгом на Орлову А.И. Звоните, Петров Иван Ильич").name == (
        "Петров Иван Ильич"
    )
