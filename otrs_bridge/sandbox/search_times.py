"""Conditions on moments: inclusive on both sides, naive local times; a future lower bound finds nothing.

Where minutes and a date are given for the same bound, the minutes count.
"""

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from otrs_bridge.sandbox.answers import JsonObject, text
from otrs_bridge.sandbox.database import MOMENT_FORMAT, SandboxDatabase
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.search_fields import Condition
from otrs_bridge.sandbox.search_text import FindsNothing

Moments = Callable[[TicketRow], list[datetime]]
_WRITTEN = re.compile(r"\d{4}-\d\d?-\d\d? \d\d?:\d\d?:\d\d?")


def time_conditions(database: SandboxDatabase, data: JsonObject) -> Iterator[Condition]:
    """Yield what the request demands of creation, change, article and pending times."""
    sources: dict[str, Moments] = {
        "TicketCreateTime": lambda ticket: [ticket.created],
        "TicketLastChangeTime": lambda ticket: [ticket.changed],
        "TicketChangeTime": lambda ticket: [entry.created for entry in ticket.history],
        "TicketCloseTime": lambda ticket: _closings(database, ticket),
        "ArticleCreateTime": lambda ticket: [article.created for article in ticket.articles],
        "TicketPendingTime": lambda ticket: [database.from_epoch(ticket.pending_until)] if ticket.pending_until else [],
    }
    for prefix, moments in sources.items():
        newest, oldest = _bounds(database, data, prefix)
        if newest is not None or oldest is not None:
            yield _within(moments, newest=newest, oldest=oldest)


def oldest(database: SandboxDatabase, data: JsonObject, prefix: str) -> datetime | None:
    """The moment before which the request wants nothing."""
    return _bounds(database, data, prefix)[1]


def _within(moments: Moments, *, newest: datetime | None, oldest: datetime | None) -> Condition:
    def holds(ticket: TicketRow) -> bool:
        return any(
            (oldest is None or moment >= oldest) and (newest is None or moment <= newest) for moment in moments(ticket)
        )

    return holds


def _bounds(database: SandboxDatabase, data: JsonObject, prefix: str) -> tuple[datetime | None, datetime | None]:
    now = database.now()
    older, newer = _minutes(data.get(f"{prefix}OlderMinutes")), _minutes(data.get(f"{prefix}NewerMinutes"))
    newest = _date(data.get(f"{prefix}OlderDate")) if older is None else now - timedelta(minutes=older)
    if newer is not None:
        return newest, now - timedelta(minutes=newer)
    oldest = _date(data.get(f"{prefix}NewerDate"))
    if oldest is not None and oldest > now and prefix != "TicketPendingTime":
        raise FindsNothing
    return newest, oldest


def _date(value: object) -> datetime | None:
    written = "" if isinstance(value, list | dict) else text(value).strip()
    if not written:
        return None
    try:
        if not _WRITTEN.fullmatch(written):
            raise FindsNothing
        return datetime.strptime(written, MOMENT_FORMAT)  # noqa: DTZ007 - OTRS's naive local time
    except ValueError:
        raise FindsNothing from None


def _minutes(value: object) -> int | None:
    """Return minutes as Perl reads a number: what follows the digits does not matter, no digits are 0."""
    written = text(value)
    digits = re.match(r"-?\d+", written)
    return (int(digits.group()) if digits else 0) if written else None


def _closings(database: SandboxDatabase, ticket: TicketRow) -> list[datetime]:
    closed = {state.state_id for state in database.states if state.type == "closed"}
    kinds = {"StateUpdate", "NewTicket"}
    return [row.created for row in ticket.history if row.type in kinds and row.state_id in closed]
