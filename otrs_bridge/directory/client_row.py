"""A client as a row of the mirror, and back. A list is one text with `;` between its parts, as in a CSV."""

from __future__ import annotations

from collections.abc import Sequence

from otrs_bridge.directory.addresses import read_address
from otrs_bridge.domain.address import Address
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.domain.contract import ContractNumber
from otrs_bridge.domain.phone import Phone

_BETWEEN = ";"  # no source's list holds it within a part: it is what they are split at


def place_of(address: Address | None) -> tuple[str, ...]:
    """The columns of `tables.PLACE`. A kind of street that nobody told is "": it contradicts none."""
    if address is None:
        return ("", "", "", "", "", "", "")
    return (
        address.locality,
        address.kind if address.kind_told else "",
        address.house,
        address.building,
        address.structure,
        address.flat,
        address.office,
    )


def texts_of(client: Client) -> tuple[str, ...]:
    """The columns of `tables.TEXTS`."""
    return (
        _BETWEEN.join([contract.canonical for contract in client.contracts]),
        client.type or "",
        client.name,
        client.address_text,
        client.district,
        _BETWEEN.join([phone.e164 for phone in client.phones]),
        client.email,
        client.login,
        client.customer_id,
        _BETWEEN.join(client.services),
        client.notes,
    )


def client_of(texts: Sequence[str]) -> Client:
    """The client that was put in, equal to the one that the source gave, from the columns of `tables.TEXTS`."""
    contracts, kind, name, address, district, phones, email, login, customer_id, services, notes = texts
    return Client(
        contracts=tuple(map(_contract, _parts(contracts))),
        type=ClientType(kind) if kind else None,
        name=name,
        address_text=address,
        address=read_address(address) if address else None,
        district=district,
        phones=tuple(Phone(e164=part) for part in _parts(phones)),
        email=email,
        login=login,
        customer_id=customer_id,
        services=tuple(_parts(services)),
        notes=notes,
    )


def _contract(canonical: str) -> ContractNumber:
    prefix, _, number = canonical.rpartition("-")
    return ContractNumber(prefix=prefix, number=number)


def _parts(text: str) -> list[str]:
    return text.split(_BETWEEN) if text else []
