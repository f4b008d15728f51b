"""What stands before a house: the street, its kind, the settlement.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from otrs_bridge.domain.address.locality import Locality, bracket_before, read_locality
from otrs_bridge.domain.address.tokens import Tokens
from otrs_bridge.domain.address.words import (
    ADDRESS_WORDS,
    ANNIVERSARY,
    AREA_KINDS,
    BREAKS_NAME,
    FIRST_NAMES,
    HOUSE_WORDS,
    INSIDE_WORDS,
    KINDS,
    LEADS_TO_STREET,
    LOCALITIES,
    MONTHS,
    NAMES_OF_STREETS,
    NO_STREET,
    NOT_IN_NAME,
    ORDINAL_ENDINGS,
    RANKS,
    STREET,
)


class Evidence(IntEnum):
    """How sure it is that the words are a street: by their form only, by that and where they stand, by a word for it."""

    FORM = 1
    PLACE = 2
    NAMED = 3
    LABELLED = 4


@dataclass(frozen=True, kw_only=True, slots=True)
class Street:
    """A street as it was read. `start` is its first token; `house_word` tells that "дом" stands before the
    number.
    """

    name: str
    kind: str
    kind_told: bool
    locality: Locality | None = None
    evidence: Evidence
    house_word: bool
    start: int


_MOST_WORDS = 5
_LONGEST_ABBREVIATION = 6
_SHORTEST_NAME = 3
_ADJECTIVE = re.compile(r"[а-я-]+(?:ая|яя|ой|ей|ий|ый|ое|ом|ую|ого)")
_GENITIVE = re.compile(r"[а-я-]{2,}(?:ова|ева|ина|ского|цкого|ской|цкой|ских|ых|истов|телей|щиков)")
# "не помню, как пишется: дом 12 квартира 44"
_VERB = re.compile(r"[а-я-]{2,}(?:[аеи]ть|ться|тся|али|ют|ят|ает|ует|еет)")
_LONGEST_SHORT_KIND = 4
_MOST_LOCALITIES = 2


def read_street(tokens: Tokens, number: int, *, floor: int, whole: bool) -> Street | None:
    """The street to which the house whose number is the token `number` belongs; None when there is none.

    Nothing before the token `floor` is looked at. `whole` says that the text is nothing but an address.
    """
    at = _before_marks(tokens, number - 1, floor)
    house_word = at >= floor and tokens.at(at) in HOUSE_WORDS
    if house_word:
        at = _before_marks(tokens, at - 1, floor)
        if tokens.at(at) == "в" and at >= floor:
            at -= 1
    bracket = bracket_before(tokens, at, floor)
    at = at if bracket is None else bracket.start - 1
    if at < floor:
        return None
    found = _kind_after(tokens, at, floor, whole=whole) if tokens.at(at) in KINDS else None
    found = found or _kind_before(tokens, at, floor) or _no_kind(tokens, at, floor, whole=whole)
    if found is None:
        return None
    first, last, kind, evidence, start = found
    name = tokens.written(first, last).strip(" .,")
    ordinal = _numeral_start(tokens, start - 1, floor) if start < first else None
    if ordinal is not None and ordinal < start - 1:
        # "3-я ул. Строителей" is not the first one.
        name, start = f"{tokens.written(ordinal, start - 1)} {name}", ordinal
    locality = read_locality(tokens, start, floor=floor)
    start = start if locality is None else locality.start
    return Street(
        name=name,
        kind=kind or STREET,
        kind_told=kind != "",
        locality=locality or bracket,
        evidence=evidence,
        house_word=house_word,
        start=start,
    )


_Found = tuple[int, int, str, Evidence, int]


def _before_marks(tokens: Tokens, at: int, floor: int) -> int:
    """The last token up to `at` that is no comma, dot, number sign or line break."""
    while at >= floor and tokens.at(at) in {",", ".", "№", "\n", ":", ";"}:
        at -= 1
    return at


def _kind_before(tokens: Tokens, at: int, floor: int) -> _Found | None:
    """`ул. Летная 5`: walk left over the name to the word for the kind."""
    last, words = at, 0
    while at >= floor and words <= _MOST_WORDS:
        word = tokens.at(at)
        if word in KINDS and at < last:
            first = tokens.skip(at + 1, '.:"«')
            return _named(tokens, first, last, word, at)
        if _breaks_name(tokens, at) or not _belongs_to_name(tokens, at, last):
            return None
        words += word[:1].isalnum()
        at -= 1
    return None


def _breaks_name(tokens: Tokens, at: int) -> bool:
    """Whether a token is a word of a sentence; `К.` and `С.` are initials."""
    word = tokens.at(at)
    initial = len(word) == 1 and tokens.at(at + 1) == "." and tokens.touches(at + 1)
    return not initial and word in NOT_IN_NAME


def _belongs_to_name(tokens: Tokens, at: int, last: int) -> bool:
    """Whether a token may stand inside a street's name: words, `1-я`, `К.`, quotes."""
    word = tokens.at(at)
    if word in {"-", "–"}:
        return tokens.is_number(at - 1) and tokens.touches(at) and tokens.touches(at + 1)
    if word == ".":
        return tokens.is_word(at - 1) and len(tokens.at(at - 1)) <= _LONGEST_ABBREVIATION and at < last
    if tokens.is_number(at):
        return at < last or tokens.at(tokens.skip_back(at - 1, ".")) in KINDS
    return tokens.is_word(at) or word in {'"', "«", "»"}


