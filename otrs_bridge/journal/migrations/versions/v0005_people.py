"""People and what they decide: users, sessions, acts, approvals apart from the run, and a held plan line by line."""

from __future__ import annotations

import json
from decimal import Decimal

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
AT_ONCE = 500


def upgrade() -> None:
    """Create the tables and the indexes by which people look into the history."""
    _people()
    _plans()
    op.create_index("ix_entries_ticket_number", "entries", ["ticket_number"])
    op.create_index("ix_entries_intended_at", "entries", ["intended_at"])
    failed = sa.text("state IN ('failed', 'refused')")
    op.create_index("ix_entries_failed", "entries", ["id"], sqlite_where=failed, postgresql_where=failed)


def _people() -> None:
    op.create_table(
        "users",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_users"),
    )
    op.create_table(
        "sessions",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        sa.ForeignKeyConstraint(["user"], ["users.name"], name="fk_sessions_user", ondelete="CASCADE"),
    )
    op.create_index("ix_sessions_user", "sessions", ["user"])
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"])
    op.create_table(
        "acts",
        sa.Column("id", BIG, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("run", BIG),
        sa.Column("said", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_acts"),
        sa.ForeignKeyConstraint(["run"], ["runs.id"], name="fk_acts_run"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_acts_run", "acts", ["run"])


def _plans() -> None:
    op.create_table(
        "approvals",
        sa.Column("run", BIG, nullable=False, autoincrement=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run", name="pk_approvals"),
        sa.ForeignKeyConstraint(["run"], ["job_plans.run"], name="fk_approvals_run"),
    )
    words = ("contract", "service", "purpose", "period")
    client = ("client", "address", "district", "search")
    lines = op.create_table(
        "plan_lines",
        sa.Column("run", BIG, nullable=False, autoincrement=False),
        sa.Column("key", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in words),
        sa.Column("kopecks", BIG, nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in client),
        sa.PrimaryKeyConstraint("run", "key", name="pk_plan_lines"),
        sa.ForeignKeyConstraint(["run"], ["job_plans.run"], name="fk_plan_lines_run"),
    )
    for column in ("kopecks", "district", "period"):
        op.create_index(f"ix_plan_lines_{column}", "plan_lines", ["run", column, "key"])
    _lines_of_plans_that_wait(lines)


def _lines_of_plans_that_wait(lines: sa.Table) -> None:
    """Who they are about was not kept then: contract and sum alone."""
    waiting = sa.text("SELECT run, plan FROM job_plans WHERE approved_at IS NULL")
    for run, plan in op.get_bind().execute(waiting).all():
        rows = [_row(run, key, amount) for key, amount in json.loads(plan)]
        for start in range(0, len(rows), AT_ONCE):
            op.bulk_insert(lines, rows[start : start + AT_ONCE])


def _row(run: int, key: str, amount: str) -> dict[str, object]:
    purpose, _, rest = key.partition(":")
    service, _, rest = rest.partition(":")
    contract, _, period = rest.rpartition(":")
    known = {"contract": contract, "service": service, "purpose": purpose, "period": period}
    nobody = {"client": "", "address": "", "district": "", "search": contract.casefold()}
    return {"run": run, "key": key, "kopecks": int(Decimal(amount) * 100), **known, **nobody}
