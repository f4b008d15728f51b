"""Lines that people take out of a plan that waits, the fingerprint of what is left; why a run is held, in both languages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create the table and the columns."""
    op.create_table(
        "plan_exclusions",
        sa.Column("run", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run", "key", name="pk_plan_exclusions"),
        sa.ForeignKeyConstraint(["run"], ["job_plans.run"], name="fk_plan_exclusions_run"),
    )
    op.add_column("job_plans", sa.Column("remaining", sa.Text()))
    op.add_column("job_claims", sa.Column("said_ru", sa.Text()))
    op.add_column("job_claims", sa.Column("said_en", sa.Text()))
