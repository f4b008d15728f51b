"""Addresses that name the house before the street: `кв. 15 в доме 8 по улице Речной`.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from dataclasses import replace

from otrs_bridge.domain.address.house import House, read_flat, read_house
from otrs_bridge.domain.address.street import Evidence, Street, first_name_after, looks_like_street
from otrs_bridge.domain.address.tokens import Tokens
from otrs_bridge.domain.address.words import FLAT_WORDS, HOUSE_WORDS, KINDS, NAMES_OF_STREETS, STREET, canonical_street

_OBLIQUE = ("ому", "ему")
_LINKS = frozenset({",", "по", "на"})


def read_reversed(tokens: Tokens, number: int, *, floor: int) -> tuple[Street, House] | None:
    """Street and house of a house number that has "дом" before it and the street behind it; None when it
    has not.

    The word for the kind of street has to be there, or "по" before what looks like a street.
    Nothing before the token `floor` is looked at.
    """
    word_at = tokens.skip_back(number - 1, ".№")
    if word_at < floor or tokens.at(word_at) not in HOUSE_WORDS:
        return None
    house = read_house(tokens, number, whole=False)
    if house is None:
        return None
    at = house.end
    while tokens.at(at) in _LINKS:
        at += 1
    named = _name_behind(tokens, at)
    if named is None:
        return None
    first, last, kind, end = named
    start, flat = _flat_before(tokens, word_at, floor)
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
    last = first_name_after(tokens, at) if tokens.at(at - 1) == "по" else None
    if last is None:
        return None
    if tokens.at(last + 1) in KINDS:
        return at, last, KINDS[tokens.at(last + 1)], last + 2
    sure = looks_like_street(tokens, last) and (tokens.is_capital(at) or tokens.is_number(at))
    return (at, last, "", last + 1) if sure or tokens.at(last) in NAMES_OF_STREETS else None


def _flat_before(tokens: Tokens, word_at: int, floor: int) -> tuple[int, str]:
    """Where the address begins, and the flat that stands before the word for the house, if one does."""
    at = tokens.skip_back(word_at - 1, ",\n")
    if tokens.at(at) == "в":
        at -= 1
    flat_at = tokens.skip_back(at - 1, ".№")
    if tokens.is_number(at) and flat_at >= floor and tokens.at(flat_at) in FLAT_WORDS:
        return flat_at, tokens.at(at)
    return word_at, ""
