"""Domain → OTRS's JSON. What OTRS would take and silently not do is refused here, before anything is sent.

What is longer than OTRS's columns is cut: a value too long makes it fail in the middle of an update, with the old
value gone.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from otrs_bridge.domain.otrs_limits import WIDEST, Lengths, fitted, fitted_body, fitted_subject
from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX, Customer, NewTicket, Pending, Value
from otrs_bridge.errors import OtrsRejected
from otrs_bridge.ports.helpdesk import Note
from otrs_bridge.words import Words

REFUSED_HERE = "otrs_bridge.Refused"

_NAMES = {"title": "Title", "queue": "Queue", "state": "State", "priority": "Priority"}


class RefusedHere(OtrsRejected):
    """What is refused before it is sent: unlike OTRS, the bridge says so in both languages."""

    def __init__(self, why: Words) -> None:
        super().__init__(REFUSED_HERE, why.en)
        self.words = Words(ru=f"{REFUSED_HERE}: {why.ru}", en=str(self))


@dataclass(frozen=True, kw_only=True, slots=True)
class OtrsTime:
    """OTRS's clock: seconds since the epoch, and the zone in which it reads dates (None: not known)."""

    now: int
    zone: tzinfo | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Columns:
    """What OTRS can hold: how long, and in which dynamic fields (names without prefix) lists, never a single value."""

    lengths: Lengths = WIDEST
    lists: Set[str] = frozenset()


_ANY = Columns()


def update_payload(
    fields: Mapping[str, Value], note: Note | None, time: OtrsTime, columns: Columns = _ANY
) -> dict[str, Any]:
    """The body of one TicketUpdate, without empty sections; {} when there is nothing to write."""
    ticket: dict[str, Any] = {}
    dynamic: list[dict[str, Any]] = []
    for name, value in fields.items():
        kept = fitted(name, value, columns.lengths)
        if name.startswith(DYNAMIC_FIELD_PREFIX):
            dynamic.append(_dynamic_field(name.removeprefix(DYNAMIC_FIELD_PREFIX), kept, columns))
        else:
            ticket |= _attribute(name, kept, time)
    article = _note(note) if note else None
    sections = {"Ticket": ticket, "DynamicField": dynamic, "Article": article}
    return {name: section for name, section in sections.items() if section}


_NO_TIME = OtrsTime(now=0)


def create_payload(new: NewTicket, columns: Columns = _ANY) -> dict[str, Any]:
    """The body of one TicketCreate."""
    lengths = columns.lengths
    ticket: dict[str, Any] = {}
    for name in ("title", "queue", "state", "priority"):
        ticket |= _attribute(name, fitted(name, getattr(new, name), lengths), _NO_TIME)
    ticket |= _attribute("customer", fitted("customer", new.customer, lengths), _NO_TIME)
    filled = {
        name: fitted(f"{DYNAMIC_FIELD_PREFIX}{name}", value, lengths) for name, value in new.dynamic_fields.items()
    }
    dynamic = [_dynamic_field(name, value, columns) for name, value in filled.items() if value]
    article = _note(Note(subject=new.subject, body=new.body)) | {
        "HistoryType": "NewTicket",
        "HistoryComment": "%%",
    }
    sections = {"Ticket": ticket, "DynamicField": dynamic, "Article": article}
    return {name: section for name, section in sections.items() if section}


def _attribute(name: str, value: Value, time: OtrsTime) -> dict[str, Any]:
    match name, value:
        case "customer", Customer(user=user, company=company):
            return _customer(user, company)
        case "state", Pending(state=state, until=until):
            return {"State": state, "PendingTime": _pending_time(state, until, time)}
        case (("title" | "queue" | "state" | "priority"), str(words)) if words:
            return {_NAMES[name]: words}
        case (("title" | "queue" | "state" | "priority"), ""):
            raise RefusedHere(
                Words(
                    ru=f"поле {name} заявки нельзя сделать пустым: OTRS молча не выполнит это",
                    en=f"the {name} of a ticket cannot be emptied: OTRS ignores it silently",
                )
            )
        case _:
            kind = type(value).__name__
            raise RefusedHere(
                Words(
                    ru=f"в поле {name!r} нельзя записать значение типа {kind}: {value!r}",
                    en=f"{name!r} cannot hold {kind} {value!r}",
                )
            )


def _customer(user: str, company: str) -> dict[str, Any]:
    if not user:
        raise RefusedHere(
            Words(
                ru="OTRS не умеет убирать клиента из заявки, а один CustomerID стёр бы логин клиента",
                en="OTRS cannot take the customer off a ticket, and CustomerID alone would erase the customer user",
            )
        )
    return {"CustomerUser": user, "CustomerID": company}


def _pending_time(state: str, until: int, time: OtrsTime) -> dict[str, str]:
    """The moment `until` as OTRS takes it, to the minute.

    As minutes from now, because that needs nobody's time zone. OTRS fails at 0 minutes and refuses less;
    a time that has passed can only be given as a date.
    """
    if not until:
        raise RefusedHere(
            Words(
                ru=f"для состояния «{state}» нужен срок ожидания, а он неизвестен",
                en=f"the state {state!r} needs the time it waits for, which is not known",
            )
        )
    # Whole minutes on both sides, so that the same minute is met whatever the second is now.
    minutes = until // 60 - time.now // 60
    if minutes < 1 and time.zone is not None:
        moment = datetime.fromtimestamp(until, time.zone)
        parts = {"Year": "%Y", "Month": "%m", "Day": "%d", "Hour": "%H", "Minute": "%M"}
        return {part: moment.strftime(form) for part, form in parts.items()}
    return {"Diff": str(max(minutes, 1))}


def _dynamic_field(name: str, value: Value, columns: Columns) -> dict[str, Any]:
    match value:
        case tuple():
            return {"Name": name, "Value": [part for part in value if part]}
        case str() if name in columns.lists:
            # OTOBO 11 dies half-way of a single value in a field of several.
            return {"Name": name, "Value": [value] if value else []}
        case str():
            return {"Name": name, "Value": value}
        case _:
            kind = type(value).__name__
            raise RefusedHere(
                Words(
                    ru=f"в динамическое поле {name} нельзя записать значение типа {kind}",
                    en=f"the dynamic field {name} cannot hold {kind}",
                )
            )


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
