"""A row of the mirror as the client that was put in (`table_rows.py`)."""

from __future__ import annotations

from collections.abc import Sequence

from otrs_bridge.directory.addresses import read_address
from otrs_bridge.directory.table_rows import BETWEEN
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.domain.texts.phone import Phone


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
    return text.split(BETWEEN) if text else []
