"""The shortcut for addresses that differ by numbers alone reads exactly what the address parser reads."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from otrs_bridge.directory.addresses import read_address
from otrs_bridge.domain.address.address import parse_address

STREETS = st.sampled_from(
    [
        *("г. Мытищи, ул. Летная", "ул. 1-я Парковая", "ул. 1905 года", "Летная", "пр-т Мира", "5 мкр", "мкр. 5"),
        *("г. Химки, ул. Ленина, д. 5", "141000, Московская обл, г. Мытищи, ул. Мира", "кв. 5", "дом", "", "д. Летово"),
        *(
            "СНТ Рассвет, уч",
            "ул. Ленина, д. 5, корп. 2",
            "линия 3-я",
            "ул. 8 Марта",
            "ул. К. Маркса",
            "60 лет Октября",
        ),
    ]
)
NUMBER = st.one_of(
    st.integers(0, 20_000).map(str),
    st.sampled_from(
        [
            "007",
            "5/2",
            "5-3",
            "1905",
            "",
            "05",
            *(f"{number}{letter}" for number in (1, 5, 14, 114) for letter in "АаБбВГД"),
        ]
    ),
)
WORDS = (
    st.sampled_from([", д. ", ", д ", ", дом ", ",д.", " д. ", ", ", " "]),
    st.sampled_from([", корп. ", ", корпус ", ", к. ", " к", ", стр. "]),
    st.sampled_from([", кв. ", ",кв.", " кв ", ", оф. ", "-", ", "]),
)
ADDRESSES = st.tuples(
    STREETS,
    st.tuples(WORDS[0], NUMBER).map("".join),
    st.one_of(st.just(""), st.tuples(WORDS[1], NUMBER).map("".join)),
    st.one_of(st.just(""), st.tuples(WORDS[2], NUMBER).map("".join)),
).map("".join)


@given(ADDRESSES)
@example("г. Мытищи, ул. Летная, д. 5, корп. 2, кв. 132")
@example("ул. Летная, д. 5, кв. 0012")
@example("ул. Летная, д. 14а, корп. 3, кв. 12")
def test_addresses_are_read_as_the_parser_reads_them(text: str) -> None:
    read, parsed = read_address(text), parse_address(text)
    assert read == parsed
    if read is not None and parsed is not None:
        assert (read.written, read.kind_told) == (parsed.written, parsed.kind_told)


@given(st.text("Летнаяул.дкорпв АБГаб0123456789,", max_size=60))
def test_any_text_is_read_as_the_parser_reads_it(text: str) -> None:
    assert read_address(text) == parse_address(text)
