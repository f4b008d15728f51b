"""Who wrote what stands in a field: the bridge's own word is no witness against what it was read from.

A district or a client type that the bridge filled in for one client follows when the ticket turns out to be another's;
what a person wrote is believed, also where it is the same. Source: docs/field-rules.md#district, #client-type.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from otrs_bridge.domain.client_type import evidence_against_the_field
from otrs_bridge.domain.completeness import is_empty, known_district
from otrs_bridge.domain.decision import TicketMemory, still_stands
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.field_events import FieldEvent, set_anew
from otrs_bridge.domain.ticket import dynamic, same_value


def asks_who_wrote(facts: Facts) -> bool:
    """Whether a field says other than what is known of the client, so that it matters who wrote it there.

    A closed ticket keeps the words of its time: a client who moves does not take his old tickets along.
    """
    if facts.ticket.is_closed:
        return False
    name, district = facts.fields.district, known_district(facts)
    other_district = bool(name and district) and not same_value(facts.dynamic_value(name), district)
    return (other_district and not is_empty(facts, name)) or evidence_against_the_field(facts)


def with_authors(facts: Facts, memory: TicketMemory, events: Sequence[FieldEvent] = ()) -> Facts:
    """The facts, where it matters with the fields that still hold what the bridge wrote, and that nobody took from it.

    `events`: OTRS's history of the ticket, which knows who set again what the bridge had written.
    """
    if not asks_who_wrote(facts):
        return facts
    ours = frozenset(
        field
        for name in (facts.fields.client_type, facts.fields.district)
        if name and _is_ours(facts, field := dynamic(name), memory, events)
    )
    return replace(facts, ours=ours) if ours else facts


def _is_ours(facts: Facts, field: str, memory: TicketMemory, events: Sequence[FieldEvent]) -> bool:
    last = memory.last_writes.get(field)
    return (
        last is not None
        and not last.undone
        and field not in memory.pinned
        and still_stands(facts.ticket.value_of(field), last)
        and not set_anew(last.old, last.new, field, events)
    )
