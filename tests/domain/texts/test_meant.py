"""Russian in other letters is turned back where it shows itself, and nothing else is touched."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.category import categories_of
from otrs_bridge.domain.dialect import Categories
from otrs_bridge.domain.texts.meant import as_meant, as_typed
from tests.builders import a_ticket, read_clues


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ytn bynthytn, ljujdjh A-11112", "нет интернет, договор Ф-11112"),
        ("yt hf,jnftn ntktdbpjh.", "не работает телевизор."),
        ("ne rabotaet internet", "не работает интернет"),
        ("Не працює інтернет, немає", "Не работает интернет, нет"),
        ("интернет жоқ", "интернет нет"),
        ("ishlamayapti, İSHLAMAYAPTI", "не работает, İSHLAMAYAPTI"),  # its small letter is two
        ("internet sekin, ne mogu", "интернет медленно, не могу"),
    ],
)
def test_other_letters_are_turned_back(text: str, meant: str) -> None:
    assert as_meant(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Договор Ф-15236",
        "no internet at all",
        "The net, internet radio",
        "host: ljujdjh.example слово",
        "TP-Link N300",
        "",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert as_typed(text) == text
    assert as_meant(text) == text


def test_the_contract_and_the_category_are_read_from_it() -> None:
    assert [clue.value.canonical for clue in read_clues(body="ljujdjh A-11112 ytn bynthytnf").contracts] == ["Ф-11112"]
    assert list(categories_of(a_ticket(title="", body="yt hf,jnftn bynthytn"), Categories())) == ["internet"]
