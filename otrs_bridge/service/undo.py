"""Taking a run back: old values return, but only where the field still holds what the bridge wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.decision import Decision, Outcome, Proposal
from otrs_bridge.domain.report import NOTE, Report, ReportLine, change_line, decided_lines, standing_lines
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Customer, Ticket, same_value
from otrs_bridge.errors import NeedsAPerson, UsageMistake
from otrs_bridge.ports.journal import JournalEntry, Pin
from otrs_bridge.service.gateway import Gateway, Order, Outside
from otrs_bridge.service.writing import CHANGED_SINCE, GONE
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

BATCH = 50
TRIES = 30  # a second between them
LEASE = timedelta(hours=1)
UNDONE_REASON = "undone by an operator"
CANNOT_EMPTY = Words(
    ru="OTRS не умеет снова сделать клиента пустым; исправьте в самой заявке",
    en="OTRS cannot make the customer empty again; correct it in the ticket itself",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Step:
    """One journal entry to take back."""

    entry: JournalEntry
    ticket: Ticket
    proposal: Proposal


class Undo:
    """Puts back what one run changed, and pins it: whoever undoes does not want it done again by the next sweep."""

    def __init__(self, outside: Outside, gateway: Gateway) -> None:
        self._helpdesk = outside.helpdesk
        self._journal = outside.journal
        self._clock = outside.clock
        self._gateway = gateway

    def run(self, number: int, *, apply: bool = False) -> Report:
        """Show, or with `apply` carry out, the return of run `number`. Raises UsageMistake for an unknown run.

        Of two at once one does it; the other waits for it, and then says that it is done.
        """
        if not apply:
            return self._run(number, apply=False)
        self._claim(number)
        try:
            return self._run(number, apply=True)
        finally:
            self._journal.end_undo(number)

    def _claim(self, number: int) -> None:
        for _ in range(TRIES):
            if self._journal.claim_undo(number, at=self._clock.now(), lease=LEASE):
                return
            self._clock.sleep(1.0)
        raise NeedsAPerson(
            Words(
                ru=f"Проход {number} как раз отменяет другой запуск; что он сделал, покажет `otrs-bridge history`.",
                en=f"Another process is taking run {number} back just now; `otrs-bridge history` shows what it did.",
            )
        )

    def _run(self, number: int, *, apply: bool) -> Report:
        all_of_it = self._journal.entries(run=number)
        done = [entry for entry in all_of_it if entry.state == "applied"]
        # What was told stays told; what the run itself gave back to a person stays with him.
        own = {entry.id for entry in all_of_it}
        entries = [entry for entry in done if entry.field != NOTE and entry.undoes not in own]
        if not done and not any(run.id == number for run in self._journal.runs(limit=1_000_000)):
            raise UsageMistake(
                Words(
                    ru=f"Прохода {number} в журнале нет; проходы показывает `otrs-bridge history`.",
                    en=f"There is no run {number} in the journal; `otrs-bridge history` lists the runs.",
                )
            )
        steps, lines = self._steps(entries)
        decisions = _by_ticket(steps)
        run = 0
        if apply:
            lines += [line for decision in decisions for line in standing_lines(decision)]
            run, written = self._write(number, steps, decisions)
            lines += written
        else:
            lines += [line for decision in decisions for line in decided_lines(decision)]
        report = Report(lines=tuple(lines), examined=len({e.ticket_id for e in entries}), run=run)
        log.info("undo", undone=number, run=run, apply=apply, **report.counts)
        return report

    def _steps(self, entries: Sequence[JournalEntry]) -> tuple[list[_Step], list[ReportLine]]:
        ids = list(dict.fromkeys(entry.ticket_id for entry in entries))
        now: dict[int, Ticket] = {}
        for start in range(0, len(ids), BATCH):
            read = self._helpdesk.read(ids[start : start + BATCH], with_article=False)
            now.update((ticket.id, ticket) for ticket in read.tickets)
        steps, lines = [], []
        for entry in entries:
            ticket = now.get(entry.ticket_id)
            if ticket is None:
                gone = Ticket(id=entry.ticket_id, number=entry.ticket_number)
                lines.append(change_line(gone, _reverse(entry), "enforce", Outcome.FAILED, GONE))
            elif (step := _step(entry, ticket)) is None:
                lines.append(change_line(ticket, _reverse(entry), "enforce", *_why_not(entry, ticket)))
            else:
                steps.append(step)
        return steps, lines

    def _write(
        self, undone: int, steps: Sequence[_Step], decisions: Sequence[Decision]
    ) -> tuple[int, list[ReportLine]]:
        if not decisions:
            return 0, []
        selection = _undo_of(undone).text(self._gateway.language)
        run = self._journal.start_run("undo", at=self._clock.now(), selection=selection)
        self._pin(steps)
        undoes = {(step.ticket.id, step.entry.field): step.entry.id for step in steps}
        order = Order(run=run, judge_again=False, undoes=undoes)
        lines = list(self._gateway.carry_out(order, decisions))
        counts = Report(lines=tuple(lines)).counts
        self._journal.finish_run(run, at=self._clock.now(), summary=counts)
        return run, lines

    def _pin(self, steps: Sequence[_Step]) -> None:
        now = self._clock.now()
        self._journal.pin(
            [
                Pin(
                    ticket_id=step.ticket.id,
                    ticket_number=step.ticket.number,
                    field=step.entry.field,
                    rule=step.entry.rule,
                    value=step.entry.old,
                    reason=UNDONE_REASON,
                    since=now,
                )
                for step in steps
            ]
        )


def _undo_of(run: int) -> Words:
    return Words(ru=f"отмена прохода {run}", en=f"undo of run {run}")


def _reverse(entry: JournalEntry) -> Change:
    return Change(
        rule=entry.rule,
        field=entry.field,
        old=entry.new,
        new=entry.old,
        why=_undo_of(entry.run),
    )


def _step(entry: JournalEntry, ticket: Ticket) -> _Step | None:
    impossible = isinstance(entry.old, Customer) and not entry.old.user
    if impossible or not same_value(ticket.value_of(entry.field), entry.new):
        return None
    proposal = Proposal(change=_reverse(entry), mode=Mode.ENFORCE, outcome=Outcome.PLANNED)
    return _Step(entry=entry, ticket=ticket, proposal=proposal)


def _why_not(entry: JournalEntry, ticket: Ticket) -> tuple[Outcome, Words | None]:
    now = ticket.value_of(entry.field)
    if same_value(now, entry.old):
        return Outcome.UNCHANGED, None
    if not same_value(now, entry.new):
        return Outcome.SKIPPED, CHANGED_SINCE
    return Outcome.SKIPPED, CANNOT_EMPTY


def _by_ticket(steps: Sequence[_Step]) -> list[Decision]:
    grouped: dict[int, list[_Step]] = {}
    for step in steps:
        grouped.setdefault(step.ticket.id, []).append(step)
    return [
        Decision(ticket=same[0].ticket, proposals=tuple(step.proposal for step in same)) for same in grouped.values()
    ]
