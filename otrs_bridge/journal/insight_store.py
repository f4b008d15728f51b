"""What people look up, in a database: `ports.insight.Insight`, method by method one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, exists, func, select

from otrs_bridge.journal import tables
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.job_rows import as_job_run
from otrs_bridge.journal.rows import ENTRY, PIN, RUN, as_entry, as_pin, as_run
from otrs_bridge.journal.tables import entries, job_claims, job_tickets, pins, runs
from otrs_bridge.journal.undo_claims import UNDO
from otrs_bridge.ports.insight import EntryPage, EntryQuery, IncompleteTicket, RuleFigures
from otrs_bridge.ports.jobs import JobRun
from otrs_bridge.ports.journal import JournalEntry, Pin, Run, RunKind

# Entries that one question may look through where no index leads to what it asks for: some hundredths of a second.
LOOKED_THROUGH = 100_000


class SqlInsight:
    """`ports.insight.Insight` on SQLite or PostgreSQL. Raises JournalUnusable and nothing else of the database's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def failures(self, *, since: datetime, limit: int) -> Sequence[JournalEntry]:
        """The newest changes that failed and were not done since, the last of each field."""
        later = entries.alias("later")
        told = later.c.state.in_(("applied", "unchanged", "failed", "refused"))
        same = and_(later.c.ticket_id == entries.c.ticket_id, later.c.field == entries.c.field)
        done_since = exists().where(same, later.c.id > entries.c.id, told)
        query = select(*ENTRY).where(tables.HAS_FAILED, entries.c.intended_at >= since, ~done_since)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(entries.c.id.desc()).limit(limit)).mappings()
            return [as_entry(row) for row in rows]

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
        asked, guided = _asked(query)
        with self._database.reading() as connection:
            floor = 0
            if not guided:
                newest = query.before or int(connection.execute(select(func.max(entries.c.id))).scalar() or 0) + 1
                floor = max(0, newest - LOOKED_THROUGH)
                asked = asked.where(entries.c.id >= floor)
            ordered = asked.order_by(entries.c.id.desc()).limit(query.limit + 1)
            found = [as_entry(row) for row in connection.execute(ordered).mappings()]
        if len(found) > query.limit:
            return EntryPage(entries=found[: query.limit], next=found[query.limit - 1].id)
        return EntryPage(entries=found, next=floor or None, cut=floor > 0)

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


def _asked(query: EntryQuery) -> tuple[Select[Any], bool]:
    """The question, and whether an index leads to its answer."""
    asked = select(*ENTRY)
    guided = False
    pairs = (
        (query.run, entries.c.run == query.run),
        (query.since, entries.c.intended_at >= query.since if query.since else None),
        (query.until, entries.c.intended_at < query.until if query.until else None),
    )
    for given, condition in pairs:
        if given is not None and condition is not None:
            asked, guided = asked.where(condition), True
    if query.numbers is not None:
        asked, guided = asked.where(entries.c.ticket_number.in_(sorted(query.numbers))), True
    if query.tickets is not None:
        asked, guided = asked.where(entries.c.ticket_id.in_(sorted(query.tickets))), True
    if query.rule:
        asked = asked.where(entries.c.rule == query.rule)
    if query.state is not None:
        asked = asked.where(entries.c.state == query.state)
    if query.before is not None:
        asked = asked.where(entries.c.id < query.before)
    return asked, guided
