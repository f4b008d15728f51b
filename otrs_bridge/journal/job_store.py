"""The jobs' memory in a database: `ports.jobs.JobJournal`, method by method one transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, case, delete, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.billing.held_plan import PlanLine
from otrs_bridge.domain.billing.keys import REMINDER
from otrs_bridge.domain.billing.sightings import DebtSighting, Line
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.job_rows import (
    MADE_COLUMNS,
    as_job_run,
    as_made,
    as_sighting,
    is_about,
    line_rows,
    locked,
    made_columns,
    plan_text,
    said_columns,
)
from otrs_bridge.journal.owners import is_gone, this_owner
from otrs_bridge.journal.plan_cuts import read_plan
from otrs_bridge.journal.store import AT_ONCE
from otrs_bridge.journal.tables import debts_seen, job_claims, job_plans, job_tickets, plan_lines
from otrs_bridge.journal.undo_claims import UNDO
from otrs_bridge.journal.upserts import upsert
from otrs_bridge.ports.jobs import JobRun, KeyClaim, KeyState, MadeReminder, MadeTicket, StoredPlan
from otrs_bridge.words import Words

NOBODY = ""
WATCHED = "watched"  # made, and its key is to be looked for once more: an earlier create may land after all
_IS_MADE = ("made", WATCHED)
_IS_OF_A_DEBT = job_tickets.c.key.not_like(f"{REMINDER}:%")


class SqlJobJournal:
    """`ports.jobs.JobJournal` on SQLite or PostgreSQL. Raises JournalUnusable and nothing else of the database's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owner = this_owner(database.epoch)

    # --- occurrences of jobs ---

    def claim_run(self, job: str, period: str, *, due_on: date, at: datetime, lease: timedelta) -> JobRun | None:
        """Take this occurrence, whatever came of it before; returns what is known of it. None: another has it."""
        mine = {"owner": self._owner, "lease_until": at + lease, "started_at": at}
        fresh = {"job": job, "period": period, "due_on": due_on.isoformat(), "state": "running"}
        nothing = {"finished_at": None, "run": None, "feed": "", "feed_rows": None, "said": ""}
        this = _this(job, period)
        with self._database.updating() as connection:
            row = locked(connection, job_claims, this)
            if row is None:
                adding = upsert(connection, job_claims).values(**fresh, **mine, **nothing).on_conflict_do_nothing()
                if connection.execute(adding).rowcount == 1:
                    return as_job_run(connection.execute(select(job_claims).where(this)).mappings().one())
                row = locked(connection, job_claims, this)  # another was faster
            if row is None or self._in_hand(row, at):
                return None
            connection.execute(update(job_claims).where(this).values(**mine))
            return as_job_run(row)

    def keep_run(self, job: str, period: str, *, until: datetime) -> None:
        """Lengthen the lease of a run under way."""
        with self._database.writing() as connection:
            connection.execute(update(job_claims).where(_this(job, period)).values(lease_until=until))

    def close_run(self, closed: JobRun, *, feed: str = "", feed_rows: int | None = None) -> None:
        """Give an occurrence back with what came of it; what an earlier try of it had learnt of the feed stays."""
        learnt = {} if feed_rows is None else {"feed": feed, "feed_rows": feed_rows}
        with self._database.writing() as connection:
            connection.execute(
                update(job_claims)
                .where(_this(closed.job, closed.period))
                .values(
                    state=closed.state,
                    owner=NOBODY,
                    finished_at=closed.finished_at,
                    run=closed.run or None,
                    **said_columns(closed),
                    **learnt,
                )
            )

    def job_run(self, job: str, period: str) -> JobRun | None:
        """What is known of one occurrence."""
        with self._database.reading() as connection:
            row = connection.execute(select(job_claims).where(_this(job, period))).mappings().first()
            return None if row is None else as_job_run(row)

    def job_runs(self, *, limit: int = 50) -> Sequence[JobRun]:
        """The newest occurrences that were claimed, newest first."""
        newest = (
            select(job_claims)
            .where(job_claims.c.job != UNDO)
            .order_by(job_claims.c.started_at.desc(), job_claims.c.job)
            .limit(limit)
        )
        with self._database.reading() as connection:
            return [as_job_run(row) for row in connection.execute(newest).mappings()]

    def last_good_rows(self, feed: str) -> int | None:
        """How many rows this feed had when it last passed the gate; None when it never did."""
        passed = (job_claims.c.feed == feed, job_claims.c.feed_rows.is_not(None))
        newest = select(job_claims.c.feed_rows).where(*passed).order_by(job_claims.c.started_at.desc()).limit(1)
        with self._database.reading() as connection:
            return connection.execute(newest).scalar_one_or_none()

    # --- plans that wait ---

    def store_plan(self, plan: StoredPlan, lines: Sequence[PlanLine] = ()) -> None:
        """Keep a plan for its approval; `lines` say of each of its tickets whose it is."""
        row = {
            "run": plan.run,
            "job": plan.job,
            "period": plan.period,
            "fingerprint": plan.fingerprint,
            "plan": plan_text(plan),
            "made_at": plan.made_at,
            "approved_at": plan.approved_at,
        }
        with self._database.writing() as connection:
            connection.execute(job_plans.insert().values(**row))
            if rows := line_rows(plan, lines):
                connection.execute(plan_lines.insert(), rows)

    def plan(self, run: int) -> StoredPlan | None:
        """The plan that this run left."""
        with self._database.reading() as connection:
            return read_plan(connection, run)

    def approve(self, run: int, *, at: datetime) -> None:
        """Note that a person has let the plan go."""
        with self._database.writing() as connection:
            approving = update(job_plans).where(job_plans.c.run == run).values(approved_at=at)
            if connection.execute(approving).rowcount != 1:
                raise JournalUnusable(
                    Words(
                        ru=f"плана запуска {run} нет в журнале ({self._database.place})",
                        en=f"the plan of run {run} is not in the journal ({self._database.place})",
                    )
                )

    # --- keys and their tickets ---

    def claim_keys(self, keys: Sequence[str], *, at: datetime, lease: timedelta) -> Mapping[str, KeyClaim]:
        """Take these keys, all that nobody else has; what is known of each."""
        mine = {"owner": self._owner, "lease_until": at + lease}
        blank = {"state": "free", "ticket_number": "", "noted_debt": "", "noted_in": "", "noted_stop": ""}
        found: dict[str, KeyClaim] = {}
        with self._database.updating() as connection:
            for key in sorted(set(keys)):  # in order, so that two claimants cannot block each other
                adding = upsert(connection, job_tickets).values(key=key, **blank, **mine).on_conflict_do_nothing()
                connection.execute(adding)
                row = locked(connection, job_tickets, job_tickets.c.key == key)
                if row is None or self._in_hand(row, at):
                    found[key] = KeyClaim(state="in hand")
                    continue
                connection.execute(update(job_tickets).where(job_tickets.c.key == key).values(**mine))
                state: KeyState = "made" if row["state"] == WATCHED else row["state"]
                found[key] = KeyClaim(state=state, ticket_id=row["ticket_id"] or 0, tried_at=row["tried_at"])
        return found

    def trying(self, keys: Sequence[str], *, run: int, at: datetime) -> None:
        """Write down, durably, that a create for each of these keys is about to be sent."""
        mine = (job_tickets.c.key.in_(list(keys)), job_tickets.c.owner == self._owner)
        writing = update(job_tickets).where(*mine).values(state="unknown", tried_at=at, run=run)
        with self._database.writing() as connection:
            if connection.execute(writing).rowcount != len(set(keys)):
                told = ", ".join(keys)
                raise JournalUnusable(
                    Words(
                        ru=f"часть ключей уже перешла к другому мосту: {told}",
                        en=f"some of {told} were taken over by another bridge",
                    )
                )

    def found(self, tickets: Mapping[str, int], *, at: datetime) -> None:
        """{key: ticket id}: these tickets exist, but were not seen whole yet; the claims stay."""
        since = func.coalesce(job_tickets.c.tried_at, at)
        with self._database.writing() as connection:
            for key, ticket_id in sorted(tickets.items()):
                mine = (job_tickets.c.key == key, job_tickets.c.owner == self._owner)
                known = {"state": "unknown", "ticket_id": ticket_id, "tried_at": since}
                connection.execute(update(job_tickets).where(*mine).values(**known))

    def under_way(self, *, since: datetime, until: datetime) -> Collection[str]:
        """The keys whose tickets are not known, or not whole, and for which a create was sent in this time.

        A moment after `until` is of a clock that was set back since, and tells nothing.
        """
        recent = (job_tickets.c.state == "unknown", job_tickets.c.tried_at.between(since, until))
        with self._database.reading() as connection:
            return set(connection.execute(select(job_tickets.c.key).where(*recent)).scalars())

    def watch(self, keys: Sequence[str]) -> None:
        """Made tickets whose create had to be sent twice: look once more later whether the first one has landed."""
        self._turn(keys, "made", WATCHED)

    def watched(self, *, before: datetime) -> Sequence[str]:
        """The keys to be watched whose last create was sent before this moment."""
        due = (job_tickets.c.state == WATCHED, job_tickets.c.tried_at < before)
        with self._database.reading() as connection:
            return list(connection.execute(select(job_tickets.c.key).where(*due)).scalars())

    def unwatch(self, keys: Sequence[str]) -> None:
        """They were looked at; nothing more is expected to come."""
        self._turn(keys, WATCHED, "made")

    def _turn(self, keys: Sequence[str], before: str, after: str) -> None:
        if not keys:
            return
        with self._database.writing() as connection:
            these = (job_tickets.c.key.in_(sorted(set(keys))), job_tickets.c.state == before)
            connection.execute(update(job_tickets).where(*these).values(state=after))

    def not_made(self, keys: Sequence[str]) -> None:
        """Nothing was created, for certain; the claims stay."""
        self._of_ours(keys, state="free", tried_at=None)

    def give_back(self, keys: Sequence[str]) -> None:
        """End the claims; what is known of the keys stays."""
        self._of_ours(keys, owner=NOBODY)

    def remember_made(self, tickets: Sequence[MadeTicket | MadeReminder], *, at: datetime) -> None:
        """These tickets exist and say this; replaces what was known of them."""
        with self._database.writing() as connection:
            for made in sorted(tickets, key=lambda made: str(made.key)):
                columns = {**made_columns(made), "state": "made"}
                is_settled = isinstance(made, MadeTicket) and made.settled
                new = {"owner": NOBODY, "lease_until": at, "made_at": at, "settled_at": at if is_settled else None}
                still = case((job_tickets.c.state == WATCHED, WATCHED), else_="made")
                settled: Any = None
                if is_settled:
                    settled = case((job_tickets.c.settled_at.is_(None), at), else_=job_tickets.c.settled_at)
                connection.execute(
                    upsert(connection, job_tickets)
                    .values(**columns, **new)
                    .on_conflict_do_update(
                        index_elements=["key"],
                        set_={
                            **columns,
                            "state": still,
                            "settled_at": settled,
                            "made_at": func.coalesce(job_tickets.c.made_at, at),
                        },
                    )
                )

    def debts_seen(self) -> Mapping[Line, DebtSighting]:
        """Since when the lines owe whose billing system tells balances alone."""
        with self._database.reading() as connection:
            return dict(map(as_sighting, connection.execute(select(debts_seen)).mappings()))

    def remember_debts_seen(self, come: Mapping[Line, DebtSighting], *, gone: Collection[Line]) -> None:
        """These owe since then, unless it is known already; those owe nothing any more."""
        with self._database.writing() as connection:
            for service, contract in sorted(gone):
                this = (debts_seen.c.service == service, debts_seen.c.contract == contract)
                connection.execute(delete(debts_seen).where(*this))
            for (service, contract), seen in sorted(come.items()):
                row = {"service": service, "contract": contract, "period": str(seen.period), "seen_at": seen.at}
                connection.execute(upsert(connection, debts_seen).values(**row).on_conflict_do_nothing())

    def made_tickets(self, contract: str | None = None) -> Sequence[MadeTicket]:
        """Every ticket about a debt that the jobs have made (with `contract` about that), oldest first; no reminders."""
        told = [job_tickets.c[name] for name in MADE_COLUMNS]  # no others: every moment costs a conversion
        query = select(*told).where(job_tickets.c.state.in_(_IS_MADE), _IS_OF_A_DEBT).order_by(job_tickets.c.ticket_id)
        with self._database.reading() as connection:
            if contract is not None:
                query = query.where(is_about(job_tickets.c.key, contract, connection))
            streamed = connection.execution_options(yield_per=1000).execute(query)
            return [as_made(row) for row in streamed.mappings()]

    def _of_ours(self, keys: Sequence[str], **columns: Any) -> None:
        if not keys:
            return
        with self._database.writing() as connection:
            for some in batched(sorted(set(keys)), AT_ONCE):
                mine = (job_tickets.c.key.in_(some), job_tickets.c.owner == self._owner)
                connection.execute(update(job_tickets).where(*mine).values(**columns))

    def _in_hand(self, row: RowMapping, at: datetime) -> bool:
        """Whether another process holds this row: its lease runs, and it is not certainly dead."""
        owner, epoch = row["owner"], self._database.epoch
        return owner not in {NOBODY, self._owner} and row["lease_until"] > at and not is_gone(owner, epoch)


def _this(job: str, period: str) -> ColumnElement[bool]:
    return (job_claims.c.job == job) & (job_claims.c.period == period)
