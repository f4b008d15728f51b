"""Addresses that only the client list's streets show to be addresses: `Чехова 14, 22`, `9 Января 3-17`.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from otrs_bridge.domain.address.house import House, read_house
from otrs_bridge.domain.address.street import Evidence, Street
from otrs_bridge.domain.address.tokens import Tokens
from otrs_bridge.domain.address.words import (
    ADDRESS_WORDS,
    BREAKS_NAME,
    HOUSE_WORDS,
    LEADS_TO_STREET,
    MONTHS,
    NO_STREET,
    canonical_street,
)

Streets = frozenset[str]
"""Names of streets as `canonical_street` gives them."""

NO_STREETS: Streets = frozenset()
_MOST_WORDS = 4
_KINDS = ("ул", "пер")  # the two ways in which names lose their endings


def read_known(tokens: Tokens, number: int, *, floor: int, streets: Streets) -> tuple[Street, House] | None:
    """Street and house when the words before the house's token `number` are one of the `streets`; the longest name counts.

    A name that may be other words, too, needs a flat: "9 января 15 заявок", "новая 4 розетка".
    """
    at = tokens.skip_back(number - 1, ",.№")
    house_word = tokens.at(at) in HOUSE_WORDS
    if house_word:
        at = tokens.skip_back(at - 1, ",.")
    for first in range(max(floor, at - _MOST_WORDS + 1), at + 1):
        name = tokens.written(first, at) if tokens.at(at).isalpha() else ""
        if not name or not (tokens.is_word(first) or tokens.is_number(first)) or not _is_known(name, streets):
            continue
        house = read_house(tokens, number, whole=False, alone=not house_word)
        if house is None or not _is_placed(tokens, first, at, floor, house, house_word=house_word):
            return None
        street = Street(
            name=name, kind="ул", kind_told=False, evidence=Evidence.NAMED, house_word=house_word, start=first
        )
        return street, house
    return None


def _is_known(name: str, streets: Streets) -> bool:
    return any(canonical_street(name, kind) in streets for kind in _KINDS)


def _is_placed(tokens: Tokens, first: int, last: int, floor: int, house: House, *, house_word: bool) -> bool:
    """Whether the name stands where an address does, and is no other word."""
    told = bool(house.flat or house.office or house.building or house_word)
    word, before = tokens.at(last), tokens.at(first - 1) if first > floor else ""
    if word in MONTHS or word in NO_STREET or word in BREAKS_NAME:
        return bool(house.flat or house.office)
    begins = not before[:1].isalnum() or before in LEADS_TO_STREET or before in ADDRESS_WORDS
    return told or tokens.is_capital(first) or begins
