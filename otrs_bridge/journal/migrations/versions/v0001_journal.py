"""The journal: runs, entries, told remarks, pins, watermarks, sightings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create everything."""
    _create_runs()
    _create_entries()
    _create_told()
    _create_pins()
    _create_daemon_memory()


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("id", BIG, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("selection", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sqlite_autoincrement=True,
    )


def _create_entries() -> None:
    op.create_table(
        "entries",
        sa.Column("id", BIG, nullable=False),
        sa.Column("run", BIG, nullable=False),
        sa.Column("ticket_id", BIG, nullable=False),
        sa.Column("ticket_number", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("intended_at", MOMENT, nullable=False),
        sa.Column("settled_at", MOMENT),
        sa.Column("released_at", MOMENT),
        sa.Column("undoes", BIG),
        sa.PrimaryKeyConstraint("id", name="pk_entries"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_entries_run"),
        sa.ForeignKeyConstraint(["undoes"], ["entries.id"], name="fk_entries_undoes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entries_run", "entries", ["run"])
    op.create_index("ix_entries_ticket_id", "entries", ["ticket_id"])
    standing = "state = 'applied' AND released_at IS NULL"
    _create_index_where(standing, "ix_entries_standing", "entries", ["ticket_id", "field", "id"])
    _create_index_where("state = 'intended'", "ix_entries_unsettled", "entries", ["id"])
    _create_index_where("state = 'applied'", "ix_entries_applied", "entries", ["settled_at", "ticket_id"])


def _create_told() -> None:
    op.create_table(
        "told",
        sa.Column("ticket_id", BIG, nullable=False, autoincrement=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("run", BIG, nullable=False),
        sa.Column("told_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "rule", name="pk_told"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_told_run"),
    )
    op.create_index("ix_told_told_at", "told", ["told_at"])


def _create_pins() -> None:
    op.create_table(
        "pins",
        sa.Column("id", BIG, nullable=False),
        sa.Column("ticket_id", BIG, nullable=False),
        sa.Column("ticket_number", sa.Text(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("released_at", MOMENT),
        sa.PrimaryKeyConstraint("id", name="pk_pins"),
        sqlite_autoincrement=True,
    )
    _create_index_where("released_at IS NULL", "ix_pins_pinned", "pins", ["ticket_id", "field"], unique=True)


def _create_daemon_memory() -> None:
    op.create_table(
        "watermarks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("moment", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_watermarks"),
    )
    op.create_table(
        "sightings",
        sa.Column("ticket_id", BIG, nullable=False, autoincrement=False),
        sa.Column("changed", sa.Text(), nullable=False),
        sa.Column("first_seen", MOMENT, nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_sightings"),
    )
    _create_index_where("NOT settled", "ix_sightings_open", "sightings", ["first_seen", "ticket_id"])
    _create_index_where("settled", "ix_sightings_done", "sightings", ["first_seen"])


def _create_index_where(where: str, name: str, table: str, columns: list[str], *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
