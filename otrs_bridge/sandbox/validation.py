"""Checks that come before any write: names that must exist, sections that must be complete."""

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from otrs_bridge.sandbox.answers import JsonObject, Refused, given, text, texts
from otrs_bridge.sandbox.customer_names import first_address
from otrs_bridge.sandbox.database import LOCKS, SandboxDatabase
from otrs_bridge.sandbox.mailing import AUTO_RESPONSE_TYPES
from otrs_bridge.sandbox.provisioning import HISTORY_TYPE_IDS
from otrs_bridge.sandbox.records import DynamicField, FieldValue, Priority, Queue, StateRow

CHANNELS = ("Internal", "Phone", "Email", "Chat")
SENDER_TYPES = ("agent", "system", "customer")


_Row = TypeVar("_Row")


def invalid(operation: str, parameter: str) -> Refused:
    """Return the refusal of a value."""
    return Refused("InvalidParameter", f"{operation}: {parameter} parameter is invalid!")


def missing(operation: str, parameter: str) -> Refused:
    """Return the refusal of an absent value."""
    return Refused("MissingParameter", f"{operation}: {parameter} parameter is missing!")


def incomplete(operation: str, name: str) -> Refused:
    """Return the refusal of a section that is no filled object."""
    return Refused("MissingParameter", f"{operation}: {name} parameter is missing or not valid!")


def required(operation: str, parameter: str, verb: str = "parameter is") -> Refused:
    """Return the refusal where one of two ways to say it was needed."""
    return Refused("MissingParameter", f"{operation}: {parameter} {verb} required!")


def trimmed(section: JsonObject) -> JsonObject:
    """Return the section with blanks around texts cut off, as the server does first of all."""
    return {key: value.strip() if isinstance(value, str) else value for key, value in section.items()}


def section(operation: str, data: JsonObject, name: str) -> JsonObject:
    """Return an object of the request; anything but a filled object is refused."""
    value = data.get(name)
    if not isinstance(value, dict) or not value:
        raise incomplete(operation, name)
    return trimmed(value)


def wanted_state(database: SandboxDatabase, operation: str, ticket: JsonObject) -> StateRow | None:
    """Return the state named by State or StateID, None if neither is given."""
    return _by_name_or_id(
        operation, ticket, "State", {row.name: row for row in database.states}, lambda row: row.state_id
    )


def wanted_queue(database: SandboxDatabase, operation: str, ticket: JsonObject) -> Queue | None:
    """Return the queue named by Queue or QueueID, None if neither is given."""
    return _by_name_or_id(
        operation, ticket, "Queue", {row.name: row for row in database.queues}, lambda row: row.queue_id
    )


def wanted_priority(database: SandboxDatabase, operation: str, ticket: JsonObject) -> Priority | None:
    """Return the priority named by Priority or PriorityID, None if neither is given."""
    rows = {row.name: row for row in database.priorities}
    return _by_name_or_id(operation, ticket, "Priority", rows, lambda row: row.priority_id)


def wanted_lock(operation: str, ticket: JsonObject) -> int | None:
    """Return the lock's id, None if it is not given."""
    rows = {name: lock_id for lock_id, name in LOCKS.items()}
    return _by_name_or_id(operation, ticket, "Lock", rows, lambda lock_id: lock_id)


def wanted_agent(database: SandboxDatabase, operation: str, ticket: JsonObject, kind: str) -> int | None:
    """Return the id of the agent named by Owner/OwnerID or Responsible/ResponsibleID."""
    rows = {row.login: row.user_id for row in database.agents if row.valid}
    return _by_name_or_id(operation, ticket, kind, rows, lambda user_id: user_id)


def _by_name_or_id(
    operation: str, ticket: JsonObject, kind: str, rows: Mapping[str, _Row], id_of: Callable[[_Row], int]
) -> _Row | None:
    name, number = ticket.get(kind), ticket.get(f"{kind}ID")
    if not given(name) and not given(number):
        return None
    if given(number):
        found = next((row for row in rows.values() if str(id_of(row)) == text(number)), None)
    else:
        found = rows.get(text(name))
    if found is None:
        raise invalid(operation, f"Ticket->{kind}ID or Ticket->{kind}")
    return found


