"""Addresses: one place has one value, two places never have the same."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.address.address import Address, find_addresses, parse_address
from otrs_bridge.domain.address.pattern import parse_address_pattern
from tests.patterns.linear import is_linear

LEAVES_ALONE = {
    "speeds": "скорость 50-100 вместо 5-10, максимальная 50-60",
    "hours": "звонить 18-20, на Садовой 10-15 минут назад",
    "weather": "на улице мороз 20, на улице минус 15",
    "an area": "общая площадь 50 кв м",
    "floors": "между 5-6 этажом, подъезд 3, кв 88",
    "a house without a street": "дом 5 кв 132",
    "a street without a house": "на ул. Садовой",
    "a date after a street": "ул. Мира 12.03.2024",
    "a time after a street": "на ул. Мира 18:30",
    "an entrance": "ул Летная 5 подъезд, кв 80",
    "a letter that may be a conjunction": "ул летная 14 а не работает ничего",
    "settings": "10.0.5.132/24, vlan 5-10",
    "nothing": "",
}

SAME = [
    "ул. Летная, д. 5, кв. 132",
    "Летная 5-132",
    "улица Лётная дом 5 квартира 132",
    "УЛ.ЛЕТНАЯ,Д.5,КВ.132",
    "летная 5 кв 132",
    "ул. «Летная», дом №5, кв. №132",
    "Летная ул., 5-132",
    "ул Летная 5 подъезд 3 этаж 2 кв 132",
]


@pytest.mark.parametrize("text", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(text: str) -> None:
    assert find_addresses(text) == ()


@pytest.mark.parametrize("text", SAME)
def test_all_writings_are_one_address(text: str) -> None:
    expected = Address(street="летная", house="5", flat="132")
    assert parse_address(text) == expected
    assert find_addresses(text) == (expected,)


@pytest.mark.parametrize(
    "text",
    [
        "ул. Летная, д. 5, кв. 132, 133",
        "Летная 5, кв. 132, 133 нет интернета",
        "Летная д. 5, кв. 133, 132, 131",
        "ул. Летная, д. 5, кв. 132 и 133 без связи",
        "Летная 5, кв. 132, кв. 133",
        "ул. Летная 5-132, 5-133 нет тв",
        "кв. 132, 133 в доме 5 по улице Летной",
    ],
)
def test_of_several_flats_none_is_the_one(text: str) -> None:
    assert find_addresses(text) == (Address(street="летная", house="5"),)


@pytest.mark.parametrize(
    "after",
    [
        ", 2 подъезд",
        ", 200 мбит",
        " и 2 компьютера",
        ", 134 ошибка",
        ", 8 916 123-45-67",
        ", 15236",
        ", 22.11 был мастер",
        ", 18:00",
        ", 133-20-20",
        ", кв. 7 в доме 3",
        ", 3 и 4 канал",
    ],
)
def test_a_number_behind_a_flat_that_is_no_flat_changes_nothing(after: str) -> None:
    assert find_addresses(f"ул. Летная, д. 5, кв. 132{after}")[0] == Address(street="летная", house="5", flat="132")


def test_a_directory_that_lists_several_flats_means_them_by_the_first() -> None:
    assert parse_address("ул. Летная, д. 5, кв. 132, 133") == Address(street="летная", house="5", flat="132")


HOUSES = ["5", "15", "5А", "5Б", "5к1", "5к2", "5/2", "5с1", "5к1с2", "51", "52"]


def test_different_houses_are_never_equal() -> None:
    addresses = [parse_address(f"ул. Летная, {house}, кв. 1") for house in HOUSES]
    assert None not in addresses
    for one, other in itertools.combinations(addresses, 2):
        assert one is not None
        assert other is not None
        assert one != other
        assert one.key != other.key
        assert one.house_key != other.house_key
        assert not one.may_be(other)


@pytest.mark.parametrize(
    ("text", "human"),
    [
        ("Ленинский проспект 64 корп 2 кв 15", "пр-т Ленинский, д. 64, корп. 2, кв. 15"),
        ("г. Мытищи, ул. Летная, д. 5, стр. 1", "г. Мытищи, ул. Летная, д. 5, стр. 1"),
        ("ул. 8 Марта, 5, кв 1", "ул. 8 Марта, д. 5, кв. 1"),
        ("5 мкр, д. 12, кв 3", "мкр. 5, д. 12, кв. 3"),
        ("ул. К. Маркса, 18", "ул. К. Маркса, д. 18"),
        ("Московское ш., 15 литера Б", "ш. Московское, д. 15Б"),
        ("ул. Мира, дом 4, офис 12", "ул. Мира, д. 4, оф. 12"),
        ("141000, Московская обл, Мытищи г, Летная ул, дом № 5, кв.132", "г. Мытищи, ул. Летная, д. 5, кв. 132"),
        ("Летная, 5, 132", "ул. Летная, д. 5, кв. 132"),
        ("3-я ул. Строителей, 25, 12", "ул. 3-я Строителей, д. 25, кв. 12"),
        ("пос. Вешки, ул. Заводская, 10", "пос. Вешки, ул. Заводская, д. 10"),
        ("Большой пр. 10-5", "пр-т Большой, д. 10, кв. 5"),
        ("набережная реки Волги, 5", "наб. Реки Волги, д. 5"),
        ("Летная 5-2-132", "ул. Летная, д. 5, корп. 2, кв. 132"),
    ],
)
def test_whole_strings(text: str, human: str) -> None:
    address = parse_address(text)
    assert address is not None
    assert address.human == human
    assert parse_address(address.human) == address


@pytest.mark.parametrize(
    "text",
    ["", "Летная", "5-132", "15236", "Ф-15236", "8 916 123-45-67", "не знает", "а" * 1000, "Летная 5-1, Садовая 7-2"],
)
def test_whole_strings_that_are_no_address(text: str) -> None:
    assert parse_address(text) is None


def test_streets_that_differ_by_their_number_only_are_different() -> None:
    written = [
        "{}-я ул. Строителей 5",
        "ул. {}-я Строителей 5",
        "ул. Строителей {}-я, 5",
        "{}-я улица Строителей, д. 5",
    ]
    for writing in written:
        third, second = parse_address(writing.format(3)), parse_address(writing.format(2))
        assert third == parse_address("3-я Строителей 5")
        assert third != second
        assert third != parse_address("ул. Строителей 5")
        assert find_addresses(f"нет связи, {writing.format(3)}") == (third,)


@pytest.mark.parametrize(
    ("told", "known", "answer"),
    [
        ("Летная 5", "ул. Летная, д. 5, кв. 132", True),
        ("Летная 5-132", "г. Мытищи, ул. Летная, д. 5, кв. 132", True),
        ("Летная 5-132", "ул. Летная, д. 5", False),
        ("Летная 5", "ул. Летная, д. 5, корп. 2", False),
        ("Мира 5-1", "пр-т Мира, д. 5, кв. 1", True),
        ("пр-т Мира 5-1", "ул. Мира, д. 5, кв. 1", False),
        ("г. Пушкино, ул. Летная, 5", "г. Мытищи, ул. Летная, 5", False),
        ("на Летной 5-132", "Летная 5-132", True),
    ],
)
def test_what_a_told_address_can_mean(told: str, known: str, answer: bool) -> None:
    (address,) = find_addresses(f"адрес: {told}")
    place = parse_address(known)
    assert place is not None
    assert address.may_be(place) is answer


PATTERN_MATCHES = {
    "the handbook's example": ("%Кольц%14%кв.15", ["ул. Кольцевая, д. 14, кв. 15", "Кольцевая 14к2-15"]),
    "street and house": ("Кольц%14", ["ул. Кольцевая, д. 14, кв. 15", "Кольцевая 14к2-15"]),
    "a house with its letter": ("%кольц%14а", ["Кольцевая 14А-15"]),
    "a piece of the street": ("%ольц%", ["ул. Кольцевая, д. 14, кв. 15", "Кольцевая 14к2-15", "Кольцевая 14А-15"]),
    "the building": ("%кольц%14к2%15", ["Кольцевая 14к2-15"]),
}
PLACES = ["ул. Кольцевая, д. 14, кв. 15", "Кольцевая 14к2-15", "Кольцевая 14А-15", "Кольцевая 114-15", "Летная 14-15"]


@pytest.mark.parametrize(("pattern", "expected"), PATTERN_MATCHES.values(), ids=PATTERN_MATCHES.keys())
def test_patterns_match(pattern: str, expected: list[str]) -> None:
    search = parse_address_pattern(pattern)
    assert search is not None
    matched = [place for place in PLACES if (address := parse_address(place)) is not None and search.matches(address)]
    assert [place for place in matched if "114" not in place] == expected


def test_house_fourteen_is_not_house_one_hundred_and_fourteen() -> None:
    search, place = parse_address_pattern("%Кольц%14%"), parse_address("Кольцевая 114-15")
    assert search is not None
    assert place is not None
    assert not search.matches(place)


@pytest.mark.parametrize("text", ["", "%", "%%", "кв. 5", "x" * 1000])
def test_patterns_that_say_nothing(text: str) -> None:
    assert parse_address_pattern(text) is None


streets = st.sampled_from(
    ["Летная", "Лётная", "1-я Парковая", "Ленина", "Большая Садовая", "8 Марта", "Маршала Жукова"]
)
kinds = st.sampled_from(["ул.", "пр-т", "пер.", "б-р", "наб."])
houses = st.tuples(st.integers(1, 999), st.sampled_from(["", "А", "Б"])).map(lambda pair: f"{pair[0]}{pair[1]}")
flats = st.integers(1, 999).map(str)


@given(kinds, streets, houses, st.sampled_from(["", "1", "2"]), flats)
def test_the_usual_writing_is_a_fixed_point(kind: str, street: str, house: str, building: str, flat: str) -> None:
    address = parse_address(f"{kind} {street}, д. {house}{f', корп. {building}' if building else ''}, кв. {flat}")
    assert address is not None
    assert (address.house, address.building, address.flat) == (house, building, flat)
    assert parse_address(address.human) == address
    assert find_addresses(f"Не работает интернет, {address.human}, тел. нет") == (address,)


@given(streets, houses, flats)
def test_short_and_long_writings_are_the_same(street: str, house: str, flat: str) -> None:
    long = parse_address(f"улица {street}, дом {house}, квартира {flat}")
    assert long is not None
    assert parse_address(f"{street} {house}-{flat}") == long
    assert parse_address(f"{street.lower()} д {house} кв {flat}") == long


@given(st.text(alphabet=st.sampled_from("0123456789 ,.-/\nулдквпрЛетнаяаб№%"), max_size=80))
def test_noise_never_raises(text: str) -> None:
    for address in find_addresses(text):
        assert address.house
        assert address.street
    parse_address(text)
    parse_address_pattern(text)


@given(st.text(max_size=60))
def test_any_text_never_raises(text: str) -> None:
    find_addresses(text + " 5")
    parse_address(text)
    parse_address_pattern(text)


@pytest.mark.parametrize("piece", ["1", " ", "1 ", "ул ", "ул 5 ", "летная 5-", ".", ", 5", "1a", "дом 5 по ул "])
def test_hostile_texts_take_linear_time(piece: str) -> None:
    find_addresses(piece * (200_000 // len(piece)))
    assert is_linear(find_addresses, piece)
