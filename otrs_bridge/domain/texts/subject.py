"""A ticket's subject as the procedure wants it: the essence, very briefly. Source: docs/field-rules.md#subject."""

from __future__ import annotations

import re

from otrs_bridge.domain.texts.visible import beginning, without_hidden
from otrs_bridge.domain.ticket import Ticket

ELLIPSIS = "…"
LONGEST = 60
_FILLS_THE_COLUMN = 190  # characters: the shortest column for a title is OTOBO's, with 191


def brief(title: str, *, longest: int = LONGEST, quiet: bool = True) -> str:
    """A brief subject: without reply prefixes and shouting, cut at a word's end to at most `longest` characters.

    Ticket tags (`[Ticket#2013041610000135]`) are kept whole, wherever they stood. `quiet` also takes the capitals from
    a subject that is written in nothing else. `""` when nothing is left: then the subject never said anything.

    What is written anew has no characters that nobody sees, or that steer a terminal. For their sake alone nothing is.
    """
    title = title[:_LONGEST_TITLE]
    plain = without_hidden(title)
    short = _as_brief_as_it_gets(plain, longest, quiet=quiet)
    if short == plain and _as_brief_as_it_gets(title, longest, quiet=quiet) == title.strip():
        return title.strip()
    return short


def _as_brief_as_it_gets(title: str, longest: int, *, quiet: bool) -> str:
    for _ in range(_MOST_TURNS):
        shorter = _briefer(title, longest, quiet=quiet)
        if shorter == title:
            break
        title = shorter
    return title


def full_title(ticket: Ticket) -> str:
    """The title before it was cut: the first article's subject goes on where the title ends in `…`, or where OTRS's own
    column ended.
    """
    stem, dots, _tags = ticket.title.partition(ELLIPSIS)
    is_cut = dots or len(ticket.title) >= _FILLS_THE_COLUMN
    if is_cut and ticket.article and stem.strip() and _plain(stem) in _plain(ticket.article.subject):
        return ticket.article.subject
    return ticket.title


def _plain(text: str) -> str:
    return without_hidden(text).casefold()


def _briefer(title: str, longest: int, *, quiet: bool) -> str:
    title = _CONTROL.sub(" ", title)
    tags = _TAG.findall(title)
    text = " ".join(_TAG.sub(" ", title).split())
    while (shorter := _without_shouting(_PREFIX.sub("", _EXTERNAL.sub("", text)))) != text:
        text = shorter
    if quiet:
        text = _lowered(text)
    if not any(character.isalnum() for character in text):
        return ""
    tail = "".join(f" {tag}" for tag in dict.fromkeys(tags))
    return f"{_cut(text, longest - len(tail))}{tail}"


def _without_shouting(text: str) -> str:
    """Without the words and the signs that only say how loud somebody is."""
    quieter = _SHOUT_AT_START.sub("", text)
    if not _CALM_END.search(quieter):
        quieter = _SHOUT_AT_END.sub("", quieter)
    quieter = _LOUD.sub("!", _without_loud_end(quieter))
    return quieter[:1].upper() + quieter[1:] if text[:1].isupper() else quieter


def _without_loud_end(text: str) -> str:
    """Without the exclamation marks at the end, from the first two in a row on; a slip of the finger makes them a 1."""
    kept = text.rstrip("!1")
    loud = text.find("!!", len(kept))
    return text[:loud].rstrip() if loud >= 0 else text


def _lowered(text: str) -> str:
    """A subject all in capitals as a sentence; words with digits and abbreviations stay, and what has no Russian letters.

    Scripts without small letters shout as little as what came in the wrong encoding.
    """
    words = text.split(" ")
    if any(map(str.islower, text)):
        return text
    if sum(len(_CAPITAL.findall(word)) for word in words if not _keeps_capitals(word)) < _FEWEST_CAPITALS:
        return text
    words = [word if _keeps_capitals(word) else word.lower() for word in words]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def _keeps_capitals(word: str) -> bool:
    bare = word.strip("\"'«»()[].,:;!?-–—")
    return bare in _ABBREVIATIONS or _LATIN_OR_DIGIT.search(bare) is not None


