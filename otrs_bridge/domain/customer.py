"""Whom a ticket should name instead of its customer, what its placeholder says, and what people are told of it.

Source: docs/field-rules.md#client, #placeholder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.change import Change
from otrs_bridge.domain.client import Client, Doubtful, Found, Resolution, SearchStep, Several
from otrs_bridge.domain.client_type import company_in, company_of_sender
from otrs_bridge.domain.clue import TOLD, Clue, Source
from otrs_bridge.domain.clues import Clues, clues_of, is_own_email
from otrs_bridge.domain.dialect import Dialect
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.placeholder import build_placeholder, is_bare, is_plain_email, parse_placeholder
from otrs_bridge.domain.texts.mail import parse_sender
from otrs_bridge.domain.ticket import Customer, Ticket
from otrs_bridge.words import Words

_Value = TypeVar("_Value")

LISTED = 10
"""Candidates that are named; whoever has more to choose from looks in the directory."""

_BY: Mapping[SearchStep, str] = {"contract": "по договору", "address": "по адресу", "phone": "по телефону"}


def is_settled(facts: Facts) -> bool:
    """The ticket's customer is not to be replaced: no placeholder, and somebody for all we know.

    OTRS may know customers whom the directory does not. A login that several of its clients share is right whichever
    of them it is. And of a closed ticket nobody is asked any more whose it was.
    """
    if _is_placeholder(facts):
        return False
    by_login = isinstance(facts.client, Several) and facts.client.by == "login"
    return facts.customer_known is None or by_login or facts.ticket.is_closed


def to_choose_from(facts: Facts) -> Several | Doubtful | None:
    """The clients among whom a person has to choose, None when nobody has to."""
    if is_settled(facts) or facts.ticket.is_closed:
        return None
    return facts.client if isinstance(facts.client, Several | Doubtful) else None


def customer_instead(rule: str, facts: Facts, *, keep_sender: bool, unknown_login: bool) -> Change | None:
    """The change to the client or to the placeholder; None when the customer is right, or not to be put right.

    `keep_sender` and `unknown_login` are the options of the rule `customer`. A closed ticket may still get its
    real client instead of a placeholder, but no placeholder: there is no work left for which to write down what is known.
    A client whom OTRS refuses leaves a ticket as one who is not in the base does; a sender whose address it refuses, as one
    without an address.
    """
    user, found = facts.ticket.customer.user.strip(), facts.client
    login = found.client.login if isinstance(found, Found) else ""
    if is_settled(facts) or (login and login.casefold() == user.casefold()):
        return None
    bare, is_stopgap = is_bare(user, email=facts.dialect.contacts.placeholder), _is_placeholder(facts)
    is_quiet = facts.ticket.is_closed or facts.clues.by_machine
    is_nobody = facts.customer_known is False and not is_stopgap
    says_less = not is_quiet and (bare or (unknown_login and is_nobody))
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
        change = _written_down(change, facts, sender=sender_of(facts) if keep_sender else "")
    if isinstance(found, Found) and login:
        why = why_client(found, user)
        return replace(change, new=found.client.customer, why=why, if_refused=change, fills_in=is_stopgap)
    return change if str(change.new).strip() != user and not by_address else None


def _written_down(change: Change, facts: Facts, *, sender: str) -> Change:
    """The change to the placeholder: with the sender's address, or with the common one where OTRS does not take that.

    A customer line that says more than a placeholder can hold (two contracts) stays: it is better known whose it may be.
    """
    written = placeholder_for(facts, email=facts.dialect.contacts.placeholder)
    common = replace(change, new=Customer(user=written))
    if not isinstance(facts.client, Found) and not says_all_of(written, facts.clues, facts.dialect):
        return change
    if not sender:
        return common
    with_sender = Customer(user=placeholder_for(facts, email=sender))
    return replace(change, new=with_sender, if_refused=replace(common, why=why_common_address(change.why, sender)))


def placeholder_for(facts: Facts, *, email: str) -> str:
    """The placeholder for the ticket: what the directory knows of the client, otherwise what the ticket says of him."""
    longest = facts.dialect.lengths.customer_user
    if isinstance(facts.client, Found):
        client = facts.client.client
        return build_placeholder(client.address_text, client.name, client.contract, email=email, longest=longest)
    address, contract = _only(facts.clues, facts.clues.addresses), _only(facts.clues, facts.clues.contracts)
    # A company keeps its name: the client's type may be known from nothing else.
    name = company_in(facts.ticket.customer.user) or facts.clues.name or company_of_sender(facts)
    return build_placeholder(
        address.human if address else "",
        name,
        contract.canonical if contract else "",
        email=email,
        phones=[clue.value.human for clue in facts.clues.phones if clue.source is Source.CUSTOMER],
        longest=longest,
    )


def says_all_of(placeholder: str, clues: Clues, dialect: Dialect) -> bool:
    """Whether the placeholder says all that the customer line does, so that the next sweep reads the same client."""
    said = _said_by_customer(clues)
    alone = Ticket(id=0, number="", customer=Customer(user=placeholder))
    return not said or said <= _said_by_customer(clues_of(alone, dialect))


def _said_by_customer(clues: Clues) -> set[object]:
    contracts = {clue.value for clue in clues.contracts if clue.source is Source.CUSTOMER}
    addresses = {clue.value for clue in clues.addresses if clue.source is Source.CUSTOMER}
    return {*contracts, *addresses, *(clue.value for clue in clues.phones if clue.source is Source.CUSTOMER)}


def longest_kind(*, email: str) -> str:
    """A placeholder of the longest kind: what OTRS has to take for an address."""
    return build_placeholder("ул. Летная, д. 5, кв. 132", "Иванов Иван Иванович", "Ф-15236", email)


def _is_placeholder(facts: Facts) -> bool:
    user, email = facts.ticket.customer.user.strip(), facts.dialect.contacts.placeholder
    return is_bare(user, email=email) or parse_placeholder(user, email=email) is not None


def sender_of(facts: Facts) -> str:
    """The address of the person who wrote by e-mail, if a placeholder can hold it.

    "" for a call, for nobody, and for the operator's own addresses (a web form's, the placeholder's), in any letter case.
    The customer line is read before the `From`, and an agent's `From` is the agent.
    """
    article = facts.ticket.article
    if article is not None and article.channel == "Phone":
        return ""
    sender = article.sender if article and article.sender_type == "customer" else ""
    contacts = facts.dialect.contacts
    for text in (facts.ticket.customer.user, sender):
        address = parse_sender(text).email
        is_ours = address.casefold() == contacts.placeholder.casefold() or is_own_email(address, contacts)
        if is_plain_email(address) and not is_ours:
            return address
    return ""


def _only(all_clues: Clues, clues: Sequence[Clue[_Value]]) -> _Value | None:
    """What the most trusted place says, if it says one thing: a placeholder must not choose between two contracts.

    The next sweep would read the chosen one as the customer's own word, and give the ticket to that client; so it would
    with what somebody tells who speaks for another, and with what a mail only quotes.
    """
    if clues and (clues[0].source is Source.QUOTED or (all_clues.for_another and clues[0].source in TOLD)):
        return None
    best = [clue.value for clue in clues if clue.source is clues[0].source]
    return best[0] if len(best) == 1 else None


def why_client(found: Found, user: str) -> Words:
    """Why the ticket is this client's, and not as `user` has it."""
    if found.by == "login":
        # The customer was written as his e-mail address: OTRS shows him his tickets only under the login.
        named = found.client.contract or found.client.login
        return Words(ru=f"{user} — это клиент {named}", en=f"{user} is client {named}")
    return Words(
        ru=f"клиент найден {_BY[found.by]} {found.clue}", en=f"the client was found by {found.by} {found.clue}"
    )


