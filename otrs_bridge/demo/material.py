"""What the demo is made of: its tickets, its clients and its configuration, read from the files beside this module."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

import yaml

from otrs_bridge.words import Language, Words

CLIENT_TYPE_FIELD = "ClientType"
DISTRICT_FIELD = "District"
CATEGORY_FIELD = "Category"
MASTER_TICKET_FIELD = "MasterTicket"
SHORT_NUMBER_FIELD = "ShortNumber"
TECHNICAL_STATES = ("merged", "removed")

_FILES = resources.files("otrs_bridge.demo")


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketContent:
    """What the demo's rules look after in a ticket; an empty field is "", several categories are parted by ", "."""

    title: str
    queue: str
    state: str
    priority: str
    customer: str
    client_type: str
    district: str
    category: str
    master_ticket: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoTicket:
    """One ticket as the shift left it. `afterwards` is what the procedure makes of it, laid down by hand.

    `note_names` are the clients that the internal note has to name, `note_says` is what else has to stand in it.
    `numbered` tells of a ticket whose own number stands in its field already.
    """

    about: Words
    by: Literal["phone", "e-mail"]
    sender: str
    text: str
    before: TicketContent
    fields: dict[str, str]
    afterwards: dict[str, str]
    note_names: tuple[str, ...]
    note_says: tuple[Words, ...]
    numbered: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class DemoClient:
    """One line of the client list."""

    contract: str
    district: str
    name: str
    email: str
    login: str


def tickets() -> tuple[DemoTicket, ...]:
    """Every ticket, in the order in which it came in."""
    return tuple(_ticket(row) for row in yaml.safe_load(_text("tickets.yaml")))


def clients() -> tuple[DemoClient, ...]:
    """Every client of the list."""
    rows = csv.DictReader(clients_csv().splitlines())
    return tuple(
        DemoClient(
            contract=row["contract"], district=row["district"], name=row["name"], email=row["email"], login=row["login"]
        )
        for row in rows
    )


def clients_csv() -> str:
    """The client list as the billing system writes it."""
    return _text("clients.csv")


def accounts_csv() -> str:
    """The accounts as the billing system exports them."""
    return _text("accounts.csv")


def entries_csv() -> str:
    """Charges and payments of two months, as the billing system exports them in the end."""
    return _text("entries.csv")


def config_yaml(*, url: str, user: str, password: str, language: Language) -> str:
    """The operator's configuration, for the stand-in at `url`."""
    return _text("config.yaml").format(url=url, user=user, password=password, language=language)


def _ticket(row: dict[str, Any]) -> DemoTicket:
    fields = {str(name): str(value) for name, value in row.get("fields", {}).items()}
    sender = row.get("from", "")
    return DemoTicket(
        about=Words(ru=row["about"]["ru"], en=row["about"]["en"]),
        by=row["by"],
        sender=sender,
        text=row["text"].strip(),
        before=TicketContent(
            title=row["title"],
            queue=row.get("queue", "Raw"),
            state=row.get("state", "new" if row["by"] == "e-mail" else "open"),
            priority=row.get("priority", "3 normal"),
            customer=row.get("customer", ""),
            client_type=fields.get(CLIENT_TYPE_FIELD, ""),
            district=fields.get(DISTRICT_FIELD, ""),
            category=fields.get(CATEGORY_FIELD, ""),
            master_ticket=fields.get(MASTER_TICKET_FIELD, ""),
        ),
        fields=fields,
        afterwards=dict(row["afterwards"]),
        note_names=tuple(row.get("note_names", ())),
        note_says=tuple(Words(ru=words["ru"], en=words["en"]) for words in row.get("note_says", ())),
        numbered=row.get("numbered", False),
    )


def _text(name: str) -> str:
    return _FILES.joinpath(name).read_text(encoding="utf-8")
