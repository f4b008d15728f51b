"""What nobody may see becomes a mark, and what real writing needs stays."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.texts.visible import beginning, visible, visible_data, visible_lines

STEERING = {"Cc", "Cs", "Zl", "Zp"}
READABLE = (
    "Нет интернета с 5 утра, Ёлкин А. Й. (кв. 15)",
    "те\u0301плый и\u0306 Nguye\u0302\u0303n",  # combining letters
    "می\u200cخواهم",  # Persian: a non-joiner within a word
    "क्\u200dष ක්\u200dර",  # Hindi and Sinhala: a joiner after a virama
    "👩\u200d👩\u200d👧 🏳\ufe0f\u200d🌈 👨🏽\u200d🚀 ☎\ufe0f 1\ufe0f\u20e3 ℹ\ufe0f",
    "a\u00a0b — «c» → 5\u202f000 ₽",
)


@pytest.mark.parametrize("text", READABLE)
def test_real_writing_is_left_alone(text: str) -> None:
    assert visible(text) == visible_lines(text) == text


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ("\x1b]0;x\x07", "⟨U+001B⟩]0;x⟨U+0007⟩"),
        ("a\x9b31mb", "a⟨U+009B⟩31mb"),
        ("счёт\u202e.fdp", "счёт⟨U+202E⟩.fdp"),
        ("Ф-1\u200b5236", "Ф-1⟨U+200B⟩5236"),
        ("Ф-1\u00ad5236", "Ф-1⟨U+00AD⟩5236"),
        ("a\u200db", "a⟨U+200D⟩b"),  # a joiner where nothing joins
        ("x\ufe0f", "x⟨U+FE0F⟩"),
        ("🏴\U000e0067\U000e007f", "🏴⟨U+E0067⟩⟨U+E007F⟩"),  # tags can hold a whole text that nobody sees
        ("\ud800", "⟨U+D800⟩"),
        ("a\u2028b\u0085c", "a⟨U+2028⟩b⟨U+0085⟩c"),
    ],
)
def test_what_hides_or_steers_is_marked(hidden: str, shown: str) -> None:
    assert visible(hidden) == visible_lines(hidden) == shown


def test_one_line_stays_one_line() -> None:
    assert visible("a\r\nb\tc") == "a⟨U+000D⟩⟨U+000A⟩b⟨U+0009⟩c"


def test_several_lines_keep_their_ends_and_tabs_but_no_return_over_what_was_written() -> None:
    assert visible_lines("a\r\nb\tc\rd") == "a\nb\tc\nd"


def test_no_character_that_steers_is_forgotten() -> None:
    every = [chr(number) for number in range(0x110000)]
    left = [one for one in every if unicodedata.category(one) in STEERING and visible(one) == one]
    assert left == []
    invisible = [one for one in every if unicodedata.category(one) == "Cf" and visible(one) == one]
    # Signs of number and of abbreviation, and Egyptian quadrats: they are seen.
    assert {unicodedata.name(one).split()[0] for one in invisible} == {"ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN"}


@given(st.text())
def test_shown_twice_it_stays_the_same(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert visible_lines(visible_lines(text)) == visible_lines(text)


def test_every_text_within_data_is_shown_and_nothing_else_changes() -> None:
    found = visible_data({"a\x1b": ["\u202e", ("x\ny", 5, None, True)], "b": {"c": 1.5}})
    assert found == {"a⟨U+001B⟩": ["⟨U+202E⟩", ["x\ny", 5, None, True]], "b": {"c": 1.5}}


@pytest.mark.parametrize(
    ("text", "length", "kept"),
    [
        ("аи\u0306б", 2, "а"),
        ("аи\u0306б", 3, "аи\u0306"),
        ("а👩\u200d👧б", 2, "а"),
        ("а👩\u200d👧б", 3, "а"),
        ("а👍\U0001f3fdб", 2, "а"),
        ("а❤\ufe0fб", 2, "а"),
        ("🇷🇺🇫🇷", 3, "🇷🇺"),
        ("🇷🇺🇫🇷", 2, "🇷🇺"),
        ("абв", 2, "аб"),
        ("абв", 3, "абв"),
        ("a" + "\u0301" * 500, 100, "a" + "\u0301" * 99),
    ],
)
def test_nothing_is_parted_that_people_see_as_one_character(text: str, length: int, kept: str) -> None:
    assert beginning(text, length) == kept
