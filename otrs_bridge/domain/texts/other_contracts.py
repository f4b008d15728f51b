"""Contracts that a text gives, but says to be other people's, and callers who speak of somebody else's trouble.

"Не Ф-41141, а Ф-41114", "подключите как у Ф-22222", "прежний хозяин (договор Ф-50505) съехал", "был у Билайна, договор
88126". Precision before recall: a contract that may be another's finds no client. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from otrs_bridge.domain.texts.new_owner import is_of_the_one_before
from otrs_bridge.domain.texts.ticket_text import any_of, one_of

_LOOK_BACK = 120
_LOOK_AHEAD = 60
_STATEMENT_END = re.compile(r"(?<![\s.]\w)[.!?;\n](?=\s|$)")  # no initial's dot

# What leads up to the digits of a contract: "договор № Ф-".
_SIGN = (
    r"(?:(?:договор\w{0,3}|дог|контракт\w{0,2}|лицев\w{2} счет\w?|л/с)\.?)?[ :(\"«-]{0,3}"
    r"(?:(?:№|номер\w{0,2})[ :]{0,2})?(?:[а-яa-z]{1,2}[ .-]{0,3})?$"
)
_REST = r"[^.!?;\n]{0,60}"
_CORRECTED = re.compile(
    r"(?<!\w)(?:(?<!почему )(?<!разве )не (?:мой |на |по )?|вместо |(?:неверн|неправильн|ошибочн|чуж)\w{2,3} )" + _SIGN
)
_MISTAKEN = re.compile(
    r"(?<!\w)(?:ошибочно|по ошибке|неверно|неправильно) (?:указ|напис|назв|ввел|ввод|продикт|завел|оформ|внес)\w{0,6}"
    r"(?:(?!верн|правильн|нужн|на самом)[^.!?;\n]){0,30} " + _SIGN
)
# "Указал Ф-61932 вместо Ф-61923": here the wrong one stands before the word, and the right one behind it.
_SLIP = r"(?:указ|напис|назв|ввел|ввод|набрал|продикт|ошиб|перепут|оплат|заплат|плат[еи]|перечисл|перев[её]л|отправ)"
_INSTEAD_OF = re.compile(rf"(?<!\w){_SLIP}\w{{0,9}}{_REST}(?<!\w)вместо (?:мо\w{{2,3}} |наш\w{{2,3}} )?{_SIGN}")
_SLIPPED = re.compile(rf"(?<!\w){_SLIP}\w{{0,9}}[^.!?;\n]{{0,60}}$")
# "Верный Ф-31077, а не …", "а надо было на свой — Ф-33418"
_RIGHT_ONE = re.compile(
    rf"(?<!\w)(?:верн\w{{2,3}}|правильн\w{{2,3}}|нужн\w{{2,3}}|(?:надо|нужно|следовало)(?: было)? на"
    rf" (?:сво[йю]|мой|наш))[ :—–-]{{1,3}}{_SIGN}"
)
# "Мы …, договор Ю-4016, а в счёте указан Ю-4061"
_FOUND_THERE = re.compile(
    rf"(?<!\w)а (?:у вас )?(?:(?:в|на) [\w-]{{2,12}} )?(?:указан|стоит|написан|значится|числится)\w{{0,2}} {_SIGN}"
)
_INSTEAD = re.compile(r"\W{0,3}(?:а не|вместо)(?!\w)")
_WRONG_ONE = re.compile(
    r"\W{0,4}(?:но )?(?:это )?(?:(?:в базе|у нас) (?:такого |его )(?:договора )?нет|такого (?:в базе |у нас )?нет|нет такого"
    r"|(?:ой|тьфу|блин)?,? ?(?:лишн\w{2} цифр|ошиб(?:ся|лась|ка)(?!\w)|опечат)"
    r"|(?:[^.!?;\n]{0,30} )?(?:это не я|(?:фамилия|имя|адрес) не мо[яе])(?!\w)"
    r"|(?:[а-я]{1,9} ){0,3}не (?:писать|оформлять)(?!\w)|чуж"
    r"|не (?:мо[йя]|его|ее|их|наш|тот|та|то)(?!\w)|ошибоч|неверн|неправильн|не трога"
    r"|сосед(?:а|ка|ки|ский|ей)?(?!\w))"
)
_NOT_TO_BE_MIXED = re.compile(
    r"(?<!\w)(?:с?пута(?:ть|йте|ют|ете|л\w?)|перепута\w+|спутал\w*) (?:\w+ )?с(?!\w)(?:(?<!\w)[а-я]\.|[а-я]\.(?=[ ,])"
    r"|[^.!?;\n]){0,60}$"
)
# What came to the wrong person: "приходят квитанции на имя Гришина, договор Ф-39912"
_CAME = re.compile(
    rf"(?<!\w)(?:получа\w+|приход\w+|приш\w+|присыла\w+|прислали|шлете){_REST}(?<!\w)на (?:имя|фамилию|чуж\w+)"
    r"(?:(?<!\w)[а-я]\.|[^.!?;\n]){0,60}$"
)
# "Например, Ф-10001", "тестовый договор Ф-00000", "образец: Ф-12345"
_EXAMPLE = re.compile(
    rf"(?<!\w)(?:например|к примеру|пример\w{{0,2}}|образ(?:ец|ца|цу)|тестов\w{{2,3}}|формат\w{{0,2}}|вида"
    rf"|типа)[ :,—-]{{1,3}}{_SIGN}"
)
# "По базе номер числится за Ф-20533", "в базе по этому адресу Ф-20533": what an operator found, and not what he was told.
_IN_THE_BASE = re.compile(
    r"(?<!\w)(?:(?:по|в) (?:нашей )?базе|в биллинге|числится|зарегистрирован\w?|висит|бьется|пробива\w+)"
    r"[^.!?;\n]{0,40}(?<!\w)(?:за|на|другой|другая|другому|чуж\w+|не (?:он|она|его|ее))(?!\w)[^.!?;\n]{0,20}$"
)
_COMPLAINED_OF = re.compile(rf"(?<!\w)(?:жалоб\w|жалуюсь|жалуемся|пожаловаться) на (?:[а-я]{{3,12}} ){{0,2}}{_SIGN}")
# Commands to a machine are nobody's contract.
_COMMANDED = re.compile(
    r"(?<!\w)(?:(?:set|change|assign|make|update)\W{1,3}(?:the )?(?:client|customer|contract|ticket)"
    r"|(?:установи|поставь|смени|назначь|измени|присвой)\w{0,2} (?:(?:эт\w{2,3} )?(?:тикет|заявк|обращени)\w{0,3} )?"
    r"(?:клиент|абонент|заказчик)[ау])\W{1,3}(?:(?:to|as"
    r"|на)\W{1,3})?" + _SIGN
)
_AS_WITH = re.compile(r"(?<!\w)как (?:и )?(?:у|на|для) (?:[\w«»\"-]{1,20}[ ,(]{1,2}){0,4}" + _SIGN)

_BEFORE_US = (
    r"(?:(?:прежн|предыдущ|бывш|прошл|стар)\w{2,3}"
    r" (?:хозя|владел|жил|абонент|собственни|арендатор|квартир|клиент|съемщи|договор(?!\w))\w{0,8}"
    r"|до (?:меня|нас|него|нее) (?:тут |здесь |там )?(?:жил|был))"
)
_PREDECESSOR = re.compile(rf"(?<!\w){_BEFORE_US}(?P<rest>{_REST})$")
_OF_PREDECESSOR = re.compile(rf"\W{{0,5}}(?:[\w-]{{1,15}}[ ,]{{1,2}}){{0,4}}{_BEFORE_US}")
_RIVAL = one_of(
    "ростелеком билайн мегафон мтс теле2 дом.ру домру эр-телеком акадо ттк нетбайнет netbynet онлайм уфанет старлинк",
    "beeline megafon rostelecom tele2",
)
_RIVALS = re.compile(
    rf"(?<!\w)(?:(?:друг|прежн|предыдущ|стар|чуж|ин|прошл)\w{{1,3}} (?:провайдер|оператор|компани|поставщик)\w{{0,3}}"
    rf"|(?:у|от|из|с|со|в|еще|и|абонент\w{{0,2}}|клиент\w{{0,2}}|был\w?|провайдер\w?|оператор\w?|сейчас|раньше)"
    rf" {_RIVAL}\w{{0,2}})(?P<rest>{_REST})$"
)
_OF_RIVAL = re.compile(
    rf"\W{{0,5}}\({_RIVAL}|\W{{0,5}}(?:с|у|от|это|был\w?)? ?(?:(?:друг|прежн|предыдущ|чуж)\w{{1,3}} (?:провайдер"
    rf"|оператор)|(?<=\w ){_RIVAL})"
)
# "У меня сейчас Волга-Лайн, договор Ф-90017, хочу уйти от них"
_LEFT_BEHIND = re.compile(
    r"[^.!?;\n]{0,30}(?<!\w)(?:уйти|ухо[дж]\w{1,3}|перейти|перехо[дж]\w{1,3}|отказ\w{3,7}) (?:от них|к вам|на вас)(?!\w)"
)
_MOVED_OUT = re.compile(r"\W{0,3}(?:он |она |они )?(?:уже )?(?:съехал|выехал)")
# "У меня был Волга-Лайн (договор Ф-70144), у вас по договору Ф-44902"
_USED_TO_BE = re.compile(
    rf"(?<!\w)(?:у меня|у нас) (?:раньше )?был\w? [\w«»\"-]{{3,20}}(?: [\w«»\"-]{{2,20}})? ?[(,] ?{_SIGN}"
)
_AT_YOURS = re.compile(r"[^.!?;\n]{0,40}(?<!\w)(?:у вас|с вами|к вам)(?!\w)")
_PERSON = r"(?:сосед|подруг|друг(?:а|у|ом)?(?!\w)|знаком|приятел|коллег)"
_FRIEND = re.compile(
    rf"(?<!\w)(?<!за )(?<!для )(?<!от )(?<!имени )(?<!просьбе )(?<!\bи )(?:{_PERSON}\w{{0,5}})(?P<rest>[^.!?;\n]{{0,40}})$"
)
# "… а мой Ф-15236", "перешел к вам, Ф-15236"
_NOW_HIS = re.compile(r"(?<!\w)(?:мо[йяею]|моего|у меня|теперь|сейчас|новый)(?!\w)")
_OWN = re.compile(
    r"(?<!\w)(?:мо[йяею]|моего|моей|у меня|наш\w?|у нас|к вам|с вами|у вас|ваш\w*|теперь|сейчас|новый)(?!\w)"
)
_FINE_THERE = re.compile(
    r"[\")»]{0,2}(?:[ ,][\w-]{1,15}){0,2}[ ,—–-]{1,3}(?:есть|все (?:хорошо|ок|норм\w*|в порядке)|(?<!не )работает)"
)
_OF_SOMEBODY = re.compile(
    r"(?<!\w)у (?!меня|нас|вас|него|нее|них|клиент|абонент|мам|пап|муж|жен|сын|доч|брат|сестр|бабуш|дедуш|родител|отц)"
    r"(?:[\w-]{2,20}[ ,(]{1,2}){1,4}" + _SIGN
)


def is_others_contract(text: str, start: int) -> bool:
    """Whether `text` says that the contract whose digits begin at `start` is not the client's."""
    before = _plain(text[max(0, start - _LOOK_BACK) : start])
    after = _DIGITS.sub("", _plain(text[start : start + _LOOK_AHEAD]), count=1)
    said = _STATEMENT_END.split(before)[-1]
    if _INSTEAD_OF.search(said) or _RIGHT_ONE.search(said):
        return False
    if any(
        phrase.search(before)
        for phrase in (
            _CORRECTED,
            _MISTAKEN,
            _AS_WITH,
            _COMMANDED,
            _CAME,
            _EXAMPLE,
            _IN_THE_BASE,
            _FOUND_THERE,
            _COMPLAINED_OF,
        )
    ):
        return True
    if _WRONG_ONE.match(after) or (_INSTEAD.match(after) and _SLIPPED.search(said)):
        return True
    if _NOT_TO_BE_MIXED.search(before) or _is_no_client(text) or _is_of_the_one_before(text, start):
        return True
    if any(_leads_up(phrase, said) for phrase in (_RIVALS, _FRIEND)) or _leads_up(_PREDECESSOR, said, own=_NOW_HIS):
        return True
    if _LEFT_BEHIND.match(after) or _MOVED_OUT.match(after) or _OF_PREDECESSOR.match(after) or _OF_RIVAL.match(after):
        return True
    if _USED_TO_BE.search(said) and _AT_YOURS.match(after):
        return True
    return _OF_SOMEBODY.search(said) is not None and _FINE_THERE.match(after) is not None


