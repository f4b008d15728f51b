"""What the API says and takes, by shape; what stands in these is what the pages show."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.held_plan import PlanLine
from otrs_bridge.domain.role import Role
from otrs_bridge.domain.ticket import shown
from otrs_bridge.ports.journal import JournalEntry, Run, RunKind, WriteState
from otrs_bridge.service.queries.job_board import JobRow


class Sent(BaseModel):
    """What is sent has these fields and no others."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Approving(Sent):
    """The fingerprint of what was looked at."""

    fingerprint: Annotated[str, Field(max_length=64)]


class Refusing(Sent):
    """And why not."""

    fingerprint: Annotated[str, Field(max_length=64)]
    reason: Annotated[str, Field(max_length=1000)]


class Line(Sent):
    """A line of a plan, by its key."""

    key: Annotated[str, Field(max_length=200)]


class Pausing(Sent):
    """What rests, until when (`2h`, `18:00`, `2026-12-01`), and why."""

    name: Annotated[str, Field(max_length=100)]
    until: Annotated[str, Field(max_length=40)]
    because: Annotated[str, Field(max_length=1000)]


class Resuming(Sent):
    """What goes on again."""

    name: Annotated[str, Field(max_length=100)]


class Session(BaseModel):
    """Who asks. What changes something wants `csrf` in the header X-CSRF-Token."""

    name: str
    role: Role | None
    csrf: str


class Done(BaseModel):
    """It was done, or had been already."""

    done: bool = True


class Trouble(BaseModel):
    """Why not, in both languages."""

    ru: str
    en: str


class LineShown(BaseModel):
    """A line of a plan. `taken_out_by`: "" where it is still in the plan."""

    key: str
    contract: str
    service: str
    purpose: str
    since: str
    amount: Decimal
    client: str
    address: str
    district: str
    taken_out_by: str

    @classmethod
    def of(cls, line: PlanLine, by: str) -> LineShown:
        """This line."""
        key = line.ticket.key
        return cls(
            key=str(key),
            contract=key.contract,
            service=key.service,
            purpose=key.purpose,
            since=str(key.period),
            amount=line.ticket.amount,
            client=line.client,
            address=line.address,
            district=line.district,
            taken_out_by=by,
        )


class Lines(BaseModel):
    """Some lines; `next` leads on as `after`, "" at the end."""

    lines: Sequence[LineShown]
    next: str


class Entry(BaseModel):
    """One change of one field of one ticket."""

    id: int
    run: int
    ticket_id: int
    ticket_number: str
    rule: str
    field: str
    old: str
    new: str
    why: str
    mode: str
    state: WriteState
    error: str
    at: datetime

    @classmethod
    def of(cls, entry: JournalEntry) -> Entry:
        """This entry."""
        same = ("id", "run", "ticket_id", "ticket_number", "rule", "field", "why", "mode", "state", "error")
        known = {name: getattr(entry, name) for name in same}
        return cls(**known, old=shown(entry.old), new=shown(entry.new), at=entry.intended_at)


class Entries(BaseModel):
    """Some changes, newest first; `next` leads on as `before`; `cut`: more was not looked through."""

    entries: Sequence[Entry]
    next: int | None
    cut: bool


class RunShown(BaseModel):
    """One run that wrote, or meant to; `summary` counts what came of it."""

    id: int
    kind: RunKind
    started_at: datetime
    finished_at: datetime | None
    selection: str
    summary: dict[str, int]

    @classmethod
    def of(cls, run: Run) -> RunShown:
        """This run."""
        return cls(
            id=run.id,
            kind=run.kind,
            started_at=run.started_at,
            finished_at=run.finished_at,
            selection=run.selection,
            summary=dict(run.summary),
        )


class JobShown(BaseModel):
    """One job."""

    name: str
    mode: str
    at: str
    last_good: datetime | None
    next_day: date | None
    overdue: bool

    @classmethod
    def of(cls, row: JobRow) -> JobShown:
        """This job."""
        return cls(
            name=row.active.job.name,
            mode=row.active.mode.value,
            at=row.active.at.strftime("%H:%M"),
            last_good=row.last.finished_at if row.last else None,
            next_day=row.next_day,
            overdue=row.overdue,
        )


class RuleShown(BaseModel):
    """One rule: its mode, what became of its changes in thirty days, and how many of them people took back."""

    name: str
    mode: str
    outcomes: dict[str, int]
    taken_back: int


class Rules(BaseModel):
    """All rules; `as_of` None: the counts are not there yet."""

    as_of: datetime | None
    rules: Sequence[RuleShown]


class DebtShown(BaseModel):
    """A line in debt, and what is next."""

    contract: str
    service: str
    client: str
    district: str
    amount: Decimal
    since: str
    next_step: Trouble

    @classmethod
    def of(cls, debt: Debt) -> DebtShown:
        """This debt."""
        account, step = debt.account, debt.next_step.words
        return cls(
            contract=account.contract,
            service=account.service,
            client=account.client,
            district=account.district,
            amount=debt.amount,
            since=str(debt.arose),
            next_step=Trouble(ru=step.ru, en=step.en),
        )


class Debts(BaseModel):
    """Some debts, the greatest first; `next` leads on as `after`. `as_of` None: billing is being read."""

    as_of: datetime | None
    count: int
    amount: Decimal
    debts: Sequence[DebtShown]
    next: str
