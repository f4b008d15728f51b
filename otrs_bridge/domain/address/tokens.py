"""A text as words, numbers and marks: what addresses are read from.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_HOUSE = 4
"""Digits of the longest house number; longer ones are contracts, phones or worse."""

READ_ALREADY = "\u00a6"
"""Stands for every character of what is read already, so that all the rest stands where it stood."""

_SHORT_NUMBER = re.compile(r"[0-9]+")
_REACH_LEFT = 100
_REACH_RIGHT = 80
_TOKEN = re.compile(r"[0-9]+|[а-яa-z]+(?:-[а-яa-z]+)*|\n|[^\s\w]")
_DIGITS = frozenset("0123456789")
_LATIN_LETTERS = str.maketrans("abcehkmoptxy", "авсенкмортху")
# The one capital whose lower case is longer would shift every offset after it.
_LONGER_WHEN_LOWER = "\u0130"


@dataclass(frozen=True, slots=True)
class Tokens:
    """The tokens of `text` (lower case, ё as е) with the offsets where each begins and ends.

    `words[i]` is a number, a word (parts joined by hyphens are one), a single mark, or a line break.
    Reading beyond either end gives `""`, so that nobody has to look where the text ends.
    """

    text: str
    words: list[str]
    starts: list[int]
    ends: list[int]
    count: int

    def __len__(self) -> int:
        return self.count

    def at(self, index: int) -> str:
        """The token, `""` outside of the text."""
        return self.words[index] if 0 <= index < self.count else ""

    def is_number(self, index: int) -> bool:
        """Whether the token is made of digits."""
        return 0 <= index < self.count and self.words[index][0] in _DIGITS

    def is_word(self, index: int) -> bool:
        """Whether the token is made of letters."""
        return 0 <= index < self.count and self.words[index][0].isalpha()

    def touches(self, index: int) -> bool:
        """Whether nothing, not even a blank, stands between the token and the one before it."""
        return 0 < index < self.count and self.starts[index] == self.ends[index - 1]

    def is_capital(self, index: int) -> bool:
        """Whether the token begins with a capital letter."""
        return 0 <= index < self.count and self.text[self.starts[index]].isupper()

    def letter(self, index: int) -> str:
        """The token as a house's letter, Cyrillic and lower case; `""` when it is not a single letter."""
        word = self.at(index)
        return word.translate(_LATIN_LETTERS) if len(word) == 1 and word.isalpha() else ""

    def skip(self, index: int, marks: str) -> int:
        """The first index from `index` on whose token is none of `marks`."""
        while (word := self.at(index)) and word in marks:
            index += 1
        return index

    def skip_back(self, index: int, marks: str) -> int:
        """The last index up to `index` whose token is none of `marks`."""
        while (word := self.at(index)) and word in marks:
            index -= 1
        return index

    def written(self, first: int, last: int) -> str:
        """The text from the token `first` to `last`, both included, as it stands, blanks made single."""
        return " ".join(self.text[self.starts[first] : self.ends[last]].split())


def tokens_of(text: str) -> Tokens:
    """Split a text. Linear in its length; never raises."""
    text = text.replace(_LONGER_WHEN_LOWER, "I")
    low = text.lower().replace("ё", "е")
    spans = [match.span() for match in _TOKEN.finditer(low)]
    return Tokens(
        text=text,
        words=[low[start:end] for start, end in spans],
        starts=[start for start, _ in spans],
        ends=[end for _, end in spans],
        count=len(spans),
    )


def windows_around_houses(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a text, in order and apart from each other, where a number might be a house's."""
    begin = end = 0
    for match in _SHORT_NUMBER.finditer(text):
        if match.end() - match.start() > LONGEST_HOUSE:
            continue
        left = match.start() - _REACH_LEFT
        if left > end:
            if end:
                yield begin, _word_end(text, end)
            begin = left
            while text[begin - 1].isalnum() and begin < match.start():
                begin += 1
        end = match.end() + _REACH_RIGHT
    if end:
        yield begin, _word_end(text, end)


def _word_end(text: str, position: int) -> int:
    """The end of the word or number that `position` stands in: half a flat is another flat."""
    while position < len(text) and text[position].isalnum():
        position += 1
    return position
