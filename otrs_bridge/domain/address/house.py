"""What stands after a street: house, letter, building, structure, flat or office.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from otrs_bridge.domain.address.flats import LONGEST_FLAT, begins_phone, end_of_flats, is_counted, lone_flat
from otrs_bridge.domain.address.tokens import LONGEST_HOUSE, Tokens
from otrs_bridge.domain.address.words import (
    BUILDING_WORDS,
    FLAT_WORDS,
    HOUSE_WORDS,
    INSIDE_WORDS,
    LETTER_WORDS,
    OFFICE_WORDS,
    ORDINAL_ENDINGS,
    ROOM_WORDS,
    STRUCTURE_WORDS,
    TOLD_ORDINALS,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class House:
    """A house as it was read. `end` is the token after it; `flat_word` tells that the flat was named as one."""

    house: str
    building: str = ""
    structure: str = ""
    flat: str = ""
    office: str = ""
    flat_word: bool = False
    end: int = 0


_SLOTS = {
    "house": HOUSE_WORDS,
    "building": BUILDING_WORDS,
    "structure": STRUCTURE_WORDS,
    "flat": FLAT_WORDS,
    "office": OFFICE_WORDS,
}
_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_QUOTES = "\"'«»“”„"
_MOST_PARTS = 3
_STRANGE_LETTERS = frozenset("ФЮ")  # a flat has no such letter, a contract does
# Letters that are words by themselves: standing apart from the number they are no part of the house.
_WORD_LETTERS = frozenset("висуояюйкт")


def read_house(tokens: Tokens, index: int, *, whole: bool, alone: bool = False) -> House | None:
    """The house whose number is the token `index`; None when that number is none.

    `whole` says that the text is nothing but an address: then a number after a comma is a flat. `alone`: no word stands
    before the house, so that none is to be expected before its flat, either.
    """
    number = tokens.at(index).lstrip("0")
    if not number or len(number) > LONGEST_HOUSE:
        return None
    if is_ordinal(tokens, index):
        return None
    read = _letter(tokens, House(house=number, end=index + 1))
    if read is None:
        return None
    read = _flat(tokens, _parts(tokens, _without_its_word(tokens, read)), whole=whole)
    if read is not None and (alone or read.building) and not (read.flat or read.office or read.flat_word):
        flat = lone_flat(tokens, read.end, read.house)
        read = read if flat is None else replace(read, flat=_value(tokens, flat), end=flat + 1)
    return None if read is None or _measures(tokens, read) else read


def _without_its_word(tokens: Tokens, house: House) -> House:
    """Past the word for the house where it stands behind the number: `33 дом, 16 кв`."""
    behind = tokens.at(house.end) in {"дом", "дома"} and not tokens.is_number(tokens.skip(house.end + 1, ".№"))
    return replace(house, end=house.end + 1) if behind else house


def is_ordinal(tokens: Tokens, index: int) -> bool:
    """Whether the token is the number of `1-я` or `5-го`."""
    dashed = _is_dash(tokens, index + 1) and tokens.touches(index + 1)
    return tokens.is_number(index) and dashed and tokens.at(index + 2) in ORDINAL_ENDINGS


def read_value(tokens: Tokens, index: int) -> tuple[str, int]:
    """A number with the letter or fraction stuck to it (`14А`, `3/1`), and the token after it; `""` when
    too long.
    """
    value = _value(tokens, index)
    return value, index + _width(value, tokens, index)


def slot_of(tokens: Tokens, index: int) -> str:
    """What the number after this word is, as a field of an address; `""` when it says nothing of a number."""
    word = tokens.at(index)
    if not tokens.is_number(tokens.skip(index + 1, ".№:%")):
        return ""
    return next((slot for slot, words in _SLOTS.items() if word in words), "")


def _is_dash(tokens: Tokens, index: int) -> bool:
    return tokens.at(index) in _DASHES and index < len(tokens)


def _letter(tokens: Tokens, house: House) -> House | None:
    """The house with its fraction (`5/2`) and letter (`14А`); None when nobody can tell whether a letter is its."""
    at = house.end
    if tokens.at(at) == "/" and tokens.touches(at) and tokens.touches(at + 1) and tokens.at(at + 1) not in FLAT_WORDS:
        second = tokens.at(at + 1) if tokens.is_number(at + 1) else tokens.letter(at + 1).upper()
        if not second or len(second) > LONGEST_HOUSE:
            return None
        house, at = replace(house, house=f"{house.house}/{second}", end=at + 2), at + 2
    if tokens.letter(at + 1) and (
        (tokens.at(at) in _QUOTES and tokens.at(at + 2) in _QUOTES and at + 2 < len(tokens))
        or (_is_dash(tokens, at) and tokens.touches(at) and tokens.touches(at + 1))
    ):
        quoted = tokens.at(at) in _QUOTES
        if not _begins_part(tokens, at + 1):
            return _with_letter(tokens, house, at + 1, end=at + 3 if quoted else at + 2)
    letter = tokens.letter(at)
    if not letter or _begins_part(tokens, at):
        return house
    if tokens.touches(at):
        return _with_letter(tokens, house, at, end=at + 1)
    return _letter_apart(tokens, house, letter)


def _letter_apart(tokens: Tokens, house: House, letter: str) -> House | None:
    """A letter after a blank: `14 А, кв. 5` is the house's, `14 и 16` is not, `14 а не работает` may be either."""
    at = house.end
    after = tokens.at(at + 1)
    closed = not after or after in ",;\n)" or after in FLAT_WORDS or after in BUILDING_WORDS or _is_dash(tokens, at + 1)
    if letter in _WORD_LETTERS and not tokens.is_capital(at):
        return None if after in FLAT_WORDS else house
    if closed or (tokens.is_capital(at) and after != "."):
        return _with_letter(tokens, house, at, end=at + 1)
    return house if after == "." else None


