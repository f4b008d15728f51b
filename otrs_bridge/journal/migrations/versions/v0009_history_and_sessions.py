"""Indexes by which each page of the history is found, however long the journal is; sessions also of OTRS's agents."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Exchange two indexes for such as lead to a page, add one for the rules, and make the sessions anew."""
    _indexes()
    _sessions()


def _indexes() -> None:
    op.drop_index("ix_entries_run", "entries")
    op.create_index("ix_entries_run_id", "entries", ["run", "id"])
    op.create_index("ix_entries_rule_id", "entries", ["rule", "id"])
    op.drop_index("ix_entries_failed", "entries")
    nothing = sa.text("state NOT IN ('applied', 'intended')")
    op.create_index(
        "ix_entries_came_to_nothing", "entries", ["state", "id"], sqlite_where=nothing, postgresql_where=nothing
    )


def _sessions() -> None:
    """Whoever is logged in logs in once more: SQLite cannot take a reference from a table that stands."""
    op.drop_table("sessions")
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
    )
    op.create_index("ix_sessions_user", "sessions", ["user"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
