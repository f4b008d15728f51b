"""Names that a text itself says to be one: "меня зовут …", "Абонент: …", the name of a `From` line, a signature's initial.

Where people say so, no dictionary has to know the words: `Чодураа Оюн` is a name as well. Source:
docs/field-rules.md#placeholder.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from otrs_bridge.domain.address.transliteration import to_cyrillic
from otrs_bridge.domain.texts.legal_form import has_legal_form
from otrs_bridge.domain.texts.name_words import NameWord, name_word


def find_introduced(text: str, *, is_others: Callable[[str], bool]) -> str:
    """The name behind an introduction or a label; `""` when there is none, or it is one word alone."""
    lowered = text.lower()
    for match in _INTRODUCED.finditer(text) if any(part in lowered for part in _INTRODUCES) else ():
        words = match["name"].replace(",", " ").split()
        while words and words[-1].lower() in _PARTICLES:
            words.pop()
        if len(words) >= _FEWEST and not any(map(is_no_name, words)) and not is_others(text[: match.start()]):
            return " ".join(words)
    return ""


def sender_name(shown: str) -> str:
    """What a `From` line shows, when it is a person: two to four words in capitals, none of which means anything else."""
    words = shown.replace(",", " ").split()
    if not _FEWEST <= len(words) <= _MOST or _SHOWN.fullmatch(" ".join(words)) is None or has_legal_form(shown):
        return ""
    if sum(len(word.strip(".")) > 1 for word in words) < _FEWEST:
        return ""
    if any(map(is_no_name, words)) or (shown.isascii() and not any(map(_is_known, words))):
        return ""
    return " ".join(words)


def find_with_one_initial(text: str, *, is_others: Callable[[str], bool]) -> str:
    """A surname with one initial: `Казанцева И.`, `М. Алиев`. Read last: it is the least that is a name."""
    for match in _ONE_INITIAL.finditer(text):
        surname = name_word(match["last"] or match["first"])
        if (
            surname.surname
            and _is_no_other(surname, match[0])
            and not is_others(text[max(0, match.start() - _LOOK_BACK) : match.start()])
        ):
            return " ".join(match[0].split())
    return ""


def _is_no_other(surname: NameWord, written: str) -> bool:
    return not surname.other or _ENDS_AS_SURNAME.search(written) is not None


def whole_name_of(given: str, text: str) -> str:
    """The given name that a `From` line abbreviates (`Рауф М.`), with the surname that the text has beside it."""
    given = to_cyrillic(given) if given.isascii() else given
    if _GIVEN.fullmatch(given) is None or not name_word(given).given or given not in text:
        return ""
    for match in re.finditer(
        rf"(?<![\w.-]){given} ([А-ЯЁ][а-яё]{{2,25}}(?:-[А-ЯЁа-яё][а-яё]{{1,25}})?)(?![\w-])", text
    ):
        surname = name_word(match[1])
        if (surname.surname or not surname.known) and not surname.patronymic:
            return match[0]
    return ""


def is_no_name(word: str) -> bool:
    """Whether a word is known, and as anything but a name: "Отдел", "Служба"."""
    low = word.lower().strip(".")
    if low in _STOP:
        return True
    if len(low) == 1 or low in _PARTICLES or low in _PARENTS:
        return False
    read = name_word(word)
    return read.known and read.other and not (read.given or read.surname or read.patronymic)


def _is_known(word: str) -> bool:
    """Whether a word in Latin letters is a name, as it is transliterated."""
    read = name_word(word)
    return read.given or (read.surname and not read.other)


_FEWEST, _MOST = 2, 4
_LOOK_BACK = 30


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PARTICLES = _words("да da de di do dos du von van der den el al bin ibn la le")
_PARENTS = _words("оглы кызы гызы оглу угли ўғли қизи oğlu qizi")
_STOP = _words(
    """sales support info team service office mail admin news delivery system group company shop store bank help desk
    noreply robot bot customer user manager department hotel school center centre club studio media internet online
    отдел служба поддержка офис магазин центр склад касса бухгалтерия приемная приёмная секретарь директор администратор
    диспетчер диспетчерская школа детский сад управление компания группа бюро студия салон клиника агентство фирма
    здравствуйте добрый день вечер утро тел телефон адрес договор квартира дом улица кв ул нет не у из на"""
)
_U, _L = "А-ЯЁІЇЄҐӘҒҚҢӨҰҮҺЎҲA-ZÀ-ÖØ-ÞŞĞİÇƏ", "а-яёіїєґәғқңөұүһўҳa-zß-öø-ÿşğıçə"
_PART = rf"(?:[{_U}][’']?[{_U}]?[{_L}]{{1,25}}(?:-[{_U}{_L}][{_L}]{{1,25}})?)"
_JOIN = r"(?:da|de|di|do|dos|du|von|van|der|den|el|al|bin|оглы|кызы|гызы|оглу|угли|ўғли|oğlu|qizi|қизи)"
_NAME = rf"{_PART}(?:,? (?:{_PART}|{_JOIN}(?![\w-])|[{_U}]\.))(?: (?:{_PART}|{_JOIN}(?![\w-])|[{_U}]\.)){{0,2}}"
_INTRODUCES = (
    *("зовут", "амилия", "бонент", "лиент", "аявитель", "онтактное", "онтакт", "ио", "мя"),
    *("name is", "ich bin", "heisse", "name"),
)
_INTRODUCED = re.compile(
    r"(?<!\w)(?:(?:меня|мене) (?:зовут|звать|звати)|(?:моя )?фамилия(?: (?:моя|-|—|имя))?|my name is|ich bin"
    r"|ich heisse|i am"
    r"|(?:абонент|клиент|заявитель|контактное лицо|контакт|фио|имя|name|ваше имя)[ \t]?:)[ \t:—-]{1,4}"
    rf"(?-i:(?P<name>{_NAME}))(?![\w-])",
    re.IGNORECASE,
)
_SHOWN = re.compile(rf"(?:{_PART}|[{_U}]\.)(?: (?:{_PART}|{_JOIN}|[{_U}]\.)){{1,3}}")
_ONE_INITIAL = re.compile(
    r"(?<![\w.-])(?:(?P<first>[А-ЯЁ][а-яё]{2,24}(?:-[А-ЯЁ][а-яё]{2,24})?) [А-ЯЁ]\.(?! ?[А-ЯЁ]\.|\w)"
    r"|(?<![А-ЯЁ]\. )[А-ЯЁ]\. ?(?P<last>[А-ЯЁ][а-яё]{2,24})(?![\w-])(?!,? ?[0-9]))"
)
_ENDS_AS_SURNAME = re.compile(r"(?:[оеё]в|[иы]н)а?(?: |$)")
_GIVEN = re.compile(r"[А-ЯЁ][а-яё]{2,15}")
