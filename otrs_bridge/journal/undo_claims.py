"""Whose turn it is to take a run back: one process at a time, in the table of the jobs' claims."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from otrs_bridge.journal.owners import is_gone, this_owner
from otrs_bridge.journal.tables import job_claims
from otrs_bridge.journal.upserts import upsert

UNDO = "undo"  # in the place of a job's name


def take(connection: Connection, run: int, *, at: datetime, lease: timedelta) -> bool:
    """Claim the undo of a run; False while another, who is not certainly dead, has it."""
    mine = (job_claims.c.job == UNDO, job_claims.c.period == str(run))
    query = select(job_claims.c.owner, job_claims.c.lease_until).where(*mine).with_for_update()
    held = connection.execute(query).first()
    if held is not None:
        if held.lease_until > at and not is_gone(held.owner):
            return False
        connection.execute(delete(job_claims).where(*mine))
    times = {"lease_until": at + lease, "started_at": at, "due_on": at.date().isoformat()}
    words = {"job": UNDO, "period": str(run), "owner": this_owner(), "state": "running", "feed": "", "said": ""}
    adding = (
        upsert(connection, job_claims).values(**words, **times).on_conflict_do_nothing().returning(job_claims.c.job)
    )
    return connection.execute(adding).first() is not None


def give_back(connection: Connection, run: int) -> None:
    """End the claim; nothing of it stays."""
    connection.execute(delete(job_claims).where(job_claims.c.job == UNDO, job_claims.c.period == str(run)))
