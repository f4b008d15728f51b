"""`ports.pauses.Pauses` in the bridge's own database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update

from otrs_bridge.domain.pause import Pause
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.tables import IS_PINNED, IS_STANDING_PAUSE, STANDS, entries, pauses, pins

_PAUSE = tuple(column for column in pauses.c if column.name != "id")


class SqlPauses:
    """`ports.pauses.Pauses`. Raises JournalUnusable and nothing else of the database's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, pause: Pause) -> None:
        """From now on; a pause of the same name that is in force ends, and this one takes its place."""
        with self._database.writing() as connection:
            _lift(connection, pause.name, pause.who, pause.since)
            row = {column.name: getattr(pause, column.name) for column in _PAUSE}
            connection.execute(insert(pauses).values(**row))

    def lift(self, name: str, *, by: str, at: datetime) -> int:
        """End the pauses in force of exactly this name; returns how many there were."""
        with self._database.writing() as connection:
            return _lift(connection, name, by, at)

    def in_force(self, at: datetime) -> Sequence[Pause]:
        """What is paused at this moment, oldest first."""
        return self._found(and_(IS_STANDING_PAUSE, pauses.c.until > at))

    def ended(self, *, after: datetime | None, at: datetime) -> Sequence[Pause]:
        """The pauses that ended later than `after` (None: ever) and are over at this moment, oldest first."""
        found = self._found(or_(pauses.c.ended_at.is_not(None), pauses.c.until <= at))
        return [pause for pause in found if (after is None or pause.end > after) and pause.end <= at]

    def taken_back(self, rule: str, *, reasons: Collection[str], last: int, at: datetime) -> tuple[int, int]:
        """How many fields the rule has changed lately, and how many of them people have pinned for one of these reasons."""
        since = max((pause.end for pause in self._found(pauses.c.name == rule) if pause.end <= at), default=None)
        mine = and_(entries.c.rule == rule, STANDS, entries.c.undoes.is_(None))
        if since is not None:
            mine = and_(mine, entries.c.settled_at > since)
        newest = func.max(entries.c.id)
        changed = (
            select(entries.c.ticket_id, entries.c.field)
            .where(mine)
            .group_by(entries.c.ticket_id, entries.c.field)
            .order_by(newest.desc())
            .limit(last)
        )
        pinned = select(pins.c.ticket_id, pins.c.field).where(
            pins.c.reason.in_(reasons), IS_PINNED, pins.c.rule == rule
        )
        with self._database.reading() as connection:
            changes = {tuple(row) for row in connection.execute(changed)}
            back = {tuple(row) for row in connection.execute(pinned)}
        return len(changes), len(changes & back)

    def _found(self, which: ColumnElement[bool]) -> list[Pause]:
        with self._database.reading() as connection:
            query = select(*_PAUSE).where(which).order_by(pauses.c.since, pauses.c.id)
            return [Pause(**row) for row in connection.execute(query).mappings()]


def _lift(connection: Connection, name: str, by: str, at: datetime) -> int:
    ending = update(pauses).where(pauses.c.name == name, IS_STANDING_PAUSE, pauses.c.until > at)
    return connection.execute(ending.values(ended_at=at, ended_by=by)).rowcount
