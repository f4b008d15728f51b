"""Single lines taken out of a plan that waits: what is left has a fingerprint of its own, and only that is approved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from otrs_bridge.domain.billing.held_plan import fingerprint
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.journal.job_rows import as_key, as_plan
from otrs_bridge.journal.people_tables import acts
from otrs_bridge.journal.tables import approvals, job_plans, plan_exclusions
from otrs_bridge.journal.upserts import upsert
from otrs_bridge.ports.jobs import StoredPlan


def read_plan(connection: Connection, run: int) -> StoredPlan | None:
    """The plan that a run left, with what was taken out of it and the fingerprint that was approved."""
    plan = select(job_plans, approvals.c.decision, approvals.c.fingerprint.label("decided_on"))
    joined = plan.outerjoin(approvals, approvals.c.run == job_plans.c.run).where(job_plans.c.run == run)
    row = connection.execute(joined).mappings().first()
    if row is None:
        return None
    approved_as = row["decided_on"] if row["decision"] == "approved" else ""
    return as_plan(row, taken_out(connection, run), approved_as)


def taken_out(connection: Connection, run: int, among: Iterable[str] | None = None) -> Mapping[EpisodeKey, str]:
    """By key who took the line out; of all lines, or of some."""
    query = select(plan_exclusions.c.key, plan_exclusions.c.by).where(plan_exclusions.c.run == run)
    if among is not None:
        query = query.where(plan_exclusions.c.key.in_(sorted(among)))
    return {as_key(key): by for key, by in connection.execute(query)}


def set_line(connection: Connection, run: int, key: EpisodeKey, *, out: bool, by: str, at: datetime) -> None:
    """Take a line out, or put it back, and reckon the fingerprint of what is left. The plan's row has to be locked."""
    this = (plan_exclusions.c.run == run, plan_exclusions.c.key == str(key))
    if out:
        row = {"run": run, "key": str(key), "by": by, "at": at}
        changed = connection.execute(
            upsert(connection, plan_exclusions).values(**row).on_conflict_do_nothing()
        ).rowcount
    else:
        changed = connection.execute(delete(plan_exclusions).where(*this)).rowcount
    if not changed:
        return
    plan = read_plan(connection, run)
    assert plan is not None  # noqa: S101 - the caller has locked it
    left = fingerprint(plan.left) if plan.taken_out else None
    connection.execute(update(job_plans).where(job_plans.c.run == run).values(remaining=left))
    act = "line taken out" if out else "line put back"
    connection.execute(insert(acts).values(at=at, by=by, act=act, run=run, said=str(key)))
