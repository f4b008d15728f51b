"""The field for a master ticket is not used: it is kept empty.

What stood in it is kept in the ticket's internal note.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.completeness import is_empty
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule
from otrs_bridge.domain.ticket import dynamic
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """Nothing to choose; how OTRS calls the field stands under `fields`."""


def check(facts: Facts, _options: Options) -> Iterator[Change]:
    """Ask for an empty field (docs/field-rules.md#master-ticket)."""
    name = facts.fields.master_ticket
    if facts.ticket.is_technical or not name or is_empty(facts, name):
        return
    why = Words(
        ru="поле не используется; прежнее значение записано здесь",
        en="the field is not used; its old value is kept here",
    )
    yield Change(rule=RULE.name, field=dynamic(name), old=facts.dynamic_value(name), new="", why=why)


RULE = Rule(name="master_ticket", options=Options, writes=("master_ticket",), check=check)
