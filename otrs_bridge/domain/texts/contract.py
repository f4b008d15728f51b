"""Contract numbers: many ways of writing, one value.

A contract is a letter and a number, `Ф-15236`; the letter says the client's type (`Ф` an
individual, `Ю` a company). Operators and clients write it as they like; whatever is read
here comes out in one canonical form. Source: docs/field-rules.md#client.

Precision before recall: a number that only might be a contract is left alone, because a wrong
client is worse than no client.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

DEFAULT_PREFIXES = frozenset({"Ф", "Ю"})
"""The letters that make a number a contract even without the word "договор" before it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ContractNumber:
    """One contract: `prefix` is a Cyrillic capital or `""` (not told), `number` its digits.

    `number` carries no leading zeros. Two equal values are the same contract; a value with
    an empty prefix may stand for the contract of any prefix with that number.
    """

    prefix: str
    number: str

    @property
    def canonical(self) -> str:
        """The one way this contract is written everywhere: `Ф-15236`, or `15236`."""
        return f"{self.prefix}-{self.number}" if self.prefix else self.number

    def __str__(self) -> str:
        return self.canonical


def parse_contract(text: str) -> ContractNumber | None:
    """Read a string that as a whole is one contract, such as a directory's column.

    Takes at most one Cyrillic letter (or its Latin writing) and 1 to 10 digits, with or
    without the word "договор" and a number sign before them; a letter other than the default
    prefixes needs a dash (`К-55`). Anything else, such as two contracts or a phone, gives
    `None`; never raises.
    """
    if len(text) > _LONGEST_WHOLE:
        return None
    found = _WHOLE.fullmatch(text.lower())
    if found is None or (found["letter"] and not _is_plain(found["letter"], found["joint"])):
        return None
    return _contract(found["letter"], found["number"])


def canonical_contract(text: str) -> str:
    """The one way in which a contract of any make is written: OTRS's search knows no letter case, so capitals."""
    known = parse_contract(text)
    return " ".join(text.split()).upper() if known is None else known.canonical


def find_contracts(text: str, *, prefixes: frozenset[str] = DEFAULT_PREFIXES) -> tuple[ContractNumber, ...]:
    """Every contract that free text names, in order, each once.

    Without the word "договор" a number needs one of `prefixes` (Cyrillic capitals) and four
    digits, or three when written `Ф-123`. After the word bare digits will do; they give an
    empty prefix, and are dropped when the text also names that number with its letter.
    """
    return distinct(contract for contract, _ in locate_contracts(text, prefixes=prefixes))


def distinct(contracts: Iterable[ContractNumber]) -> tuple[ContractNumber, ...]:
    """Each contract once, in order; a bare number is dropped where it also stands with its letter."""
    found = dict.fromkeys(contracts)
    with_letter = {contract.number for contract in found if contract.prefix}
    return tuple(contract for contract in found if contract.prefix or contract.number not in with_letter)


def locate_contracts(text: str, *, prefixes: frozenset[str] = DEFAULT_PREFIXES) -> Iterator[tuple[ContractNumber, int]]:
    """As `find_contracts`, but with repetitions, and with the offset where each is written."""
    lowered = text.lower()
    by_letter, by_word = _patterns(prefixes)
    hits = {
        match.start("number"): _contract(match["letter"], match["number"])
        for match in by_letter.finditer(lowered)
        if _is_sure(lowered, match)
    }
    for match in by_word.finditer(lowered):
        if _is_sure_after_word(lowered, match):
            hits[match.start("number")] = _contract(match["letter"], match["number"])
            if not match["letter"] and _PLURAL.fullmatch(match["word"]) is not None:
                hits.update(_rest_of_list(lowered, match.end()))
    for start, contract in sorted(hits.items(), key=lambda hit: hit[0]):
        if contract is not None:
            yield contract, start


# Latin writings of a Cyrillic letter: by look (A is А) and by sound (F is Ф, YU is Ю).
_LATIN = {
    "a": "А", "b": "В", "c": "С", "e": "Е", "h": "Н", "k": "К", "m": "М", "o": "О", "p": "Р",
    "t": "Т", "x": "Х", "f": "Ф", "u": "Ю", "yu": "Ю", "iu": "Ю", "ju": "Ю",
    "φ": "Ф", "эф": "Ф",
}  # fmt: skip

