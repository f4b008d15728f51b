"""Whom a ticket should name instead of its customer (docs/field-rules.md#client, #placeholder)."""

from __future__ import annotations

from otrs_bridge.domain.client import Client, Doubtful, Found, Several
from otrs_bridge.domain.customer_words import why_client, why_placeholder
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.placeholder import is_bare, parse_placeholder
from otrs_bridge.domain.placeholder_parts import is_nobody, placeholder_for, sender_of
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.words import Words


def is_settled(facts: Facts, *, address: str) -> bool:
    """The ticket's customer is not to be replaced: no placeholder with the e-mail `address`, and somebody for all we know.

    OTRS may know customers whom the directory does not. A login that several of its clients share is right whichever
    of them it is. And of a closed ticket nobody is asked any more whose it was.
    """
    user = facts.ticket.customer.user.strip()
    if is_bare(user, email=address) or parse_placeholder(user, email=address) is not None:
        return False
    by_login = isinstance(facts.client, Several) and facts.client.by == "login"
    return facts.customer_known is None or by_login or facts.ticket.is_closed


def to_choose_from(facts: Facts, *, address: str) -> Several | Doubtful | None:
    """The clients among whom a person has to choose, None when nobody has to."""
    if is_settled(facts, address=address) or facts.ticket.is_closed:
        return None
    return facts.client if isinstance(facts.client, Several | Doubtful) else None


def customer_instead(
    facts: Facts, *, address: str, keep_sender: bool, unknown_login: bool
) -> tuple[Customer, Words] | None:
    """The client or the placeholder for the ticket, and why; None when its customer is right, or not to be put right.

    `address`, `keep_sender` and `unknown_login` are the options of the rule `customer`. A closed ticket may still get its
    real client instead of a placeholder, but no placeholder: there is no work left for which to write down what is known.
    """
    if is_settled(facts, address=address):
        return None
    user = facts.ticket.customer.user.strip()
    match facts.client:
        case Found(client=client) as found if client.login:
            return None if _is_login_of(client, user) else (client.customer, why_client(found, user))
        case Found(by="login"):
            return None
    bare = is_bare(user, email=address)
    if facts.ticket.is_closed or not (bare or (unknown_login and is_nobody(facts, email=address))):
        return None
    sender = sender_of(facts, apart_from=address) if keep_sender else ""
    wanted = placeholder_for(facts, email=sender or address)
    return None if wanted == user else (Customer(user=wanted), why_placeholder(user, facts.client, bare=bare))


def _is_login_of(client: Client, user: str) -> bool:
    return client.login.casefold() == user.casefold()
