"""Plans that wait, in a database: `ports.plans.HeldPlans`, method by method one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, get_args

from sqlalchemy import Column, Connection, RowMapping, Select, and_, func, insert, or_, select
from sqlalchemy.sql.elements import ColumnElement

from otrs_bridge.domain.billing.held_plan import PlanLine
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.money import from_kopecks, whole_kopecks
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.job_rows import as_key, as_line, as_words, folded, is_about
from otrs_bridge.journal.people_tables import acts
from otrs_bridge.journal.plan_cuts import set_line, taken_out
from otrs_bridge.journal.rows import demand_known
from otrs_bridge.journal.store import AT_ONCE
from otrs_bridge.journal.tables import approvals, job_claims, job_plans, plan_exclusions, plan_lines
from otrs_bridge.journal.upserts import upsert
from otrs_bridge.ports.plans import HeldPlan, LineGroup, LinePage, LineQuery, LineSort, PlanDecision, PlanVerdict

_VERDICTS = frozenset(get_args(PlanVerdict))
_COLUMNS: dict[LineSort, Column[Any]] = {
    "key": plan_lines.c.key,
    "amount": plan_lines.c.kopecks,
    "district": plan_lines.c.district,
    "since": plan_lines.c.period,
}
_IS_OUT = (
    select(plan_exclusions.c.key)
    .where(plan_exclusions.c.run == plan_lines.c.run, plan_exclusions.c.key == plan_lines.c.key)
    .exists()
)
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

    def waiting_keys(self, contract: str | None = None) -> Mapping[EpisodeKey, int]:
        """By the key of each line of the plans that wait the run that left it; with `contract` the lines about it."""
        found: dict[EpisodeKey, int] = {}
        for plan in self.waiting():
            query = select(plan_lines.c.key).where(plan_lines.c.run == plan.run)
            with self._database.reading() as connection:
                if contract is not None:
                    query = query.where(is_about(plan_lines.c.key, contract, connection))
                found.update((as_key(key), plan.run) for key in connection.execute(query).scalars())
        return found

    def plan(self, run: int) -> HeldPlan | None:
        """The plan that a run left."""
        with self._database.reading() as connection:
            row = connection.execute(_plans().where(job_plans.c.run == run)).mappings().first()
            return None if row is None else _plan(row)

    def groups(self, run: int, *, out: bool = False) -> Sequence[LineGroup]:
        """All lines of a plan, or those that were taken out, by district and purpose."""
        by = (plan_lines.c.district, plan_lines.c.purpose)
        query = _taken_out(select(*by, func.count(), func.sum(plan_lines.c.kopecks)), out=out)
        with self._database.reading() as connection:
            rows = connection.execute(query.where(plan_lines.c.run == run).group_by(*by).order_by(*by)).all()
        return [LineGroup(district=d, purpose=p, count=n, amount=from_kopecks(int(sum_))) for d, p, n, sum_ in rows]

    def page(self, run: int, query: LineQuery) -> LinePage:
        """Some lines of a plan."""
        column, key = _COLUMNS[query.sort], plan_lines.c.key
        asked = _taken_out(select(plan_lines), out=query.out)
        asked = asked.where(plan_lines.c.run == run, *_holding(query.search))
        if (mark := _read_mark(query)) is not None:
            asked = asked.where(_beyond(column, *mark, descending=query.descending))
        order = [column.desc(), key.desc()] if query.descending else [column, key]
        with self._database.reading() as connection:
            rows = connection.execute(asked.order_by(*order).limit(query.limit + 1)).mappings().all()
            lines = [as_line(row) for row in rows[: query.limit]]
            out = taken_out(connection, run, [str(line.ticket.key) for line in lines])
        return LinePage(
            lines=lines, next=_mark(lines[-1], query.sort) if len(rows) > query.limit else "", taken_out=out
        )

    def each_line(self, run: int) -> Iterator[PlanLine]:
        """All of them that nobody took out, by key, a portion at a time: whoever fetches a long list slowly keeps no
        transaction open.
        """
        query = LineQuery(limit=AT_ONCE)
        while True:
            page = self.page(run, query)
            yield from (line for line in page.lines if line.ticket.key not in page.taken_out)
            if not page.next:
                return
            query = LineQuery(limit=AT_ONCE, after=page.next)

    def count_taken_out(self, run: int) -> int:
        """How many lines of a plan were taken out."""
        query = select(func.count()).select_from(plan_exclusions).where(plan_exclusions.c.run == run)
        with self._database.reading() as connection:
            return int(connection.execute(query).scalar_one())

    def set_line(self, run: int, key: EpisodeKey, *, out: bool, by: str, at: datetime) -> bool:
        """Take a line out of a plan that waits, or put it back, with the name of whoever does; once, however often it is
        asked for. False where the plan waits no more, has no such line, or would have none left.
        """
        lines = select(plan_lines.c.key).where(plan_lines.c.run == run)
        with self._database.updating() as connection:
            _lock(connection, run)
            row = connection.execute(_plans().where(job_plans.c.run == run)).mappings().first()
            has_it = connection.execute(lines.where(plan_lines.c.key == str(key))).first() is not None
            others = connection.execute(lines.where(plan_lines.c.key != str(key), ~_IS_OUT).limit(1)).first()
            if row is None or not _plan(row).waits or not has_it or (out and others is None):
                return False
            set_line(connection, run, key, out=out, by=by, at=at)
            return True

    def decide(self, decision: PlanDecision) -> PlanDecision | None:
        """Keep a decision, with the name of whoever made it; returns the one that stands, which may be another's. None, and
        nothing is kept, where what is left of the plan has another fingerprint by now.
        """
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
            _lock(connection, decision.run)
            if (stands := _standing(connection, decision.run)) is not None:
                return stands
            plan = connection.execute(_plans().where(job_plans.c.run == decision.run)).mappings().first()
            if plan is None or _plan(plan).fingerprint != decision.fingerprint:
                return None
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
    columns = [
        job_plans.c[name] for name in ("run", "job", "period", "fingerprint", "remaining", "made_at", "approved_at")
    ]
    decided = [approvals.c[name] for name in ("decision", "by", "at", "reason")]
    about = [approvals.c.fingerprint.label("decided_on"), job_claims.c.state]
    said = [job_claims.c[name] for name in ("said", "said_ru", "said_en")]
    same = and_(job_claims.c.job == job_plans.c.job, job_claims.c.period == job_plans.c.period)
    return (
        select(*columns, *decided, *about, *said, job_plans.c.run.in_(_newest()).label("is_newest"))
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
        fingerprint=row["remaining"] or row["fingerprint"],
        made_at=row["made_at"],
        waits=undecided and row["state"] == "held" and bool(row["is_newest"]),
        said=row["said"] or "",
        words=as_words(row),
        decision=decision,
        let_go_at=row["approved_at"],
    )


def _lock(connection: Connection, run: int) -> None:
    """The plan is ours until the transaction ends (SQLite has one writer anyway)."""
    connection.execute(select(job_plans.c.run).where(job_plans.c.run == run).with_for_update())


def _standing(connection: Connection, run: int) -> PlanDecision | None:
    row = connection.execute(select(approvals).where(approvals.c.run == run)).mappings().first()
    return None if row is None else _decision(row)


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


def _taken_out(query: Select[Any], *, out: bool) -> Select[Any]:
    """With `out` of the lines that were taken out alone: found from there, they are few."""
    same = and_(plan_exclusions.c.run == plan_lines.c.run, plan_exclusions.c.key == plan_lines.c.key)
    return query.join(plan_exclusions, same) if out else query


def _beyond(column: Column[Any], value: object, key: str, *, descending: bool) -> ColumnElement[bool]:
    """An index leads to the first half; the second leaves out what the last page had of the same value."""
    if descending:
        return and_(column <= value, or_(column < value, plan_lines.c.key < key))
    return and_(column >= value, or_(column > value, plan_lines.c.key > key))


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
