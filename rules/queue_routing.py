"""A ticket in an intake queue goes to the department that its category names.

Only from the queues where tickets come in (`Raw`, `Postmaster`, `Misc`), and only when all of the ticket's categories
lead to one queue: those of the category field, or, when it is empty, those that the text names unmistakably. Which
category goes where is the operator's to say; until then nothing is moved. A queue that a person chose is never changed:
a ticket that somebody moved on after the bridge, be it into an intake queue again, stays there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from otrs_bridge.domain.category import categories_of
from otrs_bridge.domain.change import Change
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import Rule, Vocabulary
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """Where tickets come in, and where they belong."""

    intake: tuple[str, ...] = field(
        default=("Raw", "Postmaster", "Misc"), metadata={"description": "queues from which tickets are moved"}
    )
    queues: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({}),
        metadata={
            "description": "the department's queue for each category (or value of the category field): {tv: TV}",
            "examples": [{"internet": "Internet", "tv": "TV"}],
        },
    )


def check(facts: Facts, options: Options) -> Iterator[Change]:
    """Ask for the queue of the ticket's category (docs/field-rules.md#queue-routing)."""
    ticket = facts.ticket
    if ticket.is_technical or ticket.queue not in options.intake:
        return
    categories = _categories(facts)
    targets = {options.queues.get(name, "") for name in categories}
    if len(targets) != 1 or not (target := targets.pop()) or target == ticket.queue:
        return
    named = ", ".join(categories)
    why = Words(ru=f"категория заявки — {named}", en=f"the ticket's category is {named}")
    yield Change(rule=RULE.name, field="queue", old=ticket.queue, new=target, why=why)


def _categories(facts: Facts) -> tuple[str, ...]:
    """What a person or rule `category` chose; only an empty field lets the text speak."""
    chosen = facts.dynamic_value(facts.fields.category)
    named = chosen if isinstance(chosen, tuple) else (str(chosen),)
    return tuple(name for name in named if name.strip()) or tuple(categories_of(facts.ticket, facts.dialect.categories))


def uses(options: Options) -> Vocabulary:
    """The queues that must exist."""
    return {"queue": tuple(dict.fromkeys(options.queues.values()))}


RULE = Rule(name="queue_routing", options=Options, writes=("queue",), check=check, uses=uses, yields=True)
