"""Numbers that a voice was written down with: `дом двести пятнадцать корпус два` is `дом 215 корпус 2`.

Only where the words around show a house, a flat or a whole phone: "позвоните два раза" stays.
Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def in_digits(text: str) -> str:
    """The text with such numbers in digits. Linear in its length; never raises."""
    lowered = text.lower()
    if not any(part in lowered for part in _PARTS) or _VALUES.keys().isdisjoint(_WORD.findall(lowered)):
        return text
    return _RUN.sub(lambda run: _shown(run, text), text)


def _shown(run: re.Match[str], text: str) -> str:
    numbers = list(_numbers(run[0].lower().replace("ё", "е").split()))
    digits = "".join(numbers)
    if len(digits) in _PHONE and digits[0] in "789":
        return digits
    before, after = text[max(0, run.start() - _LOOK) : run.start()], text[run.end() : run.end() + _LOOK]
    if len(digits) in _CONTRACT and _CONTRACT_BEFORE.search(before):
        return digits
    if len(numbers) == 1 and (_PLACE_BEFORE.search(before) or _PLACE_AFTER.match(after)):
        return numbers[0]
    if len(numbers) == _HOUSE_AND_FLAT and _PLACE_BEFORE.search(before) and _PLACE_AFTER.match(after):
        return " ".join(numbers)
    return run[0]


def _numbers(words: list[str]) -> Iterator[str]:
    """The numbers that the words make up: each next word has to be smaller, as in `двести пятнадцать`."""
    value, size, zeros = 0, 0, ""
    for word in words:
        number, rank = _VALUES[word]
        if size and (rank >= size or not number):
            yield f"{zeros}{value}"
            value, zeros = 0, ""
        if number == 0:
            zeros, size = f"{zeros}0", 0
            continue
        # Nothing smaller follows the numbers from ten to nineteen.
        value, size = value + number, 1 if _TEN <= number < 2 * _TEN else rank
    if value or zeros:
        yield f"{zeros}{value}" if value else zeros


_TEN = 10
_LOOK = 24
_HOUSE_AND_FLAT = 2
_PHONE = frozenset((10, 11))
_CONTRACT = frozenset((4, 5, 6))
_CONTRACT_BEFORE = re.compile(r"(?<!\w)(?:договор\w{0,2}(?: номер)?|эф|ф|ю)[ -]+$", re.IGNORECASE)
_UNITS = ["ноль", "один", "два", "три", "четыре", "пять", "шесть", "семь", "восемь", "девять"]
_TEENS = [
    "десять",
    "одиннадцать",
    "двенадцать",
    "тринадцать",
    "четырнадцать",
    "пятнадцать",
    "шестнадцать",
    "семнадцать",
    "восемнадцать",
    "девятнадцать",
]
_TENS = ["двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"]
_HUNDREDS = ["сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"]
_ORDINALS = {
    1: "перв", 2: "втор", 4: "четверт", 5: "пят", 6: "шест", 7: "седьм", 8: "восьм", 9: "девят", 10: "десят",
    20: "двадцат", 30: "тридцат",
}  # fmt: skip
# A word's number, and its rank: what follows it within one number has a smaller one.
_VALUES = {
    **{word: (number, 1) for number, word in enumerate(_UNITS)},
    **{word: (number + 10, 2) for number, word in enumerate(_TEENS)},
    **{word: (number * 10, 2) for number, word in enumerate(_TENS, start=2)},
    **{word: (number * 100, 3) for number, word in enumerate(_HUNDREDS, start=1)},
    **{
        f"{stem}{ending}": (number, 1 if number < _TEN else 2)
        for number, stem in _ORDINALS.items()
        for ending in ("ая", "ой", "ое", "ого")
    },
    "одна": (1, 1), "две": (2, 1), "первый": (1, 1), "нуль": (0, 1),
}  # fmt: skip
_WORD = re.compile(r"\w+")
_ANY = "|".join(sorted(_VALUES, key=len, reverse=True))
_RUN = re.compile(rf"(?<!\w)(?:{_ANY})(?:[ \t]+(?:{_ANY}))*(?!\w)", re.IGNORECASE)
# One of these stands in every number of words that is worth reading.
_PARTS = (
    "один",
    "два",
    "две",
    "три",
    "четыр",
    "пят",
    "шест",
    "сем",
    "восем",
    "девят",
    "дцать",
    "десят",
    "сорок",
    "сто",
    "сот",
    "перв",
    "втор",
    "седьм",
)
_PLACE_BEFORE = re.compile(
    r"(?<!\w)(?:дом|д|корпус|корп|строение|квартир[аеу]|кв|мая|марта|[а-яё]+(?:ая|ой|ого|ова|ева|ина|ов|ей|ции|бря)),?\s+$",
    re.IGNORECASE,
)
_PLACE_AFTER = re.compile(
    r",?\s+(?:корпус|корп|строение|квартира|кв|дом|мая|марта|января|октября)(?!\w)", re.IGNORECASE
)