def _with_letter(tokens: Tokens, house: House, at: int, *, end: int) -> House:
    return replace(house, house=house.house + tokens.letter(at).upper(), end=end)


def _begins_part(tokens: Tokens, index: int) -> bool:
    """Whether a single letter is short for корпус or строение, that is, a number follows it."""
    return tokens.letter(index) in {"к", "с"} and tokens.is_number(tokens.skip(index + 1, ".№"))


def _parts(tokens: Tokens, house: House) -> House:
    """The house with its корпус, строение and литера."""
    for _ in range(_MOST_PARTS):
        at = tokens.skip(house.end, ",.")
        word = tokens.at(at)
        value_at = tokens.skip(at + 1, ".№:" + _QUOTES)
        value = _value(tokens, value_at)
        if word in LETTER_WORDS and tokens.letter(value_at):
            end = tokens.skip(value_at + 1, _QUOTES)
            house = replace(house, house=house.house + tokens.letter(value_at).upper(), end=end)
        elif (
            word in BUILDING_WORDS
            and not _is_flat_in_short(word, house)
            and value
            and (len(word) > 1 or tokens.is_number(value_at))
        ):
            house = replace(house, building=value, end=value_at + _width(value, tokens, value_at))
        elif word in STRUCTURE_WORDS and tokens.is_number(value_at) and _is_structure(tokens, at):
            house = replace(house, structure=value, end=value_at + _width(value, tokens, value_at))
        else:
            break
    return house


def _is_flat_in_short(word: str, house: House) -> bool:
    """Whether a lone `к` is the flat, since the building is told already: `21, к. 2, к. 407`."""
    return word == "к" and (house.building or house.structure) != ""


def _is_structure(tokens: Tokens, at: int) -> bool:
    """A lone `с` is строение when it is stuck to a number or has a dot; otherwise it is the word "with"."""
    return tokens.at(at) != "с" or tokens.touches(at) or tokens.touches(at + 1)


def _value(tokens: Tokens, at: int) -> str:
    """A number with its letter (`2`, `2А`, `3/1`), or a letter; `""` when there is none."""
    if not tokens.is_number(at):
        return tokens.letter(at).upper()
    number = tokens.at(at).lstrip("0")
    if not number or len(number) > LONGEST_FLAT:
        return ""
    if tokens.touches(at + 1) and tokens.letter(at + 1) and not _begins_part(tokens, at + 1):
        return number + tokens.letter(at + 1).upper()
    if tokens.at(at + 1) == "/" and tokens.touches(at + 1) and tokens.touches(at + 2) and tokens.is_number(at + 2):
        return f"{number}/{tokens.at(at + 2)}"
    return number


def _width(value: str, tokens: Tokens, at: int) -> int:
    """How many tokens a value takes that begins at `at`."""
    return 3 if "/" in value else 1 if value.isdigit() or not tokens.is_number(at) else 2


def _flat(tokens: Tokens, house: House, *, whole: bool) -> House | None:
    """The house with its flat or office; None when what follows shows that it was no house at all.

    With `whole` a bare number at the end of the line is the flat.
    """
    if _is_dash(tokens, house.end) and not tokens.is_word(house.end + 1):
        return _flat_after_dash(tokens, house, whole=whole)
    read = read_flat(tokens, house, whole=whole)
    at = tokens.skip(read.end, ",")
    ends = tokens.at(at + 1) in {"", "\n"}
    if whole and read is house and tokens.is_number(at) and ends:
        return replace(house, flat=_value(tokens, at), end=at + 1)
    return read


