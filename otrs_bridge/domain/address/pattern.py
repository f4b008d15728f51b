"""A search for an address with `%` for anything: `%Кольц%14%кв.15`. Source: docs/field-rules.md#client."""

from __future__ import annotations

from dataclasses import dataclass

from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.address.house import is_ordinal, read_value, slot_of
from otrs_bridge.domain.address.tokens import tokens_of
from otrs_bridge.domain.address.words import KINDS


@dataclass(frozen=True, kw_only=True, slots=True)
class AddressPattern:
    """A search for an address with `%` for anything: `%Кольц%14%кв.15`.

    `fragments` are pieces of the street's name, lower case, ё as е, in order; the rest must be the same
    when it is told. House 14 is 14 and not 14А or 114; its buildings are not asked for unless one is told.
    """

    fragments: tuple[str, ...] = ()
    house: str = ""
    building: str = ""
    structure: str = ""
    flat: str = ""
    office: str = ""

    def matches(self, address: Address) -> bool:
        """Whether the address is one of those searched for."""
        told = (self.house, self.building, self.structure, self.flat, self.office)
        has = (address.house, address.building, address.structure, address.flat, address.office)
        if any(wanted not in ("", value) for wanted, value in zip(told, has, strict=True)):
            return False
        written = address.written.lower().replace("ё", "е")
        return _in_order(self.fragments, address.street) or _in_order(self.fragments, written)


def parse_address_pattern(text: str) -> AddressPattern | None:
    """Read a search with `%`; None when it names neither a piece of a street nor a house, or cannot be
    read.

    The first number without a word is the house, the second the flat; `д.`, `корп.`, `стр.`, `кв.`, `оф.`
    say what a number is. A word for the kind of street is passed over.
    """
    if len(text) > _LONGEST_WHOLE:
        return None
    tokens = tokens_of(text)
    fragments: list[str] = []
    told: dict[str, str] = {}
    at, slot = 0, ""
    while at < len(tokens):
        word = tokens.at(at)
        if tokens.is_number(at) and not is_ordinal(tokens, at):
            value, at = read_value(tokens, at)
            slot = slot or ("flat" if "house" in told else "house")
            if slot in told or not value:
                return None
            told[slot], slot = value, ""
            continue
        slot = slot_of(tokens, at) or (slot if word in _PATTERN_MARKS else "")
        if word[0].isalnum() and not slot and word not in KINDS and not is_ordinal(tokens, at - 2):
            fragments.append(word)
        at += 1
    return AddressPattern(fragments=tuple(fragments), **told) if fragments or "house" in told else None


_LONGEST_WHOLE = 300
_PATTERN_MARKS = frozenset(".№:% ")


def _in_order(fragments: tuple[str, ...], name: str) -> bool:
    """Whether the fragments stand in the name one after the other."""
    position = 0
    for fragment in fragments:
        position = name.find(fragment, position) + len(fragment)
        if position < len(fragment):
            return False
    return True
