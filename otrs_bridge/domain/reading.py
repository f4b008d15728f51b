"""Everything that rules read in a ticket's texts, to tell whether other texts would say the same to them."""

from __future__ import annotations

from dataclasses import replace

from otrs_bridge.domain.category import categories_of
from otrs_bridge.domain.clues import clues_of
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.hint import hints_for
from otrs_bridge.domain.phone_fault import missing_of_phone_fault, speaks_of_phone_fault
from otrs_bridge.domain.ticket import Ticket


def reads_the_same(facts: Facts, after: Ticket) -> bool:
    """Whether client, category, hints and a fault of the phone are read in `after` as in the ticket of the facts."""
    before, dialect, categories = facts.ticket, facts.dialect, facts.dialect.categories
    return (
        clues_of(before, dialect, facts.streets) == clues_of(after, dialect, facts.streets)
        and categories_of(before, categories) == categories_of(after, categories)
        and hints_for(before) == hints_for(after)
        and speaks_of_phone_fault(before, categories) == speaks_of_phone_fault(after, categories)
        and missing_of_phone_fault(facts) == missing_of_phone_fault(replace(facts, ticket=after))
    )
