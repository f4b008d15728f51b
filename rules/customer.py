"""Every ticket names its client: the real one when the directory knows it, otherwise the handbook's placeholder.

Who the client is: the ticket's own customer when the directory knows that login; else the first of contract number,
address and phone that leads to exactly one client, read from the customer line, `From`, the dynamic fields, the title
and the text. Never by a person's name. Several candidates that nothing narrows down are listed in an internal note,
and the ticket is given to none of them.

A ticket without a customer, with the bare placeholder address or with a login nobody knows gets
`"address, full name, contract" <test@mtel.ru>`, built from what it says; a mail keeps its sender's address for answers.
A placeholder that later fits exactly one client is replaced by him; what an agent put in the bridge's place stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from otrs_bridge.domain.change import Change, Finding, Remark
from otrs_bridge.domain.client import Found, Several
from otrs_bridge.domain.clues import Contacts
from otrs_bridge.domain.customer_words import candidates, why_client, why_placeholder
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.placeholder import NO_EMAIL, is_bare, is_plain_email
from otrs_bridge.domain.placeholder_parts import is_nobody, longest_kind, placeholder_for, sender_of
from otrs_bridge.domain.rule import Rule, WrongOptions
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True)
class Options:
    """The placeholder's address, two matters of taste, and who is no client."""

    address: str = field(
        default="test@mtel.ru", metadata={"description": "the e-mail address of the placeholder; OTRS must accept it"}
    )
    keep_sender: bool = field(
        default=True,
        metadata={"description": "a ticket that came by e-mail keeps the sender's own address in the placeholder"},
    )
    unknown_login: bool = field(
        default=True, metadata={"description": "a login that the directory does not know gets the placeholder, too"}
    )
    own: tuple[str, ...] = field(
        default=(),
        metadata={"description": "our own phones, addresses, contracts and e-mails (@isp.ru: a domain): no client's"},
    )

    def __post_init__(self) -> None:
        """What is no address would silently be replaced by the handbook's."""
        if not is_plain_email(self.address):
            raise WrongOptions([(("address",), NO_EMAIL)])


def check(facts: Facts, options: Options) -> Iterator[Finding]:
    """Ask for the real client, or for the placeholder (docs/field-rules.md#client, #placeholder)."""
    if facts.ticket.is_technical:
        return
    if isinstance(facts.client, Several):
        yield Remark(rule=RULE.name, text=candidates(facts.client))
    if named := _named(facts, options):
        yield Change(rule=RULE.name, field="customer", old=facts.ticket.customer, new=named[0], why=named[1])


def _named(facts: Facts, options: Options) -> tuple[Customer, Words] | None:
    """Whom the ticket should name instead, and why; None when it is right, or not to be put right."""
    user = facts.ticket.customer.user.strip()
    match facts.client:
        case Found(client=client) as found if client.login:
            return (client.customer, why_client(found, user)) if client.login.casefold() != user.casefold() else None
        case Found(by="login"):
            return None
    bare = is_bare(user, email=options.address)
    if not bare and not (options.unknown_login and is_nobody(facts, email=options.address)):
        return None
    sender = sender_of(facts, apart_from=options.address) if options.keep_sender else ""
    wanted = placeholder_for(facts, email=sender or options.address)
    return None if wanted == user else (Customer(user=wanted), why_placeholder(user, bare=bare))


RULE = Rule(
    name="customer", options=Options, writes=("customer",), check=check, yields=True,
    uses=lambda options: {"customer": (longest_kind(email=options.address),)},
    reading=lambda options: Contacts(placeholder=options.address, own=options.own),
)  # fmt: skip # a rule stays a page of 80 lines
