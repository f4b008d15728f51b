"""The tables of the bridge's own database, as they are today; `migrations/` says how they became so.

What each column means to a reader of the database stands in docs/journal.md.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, MetaData, Table, TextClause, text

from otrs_bridge.journal.columns import BigNumber, Counts, FieldValue, Moment, Words

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

# The conditions of the partial indexes. A database uses such an index only for a query that repeats the
# condition word for word, without parameters; therefore both sides take it from here.
STANDS = text("state = 'applied' AND released_at IS NULL")
IS_APPLIED = text("state = 'applied'")
IS_UNSETTLED = text("state = 'intended'")
IS_PINNED = text("released_at IS NULL")
IS_OPEN = text("NOT settled")
IS_DONE = text("settled")


def _partial_index(name: str, *columns: Column[Any], where: TextClause, unique: bool = False) -> None:
    Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


runs = Table(
    "runs",
    metadata,
    Column("id", BigNumber, primary_key=True),
    Column("kind", Words, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("selection", Words, nullable=False),
    Column("summary", Counts, nullable=False),
    sqlite_autoincrement=True,
)

entries = Table(
    "entries",
    metadata,
    Column("id", BigNumber, primary_key=True),
    Column("run", BigNumber, ForeignKey("runs.id"), nullable=False, index=True),
    Column("ticket_id", BigNumber, nullable=False, index=True),
    Column("ticket_number", Words, nullable=False),
    Column("rule", Words, nullable=False),
    Column("field", Words, nullable=False),
    Column("old", FieldValue, nullable=False),
    Column("new", FieldValue, nullable=False),
    Column("why", Words, nullable=False),
    Column("mode", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("error", Words, nullable=False),
    Column("intended_at", Moment, nullable=False),
    Column("settled_at", Moment),
    Column("released_at", Moment),
    Column("undoes", BigNumber, ForeignKey("entries.id")),
    sqlite_autoincrement=True,
)
_partial_index("ix_entries_standing", entries.c.ticket_id, entries.c.field, entries.c.id, where=STANDS)
_partial_index("ix_entries_unsettled", entries.c.id, where=IS_UNSETTLED)
_partial_index("ix_entries_applied", entries.c.settled_at, entries.c.ticket_id, where=IS_APPLIED)

told = Table(
    "told",
    metadata,
    Column("ticket_id", BigNumber, primary_key=True, autoincrement=False),
    Column("rule", Words, primary_key=True),
    Column("digest", Words, nullable=False),
    Column("run", BigNumber, ForeignKey("runs.id"), nullable=False),
    Column("told_at", Moment, nullable=False, index=True),
)

pins = Table(
    "pins",
    metadata,
    Column("id", BigNumber, primary_key=True),
    Column("ticket_id", BigNumber, nullable=False),
    Column("ticket_number", Words, nullable=False),
    Column("field", Words, nullable=False),
    Column("rule", Words, nullable=False),
    Column("value", FieldValue, nullable=False),
    Column("reason", Words, nullable=False),
    Column("since", Moment, nullable=False),
    Column("released_at", Moment),
    sqlite_autoincrement=True,
)
_partial_index("ix_pins_pinned", pins.c.ticket_id, pins.c.field, unique=True, where=IS_PINNED)

watermarks = Table(
    "watermarks",
    metadata,
    Column("name", Words, primary_key=True),
    Column("moment", Moment, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("ticket_id", BigNumber, primary_key=True, autoincrement=False),
    Column("changed", Words, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("settled", Boolean, nullable=False),
)
_partial_index("ix_sightings_open", sightings.c.first_seen, sightings.c.ticket_id, where=IS_OPEN)
_partial_index("ix_sightings_done", sightings.c.first_seen, where=IS_DONE)

job_claims = Table(
    "job_claims",
    metadata,
    Column("job", Words, primary_key=True),
    Column("period", Words, primary_key=True),
    Column("due_on", Words, nullable=False),
    Column("state", Words, nullable=False),
    Column("owner", Words, nullable=False),
    Column("lease_until", Moment, nullable=False),
    Column("started_at", Moment, nullable=False, index=True),
    Column("finished_at", Moment),
    Column("run", BigNumber, ForeignKey("runs.id")),
    Column("feed", Words, nullable=False),
    Column("feed_rows", BigNumber),
    Column("said", Words, nullable=False),
)

job_plans = Table(
    "job_plans",
    metadata,
    Column("run", BigNumber, ForeignKey("runs.id"), primary_key=True, autoincrement=False),
    Column("job", Words, nullable=False),
    Column("period", Words, nullable=False),
    Column("fingerprint", Words, nullable=False),
    Column("plan", Words, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("approved_at", Moment),
)

job_tickets = Table(
    "job_tickets",
    metadata,
    Column("key", Words, primary_key=True),
    Column("state", Words, nullable=False),
    Column("owner", Words, nullable=False),
    Column("lease_until", Moment, nullable=False),
    Column("tried_at", Moment),
    Column("run", BigNumber, ForeignKey("runs.id")),
    Column("ticket_id", BigNumber),
    Column("ticket_number", Words, nullable=False),
    Column("made_at", Moment),
    Column("settled_at", Moment),
    Column("noted_debt", Words, nullable=False),
    Column("noted_in", Words, nullable=False),
    Column("noted_stop", Words, nullable=False),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("name", Words, primary_key=True),
    Column("settings", Words, nullable=False),
    Column("owner", Words, nullable=False),
    Column("lease_until", Moment, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("cursor", Words, nullable=False),
    Column("run", BigNumber, ForeignKey("runs.id")),
    Column("changed", BigNumber, nullable=False),
)

sweep_blocks = Table(
    "sweep_blocks",
    metadata,
    Column("name", Words, ForeignKey("sweeps.name", ondelete="CASCADE"), primary_key=True),
    Column("kind", Words, primary_key=True),
    Column("block", BigNumber, primary_key=True, autoincrement=False),
    Column("bits", Words, nullable=False),
)