def why_not_client(client: Client) -> Words:
    """Why the ticket is not given to this client of the directory: OTRS has refused him."""
    return Words(
        ru=f"в OTRS нет клиента {client.login}: записано, что о нём известно",
        en=f"OTRS has no customer user {client.login}: what is known of him is written down",
    )


def why_placeholder(user: str, client: Resolution, *, bare: bool) -> Words:
    """Why a placeholder stands where `user` stood; `bare`: that said nothing about the client."""
    match client:
        case Found(client=found):
            return Words(
                ru=f"у клиента {found.contract or found.name} нет логина в OTRS: записано, что о нём известно",
                en=f"client {found.contract or found.name} has no login in OTRS: what is known of him is written down",
            )
        case Several() | Doubtful():
            return Words(
                ru="кто клиент, не решено: записано, что о нём сказано в заявке",
                en="who the client is, is not decided: what the ticket says of him is written down",
            )
    if not user:
        return Words(ru="клиент не указан и не найден", en="no customer is given and none was found")
    if bare:
        return Words(
            ru="клиента нет в базе: записано, что о нём известно",
            en="the client is not in the base: what is known of him is written down",
        )
    return Words(ru=f"клиента «{user}» нет в базе", en=f"“{user}” is not a client in the base")


def why_common_address(why: Words, sender: str) -> Words:
    """Why the placeholder that stands there for the reason `why` does not have its sender's address."""
    return Words(
        ru=f"{why.ru}; адрес {sender} OTRS не принимает, поэтому записан общий",
        en=f"{why.en}; OTRS does not take the address {sender}, so the common one is written",
    )