def check_shipped_only(operation: str, ticket: JsonObject) -> None:
    """Refuse names of what the sandbox has only one of, or none: types, services, SLAs."""
    for key, known in (("Type", "Unclassified"), ("Service", ""), ("SLA", "")):
        if given(ticket.get(key)) and text(ticket[key]) != known:
            raise invalid(operation, f"Ticket->{key}ID or Ticket->{key}")


def check_article(operation: str, article: JsonObject) -> None:
    """Refuse an article that lacks a part or names something unknown."""
    for key in ("Subject", "Body"):
        if not given(article.get(key)):
            raise missing(operation, f"Article->{key}")
    _check_auto_response(operation, article)
    _check_content_type(operation, article)
    if given(article.get("SenderType")) and text(article["SenderType"]) not in SENDER_TYPES:
        raise invalid(operation, "Article->SenderTypeID or Ticket->SenderType")
    if given(article.get("CommunicationChannel")) and text(article["CommunicationChannel"]) not in CHANNELS:
        both = "Article->CommunicationChannel or Article->CommunicationChannelID"
        raise Refused("InvalidParameter", f"{operation}: {both} parameter is invalid or not supported!")
    if given(article.get("From")) and "@" not in (first_address(text(article["From"])) or ""):
        raise invalid(operation, "Article->From")
    if given(article.get("HistoryType")) and text(article["HistoryType"]) not in HISTORY_TYPE_IDS:
        raise invalid(operation, "Article->HistoryType")


def _check_auto_response(operation: str, article: JsonObject) -> None:
    if given(article.get("AutoResponseType")) and text(article["AutoResponseType"]) not in AUTO_RESPONSE_TYPES:
        raise invalid(operation, "Article->AutoResponseType")


def _check_content_type(operation: str, article: JsonObject) -> None:
    if given(article.get("ContentType")):
        if not re.search(r"charset=\S+", text(article["ContentType"])):
            raise Refused("InvalidParameter", f"{operation}: Article->ContentType is invalid!")
        return
    if given(article.get("MimeType")) and not given(article.get("Charset")):
        raise Refused("MissingParameter", f"{operation}: Article->Charset is required!")
    if not given(article.get("MimeType")) or not given(article.get("Charset")):
        raise required(operation, "Article->ContentType or Ticket->MimeType and Article->Charset", "parameters are")


def check_attachments(operation: str, attachments: list[JsonObject]) -> None:
    """Refuse an attachment that lacks a part."""
    for attachment in attachments:
        for key in ("Content", "ContentType", "Filename"):
            if not given(attachment.get(key)):
                raise missing(operation, f"Attachment->{key} ")


def checked_fields(database: SandboxDatabase, operation: str, data: JsonObject) -> list[FieldValue]:
    """Return the ``DynamicField`` section, one object or a list, with every name and value known."""
    given_fields = data.get("DynamicField")
    if given_fields is None:
        return []
    entries = given_fields if isinstance(given_fields, list) else [given_fields]
    if not entries or not all(isinstance(entry, dict) for entry in entries):
        raise incomplete(operation, "DynamicField")
    return [_checked_field(database, operation, trimmed(entry)) for entry in entries]


def _gap(operation: str) -> str:
    """Return the blank too many that TicketCreate's sentences have."""
    return " " if operation == "TicketCreate" else ""


def _checked_field(database: SandboxDatabase, operation: str, entry: JsonObject) -> FieldValue:
    if not given(entry.get("Name")):
        raise missing(operation, f"DynamicField->Name{_gap(operation)}")
    if entry.get("Value") is None:
        raise missing(operation, f"DynamicField->Value{_gap(operation)}")
    field = database.dynamic_field(text(entry["Name"]))
    if field is None:
        raise invalid(operation, "DynamicField->Name")
    values = [value.strip() for value in texts(entry["Value"])]
    if not _values_are_possible(field, values, is_list=isinstance(entry["Value"], list)):
        raise invalid(operation, "DynamicField->Value")
    return FieldValue(name=field.name, values=values, is_list=isinstance(entry["Value"], list))


def _values_are_possible(field: DynamicField, values: list[str], *, is_list: bool) -> bool:
    match field.type:
        case "Text":
            return True  # a list passes here, and breaks when it is written
        case "Dropdown":
            return (field.multi_value or not is_list) and values[0] in {"", *field.possible_values}
        case "Multiselect":
            if not is_list and values == [""]:
                return True
            return all(value in field.possible_values for value in values)
