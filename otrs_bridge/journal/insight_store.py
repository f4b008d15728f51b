"""What people look up, in a database: `ports.insight.Insight`, method by method one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Select, and_, exists, func, select

from otrs_bridge.journal import tables
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.history_pages import LOOKED_THROUGH, read_page
from otrs_bridge.journal.job_rows import as_job_run
from otrs_bridge.journal.rows import ENTRY, PIN, RUN, as_entry, as_pin, as_run
from otrs_bridge.journal.store import AT_ONCE
from otrs_bridge.journal.tables import entries, job_claims, job_tickets, pins, runs
from otrs_bridge.journal.undo_claims import UNDO
from otrs_bridge.ports.insight import EntryPage, EntryQuery, IncompleteTicket, RuleFigures
from otrs_bridge.ports.jobs import JobRun
from otrs_bridge.ports.journal import JournalEntry, Pin, Run, RunKind

_NEWEST_FAILURES = 2_000  # of each kind: what failed before so many others is history


class SqlInsight:
    """`ports.insight.Insight` on SQLite or PostgreSQL. Raises JournalUnusable and nothing else of the database's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def failures(self, *, since: datetime, limit: int) -> Sequence[JournalEntry]:
        """The newest changes that failed and were not done since, the last of each field."""
        found: list[JournalEntry] = []
        with self._database.reading() as connection:
            for state in ("failed", "refused"):
                rows = connection.execute(_failures(connection, state, since).limit(limit)).mappings()
                found += [as_entry(row) for row in rows]
        return sorted(found, key=lambda entry: -entry.id)[:limit]

    def incomplete(self, *, limit: int) -> Sequence[IncompleteTicket]:
        """Tickets of jobs that are not whole, oldest first."""
        unknown = (job_tickets.c.state == "unknown", job_tickets.c.tried_at.is_not(None))
        query = select(job_tickets.c.key, job_tickets.c.ticket_id, job_tickets.c.tried_at).where(*unknown)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(job_tickets.c.tried_at, job_tickets.c.key).limit(limit)).all()
        return [IncompleteTicket(key=row.key, ticket_id=row.ticket_id or 0, tried_at=row.tried_at) for row in rows]

    def refused_runs(self) -> Sequence[JobRun]:
        """The jobs whose last run could not act, oldest first."""
        found = [run for run in self._newest_claims(None) if run.state == "refused"]
        return sorted(found, key=lambda run: run.started_at)

    def last_done(self) -> Mapping[str, JobRun]:
        """Of each job the last occurrence that was done."""
        return {run.job: run for run in self._newest_claims("done")}

    def _newest_claims(self, state: str | None) -> Sequence[JobRun]:
        which = [job_claims.c.job != UNDO, *([job_claims.c.state == state] if state else [])]
        newest = select(job_claims.c.job, func.max(job_claims.c.started_at).label("at")).where(*which)
        last = newest.group_by(job_claims.c.job).subquery()
        same = and_(job_claims.c.job == last.c.job, job_claims.c.started_at == last.c.at)
        with self._database.reading() as connection:
            rows = connection.execute(select(job_claims).join(last, same).where(*which)).mappings()
            return [as_job_run(row) for row in rows]

    def entries(self, query: EntryQuery) -> EntryPage:
        """The history."""
        with self._database.reading() as connection:
            return read_page(connection, query)

    def runs(self, *, before: int | None, kind: RunKind | None, limit: int) -> Sequence[Run]:
        """The newest runs before a run (None: of all)."""
        query = select(*RUN).order_by(runs.c.id.desc()).limit(limit)
        query = query if before is None else query.where(runs.c.id < before)
        query = query if kind is None else query.where(runs.c.kind == kind)
        with self._database.reading() as connection:
            return [as_run(row) for row in connection.execute(query).mappings()]

    def run(self, number: int) -> Run | None:
        """The run of this number."""
        with self._database.reading() as connection:
            row = connection.execute(select(*RUN).where(runs.c.id == number)).mappings().first()
            return None if row is None else as_run(row)

    def debts_by_day(self, *, since: datetime, zone: ZoneInfo) -> tuple[Mapping[date, int], Mapping[date, int]]:
        """How many tickets about debts were raised on each day of this zone since then, and how many were settled."""
        found = []
        for column in (job_tickets.c.made_at, job_tickets.c.settled_at):
            query = select(column).where(job_tickets.c.key.like("debt:%"), column >= since)
            with self._database.reading() as connection:
                moments = connection.execution_options(yield_per=AT_ONCE).execute(query).scalars()
                found.append(Counter(moment.astimezone(zone).date() for moment in moments))
        return found[0], found[1]

    def tickets_changed(self, run: int, *, most: int) -> int:
        """How many tickets a run changed; `most` where there are so many at least, or more than can be looked through."""
        looked_at = select(entries.c.ticket_id, entries.c.state).where(entries.c.run == run).limit(LOOKED_THROUGH)
        of_run = looked_at.subquery()
        changed = select(of_run.c.ticket_id).where(of_run.c.state == "applied").distinct().limit(most).subquery()
        with self._database.reading() as connection:
            found = int(connection.execute(select(func.count()).select_from(changed)).scalar_one())
            seen = connection.execute(select(func.count()).select_from(of_run)).scalar_one() if found < most else 0
        return most if seen >= LOOKED_THROUGH else found

    def pins_of(self, ticket_id: int) -> Sequence[Pin]:
        """The fields of a ticket that are left to people."""
        query = select(*PIN).where(tables.IS_PINNED, pins.c.ticket_id == ticket_id).order_by(pins.c.id)
        with self._database.reading() as connection:
            return [as_pin(row) for row in connection.execute(query).mappings()]

    def rule_figures(self, *, since: datetime) -> Mapping[str, RuleFigures]:
        """What became of the changes of each rule since then."""
        by = (entries.c.rule, entries.c.state)
        written = (
            select(*by, func.count()).where(entries.c.intended_at >= since, entries.c.undoes.is_(None)).group_by(*by)
        )
        back = select(pins.c.rule, func.count()).where(pins.c.since >= since).group_by(pins.c.rule)
        with self._database.reading() as connection:
            counted = connection.execute(written).all()
            taken = {str(rule): int(count) for rule, count in connection.execute(back).all()}
        outcomes: dict[str, dict[Any, int]] = {}
        for rule, state, count in counted:
            outcomes.setdefault(rule, {})[state] = count
        return {
            rule: RuleFigures(outcomes=outcomes.get(rule, {}), taken_back=taken.get(rule, 0))
            for rule in {*outcomes, *taken}
        }


def _failures(connection: Connection, state: str, since: datetime) -> Select[Any]:
    """Of the newest changes that ended so those after `since` that were not done later on, newest first."""
    ended = (tables.CAME_TO_NOTHING, entries.c.state == state)
    oldest = select(entries.c.id).where(*ended).order_by(entries.c.id.desc()).offset(_NEWEST_FAILURES).limit(1)
    floor = connection.execute(oldest).scalar() or 0
    later = entries.alias("later")
    same = and_(later.c.ticket_id == entries.c.ticket_id, later.c.field == entries.c.field)
    told = later.c.state.in_(("applied", "unchanged", "failed", "refused"))
    done_since = exists().where(same, later.c.id > entries.c.id, told)
    recent = func.coalesce(entries.c.intended_at, entries.c.settled_at) >= since  # no index is tempted
    found = select(*ENTRY).where(*ended, entries.c.id > floor, recent, ~done_since)
    return found.order_by(entries.c.id.desc())
