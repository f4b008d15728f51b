"""A ticket judged as the bridge judges, and what becomes of one that obeys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.authorship import with_authors
from otrs_bridge.domain.change import Change
from otrs_bridge.domain.decision import Decision, LastWrite, TicketMemory, decide, remark_digest
from otrs_bridge.domain.dialect import Dialect, FieldNames
from otrs_bridge.domain.otrs_limits import fitted
from otrs_bridge.domain.rule import ActiveRule, Mode, Rule
from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX, Customer, Ticket, shown
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.service.judge import Judge
from rules import RULES
from tests.builders import NOW, STATE_TYPES
from tests.contract.rules.any_ticket import CLIENTS, OPTIONS


class _Still:
    """It is always the same moment."""

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        """Nobody waits."""


def make_judge(
    rules: Iterable[Rule[Any]] = RULES, *, directory: bool = True, options: Mapping[str, Any] = OPTIONS
) -> Judge:
    """A judge over these rules, all enforced, with a small directory or none."""
    active = [
        ActiveRule(rule=rule, mode=Mode.ENFORCE, options=options.get(rule.name, None) or rule.options())
        for rule in rules
    ]
    spoken = Dialect(fields=FieldNames(short_number="ShortNumber"))
    for one in active:
        spoken = one.rule.dialect(one.options, spoken)
    return Judge(
        rules=active,
        dialect=lambda: spoken,
        directory=MemoryDirectory(CLIENTS) if directory else None,
        journal=SqlJournal(open_database("sqlite://")),
        clock=_Still(),
    )


def decision(
    judge: Judge,
    ticket: Ticket,
    told: Mapping[str, str] | None = None,
    written: Mapping[str, LastWrite] | None = None,
) -> Decision:
    """What would be written, when the rules' remarks in `told` are in the ticket's note already, and what it wrote last."""
    memory = TicketMemory(told=told or {}, last_writes=written or {})
    return decide(ticket, judge.answers(with_authors(judge.facts(ticket), memory)), memory)


def writes(decided: Decision) -> dict[str, LastWrite]:
    """What the journal remembers of the changes, once they are made."""
    return {
        change.field: LastWrite(rule=change.rule, old=change.old, new=fitted(change.field, change.new))
        for change in decided.planned
    }


def obeying(ticket: Ticket, changes: Iterable[Change]) -> Ticket:
    """The ticket with the changes made, as OTRS would keep them."""
    lists_empty = "Other" in ticket.dynamic_fields
    for change in changes:
        value = fitted(change.field, change.new)
        if change.field.startswith(DYNAMIC_FIELD_PREFIX):
            name = change.field.removeprefix(DYNAMIC_FIELD_PREFIX)
            after = {**ticket.dynamic_fields, name: value}
            ticket = replace(ticket, dynamic_fields={n: v for n, v in after.items() if lists_empty or shown(v)})
        elif isinstance(value, Customer):
            ticket = replace(ticket, customer=value)
        elif change.field == "state":
            ticket = replace(ticket, state=str(value), state_type=STATE_TYPES[str(value)])
        else:
            ticket = replace(ticket, **{change.field: str(value)})  # type: ignore[arg-type] # title, queue, priority
    return ticket


def digests(decided: Decision) -> dict[str, str]:
    """What the journal remembers of the remarks that were told."""
    return {remark.rule: remark_digest(remark) for remark in decided.planned_remarks}
