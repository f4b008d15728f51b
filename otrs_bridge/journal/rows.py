"""Rows of the database as the values of the port."""

from __future__ import annotations

from types import MappingProxyType
from typing import get_args

from sqlalchemy import RowMapping

from otrs_bridge.journal.tables import entries, pins, runs, sightings
from otrs_bridge.ports.journal import JournalEntry, Pin, Run, RunKind, Sighting, WriteState

# What the port shows of each table, in the order in which the functions below take it.
ENTRY = (
    entries.c.id,
    entries.c.run,
    entries.c.ticket_id,
    entries.c.ticket_number,
    entries.c.rule,
    entries.c.field,
    entries.c.old,
    entries.c.new,
    entries.c.why,
    entries.c.mode,
    entries.c.state,
    entries.c.error,
    entries.c.intended_at,
    entries.c.settled_at,
    entries.c.undoes,
)
PIN = (
    pins.c.ticket_id,
    pins.c.ticket_number,
    pins.c.field,
    pins.c.rule,
    pins.c.value,
    pins.c.reason,
    pins.c.since,
)
RUN = tuple(runs.c)
SIGHTING = tuple(sightings.c)

_STATES = frozenset(get_args(WriteState))
_KINDS = frozenset(get_args(RunKind))


def demand_known(word: str, words: frozenset[str]) -> None:
    """Refuse a word that the bridge never writes in this place: the row is damaged. Raises ValueError."""
    if word not in words:
        raise ValueError(f"{word!r} is none of {', '.join(sorted(words))}")


def as_entry(row: RowMapping) -> JournalEntry:
    """A row of ENTRY."""
    demand_known(row["state"], _STATES)
    return JournalEntry(**row)


def as_pin(row: RowMapping) -> Pin:
    """A row of PIN."""
    return Pin(**row)


def as_sighting(row: RowMapping) -> Sighting:
    """A row of SIGHTING."""
    return Sighting(**row)


def as_run(row: RowMapping) -> Run:
    """A row of RUN."""
    demand_known(row["kind"], _KINDS)
    return Run(**{**row, "summary": MappingProxyType(row["summary"])})