def _is_of_the_one_before(text: str, start: int) -> bool:
    return is_of_the_one_before(
        _plain(text[max(0, start - 2 * _LOOK_BACK) : start]), _plain(text[start : start + 2 * _LOOK_BACK])
    )


def _is_no_client(text: str) -> bool:
    """Whether the writer says that he is nobody's client here, so that what he tells came to him by mistake."""
    return "абонент" in text and _NO_CLIENT.search(_plain(text)) is not None


_NO_CLIENT = re.compile(
    r"(?<!\w)(?:(?:никогда|вообще|давно)[^.!?;\n]{0,20} )?не (?:был\w? |являюсь |явля\w+ )?(?:вашим?|ваша"
    r"|вашей) (?:абонент|клиент)"
    r"|(?<!\w)(?:никогда )?(?:вашим|вашей) (?:абонент|клиент)\w*(?: никогда)? не (?:был|явл)"
)


def _leads_up(phrase: re.Pattern[str], said: str, own: re.Pattern[str] = _OWN) -> bool:
    """Whether the phrase leads up to the contract, and nothing between makes it the writer's own."""
    found = phrase.search(said)
    return found is not None and own.search(found["rest"]) is None


def speaks_for_another(text: str, contracts: Sequence[int]) -> str:
    """The words in which the writer of `text` speaks of somebody else's trouble; "" when he does not.

    `contracts`: where the digits of the contracts begin. What he gives may be his own or the other's, and nobody knows
    whose, unless it is said of the contract ("у неё договор …"). For relatives it matters only when he calls it his own:
    a family has one contract.
    """
    plain = _plain(text)
    if not any(word in plain for word in _OTHERS):
        return ""
    owners = [_owner(text, start) for start in contracts]
    if owners and all(owner == "theirs" for owner in owners):
        return ""
    found = _FOR_NEIGHBOUR.search(plain)
    if found is None and "mine" in owners:
        found = _FOR_KIN.search(plain)
    if found is None:
        found = _KIN_ELSEWHERE.search(plain)
    if found is None:
        found = _NEIGHBOURS_TROUBLE.search(plain)
        found = None if found is None or _TOO.search(plain) else found
    return found[0].strip(" ,(:") if found is not None else ""


