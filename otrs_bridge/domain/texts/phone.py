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
        return _international(digits)
    return _russian(digits) or _local(digits, area_code)


def find_phones(text: str, *, area_code: str = "") -> tuple[Phone, ...]:
    """Every phone that free text names, in order, each once.

    Ten bare digits count only when they are a mobile number, are grouped as a phone, or stand after a
    word such as "тел."; local numbers (`123-45-67`) only when `area_code` tells where.
    """
    return tuple(dict.fromkeys(phone for phone, _ in locate_phones(text, area_code=area_code)))


def locate_phones(text: str, *, area_code: str = "") -> Iterator[tuple[Phone, int]]:
    """As `find_phones`, but with repetitions, and with the offset where each is written."""
    if _ENOUGH_DIGITS.search(text) is not None:
        groups = [match.span() for match in _GROUP.finditer(text)]
        index = 0
        while index < len(groups):
            reading = _reading(text, groups, index)
            if reading is None:
                index += 1
            else:
                phone, used = reading
                yield phone, groups[index][0]
                index += used
    if area_code:
        for match in _LOCAL.finditer(text):
            local = _local(_NOT_DIGIT.sub("", match[0]), area_code)
            if local is not None and not _OTHER_NUMBER.search(_before(text, match.start())):
                yield local, match.start()


_LONGEST_WHOLE = 64
_LOOK_BACK = 28
_DASHES = r"\-\u2010-\u2015\u2212"
_NOT_DIGIT = re.compile(r"[^0-9]+")
_GROUP = re.compile(r"[0-9]+")
_SEPARATOR = re.compile(rf"[ \t\u00a0\u2009\u202f().{_DASHES}]{{1,3}}")
_ENOUGH_DIGITS = re.compile(rf"[0-9](?:[ \t\u00a0\u2009\u202f().{_DASHES}]{{0,3}}[0-9]){{9}}")
_WHOLE = re.compile(
    rf"[^0-9+]{{0,20}}(?P<plus>\+)?\s?(?P<digits>(?:[0-9][\s().,/\u00a0{_DASHES}]{{0,3}}){{5,15}})"
    r"(?:[\s,;(]{0,3}(?:доб|вн|ext|#)[^0-9]{0,12}[0-9]{1,6}\)?)?[^0-9]{0,20}",
    re.IGNORECASE,
)
_LOCAL = re.compile(
    r"(?<![\w+(№#/.,:-])(?<![0-9][ )-])(?:[0-9]{1,3}-[0-9]{2}-[0-9]{2}|[0-9]{3} [0-9]{2} [0-9]{2})"
    r"(?![\w-])(?![./:][0-9])(?! [0-9])"
)

# What a number is when it follows one of these: surely no phone, whatever it looks like …
_OTHER_NUMBER = re.compile(
    r"(?:инн|кпп|огрн(?:ип)?|бик|окпо|снилс|р/?\s?сч?|к/?\s?сч?|расч\w*|корр\w*|сч[её]т\w{0,2}|паспорт\w*|карт[аыеу]"
    r"|карт|imei|iccid|s/?n|сер(?:ия|ийн\w*)|mac|артикул|штрих-?код|уин|укэп|inn|накладн\w*|чек\w?|id)"
    r"(?:\W{0,3}(?:номера?|№))?[\s:.№#-]{0,4}$",
    re.IGNORECASE,
)
# … or no phone unless it is written out as one, with +7 or 8 …
_BARE_NUMBER = re.compile(
    r"(?:№|#|догов\w*|дог\.?|заявк\w*|тикет\w*|ticket|обращени\w*|заказ\w*|л/?с|код\w*|плат[её]ж\w*|квитанци\w*"
    r"|логин\w*|парол\w*|абонент\w*)\W{0,4}$",
    re.IGNORECASE,
)
# … or a phone, even ten bare digits of a city's number.
_PHONE_WORD = re.compile(
    r"(?:\b(?:т|м|p|тф)|тел\w*|моб\w*|сот\w*|конт\w*|факс\w*|звон\w*|связ\w*|номер\w*|phone|tel|mob\w*)\W{0,4}$",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\s?(?:р\b|руб|₽|коп|шт\b|%)|[,.][0-9]", re.IGNORECASE)

_STICKS_TO_THE_RIGHT = re.compile(rf"[0-9A-Za-z_@]|[{_DASHES}.:][0-9]")
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
    if end - start > _LONGEST_GROUP or _sticks_to_the_left(text, start):
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
            or _SEPARATOR.fullmatch(text, end, groups[index][0]) is None
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


def _with_plus(text: str, start: int, run: _Run) -> Phone | None:
    if max(run.lengths) < _REAL_GROUP or _OTHER_NUMBER.search(_before(text, start)) is not None:
        return None
    return _international(run.digits)


def _with_trunk_digit(text: str, start: int, run: _Run) -> Phone | None:
    """Eleven digits with 7 or 8 before them: a phone, unless it is called something else."""
    # "порты 8 10 12 15 20 30" has no group of three.
    grouped = max(run.lengths) >= _REAL_GROUP and run.lengths[0] in {1, 4, 5, 6, 11}
    if not grouped or _OTHER_NUMBER.search(_before(text, start)) or _AMOUNT.match(text, run.end):
        return None
    return _russian(run.digits)


def _without_code(text: str, start: int, run: _Run) -> Phone | None:
    """Ten digits alone: they need the shape of a phone, a mobile code, or a word that says so."""
    if max(run.lengths) < _REAL_GROUP:
        return None
    before = _before(text, start)
    if _OTHER_NUMBER.search(before) or _BARE_NUMBER.search(before) or _AMOUNT.match(text, run.end):
        return None
    named = _PHONE_WORD.search(before) is not None
    bracketed = text[start - 1 : start] == "("
    joined = text[start - 1 : start] in _JOINTS and text[max(0, start - 2) : start - 1].isdigit()
    if joined or text[run.end : run.end + 1] == "/" or text[run.end : run.end + 1].isalpha():
        return None
    mobile = run.digits[0] == "9" and len(run.lengths) == 1
    looks_like_one = named or bracketed or mobile or run.lengths in _SHAPES
    return _russian(run.digits) if looks_like_one else None


def _before(text: str, start: int) -> str:
    return text[max(0, start - _LOOK_BACK) : start].rstrip("+( ")


def _sticks_to_the_left(text: str, start: int) -> bool:
    """Whether what stands right before makes the digits a part of something longer: a word, a date."""
    before = text[max(0, start - 2) : start]
    if before[-1:].isalnum() or before[-1:] == "_":
        return _PHONE_WORD.search(_before(text, start)) is None
    return before[-1:] in _STRONG_JOINTS and before[:1].isdigit()


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


def _international(digits: str) -> Phone | None:
    """A number after a plus: Russian (a mistaken `+8` included), else any valid one abroad."""
    home = _russian(digits) if len(digits) == _NATIONAL_LENGTH + 1 else None
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
