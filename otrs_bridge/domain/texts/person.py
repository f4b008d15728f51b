"""The caller's full name, as a text gives it.

A name serves the placeholder only: nobody is ever searched for by it. Source:
docs/field-rules.md#placeholder.
"""

from __future__ import annotations

import re
from functools import lru_cache

from otrs_bridge.domain.texts.introduced import find_introduced, find_with_one_initial, is_no_name
from otrs_bridge.domain.texts.short_name import OURS_BEHIND, find_short_name
from otrs_bridge.domain.texts.small_name import find_small_name

_NAME = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁа-яё][а-яё]+)?"
_CAPITALS = r"[А-ЯЁ]{2,}(?:-[А-ЯЁ]{2,})?"
_PATRONYMIC = (
    r"(?:[а-яё]+(?:вич|вича|вичу|вичем|вна|вны|вне|вной|вну|ична|ичны|ичне|ичной|ичну|ьич|ьича|ыч)"
    r"|(?:узьм|ом|ук|авв|икит|ок)ич(?:а|у|ем)?)"
)
_PARENT = r"(?:оглы|кызы|гызы|оглу|угли|ўғли|ұлы|улы|кизи|қизи|қызы|[ОКГ]глы|[КГ]ызы|ОГЛЫ|КЫЗЫ|ГЫЗЫ)"
_GAP = r"[ \t\u00a0]{1,3}"

# Иванов Иван Иванович; Иван Иванович Иванов; Иванов И. И.; Иван Иванович; Мамедов Али Вели оглы.
_FORMS = (
    re.compile(rf"(?<![\w.-]){_NAME}{_GAP}{_NAME}{_GAP}[А-ЯЁ]{_PATRONYMIC}(?![\w-])"),
    re.compile(rf"(?<![\w.-]){_NAME}{_GAP}{_NAME}{_GAP}{_NAME}[ -]{_PARENT}(?![\w-])"),
    re.compile(rf"(?<![\w.-]){_NAME}{_GAP}[А-ЯЁ]{_PATRONYMIC}{_GAP}{_NAME}(?![\w-])"),
    re.compile(rf"(?<![\w.-]){_NAME}{_GAP}[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ](?:\.|(?![\w]))"),
    re.compile(rf"(?<![\w.-])[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ]\.[ \u00a0]?{_NAME}(?![\w-])"),
    re.compile(rf"(?<![\w.-]){_NAME}{_GAP}[А-ЯЁ]{_PATRONYMIC}(?![\w-])"),
    re.compile(r"(?<![\w.-])[A-Z][a-z]{2,24}(?:-[A-Za-z][a-z]{1,24})?[ \u00a0][A-Z]\.[ \u00a0]?[A-Z](?:\.|(?![\w]))"),
)
_SHOUTED = re.compile(
    rf"(?<![\w.-]){_CAPITALS}{_GAP}(?:{_CAPITALS}{_GAP}(?:[А-ЯЁ]+(?:ВИЧ|ВИЧА|ВНА|ВНЫ|ИЧНА|ИЧНЫ|ЬИЧ|ЫЧ|УЗЬМИЧ|ОМИЧ|УКИЧ"
    rf"|АВВИЧ)"
    rf"|{_CAPITALS}[ -](?:ОГЛЫ|КЫЗЫ))(?![\w-])|[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ](?:\.|(?!\w)))"
)
_WHISPERED = re.compile(
    rf"(?<![\w.-])[а-яё]{{3,}}(?:-[а-яё]{{3,}})?{_GAP}[а-яё]{{3,}}{_GAP}[а-яё]{{1,25}}(?:ович|евич|ьич|овна|евна"
    rf"|ична|омич|узьмич|укич|авич)(?![\w-])"
)
_HINTS = (
    "ич",
    "вн",
    "ыч",
    "оглы",
    "кызы",
    "гызы",
    "оглу",
    "угли",
    "ўғли",
    "ұлы",
    "улы",
    "қизи",
    "қызы",
    "ИЧ",
    "ВН",
    "ЫЧ",
    "ОГЛЫ",
    "КЫЗЫ",
    "Оглы",
    "Кызы",
)
_INITIAL = re.compile(r"[А-ЯЁA-Z]\.")
_HINT = re.compile(rf"{'|'.join(_HINTS)}|[А-ЯЁA-Z]\.")
_REACH = 100

# Somebody else's name: our own people, directors in letters, streets.
_NOT_CALLER = re.compile(
    r"(?:(?:мастер|инженер|монтажник|оператор|менеджер|диспетчер|специалист|сотрудник|нотариус|судь|просп|переул)\w{0,12}"
    r"|(?:директор|бухгалтер)\w{1,12}|(?:монт[её]р|бригадир|курьер|терапевт|врач|учител)\w{0,4}|уважаем\w{2,3}"
    r"|(?:тв\w{2,3}|ваш\w{0,2}) (?:опер\w+|менеджер\w*)|(?:за|для|про|насч[её]т) (?:сво\w+ |мо\w+ )?\w{3,12}(?: \w{4,8})?"
    r"|(?<!звонит )(?<!звонила )(?<!звонил )(?<!это )(?:мам|пап|муж|жен|тещ|тёщ|сестр|тет|тёт|дяд)[аья]"
    r"|(?:у|за|к|моя|мой|наша|наш|его|ее|её|сво\w{1,3}) (?:бабушк|дедушк)\w"
    r"|(?<!\w)(?:отец|мать|брат)"
    r"|(?<!звонит )(?<!звонила )(?<!звонил )сосед\w{0,4}|ул|улиц\w{1,12}|пр-т|пер|им|имени|площадь"
    r"|(?<!звонит )(?<!звонил )(?<!звонила )(?<!новый )(?:хозяин|хозяева|арендодател\w{1,2}|владел\w{2,4})"
    r"|(?:прошл|прежн|бывш|стар)\w{2,3} (?:жил|хозя|владел|собственни|абонент|квартирант)\w{1,6}[^.,;!?\n]{0,25}"
    r"|(?:квитанци|долг|задолженност|счет|счёт|письм|писем)\w{0,4}(?: с \w{3,12})? на"
    r")[^\w)]{1,4}$",
    re.IGNORECASE,
)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NO_NAME = _words(
    """добрый доброе добрая уважаемый уважаемая здравствуйте абонент клиент заявка договор адрес звонил
    звонила звонит просит жалуется прошу меня зовут это от фио собственник заявитель контакт контактное
    лицо наш наша общество россия москва вчера сегодня день утро вечер интернет телефон абонентка хозяин
    хозяйка дом улица"""
)
_LOOK_BACK = 60
_LONGEST_TEXT = 20_000


