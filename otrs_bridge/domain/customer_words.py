"""What operators are told about the customer of a ticket: why it becomes another, and who it might be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from otrs_bridge.domain.client import Client, Doubtful, Found, Resolution, SearchStep, Several
from otrs_bridge.words import Words

LISTED = 10
"""Candidates that are named; whoever has more to choose from looks in the directory."""

_BY: Mapping[SearchStep, str] = {"contract": "по договору", "address": "по адресу", "phone": "по телефону"}


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
