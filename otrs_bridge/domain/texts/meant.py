"""Russian that was typed in other letters: on the Latin keyboard, transliterated, or in a neighbour's spelling.

`ytn bynthytn`, `ne rabotaet internet` and `не працює інтернет` say one thing. Only lines that show it by a common word are
turned back. Source: docs/field-rules.md#category.
"""

from __future__ import annotations

import re
from functools import lru_cache

from otrs_bridge.domain.address.transliteration import to_cyrillic
from otrs_bridge.domain.texts.spoken_numbers import in_digits


def as_meant(text: str) -> str:
    """The text with such lines in Russian letters; all others stay."""
    text = as_typed(text)
    lowered = text.lower()
    if any(word in lowered for word in _TYPED_IN_RUSSIAN):
        text = "\n".join(line.translate(_BACK) if _RUSSIAN_KEYS.search(line) else line for line in text.split("\n"))
    if _LATIN.search(text) is not None and _TRANSLITERATED.search(text) is not None:
        text = "\n".join(
            to_cyrillic(line) if _TRANSLITERATED.search(line) and not _CYRILLIC.search(line) else line
            for line in text.split("\n")
        )
    lowered = text.lower()
    if not any(word in lowered for word in _IN_RUSSIAN):
        return text
    return _NEIGHBOURS.sub(lambda word: _IN_RUSSIAN.get(word[0].lower(), word[0]), text)


@lru_cache(maxsize=64)
def as_typed(text: str) -> str:
    """The text with what was typed on the wrong keyboard as the right one has it, and words without blanks apart."""
    text = _DIGITS_APART.sub(lambda digits: digits[0].replace(" ", ""), text)
    text = in_digits(_GLUED.sub(lambda glued: _apart(glued[0]), text))
    if _A_LATIN_LETTER.search(text) is None:
        return text
    if _SIDE_BY_SIDE.search(text) is not None:
        text = _MIXED.sub(lambda word: word[0].translate(_ALIKE), text)
    if _WRONG_KEYS.search(text) is None:
        return text
    return "\n".join(_line(line) if _WRONG_KEYS.search(line) else line for line in text.split("\n"))


def _line(line: str) -> str:
    """Typed anew; where it has Russian letters, too, only those of its sentences that have none."""
    if not _CYRILLIC.search(line):
        return _typed(line)
    parts = _SENTENCES.split(line)
    return "".join(_typed(part) if _WRONG_KEYS.search(part) and not _CYRILLIC.search(part) else part for part in parts)


def _typed(line: str) -> str:
    """A comma or a dot at a word's end is one; within a word it is a letter."""
    return _INSIDE.sub(lambda part: part[0].translate(_KEYS), line)


def _apart(glued: str) -> str:
    return " ".join(_NUMBER_APART.sub(" ", _KNOWN_WORD.sub(r" \g<0> ", glued)).split(" "))


