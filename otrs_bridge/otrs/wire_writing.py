"""Domain → OTRS's JSON. What OTRS would take and silently not do is refused here, before anything is sent.

Lengths are cut to OTRS's columns: a value too long makes it fail in the middle of an update, with the old
value gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from otrs_bridge.domain.new_ticket import NewTicket
from otrs_bridge.domain.otrs_limits import fitted, fitted_body, fitted_subject
from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX, Customer, Pending, Value
from otrs_bridge.errors import OtrsRejected
from otrs_bridge.ports import Note

REFUSED_HERE = "otrs_bridge.Refused"

_NAMES = {"title": "Title", "queue": "Queue", "state": "State", "priority": "Priority"}


def update_payload(fields: Mapping[str, Value], note: Note | None, *, now: int) -> dict[str, Any]:
    """The body of one TicketUpdate, without empty sections; {} when there is nothing to write.

    `now` is OTRS's time in seconds since the epoch: the time of a pending state goes as minutes from now.
    """
    ticket: dict[str, Any] = {}
    dynamic: list[dict[str, Any]] = []
    for name, value in fields.items():
        kept = fitted(name, value)
        if name.startswith(DYNAMIC_FIELD_PREFIX):
            dynamic.append(_dynamic_field(name.removeprefix(DYNAMIC_FIELD_PREFIX), kept))
        else:
            ticket |= _attribute(name, kept, now)
    article = _note(note) if note else None
    sections = {"Ticket": ticket, "DynamicField": dynamic, "Article": article}
    return {name: section for name, section in sections.items() if section}


def create_payload(new: NewTicket) -> dict[str, Any]:
    """The body of one TicketCreate."""
    ticket: dict[str, Any] = {}
    for name in ("title", "queue", "state", "priority"):
        ticket |= _attribute(name, fitted(name, getattr(new, name)), 0)
    ticket |= _attribute("customer", fitted("customer", new.customer), 0)
    filled = {
        name: fitted(f"{DYNAMIC_FIELD_PREFIX}{name}", value) for name, value in new.dynamic_fields.items()
    }
    dynamic = [_dynamic_field(name, value) for name, value in filled.items() if value]
    article = _note(Note(subject=new.subject, body=new.body)) | {
        "HistoryType": "NewTicket",
        "HistoryComment": "%%",
    }
    sections = {"Ticket": ticket, "DynamicField": dynamic, "Article": article}
    return {name: section for name, section in sections.items() if section}


def _attribute(name: str, value: Value, now: int) -> dict[str, Any]:
    match name, value:
        case "customer", Customer(user=user, company=company):
            return _customer(user, company)
        case "state", Pending(state=state, until=until):
            return _pending(state, until, now)
        case (("title" | "queue" | "state" | "priority"), str(words)) if words:
            return {_NAMES[name]: words}
        case (("title" | "queue" | "state" | "priority"), ""):
            raise OtrsRejected(
                REFUSED_HERE, f"the {name} of a ticket cannot be emptied: OTRS ignores it silently"
            )
        case _:
            raise OtrsRejected(REFUSED_HERE, f"{name!r} cannot hold {type(value).__name__} {value!r}")


def _customer(user: str, company: str) -> dict[str, Any]:
    if not user:
        raise OtrsRejected(
            REFUSED_HERE,
            "OTRS cannot take the customer off a ticket, and CustomerID alone would erase the customer user",
        )
    return {"CustomerUser": user, "CustomerID": company}


def _pending(state: str, until: int, now: int) -> dict[str, Any]:
    if not until:
        raise OtrsRejected(
            REFUSED_HERE, f"the state {state!r} needs the time it waits for, which is not known"
        )
    # Whole minutes on both sides, so that the same minute is met whatever the second is now.
    minutes = until // 60 - now // 60
    return {"State": state, "PendingTime": {"Diff": str(max(minutes, 1))}}


def _dynamic_field(name: str, value: Value) -> dict[str, Any]:
    match value:
        case tuple():
            return {"Name": name, "Value": [part for part in value if part]}
        case str():
            return {"Name": name, "Value": value}
        case _:
            raise OtrsRejected(REFUSED_HERE, f"the dynamic field {name} cannot hold {type(value).__name__}")


def _note(note: Note) -> dict[str, Any]:
    """An article that nobody outside sees, that is announced to nobody and answered by no auto reply."""
    return {
        "Subject": fitted_subject(note.subject) or "-",
        "Body": fitted_body(note.body) or "-",
        "ContentType": "text/plain; charset=utf-8",
        "CommunicationChannel": "Internal",
        "SenderType": "agent",
        "IsVisibleForCustomer": 0,
        "NoAgentNotify": 1,
        "AutoResponseType": "auto remove",
        "HistoryType": "AddNote",
        "HistoryComment": "%%",
    }
