"""A row of the mirror as the client that was put in (`table_rows.py`)."""

from __future__ import annotations

from sqlalchemy import RowMapping

from otrs_bridge.directory.addresses import read_address
from otrs_bridge.directory.table_rows import BETWEEN
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.domain.contract import ContractNumber
from otrs_bridge.domain.phone import Phone


def client_of(row: RowMapping) -> Client:
    """The client that was put in, equal to the one that the source gave."""
    return Client(
        contracts=tuple(map(_contract, _parts(row["contracts"]))),
        type=ClientType(row["type"]) if row["type"] else None,
        name=row["name"],
        address_text=row["address"],
        address=read_address(row["address"]) if row["address"] else None,
        district=row["district"],
        phones=tuple(Phone(e164=part) for part in _parts(row["phones"])),
        email=row["email"],
        login=row["login"],
        customer_id=row["customer_id"],
        services=tuple(_parts(row["services"])),
        notes=row["notes"],
    )


def _contract(canonical: str) -> ContractNumber:
    prefix, _, number = canonical.rpartition("-")
    return ContractNumber(prefix=prefix, number=number)


def _parts(text: str) -> list[str]:
    return text.split(BETWEEN) if text else []
