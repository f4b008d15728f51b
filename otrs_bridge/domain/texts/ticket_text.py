"""What a ticket itself says: its title and the writer's own words, made easy to read for a machine.

Quoted history, signatures and everything after the first 1,500 characters are left out: a long letter says many
things; what is forwarded with a word or two is read. A machine's mail says nothing. Lower case, `ё` as `е`, one blank for
many. Source: docs/field-rules.md#category.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from otrs_bridge.domain.texts.automatic_reply import is_from_a_machine
from otrs_bridge.domain.texts.bare_text import bare
from otrs_bridge.domain.texts.mail import forwarded_in, parse_sender, split_mail
from otrs_bridge.domain.texts.meant import as_meant
from otrs_bridge.domain.texts.subject import full_title
from otrs_bridge.domain.ticket import Ticket


def any_of(*phrases: str) -> re.Pattern[str]:
    """A pattern that finds the first of several phrases; each begins and ends at a word's edge unless it says otherwise.

    They are written as `plainly` leaves a text: words apart by one blank.
    """
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})")


def one_of(*words: str) -> str:
    """A part of a phrase: one of these words, which may be given in lines of several words."""
    return f"(?:{'|'.join('|'.join(line.split()) for line in words)})"


READ = 1_500
_LONGEST_BODY = 40_000


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketText:
    """`written` is the text as it stands, `plain` the same in lower case, `clauses` its statements about the present.

    A clause that only supposes ("если…"), tells of the past or of the neighbours, or asks for a price is no statement; a
    text that sells something, asks to be connected, or says that all is well again makes none at all. `of_money` are the
    clauses in which money may be the matter: what was paid is always past, and what it costs a fair question. `title` is
    the plain title.
    """

    written: str
    plain: str
    clauses: tuple[str, ...]
    of_money: tuple[str, ...] = ()
    title: str = ""


_NOTHING = TicketText(written="", plain="", clauses=())


def text_of(ticket: Ticket) -> TicketText:
    """Read a ticket; the same ticket is read once, however many rules ask."""
    article = ticket.words
    if article is None:
        return _read(full_title(ticket), "", "", "")
    subject = article.subject or ticket.title
    return _read(full_title(ticket), article.body[:_LONGEST_BODY], article.sender, subject)


@lru_cache(maxsize=64)
def _read(title: str, body: str, sender: str, subject: str) -> TicketText:
    if is_from_a_machine(parse_sender(sender).email, subject, body):
        return _NOTHING
    mail = split_mail(bare(body))
    forwarded = forwarded_in(mail)
    own = f"{mail.text}\n{forwarded}" if forwarded else mail.text
    written = f"{bare(title)}\n{own[:READ]}"
    plain = plainly(as_meant(written))
    for_another = _FOR_ANOTHER.search(plain) is not None
    parts = [] if _NO_CLIENT.search(plain) else _clauses(plain)
    told = [] if _all_is_well(plain, for_another=for_another) else map(_without_the_past, parts)
    return TicketText(
        written=written,
        plain=plain,
        clauses=tuple(part for part in told if _is_statement(part, for_another=for_another)),
        of_money=tuple(part for part in parts if not _ONLY_IF.search(part)),
        title=plainly(bare(title)),
    )


def plainly(text: str) -> str:
    """Lower case, `ё` as `е`, straight quotes and hyphens, one blank for many, usual typos mended; line ends stay."""
    lines = map(str.strip, _BLANKS.sub(" ", _PICTURES.sub(" ", plain_letters(text))).split("\n"))
    low = "\n".join(filter(None, lines))
    if _MISSPELT.keys().isdisjoint(_WORD.findall(low)):
        return low
    return _WORD.sub(lambda word: _MISSPELT.get(word[0], word[0]), low)


def plain_letters(text: str) -> str:
    """Lower case, `ё` as `е`, straight quotes and hyphens: as far as `plainly` goes with the beginning of a word."""
    return text.lower().replace("ё", "е").translate(_SIGNS)


def _slips(word: str) -> Iterator[str]:
    """A word as hasty fingers or bad spellers write it: two letters swapped, one lost, one doubled, one as it is heard."""
    for place in range(len(word)):
        head, letter, rest = word[:place], word[place], word[place + 1 :]
        yield head + rest
        yield head + letter + letter + rest
        if letter in _HEARD_ALIKE:
            yield head + _HEARD_ALIKE[letter] + rest
        if rest:
            yield head + rest[0] + letter + rest[1:]


_HEARD_ALIKE = {"е": "и", "и": "е", "о": "а", "а": "о"}
# Long words only: a slip in a short one is often another word. "Интернат" is no slip of "интернет".
_SPELT = (
    *("интернет", "интернета", "интернету", "интернетом", "работает", "работают", "показывает", "показывают"),
    *("телевизор", "телефон", "телевидение", "скорость", "коннектор", "входящие", "исходящие", "подключается"),
)
_WORD = re.compile(r"\w{6,15}")


def _clauses(plain: str) -> list[str]:
    return [part.strip(" ,-:") for part in _ENDS.split(plain) if part.strip(" ,-:")]


def _without_the_past(clause: str) -> str:
    """A clause without those of its parts that only say what was: "у неё нет интернета, сама в больнице была".

    Nor those by which all is well with the neighbours: "инет пропал, у соседей есть".
    """
    if ", " in clause and _NEIGHBOURS.search(clause):
        clause = ", ".join(part for part in clause.split(", ") if not (_NEIGHBOURS.search(part) and _WELL.search(part)))
    if _WAS.search(clause) is None or ", " not in clause or _NOW.search(clause):
        return clause
    parts = clause.split(", ")
    left = [part for part in parts if not _WAS.search(part)]
    return ", ".join(left) if len(left) < len(parts) and not _PAST.search(", ".join(left)) else clause


def _all_is_well(plain: str, *, for_another: bool) -> bool:
    """Whether the text is no complaint. That all is well elsewhere, or with who calls for another, says nothing."""
    if _NOT_WELL.search(plain):
        return False
    elsewhere = _WELL_WITH_THE_CALLER if for_another else _WELL_ELSEWHERE
    return any(
        elsewhere.search(plain[max(0, found.start() - _LOOK_BACK) : found.start()]) is None
        for found in _NO_COMPLAINT.finditer(plain)
    )


def _is_statement(clause: str, *, for_another: bool) -> bool:
    if _SUPPOSED.search(clause):
        return False
    if not for_another and _NEIGHBOURS.search(clause) and not _TOO.search(clause):
        return False
    return not _PAST.search(clause) or _NOW.search(clause) is not None


_MISSPELT = {slip: word for word in _SPELT for slip in _slips(word) if slip not in _SPELT}
_SIGNS = str.maketrans({"\u00a0": " ", "\u2011": "-", "\u2013": "-", "\u2014": "-", "«": '"', "»": '"', "\t": " "})
_PICTURES = re.compile("[\u2190-\u21ff\u2600-\u27bf\ufe0e\ufe0f\U0001f000-\U0001faff]+")
_BLANKS = re.compile(r" {2,}")

# The end of a statement. A dot within "д.5" or "10.20" ends nothing; "но" and "а" begin another one.
_ENDS = re.compile(
    r"[!?;\n]+|(?<!\.)\.+(?=\s|$)|,? (?:но|зато|однако) |, а (?!также|там|реальн|на деле|по факту|фактич|баланс"
    r"|деньги|получ|выда"
    r"|приход)| - (?!тишин|глух|нет гуд|занято|коротк|сбр)(?=\w)|[()]"
)

_SUPPOSED = any_of(
    r"если\b|вдруг\b|допустим|например|в случае|при отсутствии|как часто|быва[ею]т ли|гаранти\w+|якобы",
    r"сколько (?:стоит|будет стоить)|стоимость|цен[ауы]\b|прайс|платн\w+",
    r"проверочн\w+|тестов\w+ заявк\w+",
)
_NEIGHBOURS = any_of(r"(?:у|к) (?:сосед|друг|знаком|подруг|родственник)\w*", r"в соседн\w+")
_KIN = (
    r"(?:(?:сво|мо|наш)\w{1,3} )?(?:сосед|мам|матер|отц|пап|бабу|дедуш|тещ|свекр|тет|дяд|сестр|брат|дочер|дочк|сын|подруг"
    r"|друг|знаком|родител|родствен|клиент)\w*"
)
_FOR_ANOTHER = any_of(
    rf"(?:за|насч[её]т|про|от имени|по поводу|по просьбе) {_KIN}|(?:звонит|пишет|обратил\w+) {_KIN}"
    rf"|{_KIN} (?:звонит|пишет|просит|звонил\w?|обратил\w+)|у (?:мам|матер|отц|пап|бабу|дедуш|тещ|свекр"
    rf"|родител)\w* (?:нет|не|пропал)",
)
_NOT_WELL = any_of(r"не (?:устранен|решен|восстановлен|заработал|починен|исправлен)\w*(?! ли\b)")
_LOOK_BACK = 40
_ELSEWHERE = (
    r"(?:у (?:сосед|друг|остальн|всех|них|него|нее)\w*|там|на (?:втор|друг|работе|остальн|мобильн)\w*)"
    r"(?: [\w-]{1,40}){0,3}[ ,-]{0,5}$"
)
_WELL_ELSEWHERE = re.compile(rf"(?<!\w){_ELSEWHERE}")
_WELL_WITH_THE_CALLER = re.compile(
    rf"(?<!\w)(?:{_ELSEWHERE}|(?:у (?:меня|нас|самого|самой|себя)|сам|сама)(?: [\w-]{{1,40}})?[ ,-]{{0,5}}$)"
)
_WELL = any_of(r"(?<!не )(?:есть|работа[ею]т|норм\w*|хорошо|порядк\w*|все ок|ок|показыва[ею]т)\b")
_TOO = any_of(r"(?:тоже|также|и у (?:меня|нас))\b")
_PAST = any_of(
    r"(?:раньше|ранее|до этого|в прошл\w+|на прошл\w+|тогда|летом|зимой|осенью|весной|год(?:а|у)? назад|был[аио]?)\b"
)
_WAS = any_of(r"был[аио]?\b")
_NOW = any_of(r"(?:теперь|сейчас|сегодня|опять|снова|до сих пор|так и|по-прежнему|перестал\w*)\b")

# Nobody's complaint: a machine wrote it, or somebody who sells.
_NO_CLIENT = any_of(
    r"коммерческ\w+ предложени\w+|(?:вакансии?|резюме|распродаж\w+|вебинар\w*|семинар\w*)\b",
    r"(?:только до|спешите|успейте|уважаем\w+ партнер\w*)[^\n]{0,80}(?:скидк|акци)\w*|(?:скидк\w+|акция) (?:до )?[0-9]+ ?%",
    r"отписаться\b|unsubscribe|автоматическ\w+ (?:ответ|сообщени|уведомлени)\w*|автоответ(?!чик)\w*|out of office",
)
_ONLY_IF = any_of(
    r"если\b(?! (?:(?:я|мы|все|уже|же) ){0,2}(?:о|за|про)?пла[тч])|вдруг\b|допустим|например|в случае|как часто"
    r"|бывает ли|проверочн\w+|тестов\w+ заявк\w+"
)

# The whole text is no complaint: all is well again, or somebody wants to buy.
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
    r"планов\w+ (?:работ|профилактик)\w*|профилактическ\w+ работ\w*",
)
