"""The history by pages, newest first: led to by an index, so that a long journal is never walked through.

What an index leads to alone is all found. Of several conditions the one that reaches farthest back within
`LOOKED_THROUGH` entries leads, and the others are looked at there; a page that ends because enough was looked through says
so. Which one leads is measured, not left to the database: without statistics it takes any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, and_, func, select
from sqlalchemy.sql.elements import ColumnElement

from otrs_bridge.journal import tables
from otrs_bridge.journal.rows import ENTRY, as_entry
from otrs_bridge.journal.tables import entries
from otrs_bridge.ports.insight import EntryPage, EntryQuery
from otrs_bridge.ports.journal import LAST_RUN

# Entries that one question may look through where no index leads to what it asks for: some hundredths of a second.
LOOKED_THROUGH = 20_000

_id = entries.c.id


@dataclass(frozen=True, kw_only=True, slots=True)
class _Condition:
    """One condition, as an index reads it (None: none does), and so that none is tempted to. `few`: it has few entries."""

    led: ColumnElement[bool] | None
    plain: ColumnElement[bool]
    few: bool = False

    @property
    def leads_to_few(self) -> bool:
        """Whether an index leads to all of it, whatever else is asked for."""
        return self.few and self.led is not None

    def leads_alone(self, conditions: Sequence[_Condition]) -> bool:
        """Whether nothing else is asked for."""
        return self.led is not None and len(conditions) == 1


@dataclass(frozen=True, kw_only=True, slots=True)
class _Guide:
    """Where to look: along which index, and down to which entry."""

    led: Sequence[ColumnElement[bool]]
    others: Sequence[ColumnElement[bool]]
    floor: int = 0


def read_page(connection: Connection, query: EntryQuery) -> EntryPage:
    """A page of the history."""
    reach = _reach(connection, query)
    if reach is None:
        return EntryPage(entries=[])
    guide = _guide(connection, list(_conditions(query)), reach)
    asked = select(*ENTRY).where(*guide.led, *guide.others, *_between(*reach), *_in_time(query), _id >= guide.floor)
    ordered = asked.order_by(_id.desc()).limit(query.limit + 1)
    found = [as_entry(row) for row in connection.execute(ordered).mappings()]
    if len(found) > query.limit:
        return EntryPage(entries=found[: query.limit], next=found[query.limit - 1].id)
    return EntryPage(entries=found, next=guide.floor or None, cut=guide.floor > 0)


def _reach(connection: Connection, query: EntryQuery) -> tuple[int, int] | None:
    """The lowest and the highest number that an entry of this time can have. None: there is none."""
    low, high = 0, (query.before or LAST_RUN) - 1
    if query.since is None and query.until is None:
        return low, high
    numbers = select(func.min(_id), func.max(_id)).where(*_bounds(entries.c.intended_at, query))
    first, last = connection.execute(numbers).one()
    return None if first is None or first > high else (first, min(last, high))


def _guide(connection: Connection, conditions: Sequence[_Condition], reach: tuple[int, int]) -> _Guide:
    """The condition that reaches farthest back."""
    if not conditions:
        return _Guide(led=(), others=())
    best, floor = next((one for one in conditions if one.leads_to_few or one.leads_alone(conditions)), None), 0
    if best is None:
        leads: list[_Condition | None] = [None, *(one for one in conditions if one.led is not None)]
        floor, best = min(((_floor(connection, one, reach), one) for one in leads), key=lambda each: each[0])
    others = [one.plain for one in conditions if one is not best]
    return _Guide(led=() if best is None or best.led is None else (best.led,), others=others, floor=floor)


def _floor(connection: Connection, condition: _Condition | None, reach: tuple[int, int]) -> int:
    """The entry at which enough was looked through along the index of this condition (None: along all entries); 0 where
    there are fewer.
    """
    if condition is None or condition.led is None:
        newest = connection.execute(select(func.max(_id)).where(*_between(*reach))).scalar() or 0
        floor = newest - LOOKED_THROUGH + 1
        return floor if floor > max(1, reach[0]) else 0
    last = select(_id).where(condition.led, *_between(*reach)).order_by(_id.desc()).offset(LOOKED_THROUGH - 1).limit(1)
    return int(connection.execute(last).scalar() or 0)


def _conditions(query: EntryQuery) -> Iterator[_Condition]:
    """What is asked for, but for the time."""
    columns = entries.c
    if query.tickets is not None:
        numbers = sorted(query.tickets)
        yield _Condition(led=columns.ticket_id.in_(numbers), plain=_plain(columns.ticket_id).in_(numbers), few=True)
    if query.numbers is not None:
        names = sorted(query.numbers)
        yield _Condition(led=columns.ticket_number.in_(names), plain=_plain(columns.ticket_number).in_(names), few=True)
    if query.run is not None:
        yield _Condition(led=columns.run == query.run, plain=_plain(columns.run) == query.run)
    if query.rule:
        yield _Condition(led=columns.rule == query.rule, plain=_plain(columns.rule) == query.rule)
    if query.state is not None:
        led = {"applied": None, "intended": tables.IS_UNSETTLED}.get(query.state, tables.CAME_TO_NOTHING)
        plain = _plain(columns.state) == query.state
        yield _Condition(led=None if led is None else and_(led, columns.state == query.state), plain=plain)


def _between(low: int, high: int) -> tuple[ColumnElement[bool], ...]:
    return (*((_id >= low,) if low else ()), *((_id <= high,) if high < LAST_RUN - 1 else ()))


def _in_time(query: EntryQuery) -> list[ColumnElement[bool]]:
    """Numbers grow with time, but a clock may have been set back."""
    return _bounds(_plain(entries.c.intended_at), query)


def _bounds(moment: ColumnElement[Any], query: EntryQuery) -> list[ColumnElement[bool]]:
    since = [moment >= query.since] if query.since is not None else []
    return [*since, *([moment < query.until] if query.until is not None else [])]


def _plain(column: Column[Any]) -> ColumnElement[Any]:
    """The column as no index has it."""
    return func.coalesce(column, column)
