"""An operator's own words: what can be one, and where one is found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.texts.keywords import any_keyword, is_keyword
from otrs_bridge.domain.texts.ticket_text import plainly

REFUSED = {
    "nothing": "",
    "blanks": "   ",
    "too short to mean anything": "не",
    "a beginning that fits half of all words": "до*",
    "a star in the middle": "дом*фон",
    "a star alone": "роутер * висит",
    "a star at the beginning": "*домофон",
    "two stars": "домофон**",
    "a pattern": "роутер.*висит",
    "a group": "(роутер|модем)",
    "a backslash": r"роутер\b",
    "a comma": "роутер, модем",
    "a dot at the end": "домофон.",
    "a hyphen at the end": "домофон-",
    "a sentence of no end": "домофон " * 20,
}

FOUND = [
    ("домофон", "Домофон молчит"),
    ("домофон*", "нет звука в ДОМОФОНЕ"),
    ("домофон* не открывает", "домофоны  не открывают дверь домофон не открывает"),
    ("роутер* перезагружается", "роутер, перезагружается"),
    ("роутер* перезагружается", "роутер - перезагружается"),
    ("счётчик", "сломан счетчик"),
    ("счетчик", "сломан СЧЁТЧИК"),
    ("Wi-Fi роутер", "wi-fi роутер"),
    ("wi-fi", "Wi‑Fi"),
    ("ошибка 691", "Ошибка 691!"),
    ("не видит сеть", "ноутбук не видит сеть"),
    ("интренет", "пропал интернет"),
    ("показывае*", "сериал показываем"),
]

NOT_FOUND = [
    ("домофон", "домофоны"),
    ("домофон", "видеодомофон"),
    ("домофон*", "видеодомофон"),
    ("интернет", "интернет-магазин"),
    ("роутер* перезагружается", "роутер сам перезагружается"),
    ("роутер* перезагружается", "роутер\nперезагружается"),
    ("зависает роутер", "не зависает роутер"),
    ("домофон* не открывает", "не открывает домофон"),
]


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_word_and_no_phrase_is_refused(text: str) -> None:
    assert not is_keyword(text)


@pytest.mark.parametrize("text", [keyword for keyword, _ in (*FOUND, *NOT_FOUND)])
def test_words_and_phrases_are_taken(text: str) -> None:
    assert is_keyword(text)


@pytest.mark.parametrize(("keyword", "text"), FOUND)
def test_a_keyword_is_found(keyword: str, text: str) -> None:
    assert any_keyword([keyword]).search(plainly(text))


@pytest.mark.parametrize(("keyword", "text"), NOT_FOUND)
def test_another_word_is_not_taken_for_it(keyword: str, text: str) -> None:
    assert not any_keyword([keyword]).search(plainly(text))


def test_any_of_several_is_enough_and_the_whole_word_is_told() -> None:
    match = any_keyword(["шлагбаум*", "домофон*"]).search(plainly("Сломан домофоном"))
    assert match is not None
    assert match[0] == "домофоном"


@given(st.text(max_size=120))
def test_whatever_is_taken_can_be_searched_for(text: str) -> None:
    if is_keyword(text):
        assert any_keyword([text]).search("") is None


@given(st.lists(st.sampled_from(["домофон", "не", "Wi-Fi", "ёлка", "691", "роутеры"]), min_size=1, max_size=4))
def test_a_phrase_is_found_in_itself(words: list[str]) -> None:
    phrase = " ".join(words)
    if is_keyword(phrase):
        assert any_keyword([phrase]).search(plainly(f"Здравствуйте: {phrase}."))
