"""Russian that was typed in other letters: on the Latin keyboard, transliterated, or in a neighbour's spelling.

`ytn bynthytn`, `ne rabotaet internet` and `не працює інтернет` say one thing. Only lines that show it by a common word are
turned back. Source: docs/field-rules.md#category.
"""

from __future__ import annotations

import re

from otrs_bridge.domain.address.transliteration import to_cyrillic


def as_meant(text: str) -> str:
    """The text with such lines in Russian letters; all others stay."""
    text = as_typed(text)
    if _TRANSLITERATED.search(text) is not None:
        text = "\n".join(
            to_cyrillic(line) if _TRANSLITERATED.search(line) and not _CYRILLIC.search(line) else line
            for line in text.split("\n")
        )
    return _NEIGHBOURS.sub(lambda word: _IN_RUSSIAN[word[0].lower()], text) if _NEIGHBOURS.search(text) else text


def as_typed(text: str) -> str:
    """The text with the lines that were typed on the wrong keyboard as the right one has them, letter by letter."""
    if _WRONG_KEYS.search(text) is None:
        return text
    return "\n".join(
        _typed(line) if _WRONG_KEYS.search(line) and not _CYRILLIC.search(line) else line for line in text.split("\n")
    )


def _typed(line: str) -> str:
    """A comma or a dot at a word's end is one; within a word it is a letter."""
    return _INSIDE.sub(lambda part: part[0].translate(_KEYS), line)


_INSIDE = re.compile(r"[^,.]+|[,.](?!\s|$)")
_KEYS = str.maketrans(
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~",
    "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ",
)
_CYRILLIC = re.compile("[а-яёА-ЯЁ]")
# интернет, договор, не работает, телефон, телевизор, телевидение, скорость, здравствуйте, добрый, абонент
_WRONG_KEYS = re.compile(
    r"(?<!\w)(?:bynthytn|ljujdjh|yt hf,jnf|ntktajy|ntktdbp|ntktdbl|crjhjcnm|plhfdcnd|lj,hsq|f,jytyn)", re.IGNORECASE
)
_TRANSLITERATED = re.compile(
    r"(?<!\w)(?:ne rabota|net internet|internet\w{0,2} (?:net|propal|ne)(?!\w)|dogovor|skorost|televizor|telefon ne"
    r"|zdravstvu|dobr[iy]+y? den|propal internet)",
    re.IGNORECASE,
)
_IN_RUSSIAN = {
    "працює": "работает", "працюють": "работают", "інтернет": "интернет", "інтернету": "интернета",
    "немає": "нет", "нема": "нет", "зник": "пропал", "зникло": "пропало", "швидкість": "скорость", "низька": "низкая",
    "телебачення": "телевидение", "телевізор": "телевизор", "показує": "показывает", "рахунок": "счет", "борг": "долг",
    "жоқ": "нет", "істемейді": "не работает", "жұмыс істемейді": "не работает", "жылдамдық": "скорость",
}  # fmt: skip
_NEIGHBOURS = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_IN_RUSSIAN, key=len, reverse=True))})(?!\w)", re.IGNORECASE)
