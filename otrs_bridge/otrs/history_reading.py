"""The entries of OTRS's ticket history that speak of a field's value, read out of the text that OTRS makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from otrs_bridge.domain.field_events import FieldEvent
from otrs_bridge.domain.ticket import dynamic
from otrs_bridge.otrs.wire_reading import moment, text, whole

_LONGEST = 200  # characters that the history keeps of an entry
_CUT = re.compile(r"(?:\.\.\.|\[\.\.\.\])$")  # how OTRS marks what it has cut off: of a title, of a field
_CUSTOMER = re.compile(r"^%%(?:CustomerID=(?P<company>.*?);)?CustomerUser=(?P<user>.*?);?$", re.DOTALL)
_FIELD = re.compile(r"^%%FieldName%%(?P<name>.*?)%%Value%%(?P<new>.*?)(?:%%OldValue%%(?P<old>.*))?$", re.DOTALL)


def field_events(answer: Mapping[str, Any]) -> Iterator[tuple[int, tuple[FieldEvent, ...]]]:
    """The tickets of a TicketHistoryGet, each with its events, oldest first."""
    found = answer.get("TicketHistory")
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, Mapping) and (ticket_id := whole(item.get("TicketID"))):
            entries = item.get("History") or []
            parts = entries if isinstance(entries, list) else [entries]
            events = ((part, _event(part)) for part in parts if isinstance(part, Mapping))
            yield ticket_id, tuple(replace(event, at=_at(part)) for part, event in events if event is not None)


def _at(entry: Mapping[str, Any]) -> datetime | None:
    return moment(text(entry.get("CreateTime")), UTC)


def _event(entry: Mapping[str, Any]) -> FieldEvent | None:
    name, by = text(entry.get("Name")), whole(entry.get("CreateBy"))
    parts = name.split("%%")
    match text(entry.get("HistoryType")), parts:
        case "StateUpdate", [_, old, new, *_]:
            return FieldEvent(field="state", by=by, new=new, old=old)
        case "PriorityUpdate", [_, old, _, new, *_]:
            return FieldEvent(field="priority", by=by, new=new, old=old)
        case "Move", [_, new, _, old, *_]:
            return FieldEvent(field="queue", by=by, new=new, old=old)
        case "TitleUpdate", [_, old, new, *_]:
            return FieldEvent(field="title", by=by, new=_whole_part(new), old=_whole_part(old), cut=_is_cut(new, name))
        case "CustomerUpdate", _:
            return _customer(name, by)
        case "TicketDynamicFieldUpdate", _:
            return _dynamic(name, by)
        case _:
            return None


def _customer(name: str, by: int) -> FieldEvent | None:
    found = _CUSTOMER.match(name)
    if found is None:
        return None
    user, cut = found["user"], _is_cut(found["user"], name)
    return FieldEvent(field="customer", by=by, new=_whole_part(user), company=found["company"] or "", cut=cut)


def _dynamic(name: str, by: int) -> FieldEvent | None:
    found = _FIELD.match(name)
    if found is None:
        return None
    new, old = found["new"], found["old"]
    cut = _is_cut(new, name)
    return FieldEvent(
        field=dynamic(found["name"]),
        by=by,
        new=_whole_part(new),
        old=None if old is None or cut or _is_cut(old, name) else old,
        cut=cut,
    )


def _is_cut(part: str, name: str) -> bool:
    return bool(_CUT.search(part)) or (len(name) >= _LONGEST and name.endswith(part))


def _whole_part(part: str) -> str:
    return _CUT.sub("", part)
