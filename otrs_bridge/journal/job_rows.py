"""Rows of the jobs' tables as the values of the port, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, get_args

from sqlalchemy import Connection, RowMapping, Table, and_, or_, select
from sqlalchemy.sql.elements import ColumnElement

from otrs_bridge.domain.billing.accounts import SERVICES
from otrs_bridge.domain.billing.held_plan import PlanLine, PlannedTicket
from otrs_bridge.domain.billing.keys import EpisodeKey, NotAKey, Purpose, parse_key
from otrs_bridge.domain.billing.money import from_kopecks, whole_kopecks
from otrs_bridge.domain.billing.period import Period, parse_period
from otrs_bridge.domain.billing.sightings import DebtSighting, Line
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal.rows import demand_known
from otrs_bridge.ports.jobs import JobRun, JobRunState, MadeReminder, MadeTicket, StoredPlan
from otrs_bridge.words import Words

_STATES = frozenset(get_args(JobRunState))


def as_job_run(row: RowMapping) -> JobRun:
    """A row of job_claims."""
    demand_known(row["state"], _STATES)
    return JobRun(
        job=row["job"],
        period=row["period"],
        due_on=date.fromisoformat(row["due_on"]),
        state=row["state"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        run=row["run"] or 0,
        said=row["said"],
        words=as_words(row),
    )


def as_words(row: RowMapping) -> Words | None:
    """Why, in both languages; older rows have one only."""
    return Words(ru=row["said_ru"], en=row["said_en"]) if row["said_ru"] is not None else None


def said_columns(run: JobRun) -> dict[str, str | None]:
    """Why it is held or was refused."""
    words = run.words
    return {"said": run.said, "said_ru": words.ru if words else None, "said_en": words.en if words else None}


def as_plan(row: RowMapping, taken_out: Mapping[EpisodeKey, str], approved_as: str) -> StoredPlan:
    """A row of job_plans, and what people did to it."""
    tickets = (PlannedTicket(key=as_key(key), amount=Decimal(amount)) for key, amount in json.loads(row["plan"]))
    return StoredPlan(
        run=row["run"],
        job=row["job"],
        period=row["period"],
        fingerprint=row["fingerprint"],
        tickets=tuple(tickets),
        made_at=row["made_at"],
        approved_at=row["approved_at"],
        taken_out=taken_out,
        approved_as=approved_as,
    )


def plan_text(plan: StoredPlan) -> str:
    """The tickets of a plan as JSON: `[["debt:internet:Ф-15236:2013-05", "500.00"], …]`."""
    return json.dumps([[str(one.key), str(one.amount)] for one in plan.tickets], ensure_ascii=False)


def line_rows(plan: StoredPlan, lines: Sequence[PlanLine]) -> list[dict[str, Any]]:
    """The rows of plan_lines: one for each ticket of the plan, whether or not a line says whose it is."""
    known = {line.ticket.key: line for line in lines}
    return [_line_row(plan.run, known.get(one.key) or PlanLine(ticket=one)) for one in plan.tickets]


def _line_row(run: int, line: PlanLine) -> dict[str, Any]:
    key = line.ticket.key
    who = {"client": line.client, "address": line.address, "district": line.district}
    return {
        "run": run,
        "key": str(key),
        "contract": key.contract,
        "service": key.service,
        "purpose": key.purpose,
        "period": str(key.period),
        "kopecks": whole_kopecks(line.ticket.amount),
        **who,
        "search": folded(" ".join([key.contract, *who.values()])),
    }


def folded(text: str) -> str:
    """How lines are searched: neither letter case nor ё makes a difference."""
    return " ".join(text.casefold().replace("ё", "е").split())


def as_line(row: RowMapping) -> PlanLine:
    """A row of plan_lines."""
    ticket = PlannedTicket(key=as_key(row["key"]), amount=from_kopecks(row["kopecks"]))
    return PlanLine(ticket=ticket, client=row["client"], address=row["address"], district=row["district"])


MADE_COLUMNS = ("key", "ticket_id", "ticket_number", "settled_at", "noted_debt", "noted_in", "noted_stop")


def as_made(row: RowMapping) -> MadeTicket:
    """A row of job_tickets whose ticket is known."""
    return MadeTicket(
        key=as_key(row["key"]),
        ticket_id=row["ticket_id"],
        ticket_number=row["ticket_number"],
        settled=row["settled_at"] is not None,
        noted_debt=Decimal(row["noted_debt"]) if row["noted_debt"] else None,
        noted_in=_period(row["noted_in"]),
        noted_stop=row["noted_stop"],
        settled_at=row["settled_at"],
    )


def made_columns(made: MadeTicket | MadeReminder) -> dict[str, Any]:
    """The columns of job_tickets that a made ticket fills, apart from its moments."""
    if isinstance(made, MadeReminder):
        nothing = dict.fromkeys(("noted_debt", "noted_in", "noted_stop"), "")
        return {"key": str(made.key), "ticket_id": made.ticket_id, "ticket_number": made.ticket_number, **nothing}
    return {
        "key": str(made.key),
        "ticket_id": made.ticket_id,
        "ticket_number": made.ticket_number,
        "noted_debt": "" if made.noted_debt is None else str(made.noted_debt),
        "noted_in": "" if made.noted_in is None else str(made.noted_in),
        "noted_stop": made.noted_stop,
    }


def as_sighting(row: RowMapping) -> tuple[Line, DebtSighting]:
    """A row of debts_seen."""
    demand_known(row["service"], frozenset(SERVICES))
    period = _period(row["period"])
    if period is None:
        words = Words(
            ru=f"в журнале записан не месяц: {row['period']}", en=f"the journal holds no month: {row['period']}"
        )
        raise JournalUnusable(words)
    return (row["service"], row["contract"]), DebtSighting(period=period, at=row["seen_at"])


def is_about(column: ColumnElement[str], contract: str, connection: Connection) -> ColumnElement[bool]:
    """Keys about this contract. SQLite finds them by its index, which has no use for LIKE; the order of PostgreSQL's is that
    of a language, so it looks at all of them.
    """
    begins = [f"{purpose}:{service}:{contract}:" for purpose in get_args(Purpose) for service in SERVICES]
    if connection.dialect.name == "sqlite":
        return or_(*(and_(column >= begin, column < f"{begin[:-1]};") for begin in begins))  # ; comes right behind :
    return or_(*(column.startswith(begin, autoescape=True) for begin in begins))


@lru_cache(maxsize=1 << 16)  # every run reads every key of every ticket that was ever made
def as_key(text: str) -> EpisodeKey:
    """The key in a row."""
    found = parse_key(text)
    if isinstance(found, NotAKey):
        words = found.words
        raise JournalUnusable(Words(ru=f"в журнале записан {words.ru}", en=f"the journal holds {words.en}"))
    return found


@lru_cache(maxsize=1 << 8)
def _period(text: str) -> Period | None:
    return parse_period(text)


def locked(connection: Connection, table: Table, which: ColumnElement[bool]) -> RowMapping | None:
    """The row, ours until the transaction ends (SQLite has one writer anyway)."""
    return connection.execute(select(table).where(which).with_for_update()).mappings().first()