_LONGEST_WHOLE = 60
_DASH = r"[-_~\u00ad\u2010-\u2015\u2212]"
_BLANKS = " \t\u00a0\u2007\u2009\u202f"
_GAP = f"[{_BLANKS}]"
_DASHED = re.compile(_DASH)
_JOINT = rf"{_GAP}?{_DASH}{{0,2}}{_GAP}?"
_JOINT_BY_LETTER = rf"{_JOINT}|{_GAP}?№{_GAP}?|\.(?=[0-9]{{5}})"
_WORD = r"(?P<word>договор[а-я]{0,3}|дог|dogovor[a-z]{0,2}|dog)"
_ABOUT = (
    rf"(?:{_GAP}{{1,2}}(?:(?:об?|на){_GAP})?оказани[еяию]{_GAP}услуг(?:{_GAP}связи)?"
    rf"|{_GAP}{{1,2}}(?:с{_GAP}вами|абонентский|абонента|клиента))?"
)
_SIGN = r"(?:№{1,2}|номера?|номером|ном|nomer|nr?|no|#)\.?"
_AFTER_NUMBER = r"(?![\w@])(?![-/.\u2010-\u2015][0-9])(?![-\u2010-\u2015][а-яa-z](?!\w))"
_WHOLE = re.compile(
    rf"\W{{0,9}}(?:{_WORD}\.?{_ABOUT}\W{{0,9}})?(?:{_SIGN}\W{{0,9}})?"
    rf"(?P<letter>[а-я]|{'|'.join(sorted(_LATIN, key=len, reverse=True))}|)"
    rf"(?P<joint>\.?\W{{0,3}})(?P<number>[0-9]{{1,10}})\W*"
)

# One-letter Russian words: such a letter belongs to a number only when nothing but a dash parts them.
_SINGLE_LETTER_WORDS = "авикосуя"

