"""Addresses that only the client list's streets show to be addresses: `Чехова 14, 22`, `9 Января 3-17`.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from otrs_bridge.domain.address.flats import LONGEST_FLAT, counts_things, is_counted
from otrs_bridge.domain.address.house import House, read_house
from otrs_bridge.domain.address.locality import bracket_before
from otrs_bridge.domain.address.reversed import flat_before
from otrs_bridge.domain.address.street import Evidence, Street
from otrs_bridge.domain.address.tokens import READ_ALREADY, Tokens
from otrs_bridge.domain.address.words import (
    ADDRESS_WORDS,
    ANNIVERSARY,
    BREAKS_NAME,
    FIRST_NAMES,
    HOUSE_WORDS,
    KINDS,
    LEADS_TO_STREET,
    MONTHS,
    NO_STREET,
    ORDINAL_ENDINGS,
    RANKS,
    STREET,
    canonical_street,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


Streets = frozenset[str]
"""Names of streets as `canonical_street` gives them."""

NO_STREETS: Streets = frozenset()
_MOST_WORDS = 6
_SHORTEST_START = 4
_SHORTEST_BEGINNING = 3
_TITLES = _words("маршала генерала академика адмирала профессора космонавта героя летчика капитана полковника")
# "Ермака 61 и ермака 63", "Щорса 8 12 или его сестра кедровый 3"
_GOES_ON = _words("и или сестра брат мама мать папа отец сын дочь бабушка дедушка теща свекровь")
# Names that are as often plain words: alone with a number they are no place, "во всём мира 5 чудес".
_PLAIN_WORDS = _words("мира труда победы дружбы юности молодежи революции свободы заря восход луч рабочая новая")
_KINDS = ("ул", "пер", "ш")  # the ways in which names lose their endings


def read_known(tokens: Tokens, number: int, *, floor: int, streets: Streets) -> tuple[Street, House] | None:
    """Street and house when the words before the house's token `number` are one of the `streets`; the longest name counts.

    A name that may be other words, too, needs a flat: "9 января 15 заявок", "новая 4 розетка".
    """
    at = tokens.skip_back(number - 1, ",.№")
    house_word = tokens.at(at) in HOUSE_WORDS
    if house_word:
        at = tokens.skip_back(at - 1, ",.")
    bracket = bracket_before(tokens, at, floor)
    at = at if bracket is None else bracket.start - 1
    kind = KINDS.get(tokens.at(at), "")
    at = tokens.skip_back(at - 1, ".") if kind else at
    if at < floor or not tokens.is_word(at):
        return None
    first, name, is_whole = _longest_name(tokens, at, floor, streets, short=kind != "")
    if _is_part_of_a_name(tokens, first, floor, is_whole=is_whole):
        return None
    house = read_house(tokens, number, whole=False, alone=not house_word) if name else None
    if house is None:
        return None
    start, flat = (first, "") if house.flat or house.flat_word else flat_before(tokens, first, floor)
    house = replace(house, flat=flat, flat_word=True) if flat else _with_flat(tokens, house)
    if not (kind or _is_placed(tokens, first, at, floor, house, house_word=house_word)):
        return None
    street = Street(
        name=name,
        kind=kind or STREET,
        kind_told=kind != "",
        locality=bracket,
        evidence=Evidence.NAMED,
        house_word=house_word,
        start=start,
    )
    return street, house


def _longest_name(tokens: Tokens, at: int, floor: int, streets: Streets, *, short: bool) -> tuple[int, str, bool]:
    """Where the longest name begins that ends with the token `at` and is one of the streets, that name as it is there,
    and whether it was told in full.

    `short`: a word for the kind of street stands there, so that fewer letters of its name will do.
    """
    for first in range(max(floor, at - _MOST_WORDS + 1), at + 1):
        if tokens.is_word(first) or tokens.is_number(first):
            words = tokens.words[first : at + 1]
            told = tuple(_told(words))
            if all(word[0].isalnum() for word in told) and (name := _street_of(told, streets, short=short)):
                written = tokens.written(first, at)
                is_whole = any(canonical_street(" ".join(told), kind) in streets for kind in _KINDS)
                return first, written if written.lower().replace("ё", "е") == name else name, is_whole
    return at, "", True


def _is_part_of_a_name(tokens: Tokens, first: int, floor: int, *, is_whole: bool) -> bool:
    """Whether the words before belong to the street's name, which is another: "Малая Садовая", "Девичье Поле"."""
    before = first - 1
    if before < floor or not tokens.is_word(before):
        return False
    if tokens.at(before) in RANKS or tokens.at(before) in ORDINAL_ENDINGS:
        return True
    return not is_whole and tokens.is_capital(before) and tokens.is_capital(first)


def _told(words: Sequence[str]) -> Iterator[str]:
    """The words of a name without dots, and without the ending of `1-я`."""
    for place, word in enumerate(words):
        is_ending = word in ORDINAL_ENDINGS and place and (words[place - 1] == "-" or words[place - 1].isdigit())
        if word not in {".", "-"} and not is_ending:
            yield word


