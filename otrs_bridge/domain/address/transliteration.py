"""Russian written in Latin letters, turned back: `ul. Lenina d. 14` is `ул. Ленина д. 14`.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Longer writings first; what stands in several standards is here in all of them.
_PAIRS = {
    "rje": "рье", "lje": "лье", "nje": "нье",
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


def in_russian_words(text: str) -> str:
    """The words of an address that are Ukrainian, Kazakh or English as Russian has them: `вул. Леніна, буд. 36`."""
    lowered = text.lower()
    if not any(word in lowered for word in _WORDS) or not (_MAY_BE_FOREIGN.search(text) and _FOREIGN.search(text)):
        return text
    text = _BUILDING.sub(" корп", text).replace("ої", "ой")
    return _FOREIGN.sub(lambda match: _WORDS.get(match[0].lower(), match[0]), text).translate(_NEIGHBOURS_LETTERS)


_WORDS = {
    "вул": "ул", "вулиця": "улица", "вулиці": "улице", "буд": "дом", "будинок": "дом", "просп": "проспект",
    "пров": "переулок", "провулок": "переулок", "пәтер": "кв", "үй": "дом", "көшесі": "улица", "даңғылы": "проспект",
    "street": "ул", "str": "ул", "house": "дом", "building": "дом", "flat": "кв", "apt": "кв", "apartment": "кв",
    "room": "комната",
}  # fmt: skip
_FOREIGN = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))})(?!\w)(?!\s?[:=])", re.IGNORECASE)
_BUILDING = re.compile(r"(?<=[0-9])(?:, |,| )building(?= [0-9])", re.IGNORECASE)  # of the house before it
_MAY_BE_FOREIGN = re.compile("[A-Za-zіїєґәүұөқІЇЄ]|вул|буд|пров|просп|Вул|Буд|Пров|Просп")
_NEIGHBOURS_LETTERS = str.maketrans("іїєґІЇЄҐ", "ииегИИЕГ")


@lru_cache(maxsize=4096)
def _cyrillic(word: str) -> str:
    lowered = _AFTER_VOWEL.sub("й", _LETTERS.sub(lambda match: _PAIRS[match[0]], word.lower()))
    if word.isupper() and len(word) > 1:
        return lowered.upper()
    return lowered.capitalize() if word[0].isupper() else lowered
