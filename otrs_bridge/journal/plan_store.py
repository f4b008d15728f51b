"""Plans that wait, in a database: `ports.plans.HeldPlans`, method by method one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, get_args

from sqlalchemy import Column, Connection, RowMapping, Select, and_, func, insert, or_, select
from sqlalchemy.sql.elements import ColumnElement

from otrs_bridge.domain.billing.held_plan import PlanLine
from otrs_bridge.domain.billing.money import from_kopecks, whole_kopecks
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.job_rows import as_line, folded
from otrs_bridge.journal.rows import demand_known
from otrs_bridge.journal.store import AT_ONCE
from otrs_bridge.journal.tables import acts, approvals, job_claims, job_plans, plan_lines
from otrs_bridge.journal.upserts import upsert
from otrs_bridge.ports.plans import HeldPlan, LineGroup, LinePage, LineQuery, LineSort, PlanDecision, PlanVerdict

_VERDICTS = frozenset(get_args(PlanVerdict))
_COLUMNS: dict[LineSort, Column[Any]] = {
    "key": plan_lines.c.key,
    "amount": plan_lines.c.kopecks,
    "district": plan_lines.c.district,
    "since": plan_lines.c.period,
}
_MOST_WORDS = 8  # of a search
_ESCAPE = "\\"
_BEYOND_ALL_MONEY = 1 << 62  # and still a number of the database's


class SqlHeldPlans:
    """`ports.plans.HeldPlans` on SQLite or PostgreSQL. Raises JournalUnusable and nothing else of the database's."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> Sequence[HeldPlan]:
        """The plans that wait, oldest first: of each job the newest."""
        with self._database.reading() as connection:
            rows = connection.execute(_plans().where(job_plans.c.run.in_(_newest()))).mappings().all()
        return sorted((plan for row in rows if (plan := _plan(row)).waits), key=lambda plan: plan.made_at)

    def plan(self, run: int) -> HeldPlan | None:
        """The plan that a run left."""
        with self._database.reading() as connection:
            row = connection.execute(_plans().where(job_plans.c.run == run)).mappings().first()
            return None if row is None else _plan(row)

    def groups(self, run: int) -> Sequence[LineGroup]:
        """The lines by district and purpose."""
        by = (plan_lines.c.district, plan_lines.c.purpose)
        query = select(*by, func.count(), func.sum(plan_lines.c.kopecks)).where(plan_lines.c.run == run)
        with self._database.reading() as connection:
            rows = connection.execute(query.group_by(*by).order_by(*by)).all()
        return [LineGroup(district=d, purpose=p, count=n, amount=from_kopecks(int(sum_))) for d, p, n, sum_ in rows]

    def page(self, run: int, query: LineQuery) -> LinePage:
        """Some lines of a plan."""
        column, key = _COLUMNS[query.sort], plan_lines.c.key
        asked = select(plan_lines).where(plan_lines.c.run == run, *_holding(query.search))
        if (mark := _read_mark(query)) is not None:
            asked = asked.where(_beyond(column, *mark, descending=query.descending))
        order = [column.desc(), key.desc()] if query.descending else [column, key]
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(*order).limit(query.limit + 1)).mappings().all()
        lines = [as_line(row) for row in rows[: query.limit]]
        return LinePage(lines=lines, next=_mark(lines[-1], query.sort) if len(rows) > query.limit else "")

    def each_line(self, run: int) -> Iterator[PlanLine]:
        """All of them, by key, a portion at a time: whoever fetches a long list slowly keeps no transaction open."""
        query = LineQuery(limit=AT_ONCE)
        while True:
            page = self.page(run, query)
            yield from page.lines
            if not page.next:
                return
            query = LineQuery(limit=AT_ONCE, after=page.next)

    def decide(self, decision: PlanDecision) -> PlanDecision:
        """Keep a decision, with the name of whoever made it; returns the one that stands, which may be another's."""
        row = {
            "run": decision.run,
            "decision": decision.verdict,
            "by": decision.by,
            "at": decision.at,
            "fingerprint": decision.fingerprint,
            "reason": decision.reason,
        }
        said = decision.reason or decision.fingerprint
        act = {"at": decision.at, "by": decision.by, "act": decision.verdict, "run": decision.run, "said": said}
        with self._database.updating() as connection:
            adding = upsert(connection, approvals).values(**row).on_conflict_do_nothing()
            if connection.execute(adding).rowcount == 1:
                connection.execute(insert(acts).values(**act))
            return _standing(connection, decision.run)

    def approved(self) -> Sequence[int]:
        """The runs whose plans were approved and are still to be let go, in the order of the approvals.

        Whoever refused a later plan of the same job has refused what an earlier one asks for, too.
        """
        later, refusal = job_plans.alias(), approvals.alias()
        refused_since = (
            select(refusal.c.run)
            .join(later, later.c.run == refusal.c.run)
            .where(refusal.c.decision == "refused", later.c.job == job_plans.c.job, later.c.run > job_plans.c.run)
            .exists()
        )
        query = (
            select(approvals.c.run)
            .join(job_plans, job_plans.c.run == approvals.c.run)
            .where(approvals.c.decision == "approved", job_plans.c.approved_at.is_(None), ~refused_since)
            .order_by(approvals.c.at, approvals.c.run)
        )
        with self._database.reading() as connection:
            return list(connection.execute(query).scalars())


