"""Phones and addresses that a text gives, but says to be other people's: whom somebody could not call, who called, where
the neighbours live.

Precision before recall: a contact that may be another's finds no client. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re

from otrs_bridge.domain.texts.phone import Phone
from otrs_bridge.domain.texts.ticket_text import one_of

_LOOK_BACK = 120
_LOOK_AHEAD = 80
_REST = r"[^.!?;,\n]{0,50}"  # of the same statement
_EARLIER = r"(?:[\d ()+-]{6,22}(?:,|;| и| или) ?){0,3}"
_SIGNS = r"[ :№(+-]*(?:[78][ (-]*)?"

_WHAT_FOR = one_of(
    "этот тот такой другой чужой один мобильный мобильные мобильного мобильному сотовый сотовые сотового моб сот",
    "междугородний междугородный международный номер номера номеру телефон телефона телефону телефоны тел",
    "сестры мамы мужа жены сына дочери брата отца родителей подруги друга коллеги сотрудника знакомых банка такси",
)
_TO = rf" (?:на|до|по)(?: {_WHAT_FOR}\.?)*{_SIGNS}{_EARLIER}$"
_TO_A_MOBILE = re.compile(r"мобил|сотов|\bмоб\b|\bсот\b|междугор|международ")
_CALL = r"\b(?:(?:по|до)?звонить\w*|набрать|соединиться|связаться)"
_CANNOT = r"не ?(?:могу|можем|может|получается|удается|удалось|смог(?:ла|ли)?)\b"
# The writer, or one for whom he speaks, calls and does not get through: these are calls to another number whichever it is …
_CALLS = re.compile(
    rf"(?:{_CANNOT}(?P<between>{_REST}) {_CALL}|{_CALL}{_REST} {_CANNOT}|не дозванива\w+|исходящ\w+"
    rf"|\bзвон(?:ю|им|ил[аи]?)|\bнабира(?:ю|ем|л[аи]?))(?P<rest>{_REST}){_TO}"
)
_TO_CALL = re.compile(rf"(?<!прошу )(?<!просит )(?<!можно ){_CALL}(?P<rest>){_TO}")
_CANNOT_AFTER = re.compile(rf"[\d ()+-]{{7,22}}(?: [\w-]+)?? (?:{_CANNOT}|невозможно|нельзя)\b")
# … and these only when it is a mobile one: a city number that nobody can reach may well be the client's own.
_FAIL = r"(?:не ?(?:проход(?:ят|ит)|ид(?:ут|ет)|доход(?:ят|ит)|соединя\w{1,9})|невозможно|нельзя)"
_CALLS_OF_ALL = r"\b(?:звонк\w{1,9}|звонок|вызов\w*|соединени\w{1,9})"
_FAILS = re.compile(
    rf"(?:(?:{_FAIL}|нет|нету){_REST} {_CALLS_OF_ALL}|(?:не мог(?:ут|ли)|невозможно|нельзя){_REST} {_CALL}"
    rf"|не ?(?:дозвон\w{{1,9}}ся|набира\w{{1,9}}|соединя\w{{1,9}}|звон(?:ит|ят|ится)\b))(?P<rest>{_REST}){_TO}"
)
_CALLS_TO = re.compile(rf"{_CALLS_OF_ALL}(?P<rest>{_REST}){_TO}")
_FAILS_AFTER = re.compile(rf"[\d ()+-]{{7,22}}(?: [\w-]+)?? {_FAIL}\b")
# Whose number it is, or that one is asked to call it …
_OWN = re.compile(
    r"входящ|\b(?:наш|мо[йеяи]\b|его\b|ее\b|их\b|сво[йи]|домашн|городск|стационарн|рабоч|абонент|клиент|заявител)"
    r"|\b(?:мне|нам|ему|ей|им|нас|меня|него|нее|них|вас|вам)\b|перезвон|позвон(?!ить)|\bзвоните|\bзвонить|наберите"
    r"|\bпрос|\bпрошу|контакт"
)
# … or that the client is called on it, and does not answer.
_CALLED_BACK = re.compile(
    rf"\b(?:абонент(?:у|ке)|клиент(?:у|ке)|заявителю|мне|нам|ему|ей|им)\b{_REST} (?:звонил[аи]?|набирал[аи]?|не дозвон\w+)\b"
    rf"|\b(?:звонил[аи]?|набирал[аи]?|не дозвон\w+){_REST} (?:абонент(?:у|ке)|клиент(?:у|ке)|заявителю|мне|нам|ему|ей|им)\b"
)

_WHOM = (
    r"(?:мне|нам|ему|ей|им|маме|папе|отцу|мужу|жене|бабушке|дедушке|абоненту|абонентке|клиенту|клиентке"
    r"|кто-то|неизвестн\w+|незнаком\w+|мошенник\w*)"
)
_THEY = r"\b(?:по)?звон(?:или|ят)\b"
# "Звонили с 8 900 …" alone is what an operator writes of the client himself.
_CALLED = (
    rf"(?<!не )(?:\bназванива\w+|{_THEY} {_WHOM}\b|\b{_WHOM} (?:(?!не\b)[\w-]+ ){{0,3}}(?:по)?звон(?:ил[аи]?|ит|ят)\b"
    r"|\b(?:поступ|приход|приш)\w+ (?:[\w-]+ ){0,2}(?:звон\w+|вызов\w*|смс|sms)"
    r"|\b(?:звонк\w+|звонок|вызов\w*|смс|sms) (?:[\w-]+ )?(?:поступ|приход|приш)\w+)"
)
_NUISANCE = re.compile(
    r"постоянно|регулярно|каждый день|все время|спам|реклам|представ|предлага|угрожа|названива"
    r"|кто-то|неизвестн|незнаком|мошенник"
)
_NUMBER = one_of(
    "номер номера номеров телефон телефона тел мобильного городского московского неизвестного этого такого"
)
_FROM = rf"\bсо?(?: {_NUMBER}\.?)*{_SIGNS}{_EARLIER}$"
_CALLED_FROM = re.compile(rf"{_CALLED}{_REST} {_FROM}")
_FROM_THERE = re.compile(_FROM)
_THEY_CALL = re.compile(rf"[\d ()+-]{{7,22}},?(?: (?!не\b)[\w-]+){{0,3}}? (?:{_THEY}|названива\w+)")
_THEY_CALL_SOMEBODY = re.compile(rf"[\d ()+-]{{7,22}},?(?: [\w-]+)?? (?:{_WHOM} (?:[\w-]+ )?{_THEY}|{_THEY} {_WHOM}\b)")
_THEY_CALL_FROM = re.compile(rf"(?<!не ){_THEY}{_REST} {_FROM}")

_PLACE = one_of(
    "по с со из от на в во к у через снизу сверху напротив доме дома домом дому квартире квартиры кв подъезда подъезде",
    "стояку площадке улице адресу живет живут живущие живущий живущая проживает проживают проживающие которые который",
)
_NEIGHBOURS = re.compile(
    rf"(?<!\w)(?<!\bи )(?<!\bи у )(?<!\bза )(?<!имени )(?<!просьбе )сосед\w*(?: {_PLACE}\.?)*"
    r"(?: [а-я]{3,12}(?:ой|ого|ва|на))?[ :(-]*$"
)
_OTHERS_PLACE = re.compile(
    r"(?<!\w)(?:(?:ее|его|их) (?:домашний )?адрес|юр(?:идический|\.)? ?адрес|(?:раньше|прежде) (?:жил[аи]?|был[аи]?))"
    r"[ :(-]*(?:на |в |по )?(?:[0-9]{6},? )?$"
)
# "Приходят квитанции на имя Гришина, Щорса 8-12", "кто живёт по адресу …", "офис продаж на …"
_ASKED_ABOUT = re.compile(
    rf"(?<!\w)(?:(?:приход|присыла|пришл|получа)\w{{1,4}}{_REST} на (?:имя|фамилию) (?:[а-я.]{{1,20}},? ){{1,4}}"
    r"|кто (?:живет|проживает|прописан)|(?:номер|телефон|фамили|данные)\w{0,2} (?:абонента|жильца|жильцов|соседа|хозяина)"
    r"|(?:ваш\w{0,2}|у вас в|в вашем) офис\w{0,2}|офис\w? продаж)(?: (?:по|в|на|из|адресу|квартире|доме))*[ :,]*$"
)
# "Ленина 2 (это другой провайдер …)", "отцу (Зелёная 14-33) не звонить"
_NOT_OURS_BEHIND = re.compile(
    r"[^!?;\n(]{3,50}(?:\((?:это |там )?(?:друг\w{1,3}|ин\w{2}) (?:провайдер|оператор)|\) (?:ему |ей )?не звон)"
)
_LANDMARK = re.compile(
    rf"(?<!\w)(?:напротив|возле|около|рядом со?|недалеко от|неподалеку от|как (?:и )?(?:в|на|у|по))(?: {_PLACE}\.?)*[ :(-]*$"
    r"|(?<!\w)(?<!нет )(?<!нету )(?<!работает )у(?: дома)? $"
)


# "Тел соседки 8 900 …", "ваш номер 580-00-00"
_OF_OTHERS = re.compile(
    r"(?<!\w)(?:тел(?:ефон\w?)?|номер\w?|моб(?:ильн\w+)?|сот(?:ов\w+)?)\.? (?:вашего? |у )?(?:сосед|мастер|монт|диспетчер"
    r"|аварий|жэк|жкх|управ"
    r"|банк|такси|курьер|полици|электрик|сантехник|риелтор|риэлтор|прежн|бывш|прошл)\w{0,8}(?: [а-я]{2,15})?[ :(—-]*$"
    rf"|(?<!\w)(?:ваш\w{{0,3}}) (?:номер\w?|тел(?:ефон\w?)?)\.?(?: \w+){{0,2}}{_SIGNS}$"
)
# "Не 8 977 …, а 8 977 …", "старый номер 8 977 …"
_GIVEN_UP = re.compile(
    rf"(?<!\w)(?:не (?:на |по )?|(?<!вместо )вместо |(?:стар|прежн|неверн|неправильн)\w{{2,3}} (?:номер\w?"
    rf"|тел(?:ефон\w?)?)?\.?"
    rf"(?: (?:был\w?|это))?){_SIGNS}$"
)
_GIVEN_UP_AFTER = re.compile(
    r"[\d ()+-]{7,22},? (?:\(?(?:это )?стар\w{2} ?(?:номер)?(?!\W{0,3}[0-9])|(?:больше |уже )?не (?:мой|действует|актуал\w+)"
    r"|отключен\w?(?!\w)|\(?(?:это )?(?:тел\w{0,6}\.? |номер )?(?:управдом|консьерж|председател|диспетчер|сосед)"
    r"\w{1,4}(?!\w))"
)
# "Его номер 8 951 …, ему не звоните раньше времени"
_NOT_TO_CALL = re.compile(rf"(?<!\w)(?:ему|ей|им|туда) не звон(?:ите|ить)(?: на)?{_SIGNS}$")
_NOT_TO_CALL_BEHIND = re.compile(r"[\d ()+-]{7,22},? (?:ему|ей|им|туда) не звон(?:ите|ить)(?!\w)")
# "Номер поменялся: был 8 933 …, стал 8 962 …"
_WAS = re.compile(rf"(?<!\w)(?:был|раньше|прежде)(?: номер)?{_SIGNS}$")
_BECAME = re.compile(r"[\d ()+-]{7,22},? (?:а )?(?:стал|теперь|сейчас|новый)(?!\w)")
# "Телефон их поддержки 8 800 …", "дежурный ОВД 581-02-02"
_OF_A_DESK = re.compile(
    rf"(?<!\w)(?:(?:тел\w{{0,6}}|номер\w?)\.? (?:их |этой )?(?:тех)?(?:поддержк|горяч|справочн)\w{{1,4}}"
    rf"(?: \w{{1,20}}){{0,2}}|(?:овд|увд|мвд|полици\w|мчс|прокуратур\w)(?: \w{{1,20}})?){_SIGNS}$"
)
_KIN_ABROAD = re.compile(rf"(?<!\w)(?:сестр|брат|мам|пап|отец|мать|доч|сын|родител|родн|друз|друг)\w{{0,6}}{_SIGNS}$")
_ABROAD = re.compile(
    r"(?<!\w)(?:звон(?:ю|им|ит|ил[аи]?|ить)|дозвон\w+|набира\w+)(?![^.!?;\n]{0,50}(?:мне|нам|меня) )[^.!?;\n]{0,50}$"
)


def is_others_phone(text: str, start: int, phone: Phone) -> bool:
    """Whether `text` says that the `phone` whose digits begin at `start` is one that was called, or called somebody."""
    before, after = _around(text, start)
    if _CALLED_FROM.search(before) or _called_from_there(before, after) or _OF_OTHERS.search(before):
        return True
    if _GIVEN_UP.search(before) or _GIVEN_UP_AFTER.match(after):
        return True
    if _NOT_TO_CALL.search(before) or _NOT_TO_CALL_BEHIND.match(after) or _OF_A_DESK.search(before):
        return True
    if _WAS.search(before) and _BECAME.match(after):
        return True
    if not phone.e164.startswith("+7") and (_ABROAD.search(before) or _KIN_ABROAD.search(before)):
        return True
    if _CALLED_BACK.search(before):
        return False
    mobile = phone.e164.startswith("+79")
    if _says(_CALLS, before, mobile=mobile) or (_CANNOT_AFTER.match(after) and _says(_TO_CALL, before, mobile=mobile)):
        return True
    fails_after = _FAILS_AFTER.match(after) is not None
    return mobile and (_says(_FAILS, before, mobile=True) or (fails_after and _says(_CALLS_TO, before, mobile=True)))


def is_others_address(text: str, start: int) -> bool:
    """Whether `text` says that the address that begins at `start` is the neighbours', a landmark or an example."""
    before, after = _around(text, start)
    if _NOT_OURS_BEHIND.match(after) is not None:
        return True
    return any(phrase.search(before) is not None for phrase in (_NEIGHBOURS, _LANDMARK, _OTHERS_PLACE, _ASKED_ABOUT))


