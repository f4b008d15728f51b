"""Letters that became others on the way from a database: told, never guessed back.

A column with the bytes of CP1251 that its database takes for Latin-1 gives `Ô-15236`; UTF-8 taken for one of these gives
`Ð¤-15236` or `Р¤-15236`; a connection whose encoding lacks our letters gives `?-15236`, the same for every letter.
"""

from __future__ import annotations

import re

_WORDS = re.compile(
    "[\u0080-\u009f\ufffd]"  # no letters at all
    "|[\u00c0-\u00ff]{3}"  # `Èâàíîâ`; the languages of Western Europe do not write three of these in a row
    "|(?:[ÐÑ][\u0080-\u00bf\u0152-\u2122]){2}"
    "|(?:[РС][\u00a0-\u00bf\u0402-\u040f\u0452-\u045f\u0490\u0491\u2018-\u203a]){2}"
)
# One letter of a number tells nothing of its neighbours, so none of Western Europe is taken: Ё, ё and № are marks there, and
# `ÿ` has a capital elsewhere.
_USUAL = re.compile("(?:[А-Яа-яЁё]?[- ]?)[0-9]+")
_NUMBER = re.compile("[?\u0080-\u009f\u00a4\u00a8\u00ae\u00b8\u00b9\u00c0-\u00ff\u0178\ufffd]")


def is_mojibake(text: str) -> bool:
    """Whether words of a column that people read have other letters than somebody wrote."""
    return not text.isascii() and _WORDS.search(text) is not None


def is_mojibake_number(text: str) -> bool:
    """As `is_mojibake`, of the number of a contract, where one letter is enough: two contracts would become one."""
    if _USUAL.fullmatch(text) is not None:
        return False
    if _NUMBER.search(text) is not None:
        return True
    try:
        return not text.isascii() and text.encode("cp1251").decode() != text
    except UnicodeError:
        return False
