"""`ports.figures.Figures` in the bridge's own database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true

from otrs_bridge.journal.database import Database
from otrs_bridge.journal.tables import (
    IS_OPEN,
    IS_PINNED,
    IS_UNSETTLED,
    entries,
    job_claims,
    job_tickets,
    pins,
    sightings,
)
from otrs_bridge.ports.figures import DebtCounts


class SqlFigures:
    """`ports.figures.Figures`. Raises JournalUnusable and nothing else of the database's.

    `hopeless_after`: how old the ticket of a debt is that nobody hopes to see paid any more.
    """

    def __init__(self, database: Database, *, hopeless_after: timedelta) -> None:
        self._database = database
        self._hopeless_after = hopeless_after

    def changes(self, *, since: datetime | None = None) -> Mapping[tuple[str, str], int]:
        """How many entries of each rule ended in each state, settled at or after this moment (None: ever)."""
        return self._changes(entries.c.settled_at >= since if since is not None else true())

    def newest_entry(self) -> int:
        """The number of the journal's newest entry, 0 when there is none."""
        return self._count(select(func.coalesce(func.max(entries.c.id), 0)))

    def changes_beyond(self, entry: int) -> Mapping[tuple[str, str], int]:
        """How many entries with a higher number each rule has in each state."""
        return self._changes(entries.c.id > entry)

    def unsettled(self) -> int:
        """How many writes nobody knows the end of yet."""
        return self._count(select(func.count()).select_from(entries).where(IS_UNSETTLED))

    def waiting(self) -> int:
        """How many tickets the daemon has met that it has to look at again."""
        return self._count(select(func.count()).select_from(sightings).where(IS_OPEN))

    def pins(self) -> int:
        """How many fields are left to people."""
        return self._count(select(func.count()).select_from(pins).where(IS_PINNED))

    def debts(self, now: datetime) -> DebtCounts:
        """The tickets of debts that are not settled, by their age."""
        is_debt = (
            job_tickets.c.key.like("debt:%"),
            job_tickets.c.made_at.is_not(None),
            job_tickets.c.settled_at.is_(None),
        )
        ages: Counter[str] = Counter()
        with self._database.reading() as connection:
            for made_at in connection.execute(select(job_tickets.c.made_at).where(*is_debt)).scalars():
                ages[self._age(now - made_at)] += 1
        return DebtCounts(**ages)

    def good_jobs(self) -> Mapping[str, datetime]:
        """When each job last ended well."""
        well = job_claims.c.state.in_(("done", "held"))
        query = select(job_claims.c.job, func.max(job_claims.c.finished_at)).where(well).group_by(job_claims.c.job)
        with self._database.reading() as connection:
            return {job: finished for job, finished in connection.execute(query) if finished is not None}

    def _changes(self, which: ColumnElement[bool]) -> Mapping[tuple[str, str], int]:
        query = select(entries.c.rule, entries.c.state, func.count()).where(which)
        with self._database.reading() as connection:
            found = connection.execute(query.group_by(entries.c.rule, entries.c.state))
            return {(rule, state): int(count) for rule, state, count in found}

    def _count(self, query: Select[Any]) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def _age(self, age: timedelta) -> str:
        if age >= self._hopeless_after:
            return "hopeless"
        return next((f"under_{days}" for days in _AGES if age < timedelta(days=days)), "older")


_AGES = (7, 30, 60, 90)
