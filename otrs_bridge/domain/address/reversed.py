"""Addresses that name the house before the street: `кв. 15 в доме 8 по улице Речной`.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from dataclasses import replace

from otrs_bridge.domain.address.house import House, read_flat, read_house
from otrs_bridge.domain.address.street import Evidence, Street, first_name_after, looks_like_street
from otrs_bridge.domain.address.tokens import Tokens
from otrs_bridge.domain.address.words import (
    FLAT_WORDS,
    HOUSE_WORDS,
    KINDS,
    NAMES_OF_STREETS,
    ORDINAL_ENDINGS,
    ROOM_WORDS,
    STREET,
    canonical_street,
)

_OBLIQUE = ("ому", "ему")
_LINKS = frozenset({",", "по", "на"})


def read_reversed(tokens: Tokens, number: int, *, floor: int) -> tuple[Street, House] | None:
    """Street and house of a house number that has "дом" before it and the street behind it; None when it
    has not.

    The word for the kind of street has to be there, or "по" before what looks like a street.
    Nothing before the token `floor` is looked at.
    """
    word_at = tokens.skip_back(number - 1, ".№")
    house: House | None = None
    if tokens.at(number + 1) in HOUSE_WORDS and tokens.at(number + 2) == "по":
        word_at, house = number, House(house=tokens.at(number), end=number + 2)  # "14 дом по Зелёной"
    elif word_at >= floor and tokens.at(word_at) in HOUSE_WORDS:
        house = read_house(tokens, number, whole=False)
    elif (before := read_house(tokens, number, whole=False)) is not None and before.flat and not before.flat_word:
        house, word_at = before, number  # "4-61 Волжская набережная"
    if house is None:
        return None
    is_bare = word_at == number and tokens.at(number + 1) not in HOUSE_WORDS
    at = house.end
    while tokens.at(at) in _LINKS:
        at += 1
    named = _name_behind(tokens, at)
    if named is None or (is_bare and not named[2]):
        return None
    first, last, kind, end = named
    start, flat = flat_before(tokens, word_at, floor)
    if not house.flat:
        house = read_flat(tokens, replace(house, end=end))
    if flat and not house.flat:
        house = replace(house, flat=flat, flat_word=True)
    name = tokens.written(first, last)
    street = Street(
        # "по Олимпийскому проспекту" tells of the Олимпийский
        name=canonical_street(name, kind).title() if name.endswith(_OBLIQUE) else name,
        kind=kind or STREET,
        kind_told=kind != "",
        evidence=Evidence.NAMED,
        house_word=True,
        start=start,
    )
    return street, house


def _name_behind(tokens: Tokens, at: int) -> tuple[int, int, str, int] | None:
    """First and last token of the street's name that begins at `at`, its kind if it is told, and the token after both."""
    if tokens.at(at) in KINDS:
        first = tokens.skip(at + 1, ".")
        last = first_name_after(tokens, first)
        return None if last is None else (first, last, KINDS[tokens.at(at)], last + 1)
    last = first_name_after(tokens, at)
    if last is None or (tokens.at(at - 1) != "по" and tokens.at(last + 1) not in KINDS):
        return None
    if tokens.at(last + 1) in KINDS:
        return at, last, KINDS[tokens.at(last + 1)], last + 2
    sure = looks_like_street(tokens, last) and (tokens.is_capital(at) or tokens.is_number(at))
    return (at, last, "", last + 1) if sure or tokens.at(last) in NAMES_OF_STREETS else None


def flat_before(tokens: Tokens, word_at: int, floor: int) -> tuple[int, str]:
    """Where the address begins, and the flat that stands before the word for the house, if one does."""
    at = tokens.skip_back(word_at - 1, ",\n")
    if tokens.at(at) == "на" and tokens.at(at - 1) in ORDINAL_ENDINGS:  # "я с 204-й на Кирова 58"
        from_there = at - 3 if tokens.is_number(at - 2) else at - 4
        if from_there >= floor and tokens.at(from_there) in {"с", "из"} and tokens.is_number(from_there + 1):
            return from_there, tokens.at(from_there + 1)
    if tokens.at(at) == "в":
        at -= 1
    flat_at = tokens.skip_back(at - 1, ".№")
    named_at = tokens.skip_back(at, ".")
    if tokens.at(named_at) in FLAT_WORDS and tokens.is_number(named_at - 1) and named_at > floor:
        # "12 кв., Мира 5"; "звонит из 12 кв, Мира 5" for whomever
        calls_from = tokens.at(named_at - 2) in {"из", "с"}
        return (word_at, "") if calls_from else (named_at - 1, tokens.at(named_at - 1))
    if (flat := _with_its_ending(tokens, named_at)) and tokens.at(named_at) in FLAT_WORDS and flat > floor:
        calls_from = tokens.at(flat - 1) in {"из", "с"}  # "у меня в 11-й квартире, Мира 3"
        return (word_at, "") if calls_from else (flat, tokens.at(flat))
    if tokens.is_number(at) and flat_at >= floor and tokens.at(flat_at) in FLAT_WORDS | ROOM_WORDS:
        return flat_at, tokens.at(at)
    return word_at, ""


def _with_its_ending(tokens: Tokens, at: int) -> int | None:
    """The number of `11-й` or `11й` before the token `at`; None when there is none."""
    number = tokens.skip_back(at - 2, "-") if tokens.at(at - 1) in ORDINAL_ENDINGS else at
    return number if number < at and tokens.is_number(number) else None
