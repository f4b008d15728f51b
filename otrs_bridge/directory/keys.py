"""What a client is found by, other than an address: one text for each login, e-mail, contract and phone.

The first letter tells the kind; four million of these lie in the database, so it is a letter and no word.

Never a name: two people are called Иванов, and a wrong client is worse than none.
"""

from __future__ import annotations

from otrs_bridge.domain.client import Client
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.domain.texts.phone import Phone


def login_key(login: str) -> str:
    """For an OTRS login as well as for an e-mail address."""
    return f"l:{login.strip().casefold()}"


def contract_key(contract: ContractNumber) -> str:
    """The number alone: whether the prefix fits is asked afterwards."""
    return f"c:{contract.number}"


def phone_key(phone: Phone) -> str:
    """The phone in its international form."""
    return f"p:{phone.e164}"


def keys_of(client: Client) -> tuple[str, ...]:
    """Everything that this client is found by, each once."""
    keys = [contract_key(contract) for contract in client.contracts]
    keys += [phone_key(phone) for phone in client.phones]
    keys += [login_key(text) for text in (client.login, client.email) if text]
    return tuple(dict.fromkeys(keys))


def contract_fits(contract: ContractNumber, client: Client) -> bool:
    """Whether the client has this contract; where either side tells no prefix, any will do."""
    return any(
        own.number == contract.number and (own.prefix == contract.prefix or not own.prefix or not contract.prefix)
        for own in client.contracts
    )
