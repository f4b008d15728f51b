"""Whom a ticket should name instead of its customer (docs/field-rules.md#client, #placeholder)."""

from __future__ import annotations

from dataclasses import replace

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.client import Doubtful, Found, Several
from otrs_bridge.domain.customer_words import why_client, why_common_address, why_not_client, why_placeholder
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.placeholder import is_bare, parse_placeholder
from otrs_bridge.domain.placeholder_parts import is_nobody, placeholder_for, says_all_of, sender_of
from otrs_bridge.domain.ticket import Customer


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


def customer_instead(rule: str, facts: Facts, *, address: str, keep_sender: bool, unknown_login: bool) -> Change | None:
    """The change to the client or to the placeholder; None when the customer is right, or not to be put right.

    `address`, `keep_sender` and `unknown_login` are the options of the rule `customer`. A closed ticket may still get its
    real client instead of a placeholder, but no placeholder: there is no work left for which to write down what is known.
    A client whom OTRS refuses leaves a ticket as one who is not in the base does; a sender whose address it refuses, as one
    without an address.
    """
    user, found = facts.ticket.customer.user.strip(), facts.client
    login = found.client.login if isinstance(found, Found) else ""
    if is_settled(facts, address=address) or (login and login.casefold() == user.casefold()):
        return None
    bare = is_bare(user, email=address)
    is_quiet = facts.ticket.is_closed or facts.clues.by_machine
    says_less = not is_quiet and (bare or (unknown_login and is_nobody(facts, email=address)))
    by_address = isinstance(found, Found) and found.by == "login"
    change = Change(
        rule=rule,
        field="customer",
        old=facts.ticket.customer,
        new=facts.ticket.customer,
        why=why_not_client(found.client)
        if isinstance(found, Found) and login
        else why_placeholder(user, found, bare=bare),
    )
    if says_less or (login and by_address and not facts.ticket.is_closed):
        sender = sender_of(facts, apart_from=address) if keep_sender else ""
        change = _written_down(change, facts, sender=sender, address=address)
    if isinstance(found, Found) and login:
        is_stopgap = bare or parse_placeholder(user, email=address) is not None
        why = why_client(found, user)
        return replace(change, new=found.client.customer, why=why, if_refused=change, fills_in=is_stopgap)
    return change if str(change.new).strip() != user and not by_address else None


def _written_down(change: Change, facts: Facts, *, sender: str, address: str) -> Change:
    """The change to the placeholder: with the sender's address, or with the common one where OTRS does not take that.

    A customer line that says more than a placeholder can hold (two contracts) stays: it is better known whose it may be.
    """
    written = placeholder_for(facts, email=address)
    common = replace(change, new=Customer(user=written))
    if not isinstance(facts.client, Found) and not says_all_of(written, facts.clues, facts.contacts):
        return change
    if not sender:
        return common
    with_sender = Customer(user=placeholder_for(facts, email=sender))
    return replace(change, new=with_sender, if_refused=replace(common, why=why_common_address(change.why, sender)))
