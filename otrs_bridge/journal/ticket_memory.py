"""What is remembered of tickets, for 50 at a time in one query: pins, last writes, told remarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Connection,
    bindparam,
    func,
    literal_column,
    null,
    select,
    union_all,
)

from otrs_bridge.domain.decision import LastWrite, TicketMemory
from otrs_bridge.journal.tables import IS_PINNED, STANDS, entries, pins, told


def memory_of(connection: Connection, ticket_ids: Sequence[int]) -> Mapping[int, TicketMemory]:
    """What is remembered of these tickets; tickets without memory are absent."""
    pinned: dict[int, set[str]] = {}
    writes: dict[int, dict[str, LastWrite]] = {}
    digests: dict[int, dict[str, str]] = {}
    found = connection.execute(_QUERY, {"tickets": ticket_ids}).all()
    for kind, ticket, name, word, old, new, undoes in found:
        match kind:
            case "pin":
                pinned.setdefault(ticket, set()).add(name)
            case "told":
                digests.setdefault(ticket, {})[name] = word
            case _:
                write = LastWrite(rule=word, old=old, new=new, undone=undoes is not None)
                writes.setdefault(ticket, {})[name] = write
    return {
        ticket: TicketMemory(
            pinned=frozenset(pinned.get(ticket, ())),
            last_writes=MappingProxyType(writes.get(ticket, {})),
            told=MappingProxyType(digests.get(ticket, {})),
        )
        for ticket in {*pinned, *writes, *digests}
    }


def _query() -> CompoundSelect[Any]:
    """Columns: kind, ticket, field or rule, rule or digest, old, new, undoes."""
    tickets: BindParameter[Sequence[int]] = bindparam("tickets", expanding=True)
    newest = (
        select(func.max(entries.c.id))
        .where(entries.c.ticket_id.in_(tickets), STANDS)
        .group_by(entries.c.ticket_id, entries.c.field)
    )
    written = select(
        literal_column("'write'"),
        entries.c.ticket_id,
        entries.c.field,
        entries.c.rule,
        entries.c.old,
        entries.c.new,
        entries.c.undoes,
    ).where(entries.c.id.in_(newest))
    nothing = (null(), null(), null())
    kept = select(literal_column("'pin'"), pins.c.ticket_id, pins.c.field, pins.c.rule, *nothing).where(
        pins.c.ticket_id.in_(tickets), IS_PINNED
    )
    said = select(literal_column("'told'"), told.c.ticket_id, told.c.rule, told.c.digest, *nothing).where(
        told.c.ticket_id.in_(tickets)
    )
    return union_all(written, kept, said)


_QUERY = _query()
