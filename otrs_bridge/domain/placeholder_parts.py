"""What a ticket's placeholder says: the address, the name and the contract that the facts give, and whose e-mail.

Source: docs/field-rules.md#placeholder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from otrs_bridge.domain.client import Found
from otrs_bridge.domain.client_type import company_in
from otrs_bridge.domain.clues import TOLD, Clue, Clues, Contacts, Source, is_own_email, read_clues
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.placeholder import build_placeholder, is_plain_email, parse_placeholder
from otrs_bridge.domain.texts.mail import parse_sender

_Value = TypeVar("_Value")


def placeholder_for(facts: Facts, *, email: str) -> str:
    """The placeholder for the ticket: what the directory knows of the client, otherwise what the ticket says of him."""
    longest = facts.lengths.customer_user
    if isinstance(facts.client, Found):
        client = facts.client.client
        return build_placeholder(client.address_text, client.name, client.contract, email=email, longest=longest)
    address, contract = _only(facts.clues, facts.clues.addresses), _only(facts.clues, facts.clues.contracts)
    # A company keeps its name: the client's type may be known from nothing else.
    name = company_in(facts.ticket.customer.user) or facts.clues.name
    return build_placeholder(
        address.human if address else "",
        name,
        contract.canonical if contract else "",
        email=email,
        phones=[clue.value.human for clue in facts.clues.phones if clue.source is Source.CUSTOMER],
        longest=longest,
    )


def says_all_of(placeholder: str, clues: Clues, contacts: Contacts) -> bool:
    """Whether the placeholder says all that the customer line does, so that the next sweep reads the same client."""
    said = _said_by_customer(clues)
    return not said or said <= _said_by_customer(read_clues(customer=placeholder, contacts=contacts))


def _said_by_customer(clues: Clues) -> set[object]:
    contracts = {clue.value for clue in clues.contracts if clue.source is Source.CUSTOMER}
    addresses = {clue.value for clue in clues.addresses if clue.source is Source.CUSTOMER}
    return {*contracts, *addresses, *(clue.value for clue in clues.phones if clue.source is Source.CUSTOMER)}


def longest_kind(*, email: str) -> str:
    """A placeholder of the longest kind: what OTRS has to take for an address."""
    return build_placeholder("ул. Летная, д. 5, кв. 132", "Иванов Иван Иванович", "Ф-15236", email)


def is_nobody(facts: Facts, *, email: str) -> bool:
    """The ticket's customer is nobody that the directory or OTRS knows, and no placeholder with the address `email`."""
    return facts.customer_known is False and parse_placeholder(facts.ticket.customer.user, email=email) is None


def sender_of(facts: Facts, *, apart_from: str) -> str:
    """The address of the person who wrote by e-mail, if a placeholder can hold it.

    "" for a call, for nobody, for the operator's own addresses (a web form's), and for `apart_from`, in any letter case. The
    customer line is read before the `From`, and an agent's `From` is the agent.
    """
    article = facts.ticket.article
    if article is not None and article.channel == "Phone":
        return ""
    sender = article.sender if article and article.sender_type == "customer" else ""
    for text in (facts.ticket.customer.user, sender):
        address = parse_sender(text).email
        is_ours = address.casefold() == apart_from.casefold() or is_own_email(address, facts.contacts)
        if is_plain_email(address) and not is_ours:
            return address
    return ""


def _only(all_clues: Clues, clues: Sequence[Clue[_Value]]) -> _Value | None:
    """What the most trusted place says, if it says one thing: a placeholder must not choose between two contracts.

    The next sweep would read the chosen one as the customer's own word, and give the ticket to that client; so it would
    with what somebody tells who speaks for another.
    """
    if all_clues.for_another and clues and clues[0].source in TOLD:
        return None
    best = [clue.value for clue in clues if clue.source is clues[0].source]
    return best[0] if len(best) == 1 else None
