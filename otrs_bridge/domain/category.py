"""What a ticket is about, when its text points to it unmistakably.

Whole phrases decide, never single words: "интернет" alone says nothing, "не работает интернет" does. Precision goes
before recall: a text that might mean something else has no category. Source: docs/field-rules.md#category.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from otrs_bridge.domain import call_phrases, service_phrases
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.domain.ticket_text import TicketText, text_of


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


TELEPHONY = frozenset({Category.TELEPHONY_INCOMING, Category.TELEPHONY_OUTGOING, Category.TELEPHONY_INTERNATIONAL})

MOST = 3
"""A text that fits more categories than this is a list of services, not a complaint."""


def categories_of(ticket: Ticket) -> Mapping[Category, str]:
    """The categories that the ticket's text points to, each with the words that say so; empty when it is not sure."""
    return _categories(text_of(ticket))


@lru_cache(maxsize=64)
def _categories(text: TicketText) -> Mapping[Category, str]:
    found: dict[Category, str] = {}
    for clause in text.clauses:
        for category, (says, unless) in _PHRASES.items():
            if category not in found and (match := says.search(clause)) and not (unless and unless.search(clause)):
                found[category] = match[0].strip()
    return MappingProxyType(found if len(found) <= MOST else {})


# For each category the phrases that mean it, and the words that make such a phrase mean something else.
_PHRASES = MappingProxyType(
    {
        Category.INTERNET: (service_phrases.INTERNET, service_phrases.NOT_INTERNET),
        Category.SETUP: (service_phrases.SETUP, service_phrases.NOT_SETUP),
        Category.SPEED: (service_phrases.SPEED, service_phrases.NOT_SPEED),
        Category.TELEPHONY_INCOMING: (call_phrases.INCOMING, None),
        Category.TELEPHONY_OUTGOING: (call_phrases.OUTGOING, None),
        Category.TELEPHONY_INTERNATIONAL: (call_phrases.INTERNATIONAL, None),
        Category.TV: (service_phrases.TV, service_phrases.NOT_TV),
        Category.CABLE: (service_phrases.CABLE, service_phrases.NOT_CABLE),
        Category.BILLING: (service_phrases.BILLING, service_phrases.NOT_BILLING),
    }
)
