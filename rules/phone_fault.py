"""A ticket about a phone that does not work says five things.

What is wrong; the exact address; the number that does not work; the subscriber's full name; a contact number, better a
mobile. What the ticket does not say, and the client directory does not know, is listed in the internal note.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from otrs_bridge.domain.change import Remark
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.phone_fault import CHECKLIST, missing_of_phone_fault, speaks_of_phone_fault
from otrs_bridge.domain.rule import Rule
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """Which tickets are about a phone."""

    categories: tuple[str, ...] = field(
        default=("telephony-incoming", "telephony-outgoing", "telephony-international"),
        metadata={"description": "values of the category field that mean a fault of the phone, besides the text"},
    )


def check(facts: Facts, options: Options) -> Iterator[Remark]:
    """List what the technician would have to ask for (docs/field-rules.md#phone-fault)."""
    ticket = facts.ticket
    if ticket.is_technical or ticket.is_closed or facts.clues.by_machine or not facts.about_one_client:
        return
    chosen = facts.dynamic_value(facts.fields.category)
    named = {chosen} if isinstance(chosen, str) else set(chosen if isinstance(chosen, tuple) else ())
    if not speaks_of_phone_fault(ticket, facts.dialect.categories) and named.isdisjoint(options.categories):
        return
    items = missing_of_phone_fault(facts)
    missing = [CHECKLIST[item] for item in items]
    if missing:
        yield Remark(
            rule=RULE.name,
            items=frozenset(items),
            text=Words(
                ru=f"Не работает телефон — уточните: {'; '.join(label.ru for label in missing)}",
                en=f"A phone does not work, please find out: {'; '.join(label.en for label in missing)}",
            ),
        )


RULE = Rule(name="phone_fault", options=Options, writes=(), check=check)