def others_among(text: str, starts: Sequence[int]) -> frozenset[int]:
    """Which of several contracts, whose digits begin at `starts`, are another's because the text calls only others its own.

    "Мой Ф-30303, у мамы Ф-20202", "Ф-30303, а у соседа Ф-20202": a list ("Ф-1 и Ф-2") has one owner.
    """
    owners: dict[int, str] = {}
    last, since = "", 0
    for start in starts:
        before = _plain(text[max(since, start - _LOOK_BACK) : start])
        if since == 0 or _GOES_ON.fullmatch(before) is None:
            last = _owner(text, start, since=since) or ("another's" if _OF_KIN.search(before) else "")
        owners[start], since = last, start
    if "mine" in owners.values():
        return frozenset(start for start, owner in owners.items() if owner != "mine")
    return frozenset(
        start for start, owner in owners.items() if owner == "another's" and set(owners.values()) != {owner}
    )


_GOES_ON = re.compile(r"[0-9]+(?:,? (?:и|или)|,)? ?(?:договор\w{0,3} )?(?:№ ?)?(?:[а-я]-?)?")


def _owner(text: str, start: int, *, since: int = 0) -> str:
    """Whose the contract is by the words before it: "mine", "theirs", "" when they do not say."""
    said = _STATEMENT_END.split(_plain(text[max(since, start - _LOOK_BACK) : start]))[-1]
    marks = [(found.start(), whose) for whose, mark in _OWNERS for found in mark.finditer(said)]
    return max(marks)[1] if marks else ""


