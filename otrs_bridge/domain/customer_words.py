"""What operators are told about the customer of a ticket: why it becomes another, and who it might be."""

from __future__ import annotations

from collections.abc import Mapping

from otrs_bridge.domain.client import Client, Found, SearchStep, Several
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


def why_placeholder(user: str, *, bare: bool) -> Words:
    """Why a placeholder stands where `user` stood; `bare`: that said nothing about the client."""
    if not user:
        return Words(ru="клиент не указан и не найден", en="no customer is given and none was found")
    if bare:
        return Words(
            ru="клиента нет в базе: записано, что о нём известно",
            en="the client is not in the base: what is known of him is written down",
        )
    return Words(ru=f"клиента «{user}» нет в базе", en=f"“{user}” is not a client in the base")


def candidates(several: Several) -> Words:
    """The clients that a person has to choose from."""
    listed = "; ".join(map(_described, several.candidates[:LISTED]))
    return Words(
        ru=f"Подходят несколько клиентов ({several.clue}): {listed}. Выберите клиента вручную",
        en=f"Several clients fit ({several.clue}): {listed}. Choose the client yourself",
    )


def _described(client: Client) -> str:
    return ", ".join(part for part in (client.contract, client.name, client.address_text) if part)