def _plans() -> Select[Any]:
    """Every plan with its decision and its occurrence, and whether a later plan of the job has taken its place."""
    columns = [job_plans.c[name] for name in ("run", "job", "period", "fingerprint", "made_at", "approved_at")]
    decided = [approvals.c[name] for name in ("decision", "by", "at", "reason")]
    about = [approvals.c.fingerprint.label("decided_on"), job_claims.c.state, job_claims.c.said]
    same = and_(job_claims.c.job == job_plans.c.job, job_claims.c.period == job_plans.c.period)
    return (
        select(*columns, *decided, *about, job_plans.c.run.in_(_newest()).label("is_newest"))
        .outerjoin(approvals, approvals.c.run == job_plans.c.run)
        .outerjoin(job_claims, same)
    )


def _newest() -> Select[tuple[int]]:
    """The last plan of each job: what an earlier one asked for stands in it as well, if it is still right."""
    return select(func.max(job_plans.c.run)).group_by(job_plans.c.job)


def _plan(row: RowMapping) -> HeldPlan:
    decision = None
    if row["decision"] is not None:
        decision = _decision({**row, "fingerprint": row["decided_on"]})
    undecided = decision is None and row["approved_at"] is None
    return HeldPlan(
        run=row["run"],
        job=row["job"],
        period=row["period"],
        fingerprint=row["fingerprint"],
        made_at=row["made_at"],
        waits=undecided and row["state"] == "held" and bool(row["is_newest"]),
        said=row["said"] or "",
        decision=decision,
        let_go_at=row["approved_at"],
    )


def _standing(connection: Connection, run: int) -> PlanDecision:
    row = connection.execute(select(approvals).where(approvals.c.run == run)).mappings().one()
    return _decision(row)


def _decision(row: RowMapping | dict[str, Any]) -> PlanDecision:
    demand_known(row["decision"], _VERDICTS)
    return PlanDecision(
        run=row["run"],
        verdict=row["decision"],
        by=row["by"],
        at=row["at"],
        fingerprint=row["fingerprint"],
        reason=row["reason"],
    )


def _holding(search: str) -> list[ColumnElement[bool]]:
    """Conditions for every word of a search; what LIKE reads otherwise is meant as it is written."""
    words = folded(search).split()[:_MOST_WORDS]
    return [plan_lines.c.search.contains(word, autoescape=True, escape=_ESCAPE) for word in words]


def _beyond(column: Column[Any], value: object, key: str, *, descending: bool) -> ColumnElement[bool]:
    further = column < value if descending else column > value
    same = plan_lines.c.key < key if descending else plan_lines.c.key > key
    return or_(further, and_(column == value, same))


def _mark(line: PlanLine, sort: LineSort) -> str:
    """Where a page ends: what it is sorted by, and the key."""
    key = line.ticket.key
    values: dict[LineSort, str | int] = {
        "key": str(key),
        "amount": whole_kopecks(line.ticket.amount),
        "district": line.district,
        "since": str(key.period),
    }
    return json.dumps([values[sort], str(key)], ensure_ascii=False)


def _read_mark(query: LineQuery) -> tuple[str | int, str] | None:
    """None for what is no mark of this sort: an address may have been typed by hand."""
    try:
        value, key = json.loads(query.after)
    except (ValueError, TypeError):
        return None
    right = isinstance(value, str) if query.sort != "amount" else type(value) is int and abs(value) < _BEYOND_ALL_MONEY
    return (value, key) if right and isinstance(key, str) else None
