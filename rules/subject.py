"""The subject says the essence, very briefly.

`Re:`, `Fwd:`, `Hb:`, `На:`, `Отв:` and shouting (`СРОЧНО!!!`, `URGENT`, runs of exclamation marks, a subject all in
capitals) are taken off; "не срочно" stays. What is longer than 60 characters is cut at a word's end and closed with `…`;
the full original stays in the internal note. Ticket tags such as `[Ticket#2013041610000135]` are kept. A subject is never
emptied, and never cut so that a contract, an address or a phone would be lost which the ticket says nowhere else. What is
written anew has no characters that nobody sees (zero-width, bidi, control); for their sake alone nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from otrs_bridge.domain.category import categories_of
from otrs_bridge.domain.change import Change
from otrs_bridge.domain.clues import clues_of
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.hint import hints_for
from otrs_bridge.domain.phone_fault import missing_of_phone_fault, speaks_of_phone_fault
from otrs_bridge.domain.rule import Rule
from otrs_bridge.domain.texts.subject import LONGEST, brief
from otrs_bridge.domain.ticket import Customer, Ticket
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """How brief, and whether capitals count as shouting."""

    longest: int = field(
        default=LONGEST, metadata={"description": "characters that a subject may have", "at_least": 30, "at_most": 250}
    )
    capitals: bool = field(default=True, metadata={"description": "a subject all in capitals is written as a sentence"})


def check(facts: Facts, options: Options) -> Iterator[Change]:
    """Ask for a brief subject (docs/field-rules.md#subject)."""
    ticket = facts.ticket
    if ticket.is_technical:
        return
    for quiet, longest in _ways(options):
        wanted = brief(ticket.title, longest=longest, quiet=quiet)
        if not wanted or wanted == ticket.title.strip():
            return  # and whoever does less would not change anything either
        if _reads_the_same(facts, replace(ticket, title=wanted)):
            yield Change(rule=RULE.name, field="title", old=ticket.title, new=wanted, why=_why(ticket, options))
            return


def _ways(options: Options) -> Iterator[tuple[bool, int]]:
    """All of it, then less and less, until nothing that the ticket says is lost."""
    whole = 10_000
    yield from (
        (options.capitals, options.longest),
        (False, options.longest),
        (options.capitals, whole),
        (False, whole),
    )


def _reads_the_same(facts: Facts, after: Ticket) -> bool:
    """Whether client, category, hints and a fault of the phone are read in `after` as in the ticket of the facts.

    Of the client that is what its texts say: customer and fields may become others in the same write.
    """
    before, categories = facts.ticket, facts.dialect.categories
    texts = (replace(ticket, customer=Customer(), dynamic_fields={}) for ticket in (before, after))
    said_before, said_after = (clues_of(ticket, facts.dialect, facts.streets) for ticket in texts)
    return (
        said_before == said_after
        and categories_of(before, categories) == categories_of(after, categories)
        and hints_for(before) == hints_for(after)
        and speaks_of_phone_fault(before, categories) == speaks_of_phone_fault(after, categories)
        and missing_of_phone_fault(facts) == missing_of_phone_fault(replace(facts, ticket=after))
    )


def _why(ticket: Ticket, options: Options) -> Words:
    if len(ticket.title) > options.longest:
        return Words(
            ru=f"тема — самая суть, не длиннее {options.longest} знаков; полная записана здесь",
            en=f"a subject is the essence in at most {options.longest} characters; the full one is kept here",
        )
    return Words(ru="тема — самая суть, без приставок и крика", en="a subject is the essence, no prefixes, no shouting")


RULE = Rule(name="subject", options=Options, writes=("title",), check=check)