def _named(tokens: Tokens, first: int, last: int, word: str, start: int) -> _Found | None:
    """A name with a word for its kind; None when the two make no street ("на улице мороз 20")."""
    kind = KINDS[word]
    if first > last:
        return None
    if tokens.is_number(last) or kind == "линия":
        sure = kind in AREA_KINDS and tokens.is_number(first)
    elif len(word) > _LONGEST_SHORT_KIND:
        capital = tokens.is_capital(first) or tokens.is_capital(last)
        sure = capital or tokens.is_number(first) or looks_like_street(tokens, last)
    else:
        sure = max(len(tokens.at(at)) for at in range(first, last + 1)) >= _SHORTEST_NAME
    return (first, last, kind, Evidence.NAMED, start) if sure else None


def _kind_after(tokens: Tokens, at: int, floor: int, *, whole: bool) -> _Found | None:
    """`Ленинский проспект 12`, `5-й мкр 12`: the name stands before the word for the kind."""
    kind, last = KINDS[tokens.at(at)], at - 1
    if last < floor:
        return None
    if kind in AREA_KINDS:
        first = _numeral_start(tokens, last, floor)
        if first is not None:
            return first, last, kind, Evidence.NAMED, first
    numeral = _numeral_start(tokens, last, floor)
    name = last if numeral is None else numeral - 1
    if name < floor or not tokens.is_word(name) or _is_no_street(tokens.at(name)) or tokens.at(name) in BREAKS_NAME:
        return None
    if whole:
        first = _segment_start(tokens, last, floor)
    elif looks_like_street(tokens, name) or tokens.is_capital(name):
        first = _extended(tokens, name, floor)
    else:
        return None
    return (first, last, kind, Evidence.NAMED, first) if first <= last else None


def _no_kind(tokens: Tokens, last: int, floor: int, *, whole: bool) -> _Found | None:
    """`Летная 5-132`: nothing says that it is a street but how it looks and where it stands."""
    word = tokens.at(last)
    if not tokens.is_word(last) or len(word) < _SHORTEST_NAME or word in NOT_IN_NAME or word in INSIDE_WORDS:
        return None
    is_day = word in MONTHS and not whole and tokens.at(last - 1) not in ANNIVERSARY
    if (
        word in NO_STREET
        or is_day
        or (word in KINDS and len(word) <= _LONGEST_SHORT_KIND)
        or _VERB.fullmatch(word) is not None
    ):
        return None
    if whole:
        first = _segment_start(tokens, last, floor)
        return (first, last, "", Evidence.PLACE, first) if first <= last else None
    first = _extended(tokens, last, floor)
    before = tokens.at(first - 1) if first > floor else ""
    begins = not before[:1].isalpha()
    if before in ADDRESS_WORDS or (before == ":" and ADDRESS_WORDS & {tokens.at(first - 2), tokens.at(first - 3)}):
        evidence = Evidence.LABELLED
    elif looks_like_street(tokens, last) or tokens.is_number(first):
        placed = tokens.is_capital(first) or tokens.is_number(first) or begins or before in LEADS_TO_STREET
        evidence = Evidence.PLACE if placed else Evidence.FORM
    elif begins and tokens.is_capital(first) and _GENITIVE.fullmatch(word) is not None:
        evidence = Evidence.PLACE
    else:
        evidence = Evidence.FORM
    return first, last, "", evidence, first