@lru_cache(maxsize=4096)
def _street_of(told: tuple[str, ...], streets: Streets, *, short: bool) -> str:
    """The one street that these words name in full, by its surname, or by the beginnings of its words; `""` for none."""
    name = " ".join(told)
    told = tuple(canonical_street(name, STREET).replace("-", " ").split())
    for kind in _KINDS:
        if (canonical := canonical_street(name, kind)) in streets:
            return name if kind == STREET else canonical
    if joined := _joined(streets).get(_squeezed("".join(told))):
        return joined  # "ново вокзальная", "нововокзальная" for "ново-вокзальная"
    if len(told) == 1:
        return _by_surname(streets).get(told[0], "") or _shortened(name, streets, short=short)
    if len(told[-1]) < _SHORTEST_BEGINNING or told[-1] in BREAKS_NAME:
        return ""
    fitting = [
        street
        for street in _by_shape(streets).get((len(told), told[0][0]), ())
        if all(map(_begins, told, street.replace("-", " ").split()))
    ]
    return fitting[0] if len(fitting) == 1 else ""


def _begins(told: str, word: str) -> bool:
    """Whether a word of a street's name is told by its beginning: "окт" or "октябр" for "октября"; a number only whole."""
    return told == word if word[0].isdigit() else word.startswith(told)


@lru_cache(maxsize=4)
def _by_shape(streets: Streets) -> Mapping[tuple[int, str], Sequence[str]]:
    """The streets of several words, by how many words they have and the first letter."""
    found: dict[tuple[int, str], list[str]] = {}
    for street in streets:
        words = street.replace("-", " ").split()
        if len(words) > 1:
            found.setdefault((len(words), street[0]), []).append(street)
    return found


def known_name(street: Street, streets: Streets) -> str:
    """A street's name as it is compared: without a word for its kind, as the client list has it if it does."""
    if not streets:
        return canonical_street(street.name, street.kind)
    if street.kind_told:
        name = canonical_street(street.name, street.kind)
        return name if name in streets else _joined(streets).get(_squeezed(name), name)
    names = [canonical_street(street.name, kind) for kind in (street.kind, *_KINDS)]
    found = next((name for name in names if name in streets), "") or _by_surname(streets).get(names[0], "")
    return found or _joined(streets).get(_squeezed(names[0]), names[0])


@lru_cache(maxsize=4)
def _joined(streets: Streets) -> Mapping[str, str]:
    """Streets by their letters alone: some write one with a hyphen, some without, some as two words."""
    found: dict[str, list[str]] = {}
    for street in streets:
        found.setdefault(_squeezed(street), []).append(street)
    return {letters: named[0] for letters, named in found.items() if len(named) == 1}


def _squeezed(name: str) -> str:
    """A name without hyphens, blanks and the soft sign, which is lost in Latin letters."""
    return name.replace("-", "").replace(" ", "").replace("ь", "")


@lru_cache(maxsize=4)
def _by_surname(streets: Streets) -> Mapping[str, str]:
    """Streets that are named after somebody with a rank or a first name, by the surname that stands for no other of them."""
    found: dict[str, list[str]] = {}
    for street in streets:
        first, _, surname = street.partition(" ")
        if surname and " " not in surname and (first in FIRST_NAMES or RANKS.get(first) in _TITLES):
            found.setdefault(surname, []).append(street)
    return {surname: named[0] for surname, named in found.items() if len(named) == 1}


@lru_cache(maxsize=4)
def _in_order(streets: Streets) -> Sequence[str]:
    return sorted(streets)


def _shortened(start: str, streets: Streets, *, short: bool) -> str:
    """The one street that begins with a word: `кольц 14-15`; `""` when there is none, or several."""
    if len(start) < (_SHORTEST_BEGINNING if short else _SHORTEST_START) or start in NO_STREET or start in BREAKS_NAME:
        return ""
    ordered = _in_order(streets)
    first = bisect_left(ordered, start)
    fitting = ordered[first : first + 2]
    only = fitting[0] if fitting and fitting[0].startswith(start) else ""
    return "" if not only or (len(fitting) > 1 and fitting[1].startswith(start)) else only


def _with_flat(tokens: Tokens, house: House) -> House:
    """The house with the number that stands behind it with nothing between, and counts nothing: `Зелёная 14 8`."""
    at = house.end
    if house.flat or house.office or house.flat_word or not tokens.is_number(at) or tokens.touches(at):
        return house
    number, after = tokens.at(at), tokens.at(at + 1)
    joined = tokens.touches(at + 1) and not after.isspace() and after not in {",", ";", ")", "\n"}
    ends_sentence = after == "." and not tokens.is_number(at + 2)
    if len(number) >= LONGEST_FLAT or number[0] == "0" or after[:1].isdigit() or (joined and not ends_sentence):
        return house
    # "12 47 телефон 8 916 …" counts no telephones
    behind = tokens.skip(at + 2, ".:+")
    is_read = tokens.is_number(behind) or tokens.at(behind) == READ_ALREADY
    counts = is_counted(after) or (counts_things(after) and not is_read)
    return house if counts else replace(house, flat=number, end=at + 1)


def _is_placed(tokens: Tokens, first: int, last: int, floor: int, house: House, *, house_word: bool) -> bool:
    """Whether the name stands where an address does, and is no other word."""
    told = bool(house.flat or house.office or house.building or house_word or not house.house.isdigit())
    word, before = tokens.at(last), tokens.at(first - 1) if first > floor else ""
    is_date = word in MONTHS and tokens.at(last - 1) not in ANNIVERSARY
    if is_date or word in NO_STREET or word in BREAKS_NAME:
        return bool(house.flat or house.office)
    begins = not before[:1].isalnum() or before in LEADS_TO_STREET or before in ADDRESS_WORDS or before in _GOES_ON
    return told or tokens.is_capital(first) or begins or first < last or word not in _PLAIN_WORDS
