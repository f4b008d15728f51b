"""The caller's full name, as a text gives it.

A name serves the placeholder only: nobody is ever searched for by it. Source:
docs/field-rules.md#placeholder.
"""

from __future__ import annotations

import re

from otrs_bridge.domain.texts.short_name import find_short_name

_NAME = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
_CAPITALS = r"[А-ЯЁ]{2,}(?:-[А-ЯЁ]{2,})?"
_PATRONYMIC = (
    r"(?:[а-яё]+(?:вич|вича|вичу|вичем|вна|вны|вне|вной|вну|ична|ичны|ичне|ичной|ичну|ьич|ьича|ыч)"
    r"|(?:узьм|ом|ук|авв|икит|ок)ич(?:а|у|ем)?)"
)
_PARENT = r"(?:оглы|кызы|Оглы|Кызы|ОГЛЫ|КЫЗЫ)"
_GAP = r"[ \t\u00a0]{1,3}"

# Иванов Иван Иванович; Иван Иванович Иванов; Иванов И. И.; Иван Иванович; Мамедов Али Вели оглы.
_FORMS = (
    re.compile(rf"(?<![\w.-]){_NAME}{_GAP}{_NAME}{_GAP}[А-ЯЁ]{_PATRONYMIC}(?![\w-])"),
    re.compile(rf"(?<![\w.-]){_NAME}{_GAP}{_NAME}{_GAP}{_NAME}[ -]{_PARENT}(?![\w-])"),
    re.compile(rf"(?<![\w.-]){_NAME}{_GAP}[А-ЯЁ]{_PATRONYMIC}{_GAP}{_NAME}(?![\w-])"),
    re.compile(rf"(?<![\w.-]){_NAME}{_GAP}[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ](?:\.|(?![\w]))"),
    re.compile(rf"(?<![\w.-])[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ]\.[ \u00a0]?{_NAME}(?![\w-])"),
    re.compile(rf"(?<![\w.-]){_NAME}{_GAP}[А-ЯЁ]{_PATRONYMIC}(?![\w-])"),
)
_SHOUTED = re.compile(
    rf"(?<![\w.-]){_CAPITALS}{_GAP}(?:{_CAPITALS}{_GAP}(?:[А-ЯЁ]+(?:ВИЧ|ВИЧА|ВНА|ВНЫ|ИЧНА|ИЧНЫ|ЬИЧ|ЫЧ|УЗЬМИЧ|ОМИЧ|УКИЧ|АВВИЧ)"
    rf"|{_CAPITALS}[ -](?:ОГЛЫ|КЫЗЫ))(?![\w-])|[А-ЯЁ]\.[ \u00a0]?[А-ЯЁ](?:\.|(?!\w)))"
)
_WHISPERED = re.compile(
    rf"(?<![\w.-])[а-яё]{{3,}}(?:-[а-яё]{{3,}})?{_GAP}[а-яё]{{3,}}{_GAP}[а-яё]{{2,}}(?:ович|евич|ьич|овна|евна|ична)(?![\w-])"
)
_HINTS = ("ич", "вн", "ыч", "оглы", "кызы", "ИЧ", "ВН", "ЫЧ", "ОГЛЫ", "КЫЗЫ", "Оглы", "Кызы")
_INITIAL = re.compile(r"[А-ЯЁ]\.")
_HINT = re.compile(rf"{'|'.join(_HINTS)}|[А-ЯЁ]\.")
_REACH = 100

# Somebody else's name: our own people, directors in letters, streets.
_NOT_CALLER = re.compile(
    r"(?:(?:мастер|инженер|монтажник|оператор|менеджер|диспетчер|специалист|сотрудник|нотариус|судь|просп|переул)\w{0,12}"
    r"|(?:директор|бухгалтер)\w{1,12}|(?:монт[её]р|бригадир|курьер|терапевт|врач|учител)\w{0,4}|уважаем\w{2,3}"
    r"|(?<!звонит )(?<!звонила )(?<!звонил )сосед\w{0,4}|ул|улиц\w{1,12}|пр-т|пер|им|имени|площадь)\W{1,4}$",
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
_LOOK_BACK = 30
_LONGEST_TEXT = 20_000


def find_full_name(text: str) -> str:
    """The first full name in a text, as it is written; `""` when there is none.

    A name with a patronymic in either order (`Иванов Иван Иванович`, `Иван Иванович`), or a surname with
    two initials; also all in capitals or all in small letters, then with capitals where they belong. Where there is no such
    name, given name and surname (`Наталья Зайцева`), or the lines of a form. Names
    of our own people and of streets are passed over.
    """
    text = text[:_LONGEST_TEXT]
    return _of_form(text) or _by_its_form(text) or find_short_name(text, is_others=_is_others)


def _is_others(before: str) -> bool:
    """Whether the words before a name say that it is not the caller's."""
    return _NOT_CALLER.search(before[-_LOOK_BACK:]) is not None


def _of_form(text: str) -> str:
    """Surname, given name and patronymic from a web form's lines."""
    lines = {label.lower(): value for label, value in _FORM_LINE.findall(text)} if "амилия" in text else {}
    if not lines.get("фамилия") or not lines.get("имя"):
        return ""
    return " ".join(filter(None, (lines["фамилия"], lines["имя"], lines.get("отчество", ""))))


_FORM_LINE = re.compile(
    r"^[ \t]{0,8}(Фамилия|Имя|Отчество)[ \t]?[:=][ \t]{0,8}([А-ЯЁа-яё-]{2,40})[ \t]{0,8}$", re.MULTILINE | re.IGNORECASE
)


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
            if _is_others(text[: match.start()]) or _NOT_CALLER.match(f"{match[0].split()[0]} ") is not None:
                others.append(match.span())
            elif not _NO_NAME.intersection(match[0].lower().split()):
                name = " ".join(match[0].split())
                return name.title() if respell else name
    return ""
