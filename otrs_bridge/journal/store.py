"""The journal in a database: `ports.journal.Journal`, method by method one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, delete, func, insert, select, union, update

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.decision import TicketMemory
from otrs_bridge.domain.id_set import IdSet
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal import tables, undo_claims
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.pause_memory import SqlPauses
from otrs_bridge.journal.rows import ENTRY, PIN, RUN, SIGHTING, as_entry, as_pin, as_run, as_sighting
from otrs_bridge.journal.sweep_memory import SqlSweeps
from otrs_bridge.journal.ticket_memory import memory_of
from otrs_bridge.journal.upserts import upsert
from otrs_bridge.ports.journal import LAST_RUN, Intent, JournalEntry, Pin, Run, RunKind, Sighting, WriteState
from otrs_bridge.words import Words

# Ids in one query: far below the number of parameters that either database takes.
AT_ONCE = 500

_ONE_WRITER = 0x4F54 << 48  # + the ticket's id: the number of PostgreSQL's advisory lock for its intents


class SqlJournal:
    """`ports.journal.Journal` on SQLite or PostgreSQL. Raises JournalUnusable and nothing else of the database's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.sweeps = SqlSweeps(database)
        self.pauses = SqlPauses(database)

    # --- runs ---

    def start_run(self, kind: RunKind, *, at: datetime, selection: str) -> int:
        """Open a run and return its number."""
        opening = (
            insert(tables.runs)
            .values(kind=kind, started_at=at, selection=selection, summary={})
            .returning(tables.runs.c.id)
        )
        with self._database.writing() as connection:
            return int(connection.execute(opening).scalar_one())

    def finish_run(self, run: int, *, at: datetime, summary: Mapping[str, int]) -> None:
        """Close a run with the counts of its closing line."""
        closing = update(tables.runs).where(tables.runs.c.id == run).values(finished_at=at, summary=summary)
        with self._database.writing() as connection:
            if connection.execute(closing).rowcount != 1:
                raise self._not_there(Words(ru=f"прохода {run}", en=f"run {run}"))

    def runs(self, *, limit: int = 50, kind: RunKind | None = None) -> Sequence[Run]:
        """The newest runs (of this kind), newest first."""
        query = select(*RUN).order_by(tables.runs.c.id.desc()).limit(limit)
        if kind is not None:
            query = query.where(tables.runs.c.kind == kind)
        with self._database.reading() as connection:
            return [as_run(row) for row in connection.execute(query).mappings()]

    def has_run(self, run: int) -> bool:
        """Whether there is a run of this number."""
        with self._database.reading() as connection:
            return connection.execute(select(tables.runs.c.id).where(tables.runs.c.id == run)).first() is not None

    def changed_by(self, run: int) -> IdSet:
        """The tickets that a run changed."""
        applied = select(tables.entries.c.ticket_id).where(tables.entries.c.run == run, tables.IS_APPLIED)
        with self._database.reading() as connection:
            streamed = connection.execution_options(yield_per=AT_ONCE).execute(applied)
            return IdSet(streamed.scalars())

    # --- entries ---

    def intend(self, run: int, intents: Sequence[Intent], *, at: datetime, alone: bool = False) -> tuple[int, ...]:
        """Write down, durably, what is about to be sent; returns the entries' ids in the order given.

        `alone`: 0 for the intents of tickets that have an unsettled entry.
        """
        rows = [
            {**_columns(intent), "run": run, "state": "intended", "error": "", "intended_at": at} for intent in intents
        ]
        if not rows:
            return ()
        writing = insert(tables.entries).returning(tables.entries.c.id, sort_by_parameter_order=True)
        with self._database.writing() as connection:
            busy = _in_hand(connection, {intent.ticket_id for intent in intents}) if alone else frozenset()
            free = [row for row in rows if row["ticket_id"] not in busy]
            ids = iter(connection.execute(writing, free).scalars().all() if free else ())
            return tuple(0 if intent.ticket_id in busy else next(ids) for intent in intents)

    def settle(self, outcomes: Mapping[int, tuple[WriteState, str]], *, at: datetime) -> None:
        """Write down what became of entries: {entry id: (state, OTRS's words or "")}.

        An entry "settled" as `intended` stays unsettled: the words are kept, its fate has yet to be found.
        """
        # In order, so that two writers cannot block each other.
        rows = [
            {"entry": entry, "became": state, "words": words, "at": None if state == "intended" else at}
            for entry, (state, words) in sorted(outcomes.items())
        ]
        if not rows:
            return
        settling = (
            update(tables.entries)
            .where(tables.entries.c.id == bindparam("entry"))
            .values(state=bindparam("became"), error=bindparam("words"), settled_at=bindparam("at"))
        )
        with self._database.writing() as connection:
            for row in rows:
                if connection.execute(settling, row).rowcount != 1:
                    raise self._not_there(Words(ru=f"записи {row['entry']}", en=f"entry {row['entry']}"))

    def unsettled(self, *, after: int = 0, limit: int = LAST_RUN) -> Sequence[JournalEntry]:
        """Entries whose outcome was never written: the first `limit` of those beyond entry `after`."""
        number = tables.entries.c.id
        query = select(*ENTRY).where(tables.IS_UNSETTLED, number > after).order_by(number).limit(limit)
        with self._database.reading() as connection:
            return [as_entry(row) for row in connection.execute(query).mappings()]

    def entries(
        self, *, run: int | None = None, ticket_id: int | None = None, limit: int | None = None
    ) -> Sequence[JournalEntry]:
        """The history, oldest first; with `limit` the newest so many."""
        number = tables.entries.c.id
        query = _history(run=run, tickets=None if ticket_id is None else [ticket_id])
        query = query.order_by(number) if limit is None else query.order_by(number.desc()).limit(limit)
        with self._database.reading() as connection:
            found = [as_entry(row) for row in connection.execute(query).mappings()]
        return found if limit is None else found[::-1]

    def entries_on(self, run: int, ticket_ids: Collection[int]) -> Sequence[JournalEntry]:
        """What a run meant to do to these tickets, oldest first."""
        with self._database.reading() as connection:
            query = _history(run=run, tickets=ticket_ids).order_by(tables.entries.c.id)
            return [as_entry(row) for row in connection.execute(query).mappings()]

    def refusals(self, ticket_ids: Collection[int]) -> Sequence[JournalEntry]:
        """The entries of these tickets whose value OTRS has refused, oldest first."""
        query = _history(run=None, tickets=ticket_ids).where(tables.entries.c.state == "refused")
        with self._database.reading() as connection:
            return [as_entry(row) for row in connection.execute(query.order_by(tables.entries.c.id)).mappings()]

    def each_entry(self, *, run: int | None = None) -> Iterator[JournalEntry]:
        """The history one by one, oldest first, however long it is; the journal takes no other question in between."""
        with self._database.reading() as connection:
            every = _history(run=run).order_by(tables.entries.c.id)
            yield from map(as_entry, connection.execution_options(yield_per=AT_ONCE).execute(every).mappings())

    def claim_undo(self, run: int, *, at: datetime, lease: timedelta) -> bool:
        """Take the undo of a run; False while another process has it."""
        with self._database.updating() as connection:
            return undo_claims.take(connection, run, at=at, lease=lease)

    def end_undo(self, run: int) -> None:
        """Give the undo of a run back."""
        with self._database.writing() as connection:
            undo_claims.give_back(connection, run)

    # --- memory of tickets ---

    def memory_of(self, ticket_ids: Iterable[int]) -> Mapping[int, TicketMemory]:
        """What is remembered of these tickets; tickets without memory are absent."""
        found: dict[int, TicketMemory] = {}
        with self._database.reading() as connection:
            for some in batched(dict.fromkeys(ticket_ids), AT_ONCE):
                found.update(memory_of(connection, some))
        return found

    def remember_told(self, ticket_id: int, digests: Mapping[str, str], *, run: int, at: datetime) -> None:
        """The remark of each rule ({rule: digest}) has been put into the ticket's note."""
        rows = [
            {"ticket_id": ticket_id, "rule": rule, "digest": digest, "run": run, "told_at": at}
            for rule, digest in sorted(digests.items())
        ]
        self._replace(tables.told, rows)

    def pin(self, pins: Sequence[Pin]) -> None:
        """Leave these fields to people from now on; of a pin that exists only the value is another."""
        rows = [_columns(pin) for pin in sorted(pins, key=lambda pin: (pin.ticket_id, pin.field))]
        if not rows:
            return
        with self._database.writing() as connection:
            new = upsert(connection, tables.pins)
            one, value = ["ticket_id", "field"], {"value": new.excluded.value}
            keeping = new.on_conflict_do_update(index_elements=one, index_where=tables.IS_PINNED, set_=value)
            connection.execute(keeping, rows)

    def pins(self) -> Sequence[Pin]:
        """Every field that is left to people, oldest first."""
        query = select(*PIN).where(tables.IS_PINNED).order_by(tables.pins.c.since, tables.pins.c.id)
        with self._database.reading() as connection:
            return [as_pin(row) for row in connection.execute(query).mappings()]

    def release(self, ticket_id: int, field: str | None, *, at: datetime) -> int:
        """Lift the pins of a ticket (or of one field of it); returns how many.

        The bridge's own earlier writes of these fields count no more, pinned or not: otherwise the value that
        a person put back would at once look like a person's decision again.
        """
        with self._database.writing() as connection:
            lifted = 0
            for table in (tables.entries, tables.pins):
                ending = update(table).where(table.c.ticket_id == ticket_id, table.c.released_at.is_(None))
                if field is not None:
                    ending = ending.where(table.c.field == field)
                lifted = connection.execute(ending.values(released_at=at)).rowcount
            return lifted  # the pins': the last of the two

    def tickets_changed_since(self, moment: datetime) -> int:
        """How many different tickets the bridge wrote to at or after `moment`."""
        entries, told = tables.entries.c, tables.told.c
        written = select(entries.ticket_id).where(tables.IS_APPLIED, entries.settled_at >= moment)
        remarked = select(told.ticket_id).where(told.told_at >= moment)
        query = select(func.count()).select_from(union(written, remarked).subquery())
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    # --- memory of the daemon ---

    def watermark(self, name: str) -> datetime | None:
        """The moment up to which the work called `name` is done; None when it never ran."""
        query = select(tables.watermarks.c.moment).where(tables.watermarks.c.name == name)
        with self._database.reading() as connection:
            return connection.execute(query).scalar_one_or_none()

    def set_watermark(self, name: str, moment: datetime) -> None:
        """Move the watermark of `name`."""
        self._replace(tables.watermarks, [{"name": name, "moment": moment}])

    def sightings(self, ticket_ids: Iterable[int] | None = None) -> Sequence[Sighting]:
        """What the daemon has met: of these tickets, or with None all that are not settled; oldest first."""
        query = select(*SIGHTING)
        with self._database.reading() as connection:
            if ticket_ids is None:
                found = [as_sighting(row) for row in connection.execute(query.where(tables.IS_OPEN)).mappings()]
            else:
                found = [
                    as_sighting(row)
                    for some in batched(dict.fromkeys(ticket_ids), AT_ONCE)
                    for row in connection.execute(query.where(tables.sightings.c.ticket_id.in_(some))).mappings()
                ]
        return sorted(found, key=lambda sighting: (sighting.first_seen, sighting.ticket_id))

    def see(self, sightings: Sequence[Sighting]) -> None:
        """Remember what the daemon has met (one row a ticket; a newer version replaces the older)."""
        newest = {sighting.ticket_id: sighting for sighting in sightings}
        self._replace(tables.sightings, [_columns(newest[ticket]) for ticket in sorted(newest)])

    def forget_sightings(self, *, before: datetime) -> None:
        """Drop settled sightings first seen before a moment."""
        old = delete(tables.sightings).where(tables.IS_DONE, tables.sightings.c.first_seen < before)
        with self._database.writing() as connection:
            connection.execute(old)

    def _not_there(self, what: Words) -> JournalUnusable:
        place = self._database.place
        return JournalUnusable(
            Words(ru=f"{what.ru} нет в журнале ({place})", en=f"{what.en} is not in the journal ({place})")
        )

    def _replace(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert the rows, or overwrite the ones with the same primary key."""
        if not rows:
            return
        keys = [column.name for column in table.primary_key]
        with self._database.writing() as connection:
            writing = upsert(connection, table)
            changed = {name: new for name, new in writing.excluded.items() if name not in keys}
            connection.execute(writing.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def _history(*, run: int | None, tickets: Collection[int] | None = None) -> Select[Any]:
    query = select(*ENTRY)
    if run is not None:
        query = query.where(tables.entries.c.run == run)
    return query if tickets is None else query.where(tables.entries.c.ticket_id.in_(tickets))


def _columns(value: Intent | Pin | Sighting) -> dict[str, Any]:
    """The fields of a port's value: they are called as their columns are."""
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _in_hand(connection: Connection, ticket_ids: Collection[int]) -> Collection[int]:
    """Those with an unsettled entry. Nobody else can add one before this transaction ends: SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        for ticket_id in sorted(ticket_ids):  # in order, so that two writers cannot block each other
            connection.execute(select(func.pg_advisory_xact_lock(_ONE_WRITER | ticket_id)))
    of_these = tables.entries.c.ticket_id.in_(ticket_ids)
    return set(connection.execute(select(tables.entries.c.ticket_id).where(tables.IS_UNSETTLED, of_these)).scalars())
