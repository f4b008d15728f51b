"""What a ticket is about, when its text points to it unmistakably.

Whole phrases decide, never single words: "интернет" alone says nothing, "не работает интернет" does. Precision goes
before recall: a text that might mean something else has no category. An operator adds words of his own, also for
categories of his own. Source: docs/field-rules.md#category.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from otrs_bridge.domain.texts import call_phrases, service_phrases
from otrs_bridge.domain.texts.keywords import any_keyword
from otrs_bridge.domain.texts.ticket_text import TicketText, text_of
from otrs_bridge.domain.ticket import Ticket, Value


class Category(StrEnum):
    """The categories of the procedure, by what clients ask for."""

    INTERNET = "internet"
    SETUP = "setup"
    SPEED = "speed"
    TELEPHONY_INCOMING = "telephony-incoming"
    TELEPHONY_OUTGOING = "telephony-outgoing"
    TELEPHONY_INTERNATIONAL = "telephony-international"
    TV = "tv"
    CABLE = "cable"
    BILLING = "billing"


TELEPHONY: frozenset[str] = frozenset(category.value for category in Category if category.startswith("telephony-"))

MOST = 3
"""A text that fits more categories than this is a list of services, not a complaint."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CategoryReading:
    """How this operator reads categories in texts, and how his field takes them.

    `built_in` are the categories whose own phrases are read, `keywords` what he reads besides, by category; the
    category may be one of his own. `keys` are the field's keys by category, where they differ from its name; a field
    that does not take `several` takes one key.
    """

    built_in: frozenset[str] = frozenset(category.value for category in Category)
    keywords: tuple[tuple[str, tuple[str, ...]], ...] = ()
    keys: tuple[tuple[str, str], ...] = ()
    several: bool = True

    @property
    def field_keys(self) -> tuple[str, ...]:
        """Every key that may be written."""
        names = dict.fromkeys([*(name for name in Category if name in self.built_in), *dict(self.keywords)])
        return self.keys_of(names)

    def keys_of(self, categories: Iterable[str]) -> tuple[str, ...]:
        """The field's keys for these categories, each once."""
        keys = dict(self.keys)
        return tuple(dict.fromkeys(str(keys.get(category, category)) for category in categories))


AS_BUILT_IN: Final = CategoryReading()
"""Nothing but the procedure's own phrases."""


def categories_of(ticket: Ticket, reading: CategoryReading) -> Mapping[str, str]:
    """The categories that the ticket's text points to, each with the words that say so; empty when it is not sure."""
    return _categories(text_of(ticket), reading)


def value_to_fill(ticket: Ticket, reading: CategoryReading) -> Value:
    """What the text puts into an empty field: the keys in order of the alphabet, or the one that the field takes.

    Empty when the text is not sure, or says more than the field takes: which of two is the one, a person knows.
    """
    found = categories_of(ticket, reading)
    keys = sorted(reading.keys_of(found)) if found else ()
    if reading.several:
        return tuple(keys)
    return keys[0] if len(keys) == 1 else ""


@lru_cache(maxsize=64)
def _categories(text: TicketText, reading: CategoryReading) -> Mapping[str, str]:
    found: dict[str, str] = {}
    searched = _searched(reading)
    for clause in text.clauses:
        for category, says, unless in searched:
            if category not in found and (match := says.search(clause)) and not (unless and unless.search(clause)):
                found[category] = match[0].strip()
    return MappingProxyType(found if len(found) <= MOST else {})


@lru_cache(maxsize=8)
def _searched(reading: CategoryReading) -> tuple[_Searched, ...]:
    """What is looked for: the phrases that mean a category, and those that make such a phrase mean something else."""
    own = [(category, any_keyword(words), None) for category, words in reading.keywords]
    return (*(phrases for phrases in _PHRASES if phrases[0] in reading.built_in), *own)


_Searched = tuple[str, re.Pattern[str], re.Pattern[str] | None]

_PHRASES: tuple[_Searched, ...] = (
    (Category.INTERNET.value, service_phrases.INTERNET, service_phrases.NOT_INTERNET),
    (Category.SETUP.value, service_phrases.SETUP, service_phrases.NOT_SETUP),
    (Category.SPEED.value, service_phrases.SPEED, service_phrases.NOT_SPEED),
    (Category.TELEPHONY_INCOMING.value, call_phrases.INCOMING, None),
    (Category.TELEPHONY_OUTGOING.value, call_phrases.OUTGOING, None),
    (Category.TELEPHONY_INTERNATIONAL.value, call_phrases.INTERNATIONAL, None),
    (Category.TV.value, service_phrases.TV, service_phrases.NOT_TV),
    (Category.CABLE.value, service_phrases.CABLE, service_phrases.NOT_CABLE),
    (Category.BILLING.value, service_phrases.BILLING, service_phrases.NOT_BILLING),
)
