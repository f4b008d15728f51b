"""A local phone of seven digits right behind a person's name, as operators end what they jot down."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.texts.phone import find_phones


@pytest.mark.parametrize(
    "text",
    [
        "рябь на каналах орлов валерий 5812080",
        "нет инета, провизор Лена 5812080",
        "админ Светлана Белова 581 20 80",
        "звонит на мобильные. ном 5812080",
    ],
)
def test_it_is_a_phone(text: str) -> None:
    assert [phone.e164 for phone in find_phones(text, area_code="495")] == ["+74955812080"]


@pytest.mark.parametrize(
    "text",
    [
        "вера 5812080",
        "ошибка 5812080",
        "терминал 5812080",
        "договор орлов валерий 5812080",
        "логин орлов валерий 5812080",
        "орлов валерий 5812080 руб",
        "орлов валерий оплатил 5812080",
    ],
)
def test_what_may_be_another_number_is_none(text: str) -> None:
    assert find_phones(text, area_code="495") == ()
