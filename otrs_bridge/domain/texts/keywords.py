"""An operator's own words, searched for in what a ticket says: plain words and phrases, never patterns.

`домофон* не открывает` is three words in this order with nothing but blanks and signs between them, the first with any
ending. Letter case, `ё` and the usual typos mean nothing, as everywhere. "Не" right before a phrase turns it around, so
that it is not found there. Source: docs/field-rules.md#category.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from otrs_bridge.domain.texts.ticket_text import plain_letters, plainly
from otrs_bridge.words import Words

LONGEST = 100
FEWEST = 3
"""Letters and digits that a keyword has, and that stand before a `*`: fewer are found everywhere."""

ALLOWED = Words(
    ru=f"нужно одно или несколько слов из букв, цифр и дефисов, в конце слова можно * — любое окончание; "
    f"букв не меньше {FEWEST} (и перед *), знаков не больше {LONGEST}: домофон* не открывает",
    en=f"must be one or more words of letters, digits and hyphens, a word perhaps with * at its end for any ending, "
    f"with at least {FEWEST} letters (before a *, too) and at most {LONGEST} characters: домофон* не открывает",
)


def is_keyword(text: str) -> bool:
    """Whether `text` can be searched for; ALLOWED says what can."""
    words = text.split()
    return (
        len(text) <= LONGEST
        and sum(map(str.isalnum, text)) >= FEWEST
        and all(_WORD.fullmatch(word) for word in words)
        and all(sum(map(str.isalnum, word)) >= FEWEST for word in words if word.endswith("*"))
    )


def any_keyword(keywords: Iterable[str]) -> re.Pattern[str]:
    """A pattern that finds the first of these keywords in a text as `plainly` leaves it; it is linear in the text."""
    return re.compile("|".join(rf"(?<![\w-])(?<!\bне ){_BETWEEN.join(map(_word, text.split()))}" for text in keywords))


def _word(word: str) -> str:
    """One word of a keyword. The text's typos are mended, so a whole word's are; the beginning of a word has none."""
    if word.endswith("*"):
        return rf"{re.escape(plain_letters(word[:-1]))}\w*"
    return rf"{re.escape(plainly(word))}(?![\w-])"


_WORD = re.compile(r"\w(?:[\w-]*\w)?\*?")
_BETWEEN = r"[^\w\n]{1,3}"
