"""Where local phone numbers stand in text, `123-45-67` or `12-34-56`: numbers of their own, and no part of another.

Their few digits may be a date, a speed, a flat or the end of a longer phone, and read as a phone they would be a
stranger's. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from otrs_bridge.domain.texts.name_words import name_word
from otrs_bridge.domain.texts.phone_words import (
    EXTENSION,
    LOOK_BACK,
    OTHER_NUMBER,
    PHONE_WORD,
    SUBSCRIBER,
    before,
    is_numbered,
)

DASHES = r"\-\u2010-\u2015\u2212"
AMOUNT = re.compile(r"\s?(?:р\b|руб|₽|коп|шт\b|%)|[,.][0-9]{1,2}(?![0-9])", re.IGNORECASE)
"""What follows a number that counts something."""

Span = tuple[int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalNumber:
    """Where a local number stands, the number before with which it is told in one breath, and the `code` told for it.

    `code` begins at the 8 or +7 before it, if there is one; its last digits complete the number, not those of the area.
    """

    span: Span
    listed: Span | None = None
    code: Span | None = None


def locate_local_numbers(text: str, taken: Sequence[Span]) -> list[LocalNumber]:
    """Where the local numbers stand. `taken`, in order, is where whole phones were read: nothing of them is read again."""
    found: list[LocalNumber] = []
    ahead = deque(taken)
    last: Span | None = None
    for match in _LOCAL.finditer(text):
        span = match.span()
        while ahead and ahead[0][0] < span[1]:
            last = ahead.popleft()
        if last is not None and span[0] < last[1]:
            continue
        listed = last if last is not None and _LIST.fullmatch(text, last[1], span[0]) is not None else None
        code = _code_before(text, last[1] if last else 0, match) if listed is None else None
        if code is not None and OTHER_NUMBER.search(before(text, code.span[0])):
            continue
        if (code is None or code.is_plain) and _is_phone(text, match, sure=code is not None or listed is not None):
            found.append(LocalNumber(span=span, listed=listed, code=code.span if code else None))
            last = span
    return found


_DASH = f"[{DASHES}]"
_LOCAL = re.compile(
    rf"(?<![\w+№#])(?:(?P<dashed>[0-9]{{1,3}}{_DASH}[0-9]{{2}}{_DASH}[0-9]{{2}})|[0-9]{{3}} [0-9]{{2}} [0-9]{{2}}"
    r"|(?P<bare>[2-9][0-9]{6})|(?P<odd>[2-9][0-9]{2}-[0-9]{4}|[2-9][0-9]-[0-9]{2}-[0-9]{3}))"
    rf"(?![\w{DASHES}])(?![.:][0-9]|/[0-9]{{4}})(?! [0-9])"
)
_LIST = re.compile(r"\s*(?:[,;/]|и|или)\s*")
_DATE = re.compile(
    r"(?:0?[1-9]|[12][0-9]|3[01])-(?:0[1-9]|1[0-2])-[0-9]{2}|[0-9]{2}-(?:0[1-9]|1[0-2])-(?:[0-2][0-9]|3[01])"
)
# Digits right before that belong to the number: a code, a flat, a decimal …
_CONTINUED = re.compile(rf"(?:[0-9][ \t\u00a0(){DASHES}]*|[0-9][.:,/])\Z")
# … also at the end of the line above: "8 (903)", "+7 916"
_WRAPPED = re.compile(rf"(?:[0-9][ \t]*[(){DASHES}]|(?:\+7|(?<![0-9])[78])[ \t(]*[0-9]{{3,5}})[ \t]*\r?\n\s*$")
_SAID = re.compile(r"\w")
_OPENS = re.compile(r"(?:(?<![0-9])[,;(]\s?|[.!?]\s{1,2})$")
_CLOSES = re.compile(r"\s{0,3}(?:[,;)\n]|\.(?!\w)|$|доб|вн\.|(?:до|после|с) [0-9])")
_CONTRACT = re.compile(r"догов|дог\.|лицев|(?<!\w)л/?с(?!\w)|заявк|тикет|обращен", re.IGNORECASE)
_SURE_LENGTH = 9  # of `123-45-67`


def _is_phone(text: str, match: re.Match[str], *, sure: bool) -> bool:
    words = before(text, match.start())
    if OTHER_NUMBER.search(words) or EXTENSION.search(words) or is_numbered(words) or AMOUNT.match(text, match.end()):
        return False
    if sure:
        return True
    head = text[max(0, match.start() - LOOK_BACK) : match.start()]
    if _CONTINUED.search(head) or _WRAPPED.search(head):
        return False
    if match["odd"]:
        return PHONE_WORD.search(words) is not None
    if match["bare"]:
        alone = _OPENS.search(head) and _CLOSES.match(text, match.end())
        told = PHONE_WORD.search(words) is not None or _ends_with_a_name(text, match, words)
        return told or (alone is not None and _CONTRACT.search(words) is None)
    if PHONE_WORD.search(words) or SUBSCRIBER.search(words) or not _SAID.search(head.rpartition("\n")[2]):
        return True
    if not match["dashed"]:
        between_commas = _OPENS.search(head) and _CLOSES.match(text, match.end())
        return bool(between_commas) or _ends_with_a_name(text, match, words)
    dashed = match["dashed"]
    return len(dashed) == _SURE_LENGTH or (len(dashed) == _SURE_LENGTH - 1 and not _DATE.fullmatch(dashed))


def _ends_with_a_name(text: str, match: re.Match[str], words: str) -> bool:
    """Whether a person's name stands right before the number, and nothing behind: "орлов валерий 611 20 80"."""
    named = _TWO_WORDS.search(words)
    if named is None or _CLOSES.match(text, match.end()) is None or _NO_PHONES.search(_PARTS.split(words)[-1]):
        return False
    first, last = named["first"] or "", named["last"]
    # "Вера 611 20 80" may tell of faith: a word that is no name only counts as one with a capital among small letters.
    sure = not name_word(last).other or (last.istitle() and first.islower())
    return sure and (name_word(last).given or (first != "" and name_word(first).given))