def _is_no_street(word: str) -> bool:
    """Whether a word before "проспект" is none of its name; `Большой` and `Средний` are names there."""
    return word in NO_STREET and word not in RANKS


def looks_like_street(tokens: Tokens, at: int) -> bool:
    """Whether a word is a common name of streets, or an adjective that could be one."""
    word = tokens.at(at)
    return word in NAMES_OF_STREETS or (_ADJECTIVE.fullmatch(word) is not None and word not in NO_STREET)


def first_name_after(tokens: Tokens, first: int) -> int | None:
    """The last token of the name that begins at `first`, when nothing behind it bounds it; None when none does."""
    at = first
    while tokens.at(at) in RANKS or tokens.at(at) in FIRST_NAMES or tokens.is_number(at) or is_ending(tokens, at):
        at += 1
    name = tokens.is_word(at) and tokens.at(at) not in NOT_IN_NAME and len(tokens.at(at)) >= _SHORTEST_NAME
    return at if name and at - first <= _MOST_WORDS else None


def is_ending(tokens: Tokens, at: int) -> bool:
    """Whether a token is the dash or the ending of `1-я`."""
    if tokens.at(at) == "-":
        return tokens.is_number(at - 1) and tokens.touches(at)
    return (
        tokens.at(at) in ORDINAL_ENDINGS
        and tokens.touches(at)
        and (tokens.is_number(at - 1) or tokens.at(at - 1) == "-")
    )


def _numeral_start(tokens: Tokens, last: int, floor: int) -> int | None:
    """Where `5`, `5-й` or `5й` begins that ends with the token `last`; None when there is no numeral."""
    at = last
    if tokens.at(at) in ORDINAL_ENDINGS:
        at -= 2 if tokens.at(at - 1) in {"-", "–"} else 1
    return at if at >= floor and tokens.is_number(at) else None


def _segment_start(tokens: Tokens, last: int, floor: int) -> int:
    """The first token of a name that fills the part between two commas; behind `last` when that is no name."""
    at = last
    while at >= floor and _belongs_to_name(tokens, at, last):
        if _breaks_name(tokens, at) or tokens.at(at) in KINDS or tokens.at(at) == "д":
            return last + 1
        if tokens.at(at) in LOCALITIES and at < last:
            # "г. Мытищи Летная 5" without a comma: the settlement takes one word.
            at += 2 if tokens.at(at + 1) != "." else 3
            return at if at <= last else last + 1
        at -= 1
    first = at + 1
    while first <= last and not tokens.at(first)[:1].isalnum():
        first += 1
    return first


def _extended(tokens: Tokens, last: int, floor: int) -> int:
    """Where a name begins whose last word is known: ranks, first names, initials, numerals."""
    first = last
    for _ in range(_MOST_WORDS):
        before = first - 1
        if before < floor:
            break
        numeral = _numeral_start(tokens, before, floor)
        if tokens.at(before) in RANKS or tokens.at(before) in FIRST_NAMES:
            first = before
        elif tokens.at(before) == "." and tokens.touches(before) and _is_abbreviation(tokens, before - 1, floor):
            first = before - 1
        elif numeral is not None and numeral < before:
            first = numeral
        elif tokens.at(before) in ANNIVERSARY and (counted := tokens.skip_back(before - 1, "-")) >= floor:
            return counted if tokens.is_number(counted) else first
        else:
            break
    return first


def _is_abbreviation(tokens: Tokens, at: int, floor: int) -> bool:
    """Whether a token before a dot is a rank or an initial that belongs to the name after it."""
    return at >= floor and (tokens.at(at) in RANKS or (len(tokens.at(at)) == 1 and tokens.is_capital(at)))