def _called_from_there(before: str, after: str) -> bool:
    """Whether somebody else called from the number, and not the client, of whom operators write in the same words."""
    there = _FROM_THERE.search(before) is not None
    if there and _THEY_CALL_SOMEBODY.match(after):
        return True
    they_call = _THEY_CALL_FROM.search(before) or (there and _THEY_CALL.match(after))
    return bool(they_call) and _NUISANCE.search(_STATEMENT_END.split(before)[-1] + after) is not None


def _says(phrase: re.Pattern[str], before: str, *, mobile: bool) -> bool:
    """Whether the phrase leads up to the number, and nothing in it makes the number the client's own."""
    found = phrase.search(before)
    if found is None or any(part and _OWN.search(part) for part in found.groups()):
        return False
    # "На мобильные 8 495 123-45-67": the complaint ends before the number, which is whose it is.
    return mobile or _TO_A_MOBILE.search(before, found.end("rest")) is None


def _around(text: str, start: int) -> tuple[str, str]:
    """What stands before and behind, in lower case, one blank for many."""
    before = text[max(0, start - _LOOK_BACK) : start].lower().replace("ё", "е")
    after = text[start : start + _LOOK_AHEAD].lower().replace("ё", "е")
    return _BLANKS.sub(" ", before), _BLANKS.sub(" ", after)


_STATEMENT_END = re.compile(r"[.!?;\n]")
_BLANKS = re.compile(r"[ \t\u00a0]+")