@lru_cache(maxsize=64)
def find_full_name(text: str) -> str:
    """The first full name in a text, as it is written; `""` when there is none.

    A name with a patronymic in either order (`Иванов Иван Иванович`, `Иван Иванович`), or a surname with
    two initials; also all in capitals or all in small letters, then with capitals where they belong. Where there is no such
    name, given name and surname (`Наталья Зайцева`), or the lines of a form. Names
    of our own people and of streets are passed over.
    """
    text = text[:_LONGEST_TEXT]
    return (
        _of_form(text)
        or find_introduced(text, is_others=_is_others)
        or _by_its_form(text)
        or find_short_name(text, is_others=_is_others)
        or find_small_name(text, is_others=_is_others)
        or find_with_one_initial(text, is_others=_is_others)
    )


def _is_others(before: str) -> bool:
    """Whether the words before a name say that it is not the caller's."""
    return _NOT_CALLER.search(before[-_LOOK_BACK:]) is not None


def _of_form(text: str) -> str:
    """Surname, given name and patronymic from a web form's lines, or the one line that has them all."""
    one = _ONE_LINE.search(text)
    if one is not None and not any(map(is_no_name, one["name"].split())):
        return " ".join(one["name"].split())
    lines = {label.lower(): value for label, value in _FORM_LINE.findall(text)} if "амилия" in text else {}
    if not lines.get("фамилия") or not lines.get("имя"):
        return ""
    return " ".join(filter(None, (lines["фамилия"], lines["имя"], lines.get("отчество", ""))))


_FORM_LINE = re.compile(
    r"^[ \t]{0,8}(Фамилия|Имя|Отчество)[ \t]?[:=][ \t]{0,8}([А-ЯЁа-яё-]{2,40}(?: (?:оглы|кызы|гызы|ўғли))?)[ \t]{0,8}$",
    re.MULTILINE | re.IGNORECASE,
)


_ONE_LINE = re.compile(
    r"^[ \t]{0,8}(?:ФИО|Ф\.И\.О\.?|Фамилия,? имя(?:,? отчество)?|Абонент|Контактное лицо|Ваше имя|Имя|Заявитель|name|fio)"
    r"[ \t]?[:=][ \t]{0,8}(?P<name>[А-ЯЁ][а-яё]+(?:-[А-ЯЁа-яё][а-яё]+)?(?:[ \t]+(?:[А-ЯЁа-яё][а-яё]+(?:-[а-яё]+)?"
    r"|[А-ЯЁ]\.)){1,3})[ \t]{0,8}$",
    re.MULTILINE | re.IGNORECASE,
)


def _is_spoken_of(text: str, match: re.Match[str]) -> bool:
    """Whether a name is that of whom the caller is a relative of, whom he greets, or who is one of ours: "…, ваш мастер"."""
    before, name = text[max(0, match.start() - _LOOK_BACK) : match.start()], match[0]
    if _GENITIVE.search(name) is not None and _RELATIVE.search(before) is not None:
        return True
    if OURS_BEHIND.match(text, match.end()) is not None:
        return True
    return _GREETING.search(before) is not None and _GIVEN_AND_PATRONYMIC.fullmatch(name) is not None


_GENITIVE = re.compile(r"(?:вны|ичны|вича|ьича|мича)(?!\w)")
_RELATIVE = re.compile(
    r"(?:дочь|дочка|сын|внук|внучка|зять|невестка|жена|муж|мать|мама|сестра|брат)[ \u00a0]$", re.IGNORECASE
)
_GREETING = re.compile(r"(?:добр\w{2} (?:день|вечер|утро)|здравствуйте|привет)[,!]? $", re.IGNORECASE)
_GIVEN_AND_PATRONYMIC = re.compile(rf"[А-ЯЁ][а-яё]+{_GAP}[А-ЯЁ]{_PATRONYMIC}")


def _by_its_form(text: str) -> str:
    """A name that patronymic or initials show to be one."""
    if not any(hint in text for hint in _HINTS) and _INITIAL.search(text) is None:
        return ""
    hints = [match.start() for match in _HINT.finditer(text)]
    text = text[max(0, hints[0] - _REACH) : hints[-1] + _REACH]
    others: list[tuple[int, int]] = []
    for form, respell in ((_FORMS, False), ((_SHOUTED, _WHISPERED), True)):
        for match in (match for pattern in form for match in pattern.finditer(text)):
            if any(match.start() < end and start < match.end() for start, end in others):
                continue
            if (
                _is_spoken_of(text, match)
                or _is_others(text[: match.start()])
                or _NOT_CALLER.match(f"{match[0].split()[0]} ") is not None
            ):
                others.append(match.span())
            elif not _NO_NAME.intersection(match[0].lower().split()):
                name = " ".join(match[0].split())
                return name.title() if respell else name
    return ""
