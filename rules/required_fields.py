"""What is missing in a ticket is asked for once, in one line of the internal note.

A ticket needs: from client, queue, subject, text, priority, client type, district, category. What another rule can fill
is not asked for, and a list that has only become shorter is not told again. Nothing is refused, delayed or hidden because
something is missing; closed tickets, and what a machine sent (a bounce, a list, a calendar), are left in peace.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from otrs_bridge.domain.change import Remark
from otrs_bridge.domain.completeness import REQUIRED, missing_fields
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule, WrongOptions, unknown_names
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """Which fields are asked for."""

    fields: tuple[str, ...] = field(
        default=tuple(REQUIRED), metadata={"description": "what a ticket needs, in the order in which it is asked for"}
    )

    def __post_init__(self) -> None:
        """Only what the rule knows how to look for."""
        if unknown := unknown_names("fields", self.fields, REQUIRED):
            raise WrongOptions(unknown)


def check(facts: Facts, options: Options) -> Iterator[Remark]:
    """List what is missing (docs/field-rules.md#required-fields)."""
    if facts.ticket.is_technical or facts.ticket.is_closed or facts.clues.by_machine or not facts.about_one_client:
        return
    names = missing_fields(facts, options.fields)
    missing = [REQUIRED[name] for name in names]
    if missing:
        yield Remark(
            rule=RULE.name,
            items=frozenset(names),
            text=Words(
                ru=f"Не хватает: {', '.join(label.ru for label in missing)}. Заполните, пожалуйста",
                en=f"Missing: {', '.join(label.en for label in missing)}. Please fill in",
            ),
        )


RULE = Rule(name="required_fields", options=Options, writes=(), check=check)