_UNIT = re.compile(
    rf"{_GAP}?(?:р\b|руб|₽|[мкг]б(?:ит|/с|\b)|mbit|квт|вт\b|м\b|шт\b|%|г\b|год|лет\b|дн|час|мин|сек|коп)"
)
# A number sign belongs to the word before it: "талон № Ф-2291" is no contract, "абонент № Ф-2291" is one.
_NUMBERED = re.compile(r"(?<![а-яa-z/])(?P<what>[а-яa-z/]+)[^\w№]{0,3}№\W{0,2}$")
_NUMBERS_A_CLIENT = re.compile(r"(?:дог|dog|абон|аб|клиент|кл|лиц|л/с|лс|номер)[а-яa-z]*")
# "по договорам № 15236, 15237 и 15238"
_PLURAL = re.compile(r"договор(?:ы|ов|ам|ах|ами)")
_NEXT_OF_LIST = re.compile(rf"(?:[,;]|,? и){_GAP}{{0,2}}(?:№{_GAP}?)?(?P<number>[0-9]{{4,7}}){_AFTER_NUMBER}")
_OTHER_PAPER = re.compile(r"(?:кредитн|трудов|ипотечн|страхов|арендн|госуд|муниц|типов)\w{0,8}\W{1,3}$")
_THING = re.compile(
    r"(?<![а-яa-z])(?:роутер|модем|маршрутиз|коммутат|принтер|мфу|сканер|факс|модел|терминал|пристав|аппарат"
    r"|прошивк|верси|форм|гост|снип|приказ|накладн|тариф|стелла|фактур|артикул|заказ|талон|сери|деталь|станц|ont|zte|hp|huawei"
    r"|deskjet|laserjet|officejet|canon|epson|brother|samsung|d-link|tp-link|asus|zyxel|keenetic"
    r"|totolink|tenda|mikrotik|ubiquiti|xerox|panasonic|lg)[\w-]{0,8}\W{1,3}(?:№\W{0,2})?$"
)
# A letter inside a word, an address of a page or of mail, or after initials ("И.Ф") starts no contract.
_STUCK = re.compile(r"(?:[\w@/]|(?:^|\W)\w[.-]|[?&;][\w.-]{1,20}[=:])\Z")
# The number of another system: "тикет Ф-15236", "case F-15236".
_OTHER_SYSTEM = re.compile(
    r"(?<![а-яa-z])(?:тикет|обращени|инцидент|кейс|задач|запрос|ticket|case|incident|issue|request|task)[а-яa-z]{0,3}"
    r"\W{1,3}(?:(?:№|номер|number|no|id)\W{0,2})?$"
)
# "Ф-3185.. последнюю не расслышала", "Ф-3185_"
_CUT_OFF = re.compile(
    r"(?:\.{2,3}|…|\?)[^\n]{0,16}(?:последн|дальше|не (?:рас|до)слыш|не запис|не разобр|неразборч)|_|\*|[xх?]{2}"
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_LOOK_BACK = 28
_SHORTEST_BARE = 4
_SHORTEST_AFTER_SIGN = 3


@lru_cache(maxsize=8)
def _patterns(prefixes: frozenset[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """The two ways a contract stands in text: by its letter, and after the word "договор"."""
    writings = {prefix.lower() for prefix in prefixes}
    writings.update(latin for latin, letter in _LATIN.items() if letter in prefixes)
    letters = "|".join(sorted(map(re.escape, writings), key=len, reverse=True)) or "(?!)"
    # Both start with plain letters, so that the search may run from one such letter to the next; what
    # must not stand before them is looked at afterwards.
    by_letter = rf"(?P<letter>{letters})(?P<joint>{_JOINT_BY_LETTER})(?P<number>[0-9]{{3,7}}){_AFTER_NUMBER}"
    by_word = (
        rf"{_WORD}\.?{_ABOUT}[\s:;=,(«\"-]{{0,4}}(?P<sign>{_SIGN})?[\s:«\"-]{{0,3}}"
        rf"(?:(?P<letter>{letters})\.?)?(?P<joint>{_JOINT})(?P<number>[0-9]{{1,8}}){_AFTER_NUMBER}"
    )
    return re.compile(by_letter), re.compile(by_word)


def _is_sure(text: str, match: re.Match[str]) -> bool:
    """Whether a letter with a number, without the word before it, is a contract and nothing else."""
    letter, joint, number = match["letter"], match["joint"], match["number"]
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    if any(phrase.search(before) for phrase in (_STUCK, _THING, _OTHER_SYSTEM)):
        return False
    if _UNIT.match(text, match.end()) or _CUT_OFF.match(text, match.end()):
        return False
    numbered = _NUMBERED.search(before)
    if numbered is not None and _NUMBERS_A_CLIENT.fullmatch(numbered["what"]) is None:
        return False
    dashed = joint.strip(_BLANKS) != ""
    glued = dashed or not joint
    if letter in _SINGLE_LETTER_WORDS and not glued:
        return False
    match len(number):
        case 3:
            return dashed and not letter.isascii()
        case 4:
            # ZTE F6600 and HP F2180 are things; a year after a person's initial is a birthday.
            latin = letter.isascii() and len(letter) == 1
            return dashed or not (latin or _is_year(number))
        case 7:
            return glued  # after a blank it is a person's initial and a local phone
        case _:
            return True


def _is_sure_after_word(text: str, match: re.Match[str]) -> bool:
    """Whether what follows the word "договор" is the contract's number, not a date or an amount."""
    number = match["number"]
    before = text[max(0, match.start() - _LOOK_BACK) : match.start()]
    following = text[match.end() : match.end() + 2]
    if before[-1:].isalnum() or _OTHER_PAPER.search(before) or _UNIT.match(text, match.end()):
        return False
    if len(number) < _SHORTEST_BARE and following[:1].isspace() and following[1:].isdigit():
        return False  # "договор Ф-15 236": nobody knows where that number ends
    if match["letter"]:
        return True
    if following[:1] == "," and following[1:].isdigit():
        return False
    if match["sign"]:
        return len(number) >= _SHORTEST_AFTER_SIGN
    return len(number) >= _SHORTEST_BARE and not _is_year(number)


def _rest_of_list(text: str, position: int) -> Iterator[tuple[int, ContractNumber | None]]:
    """The further bare numbers of a list whose first one ends at `position`."""
    while (match := _NEXT_OF_LIST.match(text, position)) is not None:
        if _UNIT.match(text, match.end()) is not None:
            return
        yield match.start("number"), _contract("", match["number"])
        position = match.end()


def _is_plain(letter: str, joint: str) -> bool:
    """Whether a letter alone makes a contract of a number: `д. 5` and `кв 3` are parts of an address."""
    return _LATIN.get(letter, letter.upper()) in DEFAULT_PREFIXES or _DASHED.search(joint) is not None


def _is_year(number: str) -> bool:
    return _YEAR.fullmatch(number) is not None


def _contract(letter: str | None, digits: str) -> ContractNumber | None:
    number = digits.lstrip("0")
    if not number or not digits.isascii():
        return None
    if not letter:
        return ContractNumber(prefix="", number=number)
    return ContractNumber(prefix=_LATIN.get(letter, letter.upper()), number=number)


def may_be_same(told: ContractNumber, wanted: ContractNumber) -> bool:
    """Whether both may be one contract; one told without its letter may be any with that number."""
    return told.number == wanted.number and (not told.prefix or not wanted.prefix or told.prefix == wanted.prefix)