_PARTS = re.compile(r"[,.;]\s")
_NO_PHONES = re.compile(
    rf"{_CONTRACT.pattern}|дог\b|контракт|логин|парол|(?<!\w)(?:код|чек|сч[её]т|плат[её]ж|сумм|заказ)", re.IGNORECASE
)
_TWO_WORDS = re.compile(r"(?<![\w.-])(?:(?P<first>[а-яё]{2,20})[ \t])?(?P<last>[а-яё]{2,20})[ \t,]*$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Code:
    """A code shortly before a number; `is_plain` when nothing between them speaks of anything else."""

    span: Span
    is_plain: bool


_CODE = re.compile(r"(?<![0-9])(?P<glued>[78](?=9[0-9]{2}(?![0-9])))?(?P<digits>[0-9]{2,5})(?P<gap>[^0-9]{0,24})\Z")
_TRUNK = re.compile(rf"(?<![0-9])\+?[78][ \t\u00a0()\[/*_.{DASHES}]{{1,4}}\Z")
_ABROAD = re.compile(rf"\+[0-9]{{1,3}}[ \t\u00a0(\[/*_.{DASHES}]{{1,4}}\Z")
_OPENED = re.compile(r"[(\[]\s?\Z")
_CLOSED = re.compile(r"\s?[)\]]")
_CODE_WORD = re.compile(
    r"(?<!\w)код(?!\w{0,3}\s(?:домоф|подъез|двер|абон|клиен|ошиб|дост|подтв))\w{0,3}(?:\s\w{1,15})?\W{0,4}\Z",
    re.IGNORECASE,
)
# "кв. 932", "Летная 5-932"
_NO_CODE = re.compile(
    r"(?<!\w)(?:(?:кв|оф|каб|комн?|пом|ошибк|порт)\w{0,12}\W{0,3}|[0-9]{1,4}[а-я]?[/.,\-])\Z", re.IGNORECASE
)
_NOTHING_ELSE = re.compile(r"(?:[^\w\n]{0,8}\n)?[^\w\n]{0,8}(?:(?:т|тел\w{0,5}|номера?)\W{0,4})?", re.IGNORECASE)
_MOBILE = re.compile(r"9[0-9]{2}")
_ANY_CITY = frozenset("34789")
_SHORT = 2  # of a code abroad
_NATIONAL_LENGTH = 10


def _code_before(text: str, since: int, number: re.Match[str]) -> _Code | None:
    """The code told for a number: any behind an 8 or a plus, in brackets or called one, or a mobile's alone."""
    since = max(since, number.start() - 2 * LOOK_BACK)
    found = _CODE.search(text[since : number.start()])
    if found is None or AMOUNT.match(text, since + found.end("digits")):
        return None
    lead, digits = found.string[: found.start()], found["digits"]
    trunk = _TRUNK.search(lead)
    completes = len(digits) + sum(map(str.isdigit, number[0])) == _NATIONAL_LENGTH
    bracketed = _OPENED.search(lead) is not None and _CLOSED.match(found["gap"]) is not None
    told = completes and (bracketed or _CODE_WORD.search(lead) is not None)
    behind = trunk and (bracketed or (digits[0] in _ANY_CITY and len(digits) > _SHORT))
    mobile = _MOBILE.fullmatch(digits) is not None
    alone = mobile and not (_NO_CODE.search(lead) or OTHER_NUMBER.search(lead) or is_numbered(lead))
    if not (told or behind or alone or _ABROAD.search(lead)):
        return None
    told = told or (mobile and bool(trunk or found["glued"] or PHONE_WORD.search(lead)))
    first = trunk.start() if trunk else found.start()
    return _Code(
        span=(since + first, since + found.end("digits")),
        is_plain=told and _NOTHING_ELSE.fullmatch(found["gap"]) is not None,
    )
