"""Names without a patronymic: given name and surname, as `Наталья Зайцева`, found by what the words are.

Source: docs/field-rules.md#placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from otrs_bridge.domain.texts.name_words import NameWord, name_word


def find_short_name(text: str, *, is_others: Callable[[str], bool]) -> str:
    """The first given name with a surname, in either order and perhaps with a patronymic; `""` when there is none.

    In small letters, or in capitals, it is given with capitals where they belong. `is_others` says of the words before a
    name whether it is somebody else's.
    """
    for run in _RUN.finditer(text):
        words = [(word[0], run.start() + word.start()) for word in _WORD.finditer(run[0])]
        others = -1
        for first, last in _windows(len(words)):
            some = [word for word, _ in words[first : last + 1]]
            start, end = words[first][1], words[last][1] + len(words[last][0])
            if first <= others or not _is_name(some, ends=_ENDS.match(text, end) is not None):
                continue
            if not _is_no_person(text, start, end, is_others):
                return " ".join(word.title() if word.isupper() else word for word in some)
            others = last
    return _whispered(text)


_UPPER, _LOWER = "А-ЯЁІЇЄҐӘҒҚҢӨҰҮҺA-Z", "а-яёіїєґәғқңөұүһa-z"
_CAPITALISED = (
    rf"(?:[{_UPPER}](?:['’][{_UPPER}])?[{_LOWER}]{{1,25}}(?:-[{_UPPER}][{_LOWER}]{{1,25}})?|[{_UPPER}]{{2,25}})"
)
_RUN = re.compile(
    rf"(?<![\w.-]){_CAPITALISED}(?:[ \u00a0]{{1,2}}(?:[{_UPPER}]\. ?)?{_CAPITALISED}){{1,5}}(?![\w@-]|\.[a-z])"
)
_WORD = re.compile(_CAPITALISED)
_ENDS = re.compile(r"\s*(?:$|[,.;:!?)(\n<])")
_COMPANY_BEFORE = re.compile(
    r"(?:[«\"“„]|(?:магазин|салон|кафе|ресторан|аптек|фирм|компани|банк|агентств|школ|сад|клиник|отел|гостиниц|завод|фонд"
    r"|сериал|фильм|канал|группа|песн)\w{0,3}\s?)$",
    re.IGNORECASE,
)
_LOOK_BACK = 30
_PAIR, _TRIPLE = 2, 3
_READ = 600  # characters in which a name in small letters is looked for
_SEGMENT = re.compile(r"[^,;:.()!?\n\d-]{5,60}")
_SMALL = re.compile(r"[а-яё]{2,25}")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STOP = _words(
    """добрый доброе добрая доброго уважаемый уважаемая здравствуйте привет спасибо пожалуйста прошу просьба абонент
    абонентка клиент клиентка заявка договор адрес дом улица проспект город район область россия ооо оао зао пао ао
    ип тсж мбоу гбоу фио имя фамилия отчество тел телефон моб сот адм мастер монтажник инженер оператор менеджер
    директор бухгалтер соседка сосед мама папа муж жена сын дочь бабушка дедушка офис отдел служба поддержка центр
    сервис компания группа плюс интернет mail delivery system sales dep support team info admin help desk office
    promo news noreply service manager department"""
)


def _windows(count: int) -> Iterator[tuple[int, int]]:
    """First and last word of each three, then of each two, from left to right."""
    for first in range(count - 1):
        for size in (_TRIPLE, _PAIR):
            if first + size <= count:
                yield first, first + size - 1


def _is_name(words: Sequence[str], *, ends: bool) -> bool:
    """Whether the words are one person's name; `ends`: nothing follows that could belong to them."""
    if any(word.lower() in _STOP for word in words):
        return False
    read = [
        name_word(word.replace("-", "")) if "-" in word and len(words) > _PAIR else name_word(word) for word in words
    ]
    if len(words) == _TRIPLE:
        given = any(word.given for word in read)
        patronymics = sum(word.patronymic for word in read)
        return given and patronymics == 1 and sum(word.known and word.other and not word.given for word in read) <= 1
    first, second = read
    if first.given and (_may_be_surname(second) or (ends and second.other and not second.place and not second.given)):
        return True
    return second.given and _may_be_surname(first)


def _may_be_surname(word: NameWord) -> bool:
    """Whether a word next to a given name is a surname, and no word of a sentence."""
    return word.surname or (not word.known and not word.patronymic)


def _is_no_person(text: str, start: int, end: int, is_others: Callable[[str], bool]) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start]
    in_quotes = _COMPANY_BEFORE.search(before) is not None and text[end : end + 1] in {"»", '"', "”", "“"}
    return in_quotes or is_others(before)


def _whispered(text: str) -> str:
    """A name in small letters that stands alone between two commas, of words that are nothing but names."""
    for segment in _SEGMENT.finditer(text[:_READ]):
        words = segment[0].split()
        if len(words) != _PAIR or any(_SMALL.fullmatch(word) is None for word in words):
            continue
        read = [name_word(word) for word in words]
        sure = all(not word.other and not word.place and word.known for word in read)
        if sure and any(word.given for word in read) and any(word.surname and not word.given for word in read):
            return " ".join(words).title()
    return ""