def candidates(fitting: Several | Doubtful) -> Words:
    """The clients that a person has to choose from."""
    listed = Words(
        ru="; ".join(_described(client, "логин", fitting.candidates) for client in fitting.candidates[:LISTED]),
        en="; ".join(_described(client, "login", fitting.candidates) for client in fitting.candidates[:LISTED]),
    )
    match fitting:
        case Several(clue=clue):
            return Words(
                ru=f"Подходят несколько клиентов ({clue}): {listed.ru}. Выберите клиента вручную",
                en=f"Several clients fit ({clue}): {listed.en}. Choose the client yourself",
            )
        case Doubtful(elsewhere=Address() as elsewhere):
            return Words(
                ru=f"В заявке и другой адрес ({elsewhere}), по сказанному подходит: {listed.ru}. "
                "Выберите клиента вручную",
                en=f"The ticket also tells of another address ({elsewhere}); by what is told fits: {listed.en}. "
                "Choose the client yourself",
            )
        case Doubtful(only_quoted=True):
            return Words(
                ru=f"О клиенте говорит только цитата в письме, по ней подходит: {listed.ru}. Выберите клиента вручную",
                en=f"Only what the mail quotes tells of the client; by that fits: {listed.en}. Choose the client yourself",
            )
        case Doubtful(contract=None, for_another=words):
            return Words(
                ru=f"Звонят не за себя («{words}»), по сказанному подходит: {listed.ru}. Выберите клиента вручную",
                en=f"The caller speaks for somebody else (“{words}”); by what is told fits: {listed.en}. "
                "Choose the client yourself",
            )
        case Doubtful(contract=contract):
            return Words(
                ru=f"Договора {contract} в справочнике нет, по остальному подходит: {listed.ru}. Выберите клиента вручную",
                en=f"Contract {contract} is not in the directory; by the rest fits: {listed.en}. "
                "Choose the client yourself",
            )


def _described(client: Client, label: str, among: Sequence[Client]) -> str:
    """What tells a client apart: his login, too, where others have the same contract."""
    twins = sum(other.contract == client.contract for other in among) > 1
    login = f"{label} {client.login}" if twins and client.login else ""
    return ", ".join(part for part in (client.contract, client.name, client.address_text, login) if part)
