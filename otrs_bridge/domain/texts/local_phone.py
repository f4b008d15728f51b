"""Where local phone numbers stand in text, `123-45-67` or `12-34-56`: numbers of their own, and no part of another.

Their few digits may be a date, a speed, a flat or the end of a longer phone, and read as a phone they would be a
stranger's. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence

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


def locate_local_numbers(text: str, taken: Sequence[Span]) -> list[tuple[Span, Span | None]]:
    """Where each local number stands, and the number before with which it is told in one breath.

    `taken`, in order, is where whole phones were read: nothing of them is read again.
    """
    found: list[tuple[Span, Span | None]] = []
    ahead = deque(taken)
    last: Span | None = None
    for match in _LOCAL.finditer(text):
        span = match.span()
        while ahead and ahead[0][0] < span[1]:
            last = ahead.popleft()
        if last is not None and span[0] < last[1]:
            continue
        listed = last if last is not None and _LIST.fullmatch(text, last[1], span[0]) is not None else None
        if _is_phone(text, match, listed=listed is not None):
            found.append((span, listed))
            last = span
    return found


_DASH = f"[{DASHES}]"
_LOCAL = re.compile(
    rf"(?<![\w+№#])(?:(?P<dashed>[0-9]{{1,3}}{_DASH}[0-9]{{2}}{_DASH}[0-9]{{2}})|[0-9]{{3}} [0-9]{{2}} [0-9]{{2}})"
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
_SURE_LENGTH = 9  # of `123-45-67`


def _is_phone(text: str, match: re.Match[str], *, listed: bool) -> bool:
    words = before(text, match.start())
    if OTHER_NUMBER.search(words) or EXTENSION.search(words) or is_numbered(words) or AMOUNT.match(text, match.end()):
        return False
    if listed:
        return True
    head = text[max(0, match.start() - LOOK_BACK) : match.start()]
    if _CONTINUED.search(head) or _WRAPPED.search(head):
        return False
    if PHONE_WORD.search(words) or SUBSCRIBER.search(words) or not _SAID.search(head.rpartition("\n")[2]):
        return True
    dashed = match["dashed"] or ""
    return len(dashed) == _SURE_LENGTH or (len(dashed) == _SURE_LENGTH - 1 and not _DATE.fullmatch(dashed))
