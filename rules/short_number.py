"""The number that the client is told stands in a field of its own.

`2013041610000135` is told as `10000135`. The rule does something only where `fields.short_number` names a dynamic field;
where OTRS numbers tickets without a date, the whole number is written.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule
from otrs_bridge.domain.ticket import dynamic, same_value
from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """Nothing to choose; how OTRS calls the field stands under `fields`."""


def check(facts: Facts, _options: Options) -> Iterator[Change]:
    """Ask for the short number in its field (docs/field-rules.md#short-number, #ticket-number)."""
    name, number = facts.fields.short_number, short_number(facts.ticket.number)
    if facts.ticket.is_technical or not name or not number:
        return
    written = facts.dynamic_value(name)
    if not same_value(written, number):
        why = Words(ru="этот номер называют клиенту", en="the number that the client is told")
        yield Change(rule=RULE.name, field=dynamic(name), old=written, new=number, why=why, told=False)


RULE = Rule(name="short_number", options=Options, writes=("short_number",), check=check)
