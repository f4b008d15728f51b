"""What a mail says itself: without quoted history, signature and transport headers.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.utils import getaddresses, parseaddr
from functools import lru_cache


@dataclass(frozen=True, kw_only=True, slots=True)
class Sender:
    """Who a `From` line names: `name` decoded and without quotes, `email` in lower case; `""` when absent."""

    name: str = ""
    email: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MailText:
    """A body taken apart: what its writer says, the signature below it, and what he answers to or forwards."""

    text: str
    signature: str = ""
    quoted: str = ""


@lru_cache(maxsize=256)
def parse_sender(header: str) -> Sender:
    """Read a `From` line as the standard has it, encoded words (RFC 2047) included; never raises, however broken it is.

    Of several authors the first. A line that names no address, or names one in a way that may mean another, has none:
    an answer to half an address goes to somebody else. OTRS shows a name without the quotes that its commas and
    brackets need: they are understood all the same.
    """
    line = " ".join(header[:_LONGEST_HEADER].split())
    shown, angle, rest = line.rpartition("<")
    shown, is_address = shown.strip(), shown.strip().casefold() == rest.partition(">")[0].strip().casefold()
    if angle and (is_address or _ANOTHER_ADDRESS.search(shown) is None) and _QUOTED.fullmatch(shown) is None:
        line = f'"{_NEEDS_ESCAPE.sub(_ESCAPED, shown)}" <{rest}'
    # The parser goes down into comments within comments, and falls from its stack on some hundred of them.
    authors = getaddresses([line]) if line.count("(") <= _MOST_COMMENTS else []
    name, email = authors[0] if authors else ("", "")
    # Older versions of the parser make two authors of "a@x.ru <b@y.ru>", newer ones none.
    if not is_plain_email(email) or line.count(",") < len(authors) - 1:
        return Sender(name=_decoded(" ".join(header[:_LONGEST_HEADER].split())))
    return Sender(name=" ".join(_decoded(name).split()), email=email.lower())


@lru_cache(maxsize=256)
def is_plain_email(text: str) -> bool:
    """Whether a text is one e-mail address and nothing else: no quotes, comments or brackets, and a domain with a dot."""
    return _PLAIN.fullmatch(text) is not None and parseaddr(text) == ("", text)


def find_emails(text: str) -> tuple[str, ...]:
    """Every e-mail address in running text, whole, lower case, in order, each once; of a `From` line see `parse_sender`."""
    found: dict[str, None] = {}
    for domain in _DOMAIN.finditer(text):
        mailbox = _MAILBOX.search(text[max(0, domain.start() - _LONGEST_MAILBOX) : domain.start()])
        if mailbox is not None:
            in_quotes = text[domain.end() : domain.end() + 1] == "'"
            local = mailbox["local"].removeprefix("'") if in_quotes else mailbox["local"]
            found.setdefault(f"{local}{domain[0]}".lower())
    return tuple(found)


@lru_cache(maxsize=64)
def split_mail(body: str) -> MailText:
    """Cut a body at the quoted history and at the signature.

    Quoted lines (`>`) are set apart, and everything from a reply's heading on (`… пишет:`, `On … wrote:`, `22.11.2026,
    14:05, "Иванов" <ivanov@example.org>:`, `-----Original Message-----`, a block of `От:` and `Тема:`). Where nothing
    stands above such a heading the mail was forwarded, and what was forwarded is the text; where nothing but a greeting
    does, and quoted lines follow, the answer stands below them. Linear in the length of the body; a phone note passes as
    it is.
    """
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    kept: list[str] = []
    quoted: list[str] = []
    index = 0
    has_notice = _NOTICE.search(body) is not None
    while index < len(lines):
        line = lines[index].strip()
        if heading := _lines_of_heading(lines, index):
            behind = _behind_headers(lines, index + heading)
            if any(map(_says_something, kept)):
                if not _only_greets(kept) or (end := _behind_quoted(lines, behind)) == behind:
                    quoted += lines[index:]
                    break
                quoted += lines[index:end]
                index = end
                continue
            kept.clear()
            index = behind
            continue
        if has_notice and _DISCLAIMER.match(line) is not None and any(map(_says_something, kept)):
            break
        (quoted if line.startswith(">") else kept).append(lines[index].rstrip())
        index += 1
    text, signature = _without_signature(kept)
    return MailText(text=text, signature=signature, quoted="\n".join(_MARKS.sub("", line) for line in quoted).strip())


def around_quoted(mail: MailText, sender: Sender) -> frozenset[str]:
    """The words of what is quoted, and of its reader's name in the From line and below his text; empty without a quote."""
    if not mail.quoted:
        return frozenset()
    said = (sender.name, mail.text[-_LONGEST_NAME:], mail.signature, mail.quoted[:_READ_OF_QUOTED])
    return frozenset(_WORD.findall("\n".join(said).lower().replace("ё", "е")))


def forwarded_in(mail: MailText) -> str:
    """What a mail forwards that says little more than that it does; "" of a reply, and of one that speaks for itself."""
    if not mail.quoted or _FORWARDS.match(mail.quoted) is None:
        return ""
    return split_mail(mail.quoted).text if len(mail.text) <= _SHORT or _PASSES_ON.search(mail.text) else ""


def _only_greets(lines: list[str]) -> bool:
    said = [line.strip() for line in lines if _says_something(line)]
    return len(said) == 1 and _GREETING.fullmatch(said[0]) is not None


def _behind_quoted(lines: list[str], index: int) -> int:
    """The first line that is neither empty nor marked as quoted."""
    while index < len(lines) and (not lines[index].strip() or _QUOTED_LINE.match(lines[index]) is not None):
        index += 1
    return index


_LONGEST_HEADER = 1000
_WORD = re.compile("[а-яa-z]{3,}")
_LONGEST_NAME = 80
_READ_OF_QUOTED = 2_000
_MARKS = re.compile(r"^[ \t]{0,4}(?:(?:\w{0,3}>|\|)[ \t]?){1,9}")
_QUOTED_LINE = re.compile(r"[ \t]{0,4}(?:\w{0,3}>|\|)")
_GREETING = re.compile(r"(?:здравствуй|добр|привет|приветств|уважаем|hello|hi\b|dear|good)[^0-9]{0,50}", re.IGNORECASE)
_MOST_COMMENTS = 50
_LONGEST_HEADING = 300
_ANOTHER_ADDRESS = re.compile("[<@]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_NEEDS_ESCAPE, _ESCAPED = re.compile(r'(["\\])'), r"\\\1"
_ATOM = r"[\w!#$%&'*+/=?^`{|}~-]"
_PLAIN = re.compile(rf"{_ATOM}{{1,100}}(?:\.{_ATOM}{{1,100}}){{0,20}}@[\w-]{{1,63}}(?:\.[\w-]{{1,63}}){{1,8}}")
_DOMAIN = re.compile(r"@(?:[\w-]{1,63}\.){1,5}(?:[A-Za-zрф]{2,24}|xn--[a-z0-9-]{2,59})(?![\w-])", re.IGNORECASE)
_MAILBOX = re.compile(rf"(?<!{_ATOM})(?<!\.)\.*(?P<local>{_ATOM}(?:{_ATOM}|\.)*)\Z")
_LONGEST_MAILBOX = 64
_DATE = (
    r"(?:[0-9]{1,2}[./-][0-9]{1,2}[./-][0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{1,2}\s+[а-яa-z]{3,9}\.?,?\s+[0-9]{4})(?:\s?г(?:\.|ода?)?)?"
)
_TIME = r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?"
_WEEKDAY = (
    r"(?:пн|вт|ср|чт|пт|сб|вс|понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье"
    r"|(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6})"
)
# "сб, 21 нояб. 2026 г. в 10:00", "22.11.2026, 14:05", "14:05, 22 ноября 2026 г."
_MOMENT = rf"(?:{_WEEKDAY}\.?,?\s+)?(?:{_DATE},?\s+(?:(?:в|at)\s+)?{_TIME}|{_TIME},?\s+{_DATE})(?![0-9])"
_HEADING = re.compile(
    r"-{2,}\s*(?:original message|исходное (?:сообщение|письмо)|пере(?:сылаемое|сланное|направленное|адресованное)"
    r" (?:сообщение|письмо)|переслано|перенаправлено|forwarded)"
    r"|on\b.{6,200}\bwrote:\s*$"
    r"|.{0,200}(?:пишет|пише|написала?|написав(?:ла)?|написал\(а\)|писал\(?а?\)?|вы писали.{6,60}|you wrote):\s*$"
    # Yandex, Mail.ru and Gmail in Russian: a moment, and whose words follow
    rf"|{_MOMENT}.{{1,250}}@[\w.-]{{3,100}}[>)\]]{{0,2}}\s*:\s*$"
    rf"|{_MOMENT}\s+[+-][0-9]{{2}}:?[0-9]{{2}}\s+от\s.{{1,150}}:\s*$"
    r"|begin forwarded message|начало переадресованного сообщения",
    re.IGNORECASE,
)
_FORWARDS = re.compile(
    r"-{2,}\s*(?:пере(?:сылаемое|сланное|направленное|адресованное) |переслано|перенаправлено|forwarded)"
    r"|begin forwarded message|начало переадресованного сообщения",
    re.IGNORECASE,
)
_PASSES_ON = re.compile(r"пересыла|переслал|перешл|передаю (?:письмо|сообщение)|forward", re.IGNORECASE)
_SHORT = 60  # characters of "кто-нибудь, ответьте"
_WRAPPED = re.compile(rf"{_MOMENT}|on\b.{{6,200}}[0-9]{{1,2}}:[0-9]{{2}}", re.IGNORECASE)
_ADDRESS = re.compile(r"<[^<>@]{1,100}@[^<>@]{1,100}>")
_HEADER = re.compile(
    r"(?:от(?: кого)?|from|отправлено|sent|дата|date|кому|to|копия|cc|тема|subject|reply-to)\s?:", re.IGNORECASE
)
_DATED = re.compile(r"[0-9]{1,2}[./ ][0-9а-яa-z]{2,9}|[0-9]{4}|@", re.IGNORECASE)
_SIGNATURE = re.compile(r"--\s*$|—\s*$|_{3,}\s*$")
_LINE = re.compile(r"_{10,}\s*$")
_FAREWELL = re.compile(
    r"(?:с\s+(?:искренним\s+)?уважением|с\s+наилучшими|best regards|kind regards|regards|заранее"
    r" (?:спасибо|благодар))",
    re.IGNORECASE,
)
_FOOTER = re.compile(r"(?:отправлено (?:с|из)|sent from|послано с|получить outlook|get outlook)\b", re.IGNORECASE)
_MOST_SIGNATURE_LINES = 12
_NOTICE = re.compile("онфиденц|редназначен|роверено|onfidential|ntended|canned|isclaimer")
# The notice of a mail server below what its user wrote: its phones and addresses are a company's.
_DISCLAIMER = re.compile(
    r"(?:(?:это|данное|настоящее|электронное|этот|это электронное|данное электронное|настоящее электронное)? ?(?:письмо"
    r"|сообщение|e-?mail)"
    r"(?: и (?:любые |все )?(?:приложени|вложени)\w+(?: к нему)?)?(?: \S+){0,8} (?:конфиденциал|предназначен|проверено)"
    r"|this (?:e-?mail|message|communication)\b.{0,80}\b(?:confidential|intended|scanned)"
    r"|confidentiality (?:notice|note)|disclaimer\b|уведомление о конфиденциальности)",
    re.IGNORECASE,
)


