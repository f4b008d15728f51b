"""What waits for a person, when he may be told of it, and when a digest is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from otrs_bridge.words import Words

Every = Literal["off", "day", "week"]

AT_ONCE = timedelta(0)
A_WHILE = timedelta(minutes=20)
"""So long something may be wrong before a person has to know: a restart of OTRS is over by then."""

_QUOTES = (("«", "»"), ("'", "'"), ('"', '"'))
_MONDAY = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Concern:
    """Something that waits for a person. `key` stays the same as long as it is the same thing.

    `patience`: it is told when it has lasted so long. `plan`: the run whose plan is to be looked at, 0: none.
    """

    key: str
    words: Words
    patience: timedelta = AT_ONCE
    plan: int = 0


def last_digest_due(now: datetime, every: Every, at: time) -> datetime | None:
    """The newest moment up to now at which a digest was due; None when there are none. `now` in the operator's zone."""
    if every == "off":
        return None
    due = datetime.combine(now.date(), at, now.tzinfo)
    while due > now or (every == "week" and due.weekday() != _MONDAY):
        due = datetime.combine(due.date() - timedelta(days=1), at, now.tzinfo)
    return due


def impersonal(words: Words) -> Words:
    """A sentence without what it quotes, and without the examples in its parentheses: these may be of persons."""
    ru, en = (_without_quotes(_without_parentheses(text)) for text in (words.ru, words.en))
    return Words(ru=ru, en=en)


def _without_parentheses(text: str) -> str:
    first, last = text.find("("), text.rfind(")")
    return text[:first].rstrip() + text[last + 1 :] if 0 <= first < last else text


def _without_quotes(text: str) -> str:
    for opening, closing in _QUOTES:
        kept, rest = [], text
        while opening in rest:
            before, _, after = rest.partition(opening)
            _, ends, rest = after.partition(closing)
            kept.append(before + ("…" if ends else opening + after))
        text = "".join((*kept, rest))
    return text
