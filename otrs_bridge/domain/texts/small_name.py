"""Names in small letters, as hurried operators type them: `ермаков в.с.`, `цой виктория`, `петров и н, нет связи`.

Source: docs/field-rules.md#placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from otrs_bridge.domain.texts.name_words import NameWord, name_word
from otrs_bridge.domain.texts.short_name import STOP


def find_small_name(text: str, *, is_others: Callable[[str], bool]) -> str:
    """A surname in small letters with initials or with a given name.

    Looked for at the beginning of a text, and only where nothing written as a name stands in it.
    """
    text = text[:_READ]
    for match in _WITH_INITIALS.finditer(text):
        before = text[: match.start()]
        is_named, bare = _WHO.search(before) is not None, match["bare"]
        if bare and (not _are_initials(bare, text[match.end() :]) or (not _is_sure(match["surname"]) and not is_named)):
            continue
        if bare or _is_small_surname(match["surname"], is_named=is_named, dotted="." in match[0]):
            if is_others(before[-_LOOK_BACK:]):
                continue
            return _capitalised(match[0])
    return _whispered(text) or _small_pair(text, is_others)


def _are_initials(letters: str, after: str) -> bool:
    """Whether two letters are initials, and not two little words: "иванов и в доме" is in doubt, "иванов ю в" is not."""
    first, second = letters.split()
    return first not in "аия" or second not in "вкоусяи" or _AFTER_INITIALS.match(after) is not None


def _is_sure(written: str) -> bool:
    """Whether a word is a surname by its ending, whatever else it may be: "кузнецов"."""
    if "-" in written and any(map(_is_sure, written.split("-"))):
        return True
    word = name_word(written)
    return word.surname and (not word.other or written.lower().endswith(_SURNAME_ENDINGS))


def _is_small_surname(surname: str, *, is_named: bool, dotted: bool) -> bool:
    """Whether a word before initials is a surname; `is_named`: who calls is told there, `dotted`: so are the initials."""
    word = name_word(surname)
    if word.other and not (word.surname and (is_named or dotted)):
        return False
    return word.surname or is_named or (not word.known and len(surname) >= _LONG_SURNAME)


def _small_pair(text: str, is_others: Callable[[str], bool]) -> str:
    """A surname and a given name side by side, neither of them any other word, or the surname told beyond doubt."""
    words = [(match[0], match.start(), match.end()) for match in _SMALL_WORD.finditer(text)]
    for (one, start, end), (other, next_start, next_end) in pairwise(words):
        if (
            text[end:next_start].strip(" ")
            or _is_capitalised(one, other)
            or one.lower() in STOP
            or other.lower() in STOP
        ):
            continue
        first, second = name_word(one), name_word(other)
        given_last = _is_pair(one, first, second) or _is_misheard(one, first, other, second)
        given_first = first.given and not first.other and _small_surname(other, second)
        if (given_last or given_first) and not is_others(text[max(0, start - _LOOK_BACK) : start]):
            return _capitalised(text[start : _with_more(text, one, next_end) if given_last else next_end])
    return ""


def _is_capitalised(one: str, other: str) -> bool:
    """Whether a pair is written as names are: it has been looked for, unless it is Chinese."""
    return one[0].isupper() and other[0].isupper() and one.lower() not in _OF_TWO_SYLLABLES


def _with_more(text: str, surname: str, end: int) -> int:
    """Where a name ends whose second word ends at `end`: a patronymic may follow, or the third word of a Vietnamese name."""
    third = _THIRD.match(text, end) if surname.lower() in _OF_TWO_SYLLABLES else None
    if third is not None and _is_third(third[1]):
        return third.end()
    patronymic = _SMALL_PATRONYMIC.match(text, end)
    return patronymic.end() if patronymic else end


def _is_third(written: str) -> bool:
    """Whether a word can be the third of a name such as "нгуен тхи хоа"."""
    word = name_word(written)
    return word.given or not word.known


def _is_pair(one: str, first: NameWord, second: NameWord) -> bool:
    """Surname and given name. Of the two only one may be another word, too: "цой виктория", "николаева анна"."""
    if not second.given:
        return False
    return _small_surname(one, first) if not second.other else _is_sure(one) and not first.other and not first.given


def _is_misheard(one: str, first: NameWord, other: str, second: NameWord) -> bool:
    """A surname beyond doubt before a word that no dictionary has, and that no verb ends as: "магомедов рассул"."""
    if one.lower() in _OF_TWO_SYLLABLES and second.given and not second.other:
        return True
    if second.known or second.surname or not _SOUNDS_LIKE_A_NAME.fullmatch(other.lower()):
        return False
    return one.lower() in _OF_TWO_SYLLABLES or (first.surname and not first.other and not first.place)


def _small_surname(written: str, word: NameWord) -> bool:
    """Whether a word beside a given name is a surname: "кузнецов" is one, and of smiths, too."""
    return (
        word.surname
        and (not word.place or written.endswith(_SURNAME_ENDINGS))
        and (not word.other or written.endswith(_SURNAME_ENDINGS))
    )


def _capitalised(name: str) -> str:
    """As a name is written; blanks made single."""
    return " ".join(name.split()).title()


def _whispered(text: str) -> str:
    """A name in small letters that stands alone between two commas, of words that are nothing but names."""
    for segment in _SEGMENT.finditer(text):
        words = segment[0].split()
        if len(words) != _PAIR or any(_SMALL.fullmatch(word) is None for word in words):
            continue
        read = [name_word(word) for word in words]
        sure = all(not word.other and not word.place and word.known for word in read)
        if sure and any(word.given for word in read) and any(word.surname and not word.given for word in read):
            return " ".join(words).title()
    return ""


_SURNAME_ENDINGS = ("ов", "ова", "ев", "ева", "ин", "ина", "ын", "ына")
_OF_TWO_SYLLABLES = frozenset(["чжан", "нгуен", "цой", "ким", "фам", "хоанг", "чэнь", "чжао", "хегай", "ондар"])
_SOUNDS_LIKE_A_NAME = re.compile(
    r"(?!инт|инэ|тел|тв|роу|раб|зв|пер|жал|прос|нет|не|под|кон|каб|скор|ком|адр|дог|моб|кв|ул|здр|доб|нах|при)[а-я]{2,10}"
    r"(?<!ся|ть|ет|ит|ют|ят|ый|ий|ой|ая|ое|ие|ом|ла|ло|ли|ны|но|ые)"
)
_THIRD = re.compile(r" ([а-яё]{2,5})(?![\w-])")
_LOOK_BACK = 60
_WITH_INITIALS = re.compile(
    r"(?<![\w.-])(?P<surname>[А-ЯЁа-яё][а-яё]{1,24}(?:-[а-яё]{2,24})?) "
    r"(?:[А-ЯЁа-яё]\. ?[А-ЯЁа-яё](?:\.|(?!\w))|(?P<bare>[а-яё] [а-яё])(?![\w.-])"
    r"|[А-ЯЁа-яё][а-яё]{1,4}\. ?[А-ЯЁа-яё][а-яё]{0,4}\.)"
)
_AFTER_INITIALS = re.compile(r"\s*(?:$|[,.;!?\n0-9+(]|тел|моб|инет|дог)")
_WHO = re.compile(
    r"(?:^|(?<!\w)(?:аб|абон|абонент|клиент|кл|звонит|звонил|звонила|фио|от|дог|договор)[ .,:]{0,2}(?:\S{3,9} )?)$",
    re.IGNORECASE,
)
_SMALL_WORD = re.compile(r"(?<![\w.-])[А-ЯЁа-яё][а-яё]{1,25}(?:-[а-яё]{2,25})?(?![\w-]|\.[\wА-ЯЁ])")
_SMALL_PATRONYMIC = re.compile(
    r"(?<= [а-я]{2})\.|(?<= [а-я]{3})\.(?! [А-ЯЁ])| (?:[а-яё]{3,25}(?:вич|вна|ична|ьич|мич|кич|оглы|кызы)|[а-яё]\.)"
)
_LONG_SURNAME, _PAIR = 5, 2
_READ = 600  # characters in which a name in small letters is looked for
_SEGMENT = re.compile(r"[^,;:.()!?\n\d-]{5,60}")
_SMALL = re.compile(r"[а-яё]{2,25}")