_GLUED = re.compile(r"[а-яёА-ЯЁ][а-яёА-ЯЁ0-9-]{24,200}")
_KNOWN_WORD = re.compile(
    r"не(?=работа|показыва|груз)|нет(?=интернет|инет|связи|сигнал)|здравствуйте|меня(?=не)|адрес|работа[ею]т"
    r"|интернета?|договора?(?=Ф|Ю|№|[0-9])|роутер|телефона?|скорость|телевизор"
    r"|каналы|кабель"
    r"|адрес|(?<=адрес)ул|лет(?=[А-ЯЁ])|(?<=[а-яё])(?:дом|тел|кв)(?=[0-9])|квартира|позвоните|звоните|третийдень|горит",
    re.IGNORECASE,
)
_NUMBER_APART = re.compile(r"(?<=[а-яё])(?=[0-9])|(?<=[0-9])(?=[а-яё])")
# "Ф - 1 5 2 3 6", told digit by digit
_DIGITS_APART = re.compile(r"[0-9](?<![0-9][0-9])(?<![0-9] [0-9])(?: [0-9]){4,10}(?! ?[0-9])")
# A word in letters of both alphabets, as "пpoпaл" or "Iнтернет": those that look alike are Russian ones, or Ukrainian.
_MIXED = re.compile(
    r"(?<![\w@.-])(?=[a-z]{0,20}[а-яіїє])[a-zа-яёіїє]*(?:[a-z][а-яёіїє]|[а-яёіїє][a-z])[a-zа-яёіїє]*(?![\w@])",
    re.IGNORECASE,
)
_SIDE_BY_SIDE = re.compile("[A-Za-z][а-яёА-ЯЁіїєІЇЄ]|[а-яёА-ЯЁіїєІЇЄ][A-Za-z]")
_ALIKE = str.maketrans("aeopcyxkrABEKMHOPCTXYDIi", "аеорсухкгАВЕКМНОРСТХУДІі")
_SENTENCES = re.compile(r"((?<=[.!?)])\s+)")
_BACK = str.maketrans(
    "йцукенгшщзхъфывапролджэячсмитьбюЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ",
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>",
)
_TYPED_IN_RUSSIAN = ("руддщ", "штеуктуе", "сщтекфсе", "здуфыу", "рудз", "ызуув", "сщттусешщт", "кщгеук")
_RUSSIAN_KEYS = re.compile(rf"(?<!\w)(?:{'|'.join(_TYPED_IN_RUSSIAN)})(?!\w)", re.IGNORECASE)
_INSIDE = re.compile(r"[^,.]+|[,.](?!\s|$)")
_KEYS = str.maketrans(
    "qwertyuiop[]asdfghjkl;'zxcvbnm,.`QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>~",
    "йцукенгшщзхъфывапролджэячсмитьбюёЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮЁ",
)
_CYRILLIC = re.compile("[а-яёА-ЯЁ]")
_A_LATIN_LETTER, _LATIN = re.compile("[A-Za-z]"), re.compile("[A-Za-z]{3}")
# интернет, договор, не работает, телефон, телевизор, телевидение, скорость, здравствуйте, добрый, абонент
_WRONG_KEYS = re.compile(
    r"(?<!\w)(?:bynthytn|bytn(?!\w)|ljujdjh|yt hf,jnf|ntktajy|ntktdbp|ntktdbl|crjhjcnm|plhfdcnd|lj,hsq|f,jytyn|hjenth"
    r"|rf,tkm"
    r"|gjpdjybnt|gthtpdjybnt|yt vjue|jgkfn|ytn (?=[a-z])|rdfhnbh|ghjgfk)",
    re.IGNORECASE,
)
_TRANSLITERATED = re.compile(
    r"(?<!\w)(?:ne rabota|net internet|internet\w{0,2} (?:net|propal|ne)(?!\w)|dogovor|skorost|televizor|telefon ne"
    r"|zdravstvu|dobr[iy]+y? den|propal internet|ne (?:mogu|mozhe|pokaziva|pokazyva|grus|gruz|prohod|prokhod)|net (?:inet"
    r"|svyaz|gudk)|inet"
    r"|oplat\w+|proshu|pereras[ch]+et|zadolzhennost|kvitanc\w+|pozvonite|perezvonite|pomogite|kabel|medlenn|nastroit"
    r"|kanal[yi]|u menya|u nas)",
    re.IGNORECASE,
)
_IN_RUSSIAN = {
    "працює": "работает", "працюють": "работают", "інтернет": "интернет", "інтернету": "интернета",
    "немає": "нет", "нема": "нет", "зник": "пропал", "зникло": "пропало", "швидкість": "скорость", "низька": "низкая",
    "телебачення": "телевидение", "телевізор": "телевизор", "показує": "показывает", "рахунок": "счет", "борг": "долг",
    "відключили": "отключили", "відключено": "отключен", "сплачено": "оплачено", "сплатив": "оплатил",
    "сплатила": "оплатила",
    "гроші": "деньги", "повільний": "медленный", "повільно": "медленно", "дзвінки": "звонки", "вхідні": "входящие",
    "вихідні": "исходящие", "можу": "могу", "додзвонитися": "дозвониться", "подзвонити": "позвонить", "обірвало": "оборвало",
    "обірваний": "оборван", "налаштувати": "настроить", "квитанція": "квитанция", "перерахунок": "перерасчет",
    "за борг": "за долг",
    "зникає": "пропадает", "канали": "каналы", "телефон не працює": "телефон не работает", "вже": "уже",
    "теледидар": "телевизор", "көрсетпейді": "не показывает", "баяу": "медленный", "төлем": "платеж", "қарыз": "долг",
    "арналар": "каналы", "үзілді": "оборван", "жұмыс жасамайды": "не работает", "істемей тұр": "не работает",
    "йўқ": "нет", "ишламаяпти": "не работает", "секин": "медленно", "тўлов": "платеж", "yo'q": "нет",
    "ishlamayapti": "не работает",
    "йок": "нет", "йоқ": "нет", "жоқ": "нет", "істемейді": "не работает", "жұмыс істемейді": "не работает",
    "жылдамдық": "скорость",
}  # fmt: skip
_NEIGHBOURS = re.compile(rf"(?<!\w)(?:{'|'.join(sorted(_IN_RUSSIAN, key=len, reverse=True))})(?!\w)", re.IGNORECASE)
