"""Whether what follows a flat is another flat of the same house, and what a number counts.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re

from otrs_bridge.domain.address.tokens import READ_ALREADY, Tokens
from otrs_bridge.domain.address.words import FLAT_WORDS, HOUSE_WORDS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_COUNTED = _words("под эт мин ч час сек дн лет раз р руб коп т тыс мб гб м км см шт чел мая кв-л м-н утра")
_COUNTED_STEMS = re.compile(
    r"(?:подъезд|этаж|минут|час(?!т)|секунд|дн|день|дня|сут|недел|месяц|год|числ|рубл|процент|мбит|кбит|мегаби|метр|штук"
    r"|человек|порт|канал|компьют|устройств|абонент|квартир|январ|феврал|март|апрел|июн|июл|август|сентябр|октябр"
    r"|ноябр|декабр)[а-я]{0,5}"
)
_THINGS = re.compile(
    r"(?:телевиз|роутер|приставк|ноутбук|кабел|точ|розет|телефон|трубк|комнат|ошибк|тариф|раз)[а-я]{0,6}"
)
_AND = frozenset(("и", "или"))
LONGEST_FLAT = 4
_LEAST_OF_PHONE = 3
_FARTHEST = 50  # flats that are told together are neighbours
_FARTHEST_BACK = 10
_LEAST_TOLD_BACKWARDS = 20  # "кв. 12, 3 …" tells of three somethings
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2015\u2212")


def is_counted(word: str) -> bool:
    """Whether a number before `word` counts or measures: `10 минут`, `5 подъезд`."""
    return word in _COUNTED or _COUNTED_STEMS.fullmatch(word) is not None


def begins_phone(tokens: Tokens, at: int) -> bool:
    """Whether the token is a short "тел" with its number: `10-13 т 6520043`, where `10-13 т.р.` counts money."""
    number = tokens.skip(at + 1, ".:(+")
    is_read = tokens.at(number) == READ_ALREADY
    return tokens.at(at) == "т" and (
        is_read or (tokens.is_number(number) and len(tokens.at(number)) >= _LEAST_OF_PHONE)
    )


def counts_things(word: str) -> bool:
    """Whether a number before `word` tells how many things there are: `2 телевизора`."""
    return _THINGS.fullmatch(word) is not None


def end_of_flats(tokens: Tokens, at: int, *, first: str, house: str) -> int:
    """The token after all the flats that are told with the flat `first`, which ends before `at`; `at` when it is alone.

    `кв. 132, 133`, `кв. 132 и 133`, `кв. 132, кв. 133` and `5-132, 5-133` tell of several.
    """
    while (end := _after_another(tokens, at, first, house)) > at:
        at = end
    return at


def lone_flat(tokens: Tokens, at: int, house: str) -> int | None:
    """The token of the one number between a house, which ends before `at`, and the end of the phrase: `11, 48`.

    Two numbers may be two houses: where they could be neighbours, or more of them follow, it is none.
    """
    number = at + 1
    if tokens.at(at) != "," or not tokens.is_number(number) or len(tokens.at(number)) > LONGEST_FLAT - 1:
        return None
    after = tokens.at(number + 1)
    if after not in {"", "\n", ",", ".", ";", ")"} or (
        after and tokens.touches(number + 2) and tokens.is_number(number + 2)
    ):
        return None
    if tokens.is_number(number + 2) or any(word in _HOUSES for word in tokens.words):
        return None
    here, there = int(tokens.at(number)), int(re.sub(r"\D.*", "", house) or 0)
    return None if 0 < here - there <= _NEXT_HOUSES and (here - there) % 2 == 0 else number


_HOUSES = frozenset(("дома", "домов", "домах", "домам"))
_NEXT_HOUSES = 6


def _after_another(tokens: Tokens, at: int, first: str, house: str) -> int:
    """The token after the next flat, `at` when there is none."""
    joined = tokens.at(at) in _AND
    number = at + 1
    if not joined:
        if tokens.at(at) != ",":
            return at
        joined = tokens.at(at + 1) in _AND
        number = at + 2 if joined else at + 1
    if tokens.at(number) in FLAT_WORDS:
        number = tokens.skip(number + 1, ".№")
        # "кв. 132, кв. 7 в доме 3 по Речной": that one is elsewhere.
        elsewhere = tokens.at(number + 1) == "в" or tokens.at(number + 1) in HOUSE_WORDS
        return number + 1 if tokens.is_number(number) and not elsewhere else at
    if tokens.at(number) == house and tokens.at(number + 1) in _DASHES and tokens.is_number(number + 2):
        return number + 3 if tokens.at(number + 3) not in _DASHES else at
    return number + 1 if _is_bare_flat(tokens, number, first, joined=joined) else at


def _is_bare_flat(tokens: Tokens, number: int, first: str, *, joined: bool) -> bool:
    """Whether the token is the number of a flat near the flat `first`, and neither counts anything nor begins a phone."""
    after = tokens.at(number + 1)
    if not tokens.is_number(number) or len(tokens.at(number)) > LONGEST_FLAT:
        return False
    if is_counted(after) or counts_things(after) or after[:1].isdigit():
        return False
    if after in {*_DASHES, ".", ":", "/"} and tokens.touches(number + 1) and tokens.touches(number + 2):
        return False
    here, there = int(tokens.at(number)), int(re.sub(r"\D.*", "", first) or 0)
    behind = here >= _LEAST_TOLD_BACKWARDS or joined
    return 0 < here - there <= _FARTHEST or (behind and 0 < there - here <= _FARTHEST_BACK)
