"""The table of tickets on the disk, for as many as a real installation has; the sandbox's own is in memory."""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterator, MutableMapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from otrs_bridge.sandbox.records import TicketRow

Column = Literal["created", "changed"]

_TABLE = """
CREATE TABLE tickets (id INTEGER PRIMARY KEY, number TEXT, created TEXT, changed TEXT, row BLOB NOT NULL);
CREATE INDEX by_created ON tickets (created, number, id);
CREATE INDEX by_changed ON tickets (changed, number, id);
"""
_KEEP = "INSERT OR REPLACE INTO tickets (id, number, created, changed, row) VALUES (?, ?, ?, ?, ?)"


class DiskTickets(MutableMapping[int, TicketRow]):
    """Tickets by number, in a SQLite file. What a request takes out stays one object until `settle` writes it back."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _TABLE)
        self._taken: dict[int, TicketRow] = {}
        self._as_kept: dict[int, bytes] = {}

    def settle(self) -> None:
        """Write back what was changed, and let go of everything: no request is under way."""
        changed = []
        for number, ticket in self._taken.items():
            row = pickle.dumps(ticket, pickle.HIGHEST_PROTOCOL)
            if row != self._as_kept.get(number):
                changed.append((number, ticket.number, str(ticket.created), str(ticket.changed), row))
        if changed:
            self._connection.execute("BEGIN")
            self._connection.executemany(_KEEP, changed)
            self._connection.execute("COMMIT")
        self._taken.clear()
        self._as_kept.clear()

    def in_order(self, column: Column, *, since: datetime | None, down: bool) -> Iterator[TicketRow]:
        """The tickets by this moment, then by their number, none older than `since`; as the last request left them."""
        order = "DESC" if down else "ASC"
        query = f"SELECT id FROM tickets WHERE {column} >= ? ORDER BY {column} {order}, number {order}"  # noqa: S608 - two words of ours
        for (number,) in self._connection.execute(query, (str(since or ""),)):
            yield self[number]

    def __getitem__(self, number: int) -> TicketRow:
        if number not in self._taken:
            found = self._connection.execute("SELECT row FROM tickets WHERE id = ?", (number,)).fetchone()
            if found is None:
                raise KeyError(number)
            self._as_kept[number] = found[0]
            self._taken[number] = pickle.loads(found[0])  # noqa: S301 - the sandbox's own file
        return self._taken[number]

    def __setitem__(self, number: int, ticket: TicketRow) -> None:
        self._taken[number] = ticket

    def __delitem__(self, number: int) -> None:
        self._taken.pop(number, None)
        self._connection.execute("DELETE FROM tickets WHERE id = ?", (number,))

    def __iter__(self) -> Iterator[int]:
        kept = {number for (number,) in self._connection.execute("SELECT id FROM tickets")}
        return iter(sorted(kept | set(self._taken)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
