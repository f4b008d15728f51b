"""The tables of the bridge's own database, as they are today; `migrations/` says how they became so.

What each column means to a reader of the database stands in docs/journal.md.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, MetaData, Table, TextClause, text

from otrs_bridge.journal.columns import BigNumber, Counts, Moment, ValueColumn, WordsColumn

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
IS_STANDING_PAUSE = text("ended_at IS NULL")
IS_DONE = text("settled")
CAME_TO_NOTHING = text("state NOT IN ('applied', 'intended')")


def _partial_index(name: str, *columns: Column[Any], where: TextClause, unique: bool = False) -> None:
    Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where)


runs = Table(
    "runs",
    metadata,
    Column("id", BigNumber, primary_key=True),
    Column("kind", WordsColumn, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),
    Column("selection", WordsColumn, nullable=False),
    Column("summary", Counts, nullable=False),
    sqlite_autoincrement=True,
)

entries = Table(
    "entries",
    metadata,
    Column("id", BigNumber, primary_key=True),
    Column("run", BigNumber, ForeignKey("runs.id"), nullable=False),
    Column("ticket_id", BigNumber, nullable=False, index=True),
    Column("ticket_number", WordsColumn, nullable=False, index=True),
    Column("rule", WordsColumn, nullable=False),
    Column("field", WordsColumn, nullable=False),
    Column("old", ValueColumn, nullable=False),
    Column("new", ValueColumn, nullable=False),
    Column("why", WordsColumn, nullable=False),
    Column("mode", WordsColumn, nullable=False),
    Column("state", WordsColumn, nullable=False),
    Column("error", WordsColumn, nullable=False),
    Column("intended_at", Moment, nullable=False, index=True),
    Column("settled_at", Moment),
    Column("released_at", Moment),
    Column("undoes", BigNumber, ForeignKey("entries.id")),
    sqlite_autoincrement=True,
)
Index("ix_entries_run_id", entries.c.run, entries.c.id)
Index("ix_entries_rule_id", entries.c.rule, entries.c.id)
_partial_index("ix_entries_standing", entries.c.ticket_id, entries.c.field, entries.c.id, where=STANDS)
_partial_index("ix_entries_unsettled", entries.c.id, where=IS_UNSETTLED)
_partial_index("ix_entries_came_to_nothing", entries.c.state, entries.c.id, where=CAME_TO_NOTHING)
_partial_index("ix_entries_applied", entries.c.settled_at, entries.c.ticket_id, where=IS_APPLIED)

told = Table(
    "told",
    metadata,
    Column("ticket_id", BigNumber, primary_key=True, autoincrement=False),
    Column("rule", WordsColumn, primary_key=True),
    Column("digest", WordsColumn, nullable=False),
    Column("run", BigNumber, ForeignKey("runs.id"), nullable=False),
    Column("told_at", Moment, nullable=False, index=True),
)

pins = Table(
    "pins",
    metadata,
    Column("id", BigNumber, primary_key=True),
    Column("ticket_id", BigNumber, nullable=False),
    Column("ticket_number", WordsColumn, nullable=False),
    Column("field", WordsColumn, nullable=False),
    Column("rule", WordsColumn, nullable=False),
    Column("value", ValueColumn, nullable=False),
    Column("reason", WordsColumn, nullable=False),
    Column("since", Moment, nullable=False),
    Column("released_at", Moment),
    sqlite_autoincrement=True,
)
_partial_index("ix_pins_pinned", pins.c.ticket_id, pins.c.field, unique=True, where=IS_PINNED)

watermarks = Table(
    "watermarks",
    metadata,
    Column("name", WordsColumn, primary_key=True),
    Column("moment", Moment, nullable=False),
)

sightings = Table(
    "sightings",
    metadata,
    Column("ticket_id", BigNumber, primary_key=True, autoincrement=False),
    Column("changed", WordsColumn, nullable=False),
    Column("first_seen", Moment, nullable=False),
    Column("settled", Boolean, nullable=False),
)
_partial_index("ix_sightings_open", sightings.c.first_seen, sightings.c.ticket_id, where=IS_OPEN)
_partial_index("ix_sightings_done", sightings.c.first_seen, where=IS_DONE)

job_claims = Table(
    "job_claims",
    metadata,
    Column("job", WordsColumn, primary_key=True),
    Column("period", WordsColumn, primary_key=True),
    Column("due_on", WordsColumn, nullable=False),
    Column("state", WordsColumn, nullable=False),
    Column("owner", WordsColumn, nullable=False),
    Column("lease_until", Moment, nullable=False),
    Column("started_at", Moment, nullable=False, index=True),
    Column("finished_at", Moment),
    Column("run", BigNumber, ForeignKey("runs.id")),
    Column("feed", WordsColumn, nullable=False),
    Column("feed_rows", BigNumber),
    Column("said", WordsColumn, nullable=False),
    Column("said_ru", WordsColumn),
    Column("said_en", WordsColumn),
)

job_plans = Table(
    "job_plans",
    metadata,
    Column("run", BigNumber, ForeignKey("runs.id"), primary_key=True, autoincrement=False),
    Column("job", WordsColumn, nullable=False),
    Column("period", WordsColumn, nullable=False),
    Column("fingerprint", WordsColumn, nullable=False),
    Column("plan", WordsColumn, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("approved_at", Moment),
    Column("remaining", WordsColumn),
)

# What a plan that waits is looked at by, line by line: searched, sorted and paged. `search` is what stands in it, folded.
plan_lines = Table(
    "plan_lines",
    metadata,
    Column("run", BigNumber, ForeignKey("job_plans.run"), primary_key=True, autoincrement=False),
    Column("key", WordsColumn, primary_key=True),
    Column("contract", WordsColumn, nullable=False),
    Column("service", WordsColumn, nullable=False),
    Column("purpose", WordsColumn, nullable=False),
    Column("period", WordsColumn, nullable=False),
    Column("kopecks", BigNumber, nullable=False),
    Column("client", WordsColumn, nullable=False),
    Column("address", WordsColumn, nullable=False),
    Column("district", WordsColumn, nullable=False),
    Column("search", WordsColumn, nullable=False),
)
Index("ix_plan_lines_kopecks", plan_lines.c.run, plan_lines.c.kopecks, plan_lines.c.key)
Index("ix_plan_lines_district", plan_lines.c.run, plan_lines.c.district, plan_lines.c.key)
Index("ix_plan_lines_period", plan_lines.c.run, plan_lines.c.period, plan_lines.c.key)

# The lines that people took out of a plan; `job_plans.remaining` is the fingerprint of the others (NULL: of none).
plan_exclusions = Table(
    "plan_exclusions",
    metadata,
    Column("run", BigNumber, ForeignKey("job_plans.run"), primary_key=True, autoincrement=False),
    Column("key", WordsColumn, primary_key=True),
    Column("by", WordsColumn, nullable=False),
    Column("at", Moment, nullable=False),
)

# What a person has decided about a plan: once, whoever comes second finds it decided.
approvals = Table(
    "approvals",
    metadata,
    Column("run", BigNumber, ForeignKey("job_plans.run"), primary_key=True, autoincrement=False),
    Column("decision", WordsColumn, nullable=False),
    Column("by", WordsColumn, nullable=False),
    Column("at", Moment, nullable=False),
    Column("fingerprint", WordsColumn, nullable=False),
    Column("reason", WordsColumn, nullable=False),
)

job_tickets = Table(
    "job_tickets",
    metadata,
    Column("key", WordsColumn, primary_key=True),
    Column("state", WordsColumn, nullable=False),
    Column("owner", WordsColumn, nullable=False),
    Column("lease_until", Moment, nullable=False),
    Column("tried_at", Moment),
    Column("run", BigNumber, ForeignKey("runs.id")),
    Column("ticket_id", BigNumber),
    Column("ticket_number", WordsColumn, nullable=False),
    Column("made_at", Moment),
    Column("settled_at", Moment),
    Column("noted_debt", WordsColumn, nullable=False),
    Column("noted_in", WordsColumn, nullable=False),
    Column("noted_stop", WordsColumn, nullable=False),
)

debts_seen = Table(
    "debts_seen",
    metadata,
    Column("service", WordsColumn, primary_key=True),
    Column("contract", WordsColumn, primary_key=True),
    Column("period", WordsColumn, nullable=False),
    Column("seen_at", Moment),
)

sweeps = Table(
    "sweeps",
    metadata,
    Column("name", WordsColumn, primary_key=True),
    Column("settings", WordsColumn, nullable=False),
    Column("owner", WordsColumn, nullable=False),
    Column("lease_until", Moment, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("cursor", WordsColumn, nullable=False),
    Column("run", BigNumber, ForeignKey("runs.id")),
    Column("changed", BigNumber, nullable=False),
)

sweep_blocks = Table(
    "sweep_blocks",
    metadata,
    Column("name", WordsColumn, ForeignKey("sweeps.name", ondelete="CASCADE"), primary_key=True),
    Column("kind", WordsColumn, primary_key=True),
    Column("block", BigNumber, primary_key=True, autoincrement=False),
    Column("bits", WordsColumn, nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    Column("id", BigNumber, primary_key=True),
    Column("name", WordsColumn, nullable=False),
    Column("who", WordsColumn, nullable=False),
    Column("because", WordsColumn, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("ended_by", WordsColumn, nullable=False),
    sqlite_autoincrement=True,
)
_partial_index("ix_pauses_standing", pauses.c.until, where=IS_STANDING_PAUSE)

notices = Table(
    "notices",
    metadata,
    Column("key", WordsColumn, primary_key=True),
    Column("channel", WordsColumn, primary_key=True),
    Column("first_at", Moment, nullable=False),
    Column("told_at", Moment),
)

# One row, of the daemon that leads, on PostgreSQL alone; its times are the database's own (see lease.py).
leases = Table(
    "leases",
    metadata,
    Column("name", WordsColumn, primary_key=True),
    Column("epoch", BigNumber, nullable=False),
    Column("owner", WordsColumn, nullable=False),
    Column("host", WordsColumn, nullable=False),
    Column("process", BigNumber, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment, nullable=False),
)
