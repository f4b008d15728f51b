"""Addresses: many ways of writing, one value.

`ул. Летная, д. 5, кв. 132`, `Летная 5-132` and `улица Лётная дом 5 квартира 132` are one address; 5, 15,
5А, 5к1 and 5к2 are different houses. Source: docs/field-rules.md#client.

Precision before recall: where a text can be read in two ways it is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from otrs_bridge.domain.address.forms import read_forms
from otrs_bridge.domain.address.gazetteer import NO_STREETS, Streets, read_known
from otrs_bridge.domain.address.house import House, is_ordinal, read_house, read_value, slot_of
from otrs_bridge.domain.address.reversed import read_reversed
from otrs_bridge.domain.address.street import Evidence, Street, read_street
from otrs_bridge.domain.address.tokens import Tokens, tokens_of, windows_around_houses
from otrs_bridge.domain.address.transliteration import to_cyrillic
from otrs_bridge.domain.address.words import KIND_SHOWN, KINDS, STREET, canonical_street


@dataclass(frozen=True, kw_only=True, slots=True)
class Address:
    """One address, whole or partial; what is not known is `""`. Equal values are the same place.

    `street` is the name as it is compared (see `canonical_street`), `kind` the short word for what it is,
    `ул` when none was told; `house` has its letter and fraction (`14А`, `5/2`), `building` is the корпус,
    `structure` the строение. `written`, `kind_told` and `locality_word` only say how it was written, and do
    not count in comparing.
    """

    street: str
    house: str
    building: str = ""
    structure: str = ""
    flat: str = ""
    office: str = ""
    kind: str = STREET
    locality: str = ""
    written: str = field(default="", compare=False)
    kind_told: bool = field(default=True, compare=False)
    locality_word: str = field(default="г", compare=False)

    @property
    def key(self) -> str:
        """The address as one string: two addresses have the same key exactly when they are equal."""
        return "|".join(
            (
                self.locality,
                self.kind,
                self.street,
                self.house,
                self.building,
                self.structure,
                self.flat,
                self.office,
            )
        )

    @property
    def house_key(self) -> str:
        """Street, house and building, without kind, settlement and flat: what a directory indexes.

        It is wider than an address: whatever it finds has to pass `may_be`.
        """
        return "|".join((self.street, self.house, self.building, self.structure))

    @property
    def human(self) -> str:
        """The address as people write it: `ул. Летная, д. 5, корп. 2, кв. 132`."""
        parts = [f"{self.locality_word}. {self.locality.title()}"] if self.locality else []
        parts += [
            f"{KIND_SHOWN.get(self.kind, self.kind)} {self.written or self.street.title()}",
            f"д. {self.house}",
        ]
        for word, value in (
            ("корп.", self.building),
            ("стр.", self.structure),
            ("кв.", self.flat),
            ("оф.", self.office),
        ):
            if value:
                parts.append(f"{word} {value}")
        return ", ".join(parts)

    def __str__(self) -> str:
        return self.human

    def may_be(self, known: Address) -> bool:
        """Whether this address, as somebody told it, can mean the place `known` of a directory.

        The house with its building must be the same; a flat or an office that was told must be the same;
        the kind of street and the settlement must not contradict where both sides tell them.
        """
        return (
            self.house_key == known.house_key
            and (not self.flat or self.flat == known.flat)
            and (not self.office or self.office == known.office)
            and (self.kind == known.kind or not (self.kind_told and known.kind_told))
            and (not self.locality or not known.locality or self.locality == known.locality)
        )

    def is_whole(self, known: Address) -> bool:
        """Whether it tells of the place `known`, which it may be, all that there is to tell: a house alone is no flat."""
        return self.flat == known.flat and self.office == known.office


def parse_address(text: str) -> Address | None:
    """Read a string that as a whole is one address: a directory's column, a field of a ticket.

    The word for the street may be missing (`Летная, 5, 132`); index, country, region, entrance and floor
    are passed over. None when no house can be read, or when the string is too long to be one address; never
    raises.
    """
    if len(text) > _LONGEST_WHOLE:
        return None
    tokens = tokens_of(_INDEX.sub(" ", text))
    first: Address | None = None
    floor = 0
    for number, word in enumerate(tokens.words):
        if number < floor or word[0] not in _DIGITS:
            continue
        found = _read(tokens, number, floor=floor, whole=first is None)
        if found is not None and first is not None:
            return None
        if found is not None:
            first, _, floor = found
    return first


def find_addresses(text: str) -> tuple[Address, ...]:
    """Every address with a house that free text names, in order, each once."""
    return tuple(dict.fromkeys(address for address, _ in locate_addresses(text)))


def locate_addresses(text: str, *, streets: Streets = NO_STREETS) -> Iterator[tuple[Address, int]]:
    """As `find_addresses`, but with repetitions, and with the offset where each begins.

    With `streets` only what these streets show to be an address is found: `Чехова 14, 22` where the clients live in a
    street of that name. The labelled lines of a form are read as one.
    """
    for form in read_forms(text) if not streets and _FORM.search(text) else ():
        whole = parse_address(form.address)
        if whole is not None:
            yield whole, form.start
        text = f"{text[: form.start]}{_READ * (form.end - form.start)}{text[form.end :]}"
    if any(not text[match.start() - 1 : match.start()].isalpha() for match in _TRANSLITERATED.finditer(text)):
        text = to_cyrillic(text)
    for begin, end in windows_around_houses(text):
        tokens = tokens_of(text[begin:end])
        floor = 0
        for number, word in enumerate(tokens.words):
            if number >= floor and word[0] in _DIGITS and _may_be_house(tokens, number):
                found = _read(tokens, number, floor=floor, whole=False, streets=streets)
                if found is not None:
                    address, start, floor = found
                    yield address, begin + tokens.starts[start]


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
_FORM = re.compile(r"(?:улица|ул\.?|проспект)\s?[:=]", re.IGNORECASE)
_READ = "\u00a6"  # stands for every character of a form that is read already
_PATTERN_MARKS = frozenset(".№:% ")
_LONGEST_IN_TEXT = 3  # "за 1 квартал 2024": in running text four digits are a year
_DIGITS = frozenset("0123456789")
_JOINTS = frozenset("-.:/()\u2013")
# Begins with plain letters, for speed; what stands before is looked at afterwards.
_TRANSLITERATED = re.compile(r"(?:[Uu]l|[Pp]r-t|[Pp]rospekt|[Pp]er|[Kk]v|[Dd]om|UL|KV|DOM)(?![A-Za-z])")
_INDEX = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


def _may_be_house(tokens: Tokens, number: int) -> bool:
    """Whether a number is short enough, and not the later part of a phone, a date or a range."""
    if len(tokens.words[number]) > _LONGEST_IN_TEXT:
        return False
    before = tokens.at(number - 1)
    if before[:1].isdigit():
        return False
    return before not in _JOINTS or not tokens.touches(number) or not tokens.at(number - 2)[:1].isdigit()


def _read(
    tokens: Tokens, number: int, *, floor: int, whole: bool, streets: Streets = NO_STREETS
) -> tuple[Address, int, int] | None:
    """The address whose house is the token `number`, its first token and the one after its last."""
    found = _street_and_house(tokens, number, floor=floor, whole=whole, streets=streets)
    if found is None:
        return None
    street, house = found
    canonical = canonical_street(street.name, street.kind)
    if not canonical:
        return None
    address = Address(
        street=canonical,
        house=house.house,
        building=house.building,
        structure=house.structure,
        flat=house.flat,
        office=house.office,
        kind=street.kind,
        locality="" if street.locality is None else street.locality.name,
        locality_word="г" if street.locality is None else street.locality.word,
        written=street.name[:1].upper() + street.name[1:],
        kind_told=street.kind_told,
    )
    return address, street.start, house.end


def _street_and_house(
    tokens: Tokens, number: int, *, floor: int, whole: bool, streets: Streets
) -> tuple[Street, House] | None:
    if streets:
        return read_known(tokens, number, floor=floor, streets=streets)
    street = read_street(tokens, number, floor=floor, whole=whole)
    if street is None:
        return read_reversed(tokens, number, floor=floor)
    is_labelled = street.evidence is Evidence.LABELLED
    house = read_house(tokens, number, whole=whole or is_labelled, alone=not street.house_word)
    return (street, house) if house is not None and (whole or _is_sure(street, house)) else None


def _in_order(fragments: tuple[str, ...], name: str) -> bool:
    """Whether the fragments stand in the name one after the other."""
    position = 0
    for fragment in fragments:
        position = name.find(fragment, position) + len(fragment)
        if position < len(fragment):
            return False
    return True


def _is_sure(street: Street, house: House) -> bool:
    """Whether street and house together are an address and nothing else."""
    match street.evidence:
        case Evidence.NAMED | Evidence.LABELLED:
            return True
        case Evidence.PLACE:
            return bool(street.house_word or house.flat or house.flat_word or house.building)
        case Evidence.FORM:
            return house.flat_word
