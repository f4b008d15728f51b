"""How far a long sweep is, so that one that was killed can be gone on with."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the two tables."""
    op.create_table(
        "sweeps",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("lease_until", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("cursor", sa.Text(), nullable=False),
        sa.Column("run", BIG),
        sa.Column("changed", BIG, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_sweeps"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_sweeps_run"),
    )
    op.create_table(
        "sweep_blocks",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("block", BIG, nullable=False, autoincrement=False),
        sa.Column("bits", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "kind", "block", name="pk_sweep_blocks"),
        sa.ForeignKeyConstraint(["name"], ["sweeps.name"], name="fk_sweep_blocks_name", ondelete="CASCADE"),
    )
