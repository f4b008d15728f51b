"""What the words before a number say that it is: a phone, surely none, or none unless it is written out as one.

Each pattern is searched for in what stands before the number and ends there; a word begins at a word's edge ("Алекс" and
"ресурс" tell of no account). Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re

LOOK_BACK = 40
"""So many characters before a number are looked at."""

_EDGE = r"(?<![а-яёa-z])"
_TAX = r"(?:инн|кпп|огрн(?:ип)?|бик|окпо|снилс|inn)"

OTHER_NUMBER = re.compile(
    rf"{_EDGE}(?:{_TAX}|р/?\s?сч?|к/?\s?сч?|расч\w*|корр\w*|сч[её]т\w{{0,2}}|паспорт\w*|карт[аыеу]"
    r"|карт|imei|iccid|s/?n|сер(?:ия|ийн\w*)|mac|артикул|штрих-?код|уин|укэп|накладн\w*|чек\w?|id|uptime|uid"
    r"|операци\w{0,3}|транзакци\w{0,3}|трек\w{0,3}|отправлени\w{1,2}|посылк\w|полис\w?|показани\w|сч[её]тчик\w{0,3}"
    r"|заказ\w{0,2}(?=\W{0,3}(?:номер|№|[0-9 ]*$)))"
    r"(?:\W{0,3}(?:номера?|№))?[\s:.№#-]{0,4}$",
    re.IGNORECASE,
)
"""Surely no phone, whatever it looks like."""

BARE_NUMBER = re.compile(
    rf"{_EDGE}(?:догов\w*|контракт\w*|дог|заявк\w*|тикет\w*|ticket|обращени\w*|заказ\w*|л/?с|код\w*|плат[её]ж\w*"
    r"|квитанци\w*|логин\w*|парол\w*)(?:\W{1,3}(?:№|номер\w*))?(?:\W{1,3}[а-яa-z])?\W{0,4}$"
    # "ИНН компании 9102012345", "ИНН 7701234567, 9102012345"
    rf"|{_EDGE}{_TAX}(?:[\s:.]+(?!тел|моб|сот|конт)[а-яёa-z]+){{1,2}}[\s:.№-]{{0,3}}$"
    rf"|{_EDGE}{_TAX}[\s:.№]{{0,4}}[0-9][0-9\s,;/]*(?:и\s)?$"
    # "договор абонента 495 581 44 10"
    rf"|{_EDGE}(?:догов\w{{0,10}}|контракт\w{{0,5}}|лицев\w{{0,5}}|сч[её]т\w{{0,2}}|л/?с|логин\w{{0,3}})"
    r"(?:\W{1,3}(?:№|номер\w{0,3}))?\s{1,3}(?:абонента|клиента)(?:\W{1,3}(?:№|номер\w{0,3}))?\W{0,4}$",
    re.IGNORECASE,
)
"""No phone unless it is written out as one, with +7 or 8."""

SUBSCRIBER = re.compile(rf"{_EDGE}(?:абонент|клиент)\w*\W{{0,4}}$", re.IGNORECASE)
"""The number of a subscriber may be his account: a phone only when it is grouped as one."""

PHONE_WORD = re.compile(
    rf"{_EDGE}(?:т|м|p|тф|тлф|(?:моб|сот|дом|раб|гор)?тел(?:еф\w*)?|моб(?:ил\w*)?|сот(?:ов\w*)?|конт(?:акт\w*)?|факс\w*"
    r"|(?:пере|до|по|со)?звон\w*|связ\w*|наб[ие]р\w*|ном(?:ер\w*)?|phone|tel|mob\w*)(?:\s(?:на|по|со?))?\W{0,4}$",
    re.IGNORECASE,
)
"""A phone, even ten bare digits of a city's number."""

NUMBER_SIGN = re.compile(r"[№#]\W{0,3}$")
"""No phone, but for a phone's word before the sign."""

EXTENSION = re.compile(rf"{_EDGE}(?:доб\w*|вн(?:утр\w*)?|ext)\W{{0,4}}$", re.IGNORECASE)
"""The extension of the number before."""


def before(text: str, start: int) -> str:
    """What stands before the number that begins at `start`, without the brackets and the plus that belong to it."""
    return text[max(0, start - LOOK_BACK) : start].rstrip("+( ")


def is_numbered(words: str) -> bool:
    """Whether the words before say that it is a number of something else, unless it is written out as a phone."""
    return BARE_NUMBER.search(words) is not None or (
        NUMBER_SIGN.search(words) is not None and PHONE_WORD.search(NUMBER_SIGN.sub("", words)) is None
    )
