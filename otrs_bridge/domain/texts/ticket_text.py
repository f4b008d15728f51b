"""What a ticket itself says: its title and the writer's own words, made easy to read for a machine.

Quoted history, signatures and everything after the first 1,500 characters are left out: a long letter says many
things. Lower case, `ё` as `е`, one blank for many. Source: docs/field-rules.md#category.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from otrs_bridge.domain.texts.mail import split_mail
from otrs_bridge.domain.texts.meant import as_meant
from otrs_bridge.domain.texts.subject import full_title
from otrs_bridge.domain.ticket import Ticket


def any_of(*phrases: str) -> re.Pattern[str]:
    """A pattern that finds the first of several phrases; each begins and ends at a word's edge unless it says otherwise.

    They are written as `plainly` leaves a text: words apart by one blank.
    """
    return re.compile("|".join(rf"(?<!\w)(?:{phrase})" for phrase in phrases))


def one_of(*words: str) -> str:
    """A part of a phrase: one of these words, which may be given in lines of several words."""
    return f"(?:{'|'.join('|'.join(line.split()) for line in words)})"


READ = 1_500
_LONGEST_BODY = 40_000


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketText:
    """`written` is the text as it stands, `plain` the same in lower case, `clauses` its statements about the present.

    A clause that only supposes ("если…"), tells of the past or of the neighbours, or asks for a price is no statement; a
    text that sells something, asks to be connected, or says that all is well again makes none at all.
    """

    written: str
    plain: str
    clauses: tuple[str, ...]


def text_of(ticket: Ticket) -> TicketText:
    """Read a ticket; the same ticket is read once, however many rules ask."""
    return _read(full_title(ticket), ticket.words.body if ticket.words else "")


@lru_cache(maxsize=64)
def _read(title: str, body: str) -> TicketText:
    own = split_mail(body[:_LONGEST_BODY]).text[:READ]
    written = f"{title}\n{own}"
    plain = plainly(as_meant(written))
    clauses = () if _NO_COMPLAINT.search(plain) else tuple(filter(_is_statement, _clauses(plain)))
    return TicketText(written=written, plain=plain, clauses=clauses)


def plainly(text: str) -> str:
    """Lower case, `ё` as `е`, straight quotes and hyphens, one blank for many, usual typos mended; line ends stay."""
    low = _LINE_ENDS.sub("\n", _BLANKS.sub(" ", plain_letters(text))).strip()
    return _WORD.sub(lambda word: _MISSPELT.get(word[0], word[0]), low)


def plain_letters(text: str) -> str:
    """Lower case, `ё` as `е`, straight quotes and hyphens: as far as `plainly` goes with the beginning of a word."""
    return text.lower().replace("ё", "е").translate(_SIGNS)


def _slips(word: str) -> Iterator[str]:
    """A word as hasty fingers write it: two letters swapped, one lost, one doubled."""
    for place in range(len(word)):
        head, letter, rest = word[:place], word[place], word[place + 1 :]
        yield head + rest
        yield head + letter + letter + rest
        if rest:
            yield head + rest[0] + letter + rest[1:]


# Long words only: a slip in a short one is often another word. "Интернат" is no slip of "интернет".
_SPELT = (
    *("интернет", "интернета", "интернету", "интернетом", "работает", "работают", "показывает", "показывают"),
    *("телевизор", "телефон", "телевидение", "скорость", "коннектор", "входящие", "исходящие", "подключается"),
)
_WORD = re.compile(r"\w{6,15}")


def _clauses(plain: str) -> list[str]:
    return [part.strip(" ,-:") for part in _ENDS.split(plain) if part.strip(" ,-:")]


def _is_statement(clause: str) -> bool:
    if _SUPPOSED.search(clause):
        return False
    if _NEIGHBOURS.search(clause) and not _TOO.search(clause):
        return False
    return not _PAST.search(clause) or _NOW.search(clause) is not None


_MISSPELT = {slip: word for word in _SPELT for slip in _slips(word) if slip not in _SPELT}
_SIGNS = str.maketrans({"\u00a0": " ", "\u2011": "-", "\u2013": "-", "\u2014": "-", "«": '"', "»": '"', "\t": " "})
_BLANKS = re.compile(r" {2,}")
_LINE_ENDS = re.compile(r"(?<![^\S\n])[^\S\n]*\n\s*")

# The end of a statement. A dot within "д.5" or "10.20" ends nothing; "но" and "а" begin another one.
_ENDS = re.compile(r"[!?;\n]+|(?<!\.)\.+(?=\s|$)|,? (?:но|зато|однако) |, а (?!также|там)| - (?=\w)|[()]")

_SUPPOSED = any_of(
    r"если\b|вдруг\b|допустим|например|в случае|при отсутствии|как часто|бывает ли|гаранти\w+|якобы",
    r"сколько (?:стоит|будет стоить)|стоимость|цен[ауы]\b|прайс|платн\w+",
    r"проверочн\w+|тестов\w+ заявк\w+",
)
_NEIGHBOURS = any_of(r"(?:у|к) (?:сосед|друг|знаком|подруг|родственник)\w*", r"в соседн\w+")
_TOO = any_of(r"(?:тоже|также|и у (?:меня|нас))\b")
_PAST = any_of(
    r"(?:раньше|ранее|до этого|в прошл\w+|на прошл\w+|тогда|летом|зимой|осенью|весной|год(?:а|у)? назад|был[аио]?)\b"
)
_NOW = any_of(r"(?:теперь|сейчас|сегодня|опять|снова|до сих пор|перестал\w*)\b")

# The whole text is no complaint: all is well again, somebody wants to buy or to sell, or a machine wrote it.
_NO_COMPLAINT = any_of(
    r"(?<!не )(?<!что )(?<!чтобы )(?<!чтоб )заработал[аои]?\b",
    r"(?:все|уже|сейчас|теперь|снова)(?: уже| снова| опять)? (?:нормально |хорошо |отлично )?работает\b"
    r"(?! (?:плохо|медленно|еле|ужасно|не|через|с перебоями))",
    r"(?:работает|восстановил(?:ся|ась|ось)|появил(?:ся|ась|ось)) (?:нормально|исправно|снова|сам\w?)\b",
    r"все (?:в порядке|хорошо|ок|восстановил\w+|починил\w+|наладил\w+)\b",
    r"(?:проблем\w*|вопрос|заявк\w+|авари\w+) (?:уже |была |был )?"
    r"(?:решен\w?|решил\w+|устранен\w*|снят\w?|закрыт\w?|не ?актуальн\w+)",
    r"(?:закройте|закрыть|отмените|отменить|снимите|снять) заявк\w+|не ?актуальн\w+|ложн\w+ (?:вызов|тревог\w)",
    r"(?:хочу|хотим|хотел\w*|хотят|хочет|желаю|желаем|прошу|просим|просит|просят|можно|могу) (?:\w+ ){0,2}подключить(?:ся)?"
    r" (?:к |ваш|дом|кварт|услуг|интернет|тв|телев|тел|офис)",
    r"(?:заявк\w+|запрос|вопрос) (?:на|о|по) (?:новое )?подключени\w+",
    r"планиру\w+ (?:ли )?(?:\w+ ){0,2}подключ\w+|возможност\w+ подключ\w+",
    r"(?:какие|подскажите|узнать|интересуют|рассмотрите) (?:\w+ ){0,2}тариф\w*",
    r"коммерческ\w+ предложени\w+|(?:вакансии?|резюме|акция|скидк\w+|распродаж\w+|вебинар\w*|семинар\w*)\b",
    r"отписаться\b|unsubscribe|автоматическ\w+ (?:ответ|сообщени|уведомлени)\w*|автоответ(?!чик)\w*|out of office|noreply",
    r"планов\w+ (?:работ|профилактик)\w*|профилактическ\w+ работ\w*",
)
