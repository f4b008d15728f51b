"""What a source gives, named columns of text, and how a row of them becomes a Client: the same for every source."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from otrs_bridge.directory.addresses import read_address
from otrs_bridge.domain.address.address import Address
from otrs_bridge.domain.client import Client, ClientType, parse_client_type
from otrs_bridge.domain.texts.contract import ContractNumber, parse_contract
from otrs_bridge.domain.texts.phone import Phone, parse_phone
from otrs_bridge.words import Words

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
_NOTHING_TO_FIND_BY = Words(
    ru="нет ни договора, ни адреса, ни телефона, ни e-mail, ни логина: найти такого клиента не по чему",
    en="has no contract, address, phone, e-mail or login to find the client by",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Row:
    """A row as the source has it: where it stands, and its texts by our column names; an absent column is empty."""

    line: int
    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class BadRow:
    """A row that gives no client: where it stands and why, as a sentence's end."""

    line: int
    reason: Words


@dataclass(kw_only=True)
class NotUnderstood:
    """Parts of rows that could not be read while the client was, counted for somebody to look into."""

    counts: Counter[str] = field(default_factory=Counter)


class ClientSource(Protocol):
    """Where clients come from. Reading it again starts from the beginning."""

    @property
    def name(self) -> str:
        """The source as a person knows it: a file, a database; no password."""

    @property
    def area_code(self) -> str:
        """The digits that complete the source's local phones to ten, "" when it has none."""

    def read(self) -> Iterator[Row | BadRow]:
        """Every row, streaming; raises DirectoryUnusable when the source as a whole cannot be read."""


def read_clients(source: ClientSource, not_understood: NotUnderstood) -> Iterator[Client | BadRow]:
    """Every client of a source, one after the other; raises what the source raises."""
    for row in source.read():
        if isinstance(row, BadRow):
            yield row
        else:
            yield read_row(row.line, row.columns, not_understood, area_code=source.area_code)


def read_row(
    line: int, row: Mapping[str, str], not_understood: NotUnderstood, *, area_code: str = ""
) -> Client | BadRow:
    """The client that a row tells of; an absent column is empty, an unreadable phone or address left out."""
    text = row.get
    contracts: dict[ContractNumber, None] = {}
    for part in parts_of(text("contract", "")):
        contract = parse_contract(part)
        if contract is None:
            return BadRow(line=line, reason=_no_contract(part))
        contracts[contract] = None
    kind = _client_type(text("type", ""))
    if kind is None and text("type", "").strip():
        return BadRow(line=line, reason=_no_type(text("type", "")))
    address, phones = _line(text("address", "")), text("phones", "").strip()
    email, login = text("email", "").strip(), text("login", "").strip()
    if not (contracts or address or phones or email or login):
        return BadRow(line=line, reason=_NOTHING_TO_FIND_BY)
    return Client(
        contracts=tuple(contracts),
        type=kind,
        name=_line(text("name", "")),
        address_text=address,
        address=_address(address, not_understood) if address else None,
        district=_line(text("district", "")),
        phones=_phones(phones, area_code, not_understood) if phones else (),
        email=email,
        login=login,
        customer_id=text("customer_id", "").strip(),
        services=tuple(map(_line, parts_of(text("services", "")))),
        notes=text("notes", "").strip(),
    )


def parts_of(text: str) -> list[str]:
    """The several things that one column holds, without blanks around them."""
    if not text:
        return []
    return [part for written in _SEPARATORS.split(text) if (part := written.strip())]


def _line(text: str) -> str:
    return " ".join(text.split())


@lru_cache(maxsize=64)
def _client_type(text: str) -> ClientType | None:
    return _MORE_TYPES.get(text.strip().casefold()) or parse_client_type(text)


def _phones(text: str, area_code: str, not_understood: NotUnderstood) -> tuple[Phone, ...]:
    phones: dict[Phone, None] = {}
    for part in parts_of(text):
        phone = parse_phone(part, area_code=area_code)
        if phone is None:
            not_understood.counts["phones"] += 1
        else:
            phones[phone] = None
    return tuple(phones)


def _address(text: str, not_understood: NotUnderstood) -> Address | None:
    address = read_address(text) if text else None
    if text and address is None:
        not_understood.counts["addresses"] += 1
    return address


def _no_contract(text: str) -> Words:
    shown = _short(text)
    return Words(ru=f"договор {shown}: это не номер договора", en=f"contract {shown} is not a contract number")


def _no_type(text: str) -> Words:
    shown = _short(text)
    return Words(ru=f"тип {shown}: не юрлицо и не физлицо", en=f"type {shown} is neither legal nor individual")


def _short(text: str) -> str:
    return repr(text[:_SHOWN] + ("…" if len(text) > _SHOWN else ""))