def read_flat(tokens: Tokens, house: House, *, whole: bool = False) -> House:
    """The house with the flat or office that stands behind it, whatever entrance and floor stand between.

    Where a text tells several flats, none of them is the one; `whole`, a directory's column, means them all by the first.
    """
    at = tokens.skip(house.end, ",.;:()/\n" + _DASHES)
    room = ""
    for _ in range(_MOST_PARTS):
        value_at = tokens.skip(at + 1, ".№:-")
        if tokens.at(at) in TOLD_ORDINALS and tokens.at(at + 1) in INSIDE_WORDS:
            value_at, is_inside = at + 1, True
        elif tokens.is_number(at) and at != house.end:
            value_at = _after_ordinal(tokens, at)
            is_inside = tokens.at(value_at) in INSIDE_WORDS
        else:
            is_inside = tokens.at(at) in INSIDE_WORDS and tokens.is_number(value_at)
        if not is_inside:
            break
        if not {tokens.at(at), tokens.at(value_at)}.isdisjoint(ROOM_WORDS):
            room = _value(tokens, at if tokens.is_number(at) else value_at)
        house = replace(house, end=value_at + 1)
        at = tokens.skip(house.end, ",.;:()\n" + _DASHES)
    return _named_flat(tokens, house, at, whole=whole) or (replace(house, flat=room, flat_word=True) if room else house)


def _named_flat(tokens: Tokens, house: House, at: int, *, whole: bool) -> House | None:
    """The house with the flat or office that the token `at` begins to name; None when it names none."""
    word, value_at = tokens.at(at), tokens.skip(at + 1, ".№:-")
    if tokens.is_number(at) and tokens.at(at + 1) in FLAT_WORDS and not tokens.is_number(tokens.skip(at + 2, ".№:")):
        return replace(house, flat=tokens.at(at), flat_word=True, end=at + 2)  # "6 строение 1, 14 квартира"
    is_flat = word in FLAT_WORDS or word == "квартир" or _is_flat_in_short(word, house)
    if not (is_flat or word in OFFICE_WORDS) or not tokens.is_number(value_at):
        return None
    value = _value(tokens, value_at)
    end = value_at + _width(value, tokens, value_at)
    if _is_dash(tokens, end) and tokens.touches(end) and tokens.is_number(end + 1):
        return replace(house, end=end + 2, flat_word=True)  # "кв. 1-20" is a staircase, not a flat
    if not is_flat:
        return replace(house, office=value, flat_word=True, end=end)
    several = end_of_flats(tokens, end, first=value, house=house.house)
    if several > end and not whole:
        return replace(house, end=several, flat_word=True)
    return replace(house, flat=value, flat_word=True, end=end)


def _after_ordinal(tokens: Tokens, at: int) -> int:
    """The token after a number and its ending: after `3`, `3-й` or `3й`."""
    following = tokens.skip(at + 1, _DASHES)
    return following + 1 if tokens.at(following) in ORDINAL_ENDINGS and tokens.touches(following) else at + 1


def _flat_after_dash(tokens: Tokens, house: House, *, whole: bool) -> House | None:
    """`5-132` is house and flat, `5-2-132` house, корпус and flat, anything longer is no address."""
    at = house.end
    numbers: list[str] = []
    while _is_dash(tokens, at) and tokens.is_number(at + 1) and tokens.touches(at) == tokens.touches(at + 1):
        numbers.append(_value(tokens, at + 1))
        at += 1 + _width(numbers[-1], tokens, at + 1)
    if len(numbers) > 1 and tokens.at(at) in INSIDE_WORDS:
        at -= 1 + _width(numbers.pop(), tokens, at - 1)  # "5-12-2 подъезд"
    match numbers:
        case []:
            return house
        case [flat] if flat and flat[-1] not in _STRANGE_LETTERS:
            several = end_of_flats(tokens, at, first=flat, house=house.house)
            one = whole or several == at
            return replace(house, flat=flat, end=at) if one else replace(house, end=several)
        case [building, flat] if building and flat and not house.building:
            return replace(house, building=building, flat=flat, end=at)
        case _:
            return None


def _measures(tokens: Tokens, house: House) -> bool:
    """Whether the number is a date, a time, a share, or counts something: `10-15 минут`, `5 подъезд`."""
    after = tokens.at(house.end)
    if after in {".", ":", "/"} and tokens.touches(house.end) and tokens.touches(house.end + 1):
        return tokens.is_number(house.end + 1)
    if after == "%":
        return True
    named = house.flat_word or house.building or house.structure
    return not named and is_counted(after) and not begins_phone(tokens, house.end)