def _decoded(header: str) -> str:
    if "=?" not in header:
        return header
    try:
        return str(make_header(decode_header(header)))
    except (HeaderParseError, LookupError, UnicodeError, ValueError):
        return header


def _says_something(line: str) -> bool:
    return any(character.isalnum() for character in line)


def _lines_of_heading(lines: list[str], index: int) -> int:
    """How many lines the heading of a quoted part has that begins here; 0 when none does.

    Two header lines in a row, such as `От:` and `Кому:`, are one, too.
    """
    line = lines[index].strip()
    if len(line) > _LONGEST_HEADING:
        return 0
    if _may_be_heading(line) and _HEADING.match(line) is not None:
        is_reply = line.endswith(":") and not line.startswith(("-", "_"))
        return int(not is_reply or _DATED.search(line) is not None)
    if _LINE.match(line) is not None:
        below = next(filter(None, map(str.strip, lines[index + 1 : index + 3])), "")
        return int(_HEADER.match(below) is not None)  # or else a signature follows
    if _WRAPPED.match(line) is not None and index + 1 < len(lines):
        both = f"{line} {lines[index + 1].strip()}"  # Gmail breaks a heading at 78 characters
        names_sender = len(both) <= _LONGEST_HEADING and _ADDRESS.search(both) is not None
        return 2 if names_sender and _HEADING.match(both) is not None else 0
    if _HEADER.match(line) is None:
        return 0
    following = [other.strip() for other in lines[index + 1 : index + 3]]
    return int(any(len(other) <= _LONGEST_HEADING and _HEADER.match(other) is not None for other in following))


def _may_be_heading(line: str) -> bool:
    """Whether a line ends or begins as every heading does."""
    return line.endswith(":") or line.startswith("--") or line[:6].lower() in {"begin ", "начало"}


def _behind_headers(lines: list[str], index: int) -> int:
    """The first line after a heading's own header lines."""
    while index < len(lines) and (not lines[index].strip() or _HEADER.match(lines[index].strip()) is not None):
        index += 1
    return index


def _without_signature(lines: list[str]) -> tuple[str, str]:
    """Part the signature from the text: below `-- `, or below "С уважением" when not much follows."""
    for index, line in enumerate(lines):
        stripped = line.strip()
        if _FOOTER.match(stripped) is not None and index >= len(lines) - _MOST_SIGNATURE_LINES:
            return "\n".join(lines[:index]).strip(), "\n".join(lines[index + 1 :]).strip()
        ends_text = _SIGNATURE.match(stripped) is not None or _FAREWELL.match(stripped) is not None
        if ends_text and index and len(lines) - index <= _MOST_SIGNATURE_LINES + 1:
            return "\n".join(lines[:index]).strip(), "\n".join(lines[index:]).strip()
    return "\n".join(lines).strip(), ""
