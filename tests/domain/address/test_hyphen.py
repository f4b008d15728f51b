"""One street, whether it is written with a hyphen, without, or as two words, as the client list has it."""

from __future__ import annotations

import pytest

from tests.builders import read_clues

STREETS = frozenset({"старо-вокзальная", "розы люксембург", "мира"})


def read(body: str) -> list[str]:
    return [clue.value.key.split("|", 2)[2] for clue in read_clues(body=body, streets=STREETS).addresses]


@pytest.mark.parametrize(
    "body",
    [
        "ул. Старовокзальная, д. 5, кв. 7",
        "старовокзальная 5 кв 7",
        "старо вокзальная 5 7",
        "на Старо-Вокзальной, дом 5, кв. 7",
        "вул. Старо-Вокзальна, буд. 5, кв. 7",
        "Staro-Vokzalnaya 5, kvartira 7. Спасибо",
    ],
)
def test_the_client_list_says_how_a_street_is_written(body: str) -> None:
    assert read(body) == ["старо-вокзальная|5|||7|"]


def test_two_streets_that_differ_by_the_hyphen_only_stay_two() -> None:
    both = frozenset({"старо-вокзальная", "старовокзальная"})
    found = [
        read_clues(body=f"ул. {name} 5-7", streets=both).addresses for name in ("Старо-Вокзальная", "Старовокзальная")
    ]
    assert [one[0].value.street for one in found] == ["старо-вокзальная", "старовокзальная"]


def test_initials_before_a_street_are_no_village() -> None:
    address = read_clues(body="орлов с.с. розы люкс 23 кв 18", streets=STREETS).addresses[0].value
    assert (address.street, address.locality) == ("розы люксембург", "")
