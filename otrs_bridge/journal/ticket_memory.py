"""What is remembered of tickets, for 50 at a time in one query: pins, writes, told remarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    bindparam,
    literal_column,
    null,
    select,
    union_all,
)

from otrs_bridge.domain.decision import LastWrite, TicketMemory, still_stands
from otrs_bridge.journal.tables import IS_PINNED, STANDS, entries, pins, told


def memory_of(connection: Connection, ticket_ids: Sequence[int]) -> Mapping[int, TicketMemory]:
    """What is remembered of these tickets; tickets without memory are absent."""
    pinned: dict[int, set[str]] = {}
    writes: dict[int, dict[str, LastWrite]] = {}
    digests: dict[int, dict[str, str]] = {}
    found = connection.execute(_QUERY, {"tickets": ticket_ids}).all()
    for kind, ticket, name, word, old, new, undoes, _ in sorted(found, key=lambda row: row.number):
        match kind:
            case "pin":
                pinned.setdefault(ticket, set()).add(name)
            case "told":
                digests.setdefault(ticket, {})[name] = word
            case _:
                of_ticket = writes.setdefault(ticket, {})
                before = of_ticket.get(name)
                replaced = before.replaced if before is not None else ()
                if before is None or not still_stands(old, before):
                    replaced = (*replaced, old)
                of_ticket[name] = LastWrite(rule=word, old=old, new=new, undone=undoes is not None, replaced=replaced)
    return {
        ticket: TicketMemory(
            pinned=frozenset(pinned.get(ticket, ())),
            last_writes=MappingProxyType(writes.get(ticket, {})),
            told=MappingProxyType(digests.get(ticket, {})),
        )
        for ticket in {*pinned, *writes, *digests}
    }


def _query() -> CompoundSelect[Any]:
    """Columns: kind, ticket, field or rule, rule or digest, old, new, undoes, number: the order of the writes."""
    tickets: BindParameter[Sequence[int]] = bindparam("tickets", expanding=True)
    written = select(
        literal_column("'write'"),
        entries.c.ticket_id,
        entries.c.field,
        entries.c.rule,
        entries.c.old,
        entries.c.new,
        entries.c.undoes,
        entries.c.id.label("number"),
    ).where(entries.c.ticket_id.in_(tickets), STANDS)
    no_write: tuple[ColumnElement[Any], ...] = (null(), null(), null(), literal_column("0"))
    kept = select(literal_column("'pin'"), pins.c.ticket_id, pins.c.field, pins.c.rule, *no_write).where(
        pins.c.ticket_id.in_(tickets), IS_PINNED
    )
    said = select(literal_column("'told'"), told.c.ticket_id, told.c.rule, told.c.digest, *no_write).where(
        told.c.ticket_id.in_(tickets)
    )
    return union_all(written, kept, said)


_QUERY = _query()
