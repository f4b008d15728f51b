"""Until when a pending ticket waits."""

from datetime import datetime

from otrs_bridge.sandbox.answers import JsonObject, Refused, given, text
from otrs_bridge.sandbox.database import SandboxDatabase


def pending_until(database: SandboxDatabase, operation: str, ticket: JsonObject) -> int | None:
    """Return ``PendingTime`` (Diff in minutes, or Year to Minute) in Unix seconds, None if not given."""
    wanted = ticket.get("PendingTime")
    if not given(wanted):
        return None
    invalid = Refused("InvalidParameter", f"{operation}: Ticket->PendingTime parameter is invalid!")
    if not isinstance(wanted, dict):
        raise invalid
    if given(wanted.get("Diff")) and text(wanted["Diff"]).isdigit():
        return database.epoch(database.now()) + 60 * int(text(wanted["Diff"]))
    try:
        parts = [int(text(wanted[key])) for key in ("Year", "Month", "Day", "Hour", "Minute")]
        year, month, day, hour, minute = parts
        return database.epoch(datetime(year, month, day, hour, minute))  # noqa: DTZ001 - OTRS's naive local time
    except (KeyError, ValueError):
        raise invalid from None
