"""Intents, pins and moments for the journal's tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from otrs_bridge.domain.ticket import Value
from otrs_bridge.ports.journal import Intent, Journal, Pin, Sighting, WriteState

NOON = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def later(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def intent(
    ticket_id: int = 1,
    field: str = "state",
    old: Value = "new",
    new: Value = "open",
    *,
    rule: str = "state",
    undoes: int | None = None,
) -> Intent:
    """A change about to be written."""
    return Intent(
        ticket_id=ticket_id,
        ticket_number=f"20260302{ticket_id:06}",
        rule=rule,
        field=field,
        old=old,
        new=new,
        why="состояние «new» не из списка",
        mode="enforce",
        undoes=undoes,
    )


def pin(ticket_id: int = 1, field: str = "state", *, value: Value = "new", reason: str = "put back") -> Pin:
    """A field left to people."""
    return Pin(
        ticket_id=ticket_id,
        ticket_number=f"20260302{ticket_id:06}",
        field=field,
        rule="state",
        value=value,
        reason=reason,
        since=NOON,
    )


def sighting(ticket_id: int = 1, changed: str = "2026-03-02 15:00:00", *, settled: bool = False) -> Sighting:
    """A ticket version that the daemon has met."""
    return Sighting(ticket_id=ticket_id, changed=changed, first_seen=NOON, settled=settled)


def start(journal: Journal) -> int:
    """A run, open since noon."""
    return journal.start_run("sweep", at=NOON, selection="all")


def write(journal: Journal, *intents: Intent, state: WriteState = "applied", minutes: float = 0) -> tuple[int, ...]:
    """Put intents into a run of their own and settle them alike; returns the entries' ids."""
    ids = journal.intend(start(journal), intents, at=later(minutes))
    journal.settle(dict.fromkeys(ids, (state, "")), at=later(minutes))
    return ids
