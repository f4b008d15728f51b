"""Phone numbers: many ways of writing, one value.

`+7 (495) 123-45-67`, `8 495 1234567` and `84951234567` are one phone. Which numbers exist is told by
the `phonenumbers` library; this module adds what a hurried operator's line needs: where a phone starts
and ends in running text, and what only looks like one (tax and bank numbers, contracts, tickets, cards).
Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from otrs_bridge.domain.texts.local_phone import AMOUNT, DASHES, locate_local_numbers
from otrs_bridge.domain.texts.phone_words import OTHER_NUMBER, PHONE_WORD, SUBSCRIBER, before, is_numbered

_REGION = "RU"
_NATIONAL_LENGTH = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class Phone:
    """One phone number in its international form, `+74951234567`."""

    e164: str

    @property
    def human(self) -> str:
        """The number as people write it: `+7 495 123-45-67`."""
        number = phonenumbers.parse(self.e164, None)
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    def __str__(self) -> str:
        return self.human


@dataclass(frozen=True, kw_only=True, slots=True)
class PhoneInText:
    """A phone in a text, and from where to where its digits stand; `is_local`: without those of its city."""

    phone: Phone
    start: int
    end: int
    is_local: bool = False


def parse_phone(text: str, *, area_code: str = "") -> Phone | None:
    """Read a string that as a whole is one phone, such as a directory's column; None when it is not.

    Any punctuation between the digits is allowed, an extension (`доб. 12`) is ignored. A local number
    needs `area_code`, the digits that complete it to ten (`"495"` for seven digits, `"4852"` for six).
    """
    found = _WHOLE.fullmatch(text) if len(text) <= _LONGEST_WHOLE else None
    if found is None:
        return None
    digits = _NOT_DIGIT.sub("", found["digits"])
    if found["plus"]:
        return _international(digits, first=_first_group(found["digits"]))
    return _russian(digits) or _local(digits, area_code)


def _first_group(written: str) -> int:
    """How many digits stand together at the beginning."""
    return len(written) - len(written.lstrip("0123456789"))


def find_phones(text: str, *, area_code: str = "") -> tuple[Phone, ...]:
    """Every phone that free text names, in order, each once.

    Ten bare digits count only when they are a mobile number, are grouped as a phone, or stand after a
    word such as "тел."; local numbers (`123-45-67`) only when `area_code` tells where.
    """
    return tuple(dict.fromkeys(written.phone for written in locate_phones(text, area_code=area_code)))


def locate_phones(text: str, *, area_code: str = "") -> tuple[PhoneInText, ...]:
    """As `find_phones`, but with repetitions, and with where each is written. No digit is read twice.

    A local number that is told in one breath with a city's, `(498) 720-15-15, 720-15-16`, is of that city; one with
    a code before it, `8 (903), 577-14-20`, is completed with that code or not at all.
    """
    whole = tuple(_locate_whole(text)) if _ENOUGH_DIGITS.search(text) is not None else ()
    if not area_code:
        return whole
    found = {(written.start, written.end): written for written in whole}
    for local in locate_local_numbers(text, list(found)):
        start, end = local.span
        digits = _NOT_DIGIT.sub("", text[start:end])
        if local.code is not None:
            phone = _russian(_NOT_DIGIT.sub("", text[local.code[0] : local.code[1]]) + digits)
            start = local.code[0]
        else:
            listed = found.get(local.listed) if local.listed is not None else None
            city = _CITY.match(listed.phone.e164) if listed is not None else None
            phone = _local(digits, city["digits"][: _NATIONAL_LENGTH - len(digits)] if city else area_code)
        if phone is not None:
            found[local.span] = PhoneInText(phone=phone, start=start, end=end, is_local=local.code is None)
    return tuple(sorted(found.values(), key=lambda written: written.start))


def _locate_whole(text: str) -> Iterator[PhoneInText]:
    groups = [match.span() for match in _GROUP.finditer(text)]
    index = 0
    while index < len(groups):
        start = groups[index][0]
        reading = _reading(text, groups, index)
        if reading is None:
            index += 1
        else:
            phone, used = reading
            index += used
            yield PhoneInText(phone=phone, start=start, end=groups[index - 1][1])


_LONGEST_WHOLE = 64
_CITY = re.compile(r"\+7(?!9|80)(?P<digits>[0-9]{10})")
_NOT_DIGIT = re.compile(r"[^0-9]+")
_GROUP = re.compile(r"[0-9]+")
_SEPARATOR = re.compile(rf"[ \t\u00a0\u2009\u202f().{DASHES}]{{1,3}}")
_WRAP = re.compile(rf"[ \t]?[){DASHES}]?[ \t]{{0,2}}\r?\n[ \t]{{0,4}}[({DASHES}]?")
_ENOUGH_DIGITS = re.compile(rf"[0-9](?:[ \t\u00a0\u2009\u202f().\r\n{DASHES}]{{0,6}}[0-9]){{9}}")
_WHOLE = re.compile(
    rf"[^0-9+]{{0,20}}(?P<plus>\+)?\s?(?P<digits>(?:[0-9][\s().,/\u00a0{DASHES}]{{0,3}}){{5,15}})"
    r"(?:[\s,;(]{0,3}(?:доб|вн|ext|#)[^0-9]{0,12}[0-9]{1,6}\)?)?[^0-9]{0,20}",
    re.IGNORECASE,
)
# "8.9.2026 123-45" is a day, and something else.
_DATE = re.compile(r"[0-9]{1,2}[./-][0-9]{1,2}[./-](?:19|20)[0-9]{2}(?![0-9])")
_STICKS_TO_THE_RIGHT = re.compile(rf"[0-9A-Za-z_@]|[{DASHES}.:][0-9]")
_STRONG_JOINTS = frozenset("-.:")
_JOINTS = _STRONG_JOINTS | frozenset("/,=")
_LONGEST_GROUP = 14
_REAL_GROUP = 3
_MOST_GROUPS = 7
_SHAPES = frozenset({(3, 3, 2, 2), (3, 3, 4), (3, 7), (3, 2, 2, 3), (3, 2, 3, 2)})


@dataclass(frozen=True, kw_only=True, slots=True)
class _Run:
    """Neighbouring groups of digits that together have the wanted length, and where they end."""

    digits: str
    lengths: tuple[int, ...]
    end: int


def _reading(text: str, groups: list[tuple[int, int]], index: int) -> tuple[Phone, int] | None:
    """The phone that begins with the group of digits `index` and how many groups it takes, if one does."""
    start, end = groups[index]
    if end - start > _LONGEST_GROUP or _sticks_to_the_left(text, start) or _DATE.match(text, start):
        return None
    if text[max(0, start - 2) : start].rstrip().endswith("+"):
        wanted, judge = range(11, 16), _with_plus
    elif text[start] in "78" and (found := _run(text, groups, index, 11)) is not None:
        phone = _with_trunk_digit(text, start, found)
        if phone is not None:
            return phone, len(found.lengths)
        wanted, judge = range(10, 11), _without_code
    else:
        wanted, judge = range(10, 11), _without_code
    for length in wanted:
        found = _run(text, groups, index, length)
        if found is not None and (phone := judge(text, start, found)) is not None:
            return phone, len(found.lengths)
    return None


def _run(text: str, groups: list[tuple[int, int]], index: int, wanted: int) -> _Run | None:
    """Groups from `index` on that make up exactly `wanted` digits, when no digit after them belongs to
    them.
    """
    start, end = groups[index]
    digits, lengths = text[start:end], [end - start]
    while len(digits) < wanted:
        index += 1
        if (
            index == len(groups)
            or len(lengths) == _MOST_GROUPS
            or not _goes_on(text, end, groups[index][0], is_code=len(digits) > 1)
        ):
            return None
        start, end = groups[index]
        if end - start > wanted:
            return None
        digits += text[start:end]
        lengths.append(end - start)
    if len(digits) > wanted or _STICKS_TO_THE_RIGHT.match(text, end) is not None:
        return None
    return _Run(digits=digits, lengths=tuple(lengths), end=end)


def _goes_on(text: str, end: int, start: int, *, is_code: bool) -> bool:
    """Whether the digits from `start` on belong to those before `end`: a line is wrapped behind a code, not behind an 8."""
    if _SEPARATOR.fullmatch(text, end, start) is not None:
        return True
    return is_code and _WRAP.fullmatch(text, end, start) is not None


def _with_plus(text: str, start: int, run: _Run) -> Phone | None:
    if max(run.lengths) < _REAL_GROUP or OTHER_NUMBER.search(before(text, start)) is not None:
        return None
    return _international(run.digits, first=run.lengths[0])


def _with_trunk_digit(text: str, start: int, run: _Run) -> Phone | None:
    """Eleven digits with 7 or 8 before them: a phone, unless it is called something else."""
    # "порты 8 10 12 15 20 30" has no group of three.
    grouped = max(run.lengths) >= _REAL_GROUP and run.lengths[0] in {1, 4, 5, 6, 7, 11}
    words = before(text, start)
    if not grouped or OTHER_NUMBER.search(words) or AMOUNT.match(text, run.end):
        return None
    if run.lengths == (11,) and run.digits[0] == "7" and is_numbered(words):
        return None  # "л/с 74955812240": as good an account as a phone
    return _russian(run.digits)


def _without_code(text: str, start: int, run: _Run) -> Phone | None:
    """Ten digits alone: they need the shape of a phone, a mobile code, or a word that says so."""
    if run.lengths[0] < _REAL_GROUP:
        return None
    words = before(text, start)
    if OTHER_NUMBER.search(words) or is_numbered(words) or AMOUNT.match(text, run.end):
        return None
    if len(run.lengths) == 1 and SUBSCRIBER.search(words):
        return None
    named = PHONE_WORD.search(words) is not None
    bracketed = text[start - 1 : start] == "("
    joined = text[start - 1 : start] in _JOINTS and text[max(0, start - 2) : start - 1].isdigit()
    if joined or text[run.end : run.end + 1] == "/" or text[run.end : run.end + 1].isalpha():
        return None
    mobile = run.digits[0] == "9" and len(run.lengths) == 1
    looks_like_one = named or bracketed or mobile or run.lengths in _SHAPES
    return _russian(run.digits) if looks_like_one else None


def _sticks_to_the_left(text: str, start: int) -> bool:
    """Whether what stands right before makes the digits a part of something longer: a word, a date."""
    left = text[max(0, start - 2) : start]
    if left[-1:].isalnum() or left[-1:] == "_":
        return PHONE_WORD.search(before(text, start)) is None
    return left[-1:] in _STRONG_JOINTS and left[:1].isdigit()


@lru_cache(maxsize=1)
def _plan() -> re.Pattern[str]:
    """Fixed and mobile numbers of the Russian plan, ten digits, as `phonenumbers` knows them."""
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(_REGION)
    kinds = (metadata.mobile, metadata.fixed_line, metadata.toll_free) if metadata is not None else ()
    return re.compile("|".join(f"(?:{kind.national_number_pattern})" for kind in kinds if kind is not None))


def _russian(digits: str) -> Phone | None:
    """A Russian number, with 7 or 8 before its ten digits or not; None when the plan has no such number."""
    if len(digits) == _NATIONAL_LENGTH + 1 and digits[0] in "78":
        digits = digits[1:]
    if len(digits) != _NATIONAL_LENGTH or _plan().fullmatch(digits) is None:
        return None
    return Phone(e164=f"+7{digits}")


def _international(digits: str, *, first: int) -> Phone | None:
    """A number after a plus: Russian, else any valid one abroad. A mistaken `+8` is Russian, `+84 …`, `+855 …` are not:
    how many digits stand together `first` says which it is.
    """
    is_code = digits[0] == "8" and first in {2, 3}
    home = _russian(digits) if len(digits) == _NATIONAL_LENGTH + 1 and not is_code else None
    if home is not None:
        return home
    number = phonenumbers.PhoneNumber()
    try:
        phonenumbers.parse(f"+{digits}", None, numobj=number)
    except phonenumbers.NumberParseException:
        return None
    return Phone(e164=f"+{digits}") if phonenumbers.is_valid_number(number) else None


def _local(digits: str, area_code: str) -> Phone | None:
    if not area_code or len(digits) + len(area_code) != _NATIONAL_LENGTH:
        return None
    return _russian(area_code + digits)
