"""What a ticket still lacks once every rule has filled in what it can. Source: docs/field-rules.md#required-fields.

Here stands what "can be filled in" means; the rules that fill ask the same functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from otrs_bridge.domain.category import value_to_fill
from otrs_bridge.domain.client import ClientType, Found
from otrs_bridge.domain.client_type import client_type_of, company_in
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.placeholder import parse_placeholder
from otrs_bridge.domain.texts.subject import brief
from otrs_bridge.domain.ticket import shown
from otrs_bridge.words import Words

REQUIRED: Mapping[str, Words] = MappingProxyType(
    {
        "client": Words(ru="от клиента (договор, адрес или ФИО)", en="from client (contract, address or full name)"),
        "queue": Words(ru="очередь", en="queue"),
        "subject": Words(ru="тема", en="subject"),
        "text": Words(ru="текст", en="text"),
        "priority": Words(ru="приоритет", en="priority"),
        "client_type": Words(ru="тип клиента", en="client type"),
        "district": Words(ru="район", en="district"),
        "category": Words(ru="категория", en="category"),
    }
)
"""What every ticket needs, in the order in which an operator fills it in."""


def missing_fields(facts: Facts, names: Sequence[str]) -> tuple[str, ...]:
    """Which of these the ticket lacks and no rule can fill."""
    return tuple(name for name in names if _LACKS[name](facts))


def is_empty(facts: Facts, name: str) -> bool:
    """Whether the dynamic field that OTRS calls `name` holds nothing."""
    return not shown(facts.dynamic_value(name)).strip()


def known_district(facts: Facts) -> str:
    """The district of the one client that was found, as the ticket's field says it; "" when there is none."""
    return facts.dialect.district_key(facts.client.client.district) if isinstance(facts.client, Found) else ""


def _lacks_client(facts: Facts) -> bool:
    """Nobody is found, and not even a placeholder could say who it is."""
    user, clues = facts.ticket.customer.user.strip(), facts.clues
    if isinstance(facts.client, Found) or clues.contracts or clues.addresses or clues.name or company_in(user):
        return False
    placeholder = parse_placeholder(user, email=facts.dialect.contacts.placeholder)
    if placeholder is not None:
        return placeholder.is_bare
    return not user or facts.customer_known is False


def _lacks_text(facts: Facts) -> bool:
    return facts.ticket.article is not None and facts.ticket.article.body.strip() in _NO_TEXT


def _lacks_priority(facts: Facts) -> bool:
    verdict = client_type_of(facts)
    return not facts.ticket.priority.strip() and (verdict is None or verdict.type is not ClientType.LEGAL)


# OTRS's own words for a mail that is nothing but an attachment.
_NO_TEXT = frozenset({"", "no text message => see attachment"})

_LACKS: Mapping[str, Callable[[Facts], bool]] = MappingProxyType(
    {
        "client": _lacks_client,
        "queue": lambda facts: not facts.ticket.queue.strip(),
        "subject": lambda facts: not brief(facts.ticket.title),
        "text": _lacks_text,
        "priority": _lacks_priority,
        "client_type": lambda facts: _lacks(facts, facts.fields.client_type) and client_type_of(facts) is None,
        "district": lambda facts: _lacks(facts, facts.fields.district) and not known_district(facts),
        "category": lambda facts: (
            _lacks(facts, facts.fields.category) and not value_to_fill(facts.ticket, facts.dialect.categories)
        ),
    }
)


def _lacks(facts: Facts, name: str) -> bool:
    """Whether this OTRS has the field and it is empty."""
    return bool(name) and is_empty(facts, name)
