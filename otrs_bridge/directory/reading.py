"""From one row of any source, named columns of text, to a Client: the same for every source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Protocol

from otrs_bridge.domain.address import Address, parse_address
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.domain.client_type import parse_client_type
from otrs_bridge.domain.contract import ContractNumber, parse_contract
from otrs_bridge.domain.phone import Phone, parse_phone

COLUMNS = (
    "contract",
    "type",
    "name",
    "address",
    "district",
    "phones",
    "email",
    "login",
    "customer_id",
    "services",
    "notes",
)
FIRST_BAD = 20  # bad rows that a report shows; the rest is only counted
IDENTIFYING = ("contract", "address", "phones", "email", "login")

_SEPARATORS = re.compile(r"[;,\n|]")
_MORE_TYPES = {
    "юл": ClientType.LEGAL,
    "ип": ClientType.LEGAL,
    "организация": ClientType.LEGAL,
    "компания": ClientType.LEGAL,
    "индивидуальный предприниматель": ClientType.LEGAL,
    "company": ClientType.LEGAL,
    "organization": ClientType.LEGAL,
    "organisation": ClientType.LEGAL,
    "фл": ClientType.INDIVIDUAL,
    "частное лицо": ClientType.INDIVIDUAL,
    "person": ClientType.INDIVIDUAL,
}
_SHOWN = 60
_FLAT_AT_END = re.compile(r"(.*[ ,]кв\.? ?)([1-9][0-9]{0,3})")


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """A row that gives no client: where it stands and why, as a sentence's end."""

    line: int
    reason: str


@dataclass(kw_only=True)
class NotUnderstood:
    """Parts of rows that could not be read while the client was, counted for somebody to look into."""

    counts: Counter[str] = field(default_factory=Counter)


class ClientSource(Protocol):
    """Where clients come from. Reading it again starts from the beginning."""

    @property
    def name(self) -> str:
        """The source as a person knows it: a file, a database; no password."""

    def read(self, not_understood: NotUnderstood) -> Iterator[Client | BadRow]:
        """Every client, streaming; raises DirectoryUnusable when the source as a whole cannot be read."""


def read_row(
    line: int, row: Mapping[str, str], not_understood: NotUnderstood, *, area_code: str = ""
) -> Client | BadRow:
    """The client that a row tells of; an absent column is empty, an unreadable phone or address left out."""
    if not any(row.get(name, "").strip() for name in IDENTIFYING):
        return BadRow(line=line, reason="has no contract, address, phone, e-mail or login to find the client by")
    contracts: list[ContractNumber] = []
    for text in _parts(row.get("contract", "")):
        contract = parse_contract(text)
        if contract is None:
            return BadRow(line=line, reason=f"contract {_short(text)} is not a contract number")
        contracts.append(contract)
    type_text = row.get("type", "").strip()
    kind = _client_type(type_text)
    if type_text and kind is None:
        return BadRow(line=line, reason=f"type {_short(type_text)} is neither legal nor individual")
    address_text = _line(row.get("address", ""))
    return Client(
        contracts=tuple(dict.fromkeys(contracts)),
        type=kind,
        name=_line(row.get("name", "")),
        address_text=address_text,
        address=_address(address_text, not_understood),
        district=_line(row.get("district", "")),
        phones=_phones(row.get("phones", ""), area_code, not_understood),
        email=row.get("email", "").strip(),
        login=row.get("login", "").strip(),
        customer_id=row.get("customer_id", "").strip(),
        services=tuple(map(_line, _parts(row.get("services", "")))),
        notes=row.get("notes", "").strip(),
    )


def _parts(text: str) -> list[str]:
    return [part.strip() for part in _SEPARATORS.split(text) if part.strip()]


def _line(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=64)
def _client_type(text: str) -> ClientType | None:
    return _MORE_TYPES.get(text.casefold()) or parse_client_type(text)


def _phones(text: str, area_code: str, not_understood: NotUnderstood) -> tuple[Phone, ...]:
    phones: dict[Phone, None] = {}
    for part in _parts(text):
        phone = parse_phone(part, area_code=area_code)
        if phone is None:
            not_understood.counts["phones"] += 1
        else:
            phones[phone] = None
    return tuple(phones)


def read_address(text: str) -> Address | None:
    """As `parse_address`, but the flats of one house cost little more than one of them."""
    flat = _FLAT_AT_END.fullmatch(text)
    if flat is not None:
        first = _first_flat(flat[1] + "1")
        if first is not None and first.flat == "1":
            return replace(first, flat=flat[2])
    return parse_address(text)


@lru_cache(maxsize=1 << 15)
def _first_flat(text: str) -> Address | None:
    return parse_address(text)


def _address(text: str, not_understood: NotUnderstood) -> Address | None:
    address = read_address(text) if text else None
    if text and address is None:
        not_understood.counts["addresses"] += 1
    return address


def _short(text: str) -> str:
    return repr(text[:_SHOWN] + ("…" if len(text) > _SHOWN else ""))