def _plain(text: str) -> str:
    """Lower case, one blank for many."""
    return text.lower().replace("ё", "е").replace("\t", " ").replace("\u00a0", " ")


_DIGITS = re.compile(r"[0-9]+")
# One of these stands in whatever the patterns below find: most texts have none.
_OTHERS = ("сосед", "подруг", "друга", "знаком", " за ", " для ", "имени", "просьбе", "вместо", "у ")
_KIN = (
    r"(?:сосед|подруг|друга|другу|знаком|приятел|коллег|мам|пап|мать|отца|отцу|бабушк|дедушк|сестр|брат|тет|тещ|свекров|доч"
    r"|сын|жен|муж|родител|родственни)\w{0,6}"
)
_FOR_KIN = re.compile(
    rf"(?<!\w)(?:звон|пиш|обраща|прош|сообща|хлопоч)\w{{1,6}} (?:\w{{1,12}} ){{0,2}}?(?:за|для|от имени|по просьбе|вместо)"
    rf" (?:[\w-]{{1,10}} )?{_KIN}"
)
# "У тёщи на Полевой 19 нет интернета": a place of its own is told for her.
_KIN_ELSEWHERE = re.compile(
    rf"(?<!\w)у (?:мо\w{{2,3}} |сво\w{{2,3}} |его |ее )?{_KIN},? ?\(?(?:на|по|в|из|с|она|он|живет|кв"
    rf"|ул)(?!\w)[^.!?;\n]{{1,40}}?[0-9]"
    # the other way round: "не работает на Полевой 19 у тёщи"
    rf"|(?<!\w)(?:на|по) [^.!?;\n]{{3,40}}?[0-9]{{1,3}}[а-я]?,? у (?:мо\w{{2,3}} |сво\w{{2,3}} |его |ее )?{_KIN}(?!\w)"
)
_FOR_NEIGHBOUR = re.compile(
    r"(?<!\w)(?<!оплата )(?<!платеж )(?<!платил )(?<!платила )(?:за|от имени|по просьбе|по поводу|насчет|для|про)"
    r" (?:сво\w{2,3} |мо\w{2,3} )?(?:сосед\w{1,5}|подруг\w|друга|знаком\w{2,3})(?!\w)"
)
_NEIGHBOURS_TROUBLE = re.compile(
    r"(?<!\w)у (?:мо\w{2,3} |наш\w{2,3} )?сосед\w{1,5}(?:[ ,(][^.!?;\n]{1,40}?)?[ :]"
    r"(?:нету?|не ?работа\w+|пропал\w*|отключ\w+|оборва\w+|сломал\w+|молчит)(?!\w)"
)
_TOO = any_of(r"(?:тоже|также|и у (?:меня|нас|моих|наших)|как и у|не только|а у (?:меня|нас) нету?)\b")
_OF_KIN = re.compile(
    rf"(?<!\w)(?:у|на|от|с) (?:\w{{1,6}} )?(?:{_KIN}|друг(?:ой|ого|ую)|чуж\w+)[^.!?;\n]{{0,40}}$|(?<!\w)(?:чуж\w{{2,3}}"
    rf"|{_KIN}) ?\(?[^.!?;\n]{{0,15}}$"
)
_OWNERS = (
    (
        "mine",
        re.compile(
            r"(?<!\w)(?:мо[йяею]|мо[её]го|у меня|у вас|с вами|наш\w?|у нас|правильн\w{2,3}|верн\w{2,3}|нужен"
            r"|нужн\w{2,3})(?!\w)"
        ),
    ),
    ("theirs", re.compile(rf"(?<!\w)(?:(?:ее|его|их)(?!\w)|у (?:нее|него|них)(?!\w)|договор\w? {_KIN}|на {_KIN})")),
)
