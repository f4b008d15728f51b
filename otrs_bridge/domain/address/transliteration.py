"""Russian written in Latin letters, turned back: `ul. Lenina d. 14` is `ул. Ленина д. 14`.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Longer writings first; what stands in several standards is here in all of them.
_PAIRS = {
    "shch": "щ", "sch": "щ", "yo": "е", "jo": "е", "zh": "ж", "kh": "х", "ts": "ц", "ch": "ч", "sh": "ш",
    "yu": "ю", "ju": "ю", "iu": "ю", "ya": "я", "ja": "я", "ia": "я", "ye": "е", "iy": "ий", "yy": "ый", "ij": "ий",
    "a": "а", "b": "б", "v": "в", "g": "г", "d": "д", "e": "е", "z": "з", "i": "и", "j": "й", "k": "к", "l": "л",
    "m": "м", "n": "н", "o": "о", "p": "п", "r": "р", "s": "с", "t": "т", "u": "у", "f": "ф", "h": "х", "c": "ц",
    "y": "ы", "w": "в", "x": "кс", "q": "к", "'": "ь",
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z]+(?:['-][A-Za-z]+)*")
_LETTERS = re.compile("|".join(_PAIRS))
_AFTER_VOWEL = re.compile(r"(?<=[аеиоуюя])ы\b")


def to_cyrillic(text: str) -> str:
    """The text with every Latin word written in Cyrillic letters; other characters stay. Never raises."""
    return _WORD.sub(lambda match: _cyrillic(match[0]), text)


@lru_cache(maxsize=4096)
def _cyrillic(word: str) -> str:
    lowered = _AFTER_VOWEL.sub("й", _LETTERS.sub(lambda match: _PAIRS[match[0]], word.lower()))
    if word.isupper() and len(word) > 1:
        return lowered.upper()
    return lowered.capitalize() if word[0].isupper() else lowered
