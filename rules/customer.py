"""Every ticket names its client: the real one when the directory knows it, otherwise the handbook's placeholder.

Who the client is: the ticket's own customer when the directory knows that login; else the first of contract number,
address and phone that leads to exactly one client, read from the customer line, `From`, the dynamic fields, the title
and the text. Never by a person's name. Several candidates that nothing narrows down are listed in an internal note,
and the ticket is given to none of them.

A ticket without a customer, with the bare placeholder address or with a login nobody knows gets
`"address, full name, contract" <test@mtel.ru>`, built from what the ticket says. A ticket that came by e-mail keeps the
sender's own address in the angle brackets, so that answers still reach a person. A placeholder that later fits exactly
one client is replaced by that client.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from otrs_bridge.domain.change import Change, Finding, Remark
from otrs_bridge.domain.client import Client, Found, Several
from otrs_bridge.domain.client_type import company_in
from otrs_bridge.domain.clues import Clue
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.mail_text import parse_sender
from otrs_bridge.domain.placeholder import build_placeholder, parse_placeholder
from otrs_bridge.domain.rule import Rule, Vocabulary
from otrs_bridge.domain.ticket import Customer
from otrs_bridge.domain.words import Words

_Value = TypeVar("_Value")


@dataclass(frozen=True, kw_only=True)
class Options:
    """The placeholder's address, and two matters of taste."""

    address: str = field(
        default="test@mtel.ru",
        metadata={"description": "the e-mail address of the placeholder; OTRS must accept it"},
    )
    keep_sender: bool = field(
        default=True,
        metadata={"description": "a ticket that came by e-mail keeps the sender's own address in the placeholder"},
    )
    unknown_login: bool = field(
        default=True,
        metadata={"description": "a login that the directory does not know gets the placeholder, too"},
    )


def check(facts: Facts, options: Options) -> Iterator[Finding]:
    """Ask for the real client, or for the placeholder (docs/field-rules.md#client, #placeholder)."""
    if facts.ticket.is_technical:
        return
    match facts.client:
        case Found(client=client, by="login"):
            yield from _exact_login(facts, client)
        case Found(client=client) as found if client.login:
            if client.login.casefold() != facts.ticket.customer.user.strip().casefold():
                yield _change(facts, _customer_of(client), _found_why(found))
        case Found(client=client):
            yield from _placeholder(facts, options, client)
        case Several() as several:
            yield _candidates(several)
            yield from _placeholder(facts, options)
        case _:
            yield from _placeholder(facts, options)


def _exact_login(facts: Facts, client: Client) -> Iterator[Change]:
    """The customer was written as his e-mail address: OTRS shows his tickets only under the login."""
    current = facts.ticket.customer.user.strip()
    if client.login and current.casefold() != client.login.casefold():
        why = Words(
            ru=f"{current} — это клиент {client.contract or client.login}",
            en=f"{current} is client {client.contract or client.login}",
        )
        yield _change(facts, _customer_of(client), why)


def _placeholder(facts: Facts, options: Options, client: Client | None = None) -> Iterator[Change]:
    user = facts.ticket.customer.user.strip()
    present = parse_placeholder(user)
    bare = not user or user.casefold() == options.address.casefold() or (present is not None and present.is_bare)
    unknown = options.unknown_login and present is None and facts.customer_known is False
    if not (bare or unknown):
        return
    wanted = _built(facts, options, client)
    if wanted != user:
        yield _change(facts, Customer(user=wanted), _placeholder_why(user, bare=bare))


def _built(facts: Facts, options: Options, client: Client | None) -> str:
    clues = facts.clues
    if client is not None:
        parts = (client.address_text, client.name, client.contract)
    else:
        address, contract = _only(clues.addresses), _only(clues.contracts)
        # A company keeps its name: the client's type may be known from nothing else.
        name = company_in(facts.ticket.customer.user) or clues.name
        parts = (address.human if address else "", name, contract.canonical if contract else "")
    return build_placeholder(*parts, email=_address(facts, options))


def _only(clues: Sequence[Clue[_Value]]) -> _Value | None:
    """What the most trusted place says, if it says one thing: a placeholder must not choose between two contracts.

    The next sweep would read the chosen one as the customer's own word, and give the ticket to that client.
    """
    best = [clue.value for clue in clues if clue.source is clues[0].source]
    return best[0] if len(best) == 1 else None


def _address(facts: Facts, options: Options) -> str:
    """Where answers go: to the person who wrote, if one did by e-mail, otherwise to the placeholder's address."""
    article = facts.ticket.article
    by_phone = article is not None and article.channel == "Phone"
    if options.keep_sender and not by_phone:
        # The From of an agent's article is the agent.
        sender = article.sender if article and article.sender_type == "customer" else ""
        for text in (facts.ticket.customer.user, sender):
            address = parse_sender(text).email
            if address and address.casefold() != options.address.casefold():
                return address
    return options.address


def _customer_of(client: Client) -> Customer:
    return Customer(user=client.login, company=client.customer_id or client.contract or client.login)


def _change(facts: Facts, wanted: Customer, why: Words) -> Change:
    return Change(rule=RULE.name, field="customer", old=facts.ticket.customer, new=wanted, why=why)


def _found_why(found: Found) -> Words:
    ru = {"contract": "по договору", "address": "по адресу", "phone": "по телефону", "login": "по логину"}[found.by]
    return Words(ru=f"клиент найден {ru} {found.clue}", en=f"the client was found by {found.by} {found.clue}")


def _placeholder_why(user: str, *, bare: bool) -> Words:
    if not user:
        return Words(ru="клиент не указан и не найден", en="no customer is given and none was found")
    if bare:
        return Words(
            ru="клиента нет в базе: записано, что о нём известно",
            en="the client is not in the base: what is known of him is written down",
        )
    return Words(ru=f"клиента «{user}» нет в базе", en=f"“{user}” is not a client in the base")


def _candidates(several: Several) -> Remark:
    listed = "; ".join(_described(client) for client in several.candidates[:10])
    return Remark(
        rule=RULE.name,
        text=Words(
            ru=f"Подходят несколько клиентов ({several.clue}): {listed}. Выберите клиента вручную",
            en=f"Several clients fit ({several.clue}): {listed}. Choose the client yourself",
        ),
    )


def _described(client: Client) -> str:
    return ", ".join(part for part in (client.contract, client.name, client.address_text) if part)


def uses(options: Options) -> Vocabulary:
    """The longest kind of placeholder that the rule writes: OTRS has to take it for an address."""
    known = ("ул. Летная, д. 5, кв. 132", "Иванов Иван Иванович", "Ф-15236")
    return {"customer": (build_placeholder(*known, email=options.address),)}


RULE = Rule(name="customer", options=Options, writes=("customer",), check=check, uses=uses)
