"""Everything that rules read in a ticket's texts, to tell whether other texts would say the same to them."""

from __future__ import annotations

from dataclasses import replace

from otrs_bridge.domain.category import categories_of
from otrs_bridge.domain.clues import Clues, Contacts, read_clues
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.hint import hints_for
from otrs_bridge.domain.phone_fault import missing_of_phone_fault, speaks_of_phone_fault
from otrs_bridge.domain.texts.subject import full_title
from otrs_bridge.domain.ticket import Ticket


def reads_the_same(facts: Facts, after: Ticket) -> bool:
    """Whether client, category, hints and a fault of the phone are read in `after` as in the ticket of the facts."""
    before, reading = facts.ticket, facts.categories
    return (
        _clues(before, facts.contacts) == _clues(after, facts.contacts)
        and categories_of(before, reading) == categories_of(after, reading)
        and hints_for(before) == hints_for(after)
        and speaks_of_phone_fault(before, reading) == speaks_of_phone_fault(after, reading)
        and missing_of_phone_fault(facts) == missing_of_phone_fault(replace(facts, ticket=after))
    )


def _clues(ticket: Ticket, contacts: Contacts) -> Clues:
    words = ticket.words
    subject, body = (words.subject, words.body) if words else ("", "")
    return read_clues(title=full_title(ticket), subject=subject, body=body, contacts=contacts)
