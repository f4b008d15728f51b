"""Contracts that a text gives, but says to be other people's, and callers who speak of somebody else's trouble.

"Не Ф-41141, а Ф-41114", "подключите как у Ф-22222", "прежний хозяин (договор Ф-50505) съехал", "был у Билайна, договор
88126". Precision before recall: a contract that may be another's finds no client. Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from otrs_bridge.domain.texts.ticket_text import any_of, one_of

_LOOK_BACK = 120
_LOOK_AHEAD = 60
_BLANKS = re.compile(r"[ \t\u00a0]")
_STATEMENT_END = re.compile(r"[.!?;\n](?=\s|$)")

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
_AS_WITH = re.compile(r"(?<!\w)как (?:и )?(?:у|на|для) (?:[\w«»\"-]{1,20}[ ,(]{1,2}){0,4}" + _SIGN)

_BEFORE_US = (
    r"(?:прежн|предыдущ|бывш|прошл)\w{2,3}"
    r" (?:хозя|владел|жил|абонент|собственни|арендатор|квартир|клиент|съемщи)\w{0,8}"
)
_PREDECESSOR = re.compile(rf"(?<!\w){_BEFORE_US}(?P<rest>{_REST})$")
_OF_PREDECESSOR = re.compile(rf"\W{{0,5}}(?:[\w-]{{1,15}}[ ,]{{1,2}}){{0,4}}{_BEFORE_US}")
_RIVAL = one_of(
    "ростелеком билайн мегафон мтс теле2 дом.ру домру эр-телеком акадо ттк нетбайнет netbynet онлайм уфанет старлинк",
    "beeline megafon rostelecom tele2",
)
_RIVALS = re.compile(
    rf"(?<!\w)(?:(?:друг|прежн|предыдущ|стар|чуж|ин|прошл)\w{{1,3}} (?:провайдер|оператор|компани|поставщик)\w{{0,3}}"
    rf"|(?:у|от|из|с|со|в|абонент\w{{0,2}}|клиент\w{{0,2}}|был\w?|провайдер\w?|оператор\w?|сейчас|раньше) {_RIVAL}\w{{0,2}})"
    rf"(?P<rest>{_REST})$"
)
_OF_RIVAL = re.compile(
    rf"\W{{0,5}}(?:с|у|от|это|был\w?)? ?(?:(?:друг|прежн|предыдущ|чуж)\w{{1,3}} (?:провайдер|оператор)|(?<=\w ){_RIVAL})"
)
_PERSON = r"(?:сосед|подруг|друг(?:а|у|ом)?(?!\w)|знаком|приятел|коллег)"
_FRIEND = re.compile(
    rf"(?<!\w)(?<!за )(?<!для )(?<!от )(?<!имени )(?<!просьбе )(?<!\bи )(?:{_PERSON}\w{{0,5}})(?P<rest>[^.!?;\n]{{0,40}})$"
)
# "… а мой Ф-15236", "перешел к вам, Ф-15236"
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
    if _CORRECTED.search(before) or _MISTAKEN.search(before) or _AS_WITH.search(before):
        return True
    said = _STATEMENT_END.split(before)[-1]
    if any(_leads_up(phrase, said) for phrase in (_PREDECESSOR, _RIVALS, _FRIEND)):
        return True
    if _OF_PREDECESSOR.match(after) or _OF_RIVAL.match(after):
        return True
    return _OF_SOMEBODY.search(said) is not None and _FINE_THERE.match(after) is not None


def _leads_up(phrase: re.Pattern[str], said: str) -> bool:
    """Whether the phrase leads up to the contract, and nothing between makes it the writer's own."""
    found = phrase.search(said)
    return found is not None and _OWN.search(found["rest"]) is None


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
        found = _NEIGHBOURS_TROUBLE.search(plain)
        found = None if found is None or _TOO.search(plain) else found
    return found[0].strip(" ,(:") if found is not None else ""


def _owner(text: str, start: int) -> str:
    """Whose the contract is by the words before it: "mine", "theirs", "" when they do not say."""
    said = _STATEMENT_END.split(_plain(text[max(0, start - _LOOK_BACK) : start]))[-1]
    marks = [(found.start(), whose) for whose, mark in _OWNERS for found in mark.finditer(said)]
    return max(marks)[1] if marks else ""


def _plain(text: str) -> str:
    """Lower case, one blank for many."""
    return _BLANKS.sub(" ", text.lower().replace("ё", "е"))


_DIGITS = re.compile(r"[0-9]+")
# One of these stands in whatever the patterns below find: most texts have none.
_OTHERS = ("сосед", "подруг", "друга", "знаком", " за ", " для ", "имени", "просьбе", "вместо")
_KIN = (
    r"(?:сосед|подруг|друга|другу|знаком|приятел|коллег|мам|пап|мать|отца|отцу|бабушк|дедушк|сестр|брат|тет|тещ|свекров|доч"
    r"|сын|жен|муж|родител|родственни)\w{0,6}"
)
_FOR_KIN = re.compile(
    rf"(?<!\w)(?:звон|пиш|обраща|прош|сообща|хлопоч)\w{{1,6}} (?:\w{{1,12}} ){{0,2}}?(?:за|для|от имени|по просьбе|вместо)"
    rf" (?:[\w-]{{1,10}} )?{_KIN}"
)
_FOR_NEIGHBOUR = re.compile(
    r"(?<!\w)(?:за|от имени|по просьбе) (?:сво\w{2,3} |мо\w{2,3} )?(?:сосед\w{1,5}|подруг\w|друга|знаком\w{2,3})(?!\w)"
)
_NEIGHBOURS_TROUBLE = re.compile(
    r"(?<!\w)у (?:мо\w{2,3} |наш\w{2,3} )?сосед\w{1,5}(?:[ ,(][^.!?;\n]{1,40}?)?[ :]"
    r"(?:нету?|не ?работа\w+|пропал\w*|отключ\w+|оборва\w+|сломал\w+|молчит)(?!\w)"
)
_TOO = any_of(r"(?:тоже|также|и у (?:меня|нас|моих|наших)|как и у|не только|а у (?:меня|нас) нету?)\b")
_OWNERS = (
    ("mine", re.compile(r"(?<!\w)(?:мо[йяею]|мо[её]го|у меня|наш\w?|у нас)(?!\w)")),
    ("theirs", re.compile(rf"(?<!\w)(?:(?:ее|его|их)(?!\w)|у (?:нее|него|них)(?!\w)|договор\w? {_KIN}|на {_KIN})")),
)