def _cut(text: str, room: int) -> str:
    if len(text) <= room:
        return text
    room = max(room, _SHORTEST) - len(ELLIPSIS)
    head = beginning(text, room)
    if not text[len(head)].isspace():
        word_end = head.rfind(" ")
        head = head[:word_end] if word_end >= room // 2 else head
    return head.rstrip(" ,.;:-–—(«\"'") + ELLIPSIS


_LONGEST_TITLE = 1_000  # OTRS keeps 255
_MOST_TURNS = 5  # what a cut lays bare is looked at again
_SHORTEST = 20  # a subject of many tags keeps at least so much of its text
_FEWEST_CAPITALS = 6  # fewer capitals are an abbreviation

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_TAG = re.compile(r"\[[\w .-]{0,20}(?:#|№) ?[\w:.-]{1,30}\]")
_PREFIX = re.compile(
    r"^\s*(?:re|fwd?|hb|ha|rv|aw|wg|tr|на|отв|ответ|пересл|пер|нв)\s?(?:\[\d{1,3}\]|\(\d{1,3}\)|\d{1,2})?\s?:\s*",
    re.IGNORECASE,
)
# What a mail server puts before the subject of a mail from outside
_EXTERNAL = re.compile(
    r"^\s*\[(?:external|ext|внешн\w{0,12}|spam|спам)(?![\w-])[^\[\]#№]{0,30}\]\s*(?::\s*)?(?=\S)", re.IGNORECASE
)
_LOUD_WORD = (
    r"(?:срочно|срочное|срочная|срочный|urgent(?:ly)?|asap|внимание|важно|немедленно|аларм|alarm|sos|сос|помогите|help)"
)
_SHOUT = rf"(?:(?:очень|крайне|very|оч)\s+)?{_LOUD_WORD}"
_PICTURES = "\u2190-\u21ff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
# "Срочно" may stand before a sentence; "внимание", "важно" and the like need a sign behind them to be a shout. A dash
# between two letters is no such sign: an "SOS-кнопка" is a thing.
_SHOUT_AT_START = re.compile(
    rf"^[!*\s{_PICTURES}]*[\[(]?\s?{_SHOUT}\s?(?:(?:[*\])!?.:,–—]|(?<=\s)-|-(?=[\s-]|$))[*\])!?.:,\s–—-]*|$)"
    r"|^(?:срочно|urgent|asap|sos)\s+(?!не\s+(?:надо|нужно|обязательно|требуется))(?=\S)|^[!\s]*!\s*(?=[^!\s])",
    re.IGNORECASE,
)
_SHOUT_AT_END = re.compile(rf"[\s,.!:(\[*–—-]{{1,9}}(?<!\w-){_SHOUT}[\s!1?.)\]*]*$", re.IGNORECASE)
# "Не срочно", "это не так важно", "not urgent": the contrary of a shout.
_CALM_END = re.compile(
    r"(?<!\w)(?:не|not|non)[\s-]+(?:(?:так|столь|очень|особо|особенно|слишком|сильно|настолько|уж|и|very|that|so)\s+){0,3}"
    rf"{_LOUD_WORD}[\s!1?.)\]*]*$",
    re.IGNORECASE,
)
_LOUD = re.compile(r"!![!1]*")
_CAPITAL = re.compile("[А-ЯЁІЇЄҐA-Z]")
_LATIN_OR_DIGIT = re.compile(r"[A-Z0-9]")
_ABBREVIATIONS = frozenset(
    (
        *("ТВ", "ПК", "ОС", "АТС", "СМС", "ЛС", "ФИО", "МКАД", "ТЦ", "БЦ", "ЦОД", "ЖК", "УК", "ЖЭК", "УЗ"),
        *("ООО", "ОАО", "ПАО", "ЗАО", "АО", "ИП", "ЧП", "ТСЖ", "ЖСК", "СНТ", "ДНТ", "НКО"),
        *("МУП", "ГУП", "ФГУП", "ГБОУ", "МБОУ"),
    )
)
