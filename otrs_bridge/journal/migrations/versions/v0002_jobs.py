"""What the scheduled jobs remember: claims of runs, plans that wait for an approval, the tickets they made."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the three tables."""
    _create_job_claims()
    _create_job_plans()
    _create_job_tickets()


def _create_job_claims() -> None:
    op.create_table(
        "job_claims",
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT),
        sa.Column("run", BIG),
        sa.Column("feed", sa.Text(), nullable=False),
        sa.Column("feed_rows", BIG),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("job", "period", name="pk_job_claims"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_job_claims_run"),
    )
    op.create_index("ix_job_claims_started_at", "job_claims", ["started_at"])


def _create_job_plans() -> None:
    op.create_table(
        "job_plans",
        sa.Column("run", BIG, nullable=False, autoincrement=False),
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("approved_at", MOMENT),
        sa.PrimaryKeyConstraint("run", name="pk_job_plans"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_job_plans_run"),
    )


def _create_job_tickets() -> None:
    op.create_table(
        "job_tickets",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("tried_at", MOMENT),
        sa.Column("run", BIG),
        sa.Column("ticket_id", BIG),
        sa.Column("ticket_number", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT),
        sa.Column("settled_at", MOMENT),
        sa.Column("noted_debt", sa.Text(), nullable=False),
        sa.Column("noted_in", sa.Text(), nullable=False),
        sa.Column("noted_stop", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_job_tickets"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_job_tickets_run"),
    )
