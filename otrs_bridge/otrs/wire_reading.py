"""OTRS's JSON → domain. Versions differ, so nothing is taken for granted but the names of the keys.

Absent, null and "" are one; numbers come as int or string; a list of one may come as the one; keys come in
any order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from types import MappingProxyType
from typing import Any

from otrs_bridge.domain.note_text import is_ours
from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX, Article, Customer, Ticket, Value

_LOCKED = "lock"  # the name of the kind of lock that an agent has
# Every OTRS since 6.0 is installed with these ids.
_CHANNELS = {1: "Email", 2: "Phone", 3: "Internal", 4: "Chat"}


def ticket_ids(answer: Mapping[str, Any]) -> list[int]:
    """The hits of a search, in OTRS's order. No hits: OTRS leaves the key out."""
    return [number for item in _listed(answer.get("TicketID")) if (number := whole(item))]


def tickets(answer: Mapping[str, Any], *, now: int, zone: tzinfo = UTC) -> Iterator[Ticket]:
    """The tickets of a read. `now` (seconds since the epoch) serves where OTRS gives only "seconds until".

    `zone` is OTRS's own. Of the hour that an autumn night has twice, the first is meant: OTRS does not tell them apart.
    """
    for item in _listed(answer.get("Ticket")):
        if isinstance(item, Mapping) and whole(item.get("TicketID")):
            yield _ticket(item, now, zone)


def articles(answer: Mapping[str, Any], *, zone: tzinfo = UTC) -> tuple[Article, ...]:
    """The articles of the first ticket of a read, oldest first whatever order they came in."""
    for item in _listed(answer.get("Ticket")):
        if isinstance(item, Mapping):
            parts = (part for part in _listed(item.get("Article")) if isinstance(part, Mapping))
            found = (_article(part, zone) for part in parts if not _is_deleted(part))
            return tuple(sorted(found, key=lambda article: article.id))
    return ()


def whole(value: object) -> int:
    """A number that may come as a string; 0 when it is none."""
    if isinstance(value, int):
        return int(value)
    try:
        return int(str(value).strip())
    except ValueError:
        return 0


def text(value: object) -> str:
    """A text with `\\n` for line ends; "" for null. A value of an unexpected type is kept as it reads."""
    if value is None:
        return ""
    if not isinstance(value, str):
        return str(value)
    return value.replace("\r\n", "\n") if "\r" in value else value


def _ticket(item: Mapping[str, Any], now: int, zone: tzinfo) -> Ticket:
    state_type, lock = text(item.get("StateType")), text(item.get("Lock"))
    created, changed = text(item.get("Created")), text(item.get("Changed"))
    return Ticket(
        id=whole(item.get("TicketID")),
        number=text(item.get("TicketNumber")),
        title=text(item.get("Title")),
        queue=text(item.get("Queue")),
        state=text(item.get("State")),
        state_type=state_type,
        priority=text(item.get("Priority")),
        customer=Customer(
            user=text(item.get("CustomerUserID") or item.get("CustomerUser")), company=text(item.get("CustomerID"))
        ),
        pending_until=_pending_until(item, now) if state_type.startswith("pending") else None,
        lock=lock,
        owner=text(item.get("Owner")),
        created=moment(created, zone),
        changed=moment(changed, zone),
        locked_at=_since_epoch(whole(item.get("UnlockTimeout"))) if lock == _LOCKED else None,
        raw_created=created,
        raw_changed=changed,
        dynamic_fields=MappingProxyType(dict(_dynamic_fields(item))),
        article=_first_article(item.get("Article"), zone),
    )


def _pending_until(item: Mapping[str, Any], now: int) -> datetime | None:
    until, left = whole(item.get("RealTillTimeNotUsed")), whole(item.get("UntilTime"))
    return _since_epoch(until or (now + left if left else 0))


def _since_epoch(seconds: int) -> datetime | None:
    """The moment; None for 0, and for what is no moment of a calendar."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (ValueError, OverflowError, OSError):
        return None


def moment(written: str, zone: tzinfo) -> datetime | None:
    """OTRS's naive local time as a moment; None when it is of an unknown form."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=zone)
    except ValueError:
        return None


def _dynamic_fields(item: Mapping[str, Any]) -> Iterator[tuple[str, Value]]:
    """All three forms at once: flat keys, an object {name: value}, a list of {Name, Value}."""
    for key, value in item.items():
        if key.startswith(DYNAMIC_FIELD_PREFIX):
            yield key.removeprefix(DYNAMIC_FIELD_PREFIX), _field_value(value)
    found = item.get("DynamicField")
    if isinstance(found, Mapping) and "Name" not in found:
        for name, value in found.items():
            yield name, _field_value(value)
        return
    for part in _listed(found):
        if isinstance(part, Mapping) and part.get("Name"):
            yield text(part["Name"]), _field_value(part.get("Value"))


def _field_value(value: object) -> Value:
    if isinstance(value, list):
        return tuple(sorted(kept for part in value if (kept := text(part))))
    return text(value)


def _first_article(found: object, zone: tzinfo) -> Article | None:
    parts = [part for part in _listed(found) if isinstance(part, Mapping)]
    if not parts:
        return None
    first = min(parts, key=lambda part: (_is_deleted(part), whole(part.get("ArticleID"))))
    # Nothing but deleted ones: there is an article, so the ticket is complete, and it says nothing.
    return Article(id=whole(first.get("ArticleID"))) if _is_deleted(first) else _article(first, zone)


def _is_deleted(item: Mapping[str, Any]) -> bool:
    """OTOBO 11 can delete an article and keep it."""
    return bool(whole(item.get("IsDeleted")))


def _article(item: Mapping[str, Any], zone: tzinfo) -> Article:
    sender_type, subject = text(item.get("SenderType")), text(item.get("Subject"))
    channel = text(item.get("CommunicationChannel")) or _CHANNELS.get(whole(item.get("CommunicationChannelID")), "")
    is_hidden = channel in {"Internal", ""} and not whole(item.get("IsVisibleForCustomer"))
    return Article(
        id=whole(item.get("ArticleID")),
        sender=text(item.get("From")),
        subject=subject,
        body=text(item.get("Body")),
        sender_type=sender_type,
        channel=channel,
        created=moment(text(item.get("CreateTime")), zone),
        ours=is_ours(sender_type=sender_type, subject=subject),
        internal=sender_type == "agent" and is_hidden,
    )


def _listed(value: object) -> list[Any]:
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]
