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
    return _alone(text, is_others)


def _alone(text: str, is_others: Callable[[str], bool]) -> str:
    """Two capitalised words that have a line for themselves, one of them a surname: `Севиндж Гасанова` at a letter's end."""
    for line in _LINE_OF_TWO.finditer(text):
        first, second = (name_word(word) for word in line["name"].split())
        if any(word.lower() in STOP for word in line["name"].split()) or is_others(text[: line.start()][-_LOOK_BACK:]):
            continue
        strange = [not word.known and not word.surname for word in (first, second)]
        if (first.surname and not first.other and strange[1]) or (second.surname and not second.other and strange[0]):
            return " ".join(line["name"].split())
    return ""


_UPPER, _LOWER = "А-ЯЁІЇЄҐӘҒҚҢӨҰҮҺA-Z", "а-яёіїєґәғқңөұүһa-z"
_CAPITALISED = (
    rf"(?:[{_UPPER}](?:['’][{_UPPER}])?[{_LOWER}]{{1,25}}(?:-[{_UPPER}{_LOWER}][{_LOWER}]{{1,25}})?|[{_UPPER}]{{2,25}})"
)
_RUN = re.compile(
    rf"(?<![\w.-]){_CAPITALISED}(?:[ \u00a0]{{1,2}}(?:[{_UPPER}]\. ?)?{_CAPITALISED}){{1,5}}(?![\w@-]|\.[a-z])"
)
_WORD = re.compile(_CAPITALISED)
_ENDS = re.compile(r"\s*(?:$|[,.;:!?)(\n<])")
_COMPANY_BEFORE = re.compile(
    r"(?:[«\"“„]|(?:магазин|салон|кафе|ресторан|аптек|фирм|компани|банк|агентств|школ|сад|клиник|отел|гостиниц|завод|фонд"
    r"|сериал|фильм|канал|группа|песн)\w{0,3}\s?|(?<!\w)(?:ооо|оао|зао|пао|ао|тсж|тц|трц|бц|жк)\s)$",
    re.IGNORECASE,
)
OURS_BEHIND = re.compile(r",? \(?(?:ваш\w{0,2}|от вас)(?!\w)")
"""What follows the name of one of ours: "…, ваш мастер"."""
_LOOK_BACK = 30
_LINE_OF_TWO = re.compile(
    rf"^[ \t]{{0,20}}(?P<name>[{_UPPER}][{_LOWER}]{{2,25}}["
    rf" \u00a0][{_UPPER}][{_LOWER}]{{2,25}}(?:-[{_UPPER}{_LOWER}][{_LOWER}]{{1,25}})?)[ \t]{{0,20}}[,.]?[ \t]{{0,20}}$",
    re.MULTILINE,
)
_PAIR, _TRIPLE = 2, 3


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


STOP = _words(
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
    if any(word.lower() in STOP for word in words):
        return False
    read = [
        name_word(word.replace("-", "")) if "-" in word and len(words) > _PAIR else name_word(word) for word in words
    ]
    if len(words) == _TRIPLE:
        given = any(word.given or (not word.known and not word.surname and not word.patronymic) for word in read)
        patronymics = sum(word.patronymic for word in read)
        return given and patronymics == 1 and sum(word.known and word.other and not word.given for word in read) <= 1
    first, second = read
    if first.given and (_may_be_surname(second) or (ends and second.other and not second.place and not second.given)):
        return True
    if ends and first.given and second.given and not first.other and not second.other:
        return True
    return second.given and _may_be_surname(first)


def _may_be_surname(word: NameWord) -> bool:
    """Whether a word next to a given name is a surname, and no word of a sentence."""
    return word.surname or (not word.known and not word.patronymic)


def _is_no_person(text: str, start: int, end: int, is_others: Callable[[str], bool]) -> bool:
    before = text[max(0, start - _LOOK_BACK) : start]
    if OURS_BEHIND.match(text, end) is not None:
        return True
    of_company = _COMPANY_BEFORE.search(before)
    if of_company is not None and (of_company[0].endswith(" ") or text[end : end + 1] in {"»", '"', "”", "“"}):
        return True
    return is_others(before)
