"""Everything that rules read in a ticket's texts, to tell whether other texts would say the same to them."""

from __future__ import annotations

from dataclasses import replace

from otrs_bridge.domain.category import categories_of
from otrs_bridge.domain.clues import Clues, read_clues
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.hint import hints_for
from otrs_bridge.domain.phone_fault import missing_of_phone_fault, speaks_of_phone_fault
from otrs_bridge.domain.texts.subject import full_title
from otrs_bridge.domain.ticket import Ticket


def reads_the_same(facts: Facts, after: Ticket) -> bool:
    """Whether client, category, hints and a fault of the phone are read in `after` as in the ticket of the facts."""
    before, reading = facts.ticket, facts.categories
    return (
        _clues(before, facts) == _clues(after, facts)
        and categories_of(before, reading) == categories_of(after, reading)
        and hints_for(before) == hints_for(after)
        and speaks_of_phone_fault(before, reading) == speaks_of_phone_fault(after, reading)
        and missing_of_phone_fault(facts) == missing_of_phone_fault(replace(facts, ticket=after))
    )


def _clues(ticket: Ticket, facts: Facts) -> Clues:
    words = ticket.words
    subject, body = (words.subject, words.body) if words else ("", "")
    title, contacts, streets = full_title(ticket), facts.contacts, facts.streets
    return read_clues(title=title, subject=subject, body=body, contacts=contacts, streets=streets)
