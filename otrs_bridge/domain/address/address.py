"""Addresses: many ways of writing, one value.

`ул. Летная, д. 5, кв. 132`, `Летная 5-132` and `улица Лётная дом 5 квартира 132` are one address; 5, 15,
5А, 5к1 and 5к2 are different houses. Source: docs/field-rules.md#client.

Precision before recall: where a text can be read in two ways it is not read at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from otrs_bridge.domain.address.forms import read_forms
from otrs_bridge.domain.address.gazetteer import NO_STREETS, Streets, known_name, read_known
from otrs_bridge.domain.address.house import House, read_house
from otrs_bridge.domain.address.reversed import flat_before, read_reversed
from otrs_bridge.domain.address.street import Evidence, Street, read_street
from otrs_bridge.domain.address.tokens import READ_ALREADY, Tokens, tokens_of, windows_around_houses
from otrs_bridge.domain.address.transliteration import in_russian_words, to_cyrillic
from otrs_bridge.domain.address.words import DISTRICT_WORDS, HOUSE_WORDS, KIND_SHOWN, STREET


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
        in_brackets = f" ({self.locality.title()})" if self.locality and not self.locality_word else ""
        parts = [f"{self.locality_word}. {self.locality.title()}"] if self.locality and not in_brackets else []
        parts += [
            f"{KIND_SHOWN.get(self.kind, self.kind)} {self.written or self.street.title()}{in_brackets}",
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

    def with_building(self) -> Address | None:
        """What `22/2` is as often: house 22, building 2; None for a house without a fraction, or with its building."""
        house, _, building = self.house.partition("/")
        return replace(self, house=house, building=building) if building.isdigit() and not self.building else None

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


def locate_addresses(
    text: str, *, streets: Streets = NO_STREETS, only_known: bool = False
) -> Iterator[tuple[Address, int]]:
    """As `find_addresses`, but with repetitions, and with the offset where each begins.

    `streets`, those of the client list, tell where a street's name begins, and which number behind it is a flat. With
    `only_known` nothing is found but what they show to be an address: `Чехова 14, 22`. The labelled lines of a form are
    read as one.
    """
    if _DIGIT.search(text) is None:
        return
    is_latin = (only_known and _CYRILLIC.search(text) is None) or any(
        not text[match.start() - 1 : match.start()].isalpha() for match in _TRANSLITERATED.finditer(text)
    )
    text = in_russian_words(text)
    for form in read_forms(text) if not only_known and _FORM.search(text) else ():
        whole = parse_address(form.address)
        if whole is not None:
            yield whole, form.start
        text = f"{text[: form.start]}{READ_ALREADY * (form.end - form.start)}{text[form.end :]}"
    text = to_cyrillic(text) if is_latin else text
    for begin, end in windows_around_houses(text):
        tokens = tokens_of(text[begin:end])
        floor = 0
        for number, word in enumerate(tokens.words):
            if number >= floor and word[0] in _DIGITS and _may_be_house(tokens, number):
                found = _read(tokens, number, floor=floor, streets=streets, only_known=only_known)
                if found is not None:
                    address, start, floor = found
                    yield address, begin + tokens.starts[start]


_KIND_BEFORE = 2  # tokens: "ул", "."
_LONGEST_WHOLE = 300
_FORM = re.compile(r"(?:улица|ул\.?|проспект|street)(?:\s?[:=]| [-–—] )", re.IGNORECASE)
_LONGEST_IN_TEXT = 3  # "за 1 квартал 2024": in running text four digits are a year
_DIGITS = frozenset("0123456789")
_DIGIT = re.compile("[0-9]")
_PAIR = 2
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014")
_JOINTS = frozenset("-.:/()\u2013")
# Begins with plain letters, for speed; what stands before is looked at afterwards.
_OF_ADDRESSES = ["ul", "pr-t", "prospekt", "per", "kv", "kvartira", "dom", "ulitsa", "shosse", "street", "flat"]
_TRANSLITERATED = re.compile(
    rf"(?:{'|'.join((*_OF_ADDRESSES, *map(str.capitalize, _OF_ADDRESSES), 'UL', 'KV', 'DOM'))})(?![A-Za-z])"
)
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_INDEX = re.compile(r"(?<![0-9])[0-9]{6}(?![0-9])")


def _may_be_house(tokens: Tokens, number: int) -> bool:
    """Whether a number is short enough, and not the later part of a phone, a date or a range."""
    if len(tokens.words[number]) > _LONGEST_IN_TEXT:
        return False
    before = tokens.at(number - 1)
    if before[:1].isdigit() or _is_local_phone(tokens, number):
        return False
    if tokens.at(tokens.skip_back(number - 1, ".№") - 1) in DISTRICT_WORDS:
        return False
    return before not in _JOINTS or not tokens.touches(number) or not tokens.at(number - 2)[:1].isdigit()


def _is_local_phone(tokens: Tokens, number: int) -> bool:
    """Whether a number begins `585 11 00` or `585-11-00`, and no word for a house stands before it."""
    if len(tokens.words[number]) < _LONGEST_IN_TEXT or tokens.at(number - 1) in HOUSE_WORDS:
        return False
    end = number + 1
    for _ in range(2):
        end = end + 1 if tokens.at(end) in _DASHES and tokens.touches(end) else end
        if not tokens.is_number(end) or len(tokens.words[end]) != _PAIR:
            return False
        end += 1
    return not (tokens.touches(end) and tokens.at(end)[:1].isalnum())


def _read(
    tokens: Tokens,
    number: int,
    *,
    floor: int,
    whole: bool = False,
    streets: Streets = NO_STREETS,
    only_known: bool = False,
) -> tuple[Address, int, int] | None:
    """The address whose house is the token `number`, its first token and the one after its last."""
    known = read_known(tokens, number, floor=floor, streets=streets) if streets else None
    found = (
        known if only_known else _fuller(_street_and_house(tokens, number, floor=floor, whole=whole), known, streets)
    )
    if found is None:
        return None
    street, house = found
    canonical = known_name(street, streets)
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


def _fuller(
    found: tuple[Street, House] | None, known: tuple[Street, House] | None, streets: Streets
) -> tuple[Street, House] | None:
    """What was read, with the whole name of a street that the client list has, and with the flat behind it."""
    if found is None or known is None:
        return found
    street, house = found
    begins = street.start + _KIND_BEFORE * street.kind_told
    is_longer = known[0].start <= begins and known_name(street, streets) not in streets
    if is_longer or known[0].name.lower().endswith(f" {street.name.lower()}"):
        street = replace(street, name=known[0].name, start=min(street.start, known[0].start))
    return street, known[1] if known[1].flat and not (house.flat or house.flat_word) else house


def _street_and_house(tokens: Tokens, number: int, *, floor: int, whole: bool) -> tuple[Street, House] | None:
    street = read_street(tokens, number, floor=floor, whole=whole)
    found = _forwards(tokens, number, street, floor=floor, whole=whole) if street is not None else None
    return found or read_reversed(tokens, number, floor=floor)


def _forwards(tokens: Tokens, number: int, street: Street, *, floor: int, whole: bool) -> tuple[Street, House] | None:
    """The street with the house behind it, when together they are surely an address."""
    is_labelled = street.evidence is Evidence.LABELLED
    house = read_house(tokens, number, whole=whole or is_labelled, alone=not street.house_word)
    if house is None:
        return None
    if not (house.flat or house.office or house.flat_word):
        start, flat = flat_before(tokens, street.start, floor)
        street, house = replace(street, start=start), replace(house, flat=flat, flat_word=flat != "")
    return (street, house) if whole or _is_sure(street, house) else None


def _is_sure(street: Street, house: House) -> bool:
    """Whether street and house together are an address and nothing else."""
    match street.evidence:
        case Evidence.NAMED | Evidence.LABELLED:
            return True
        case Evidence.PLACE:
            return bool(street.house_word or house.flat or house.flat_word or house.building)
        case Evidence.FORM:
            return house.flat_word
