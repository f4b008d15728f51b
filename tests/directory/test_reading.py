"""The shortcut for the flats of one house reads exactly what the address parser reads."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from otrs_bridge.directory.reading import read_address
from otrs_bridge.domain.address import parse_address

HOUSES = st.sampled_from(
    [
        "ул. Летная, д. 5, кв. ",
        "г. Мытищи, Мира 14 к2 кв.",
        "пр-т Мира д 5/2 кв ",
        "кв. ",
        "Летная 5, Кв. ",
        "д 5 кв. 7, кв. ",
    ]
)
FLATS = st.one_of(st.integers(0, 20_000).map(str), st.text("0123456789а /-", max_size=6))


@given(house=HOUSES, flat=FLATS)
@example(house="ул. Летная, д. 5, кв. ", flat="0012")
@example(house="ул. Летная, д. 5, кв. ", flat="132")
def test_the_flats_of_a_house_are_read_as_ever(house: str, flat: str) -> None:
    assert read_address(house + flat) == parse_address(house + flat)


@given(st.text(max_size=80))
def test_any_text_is_read_as_ever(text: str) -> None:
    assert read_address(text) == parse_address(text)
