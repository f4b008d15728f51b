"""Taking a run back: old values return, but only where the field still holds what the bridge wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.change import Change
from otrs_bridge.domain.decision import Decision, Outcome, Proposal
from otrs_bridge.domain.field_events import author_of, most_likely
from otrs_bridge.domain.otrs_limits import WIDEST, fitted
from otrs_bridge.domain.report import (
    NOTE,
    Report,
    ReportLine,
    Tell,
    Telling,
    change_line,
    decided_lines,
    unwritten_lines,
)
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Customer, Ticket, Value, same_value
from otrs_bridge.errors import BridgeError, NeedsAPerson, UsageMistake
from otrs_bridge.ports.journal import REPAIR, JournalEntry, Pin
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.writing import CHANGED_SINCE, GONE, OUT_OF_SIGHT, Order
from otrs_bridge.service.outside import Outside
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

BATCH = 50
PORTION = 200  # tickets in hand at a time
TRIES = 30  # a second between them
LEASE = timedelta(hours=1)
UNDONE_REASON = "undone by an operator"
CANNOT_EMPTY = Words(
    ru="OTRS не умеет снова сделать клиента пустым; исправьте в самой заявке",
    en="OTRS cannot make the customer empty again; correct it in the ticket itself",
)
THEIR_OWN = Words(ru="это значение записал и сам агент", en="an agent has set this value himself, too")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Reversal:
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

    def run(self, number: int, *, apply: bool = False, tell: Tell | None = None) -> Report:
        """Show, or with `apply` carry out, the return of run `number`. Raises UsageMistake for an unknown run.

        Of two at once one does it; the other waits for it, and then says that it is done. With `tell` the lines are told as
        they come, and the report has their tally only.
        """
        telling = Telling(tell)
        if not apply:
            report = self._shown(number, telling)
        else:
            self._gateway.recover()
            self._claim(number)
            try:
                report = self._applied(number, telling)
            finally:
                self._journal.end_undo(number)
        report = replace(report, lines=telling.kept, tally=telling.tally if tell else None)
        log.info("undo", undone=number, run=report.run, apply=apply, **report.counts)
        return report

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

    def _shown(self, number: int, telling: Telling) -> Report:
        examined = 0
        for entries in self._entries(number):
            steps, lines = self._steps(entries)
            lines += [line for decision in _by_ticket(steps) for line in decided_lines(decision)]
            telling.say(lines)
            examined += _tickets(entries)
        return Report(examined=examined)

    def _applied(self, number: int, telling: Telling) -> Report:
        run = examined = 0
        for entries in self._entries(number):
            steps, lines = self._steps(entries)
            if steps:
                run = run or self._journal.start_run(
                    "undo", at=self._clock.now(), selection=_undo_of(number).text(self._gateway.language)
                )
                lines += self._write(run, steps)
            telling.say(lines)
            examined += _tickets(entries)
        if run:
            self._journal.finish_run(run, at=self._clock.now(), summary=Report(tally=telling.tally).counts)
        return Report(examined=examined, run=run)

    def _entries(self, number: int) -> Iterator[Sequence[JournalEntry]]:
        """What there is to take back, in portions of whole tickets: a run may have changed any number of them."""
        if not self._journal.has_run(number):
            raise UsageMistake(
                Words(
                    ru=f"Прохода {number} в журнале нет; проходы показывает `otrs-bridge history`.",
                    en=f"There is no run {number} in the journal; `otrs-bridge history` lists the runs.",
                )
            )
        for some in batched(self._journal.changed_by(number), PORTION):
            meant = self._journal.entries_on(number, some)
            # What was told stays told; what the run itself gave back to a person stays with him.
            own = {entry.id for entry in meant}
            done = [e for e in meant if e.state == "applied" and e.mode != REPAIR]
            yield [e for e in done if e.field != NOTE and e.undoes not in own]

    def _steps(self, entries: Sequence[JournalEntry]) -> tuple[list[_Reversal], list[ReportLine]]:
        ids = list(dict.fromkeys(entry.ticket_id for entry in entries))
        now: dict[int, Ticket] = {}
        for some in batched(ids, BATCH):
            read = self._helpdesk.read(some, with_article=False)
            now.update((ticket.id, ticket) for ticket in read.tickets)
        entries = [replace(entry, old=self._as_kept(entry, now.get(entry.ticket_id))) for entry in entries]
        steps, lines, theirs = [], [], self._set_by_people(entries)
        writers = self._last_writers(list(now))
        for entry in entries:
            ticket = now.get(entry.ticket_id)
            if ticket is None:
                gone = Ticket(id=entry.ticket_id, number=entry.ticket_number)
                lines.append(change_line(gone, _reverse(entry), "enforce", Outcome.FAILED, GONE))
            elif not ticket.is_technical and entry.id in theirs:
                lines.append(change_line(ticket, _reverse(entry), "enforce", Outcome.SKIPPED, THEIR_OWN))
            elif why := _why_not(entry, ticket, writers.get((entry.ticket_id, entry.field), entry)):
                lines.append(change_line(ticket, _reverse(entry), "enforce", *why))
            else:
                proposal = Proposal(change=_reverse(entry), mode=Mode.ENFORCE, outcome=Outcome.PLANNED)
                steps.append(_Reversal(entry=entry, ticket=ticket, proposal=proposal))
        return steps, lines

    def _as_kept(self, entry: JournalEntry, ticket: Ticket | None) -> Value:
        """The old value as OTRS will keep it: what came by mail may have control characters, which are never written.

        It stood there, so it fits.
        """
        if ticket is not None and same_value(ticket.value_of(entry.field), entry.old):
            return entry.old
        return fitted(entry.field, entry.old, WIDEST)

    def _last_writers(self, ids: Sequence[int]) -> Mapping[tuple[int, str], JournalEntry]:
        """By ticket and field the write whose value stands there as far as the bridge knows."""
        fields: dict[tuple[int, str], list[JournalEntry]] = {}
        for number in ids:
            for entry in self._journal.entries(ticket_id=number):
                if entry.state == "applied":
                    fields.setdefault((number, entry.field), []).append(entry)
        return {field: last for field, written in fields.items() if (last := last_writer(written)) is not None}

    def _set_by_people(self, entries: Sequence[JournalEntry]) -> Container[int]:
        """The entries whose value an agent has set himself: in the second before the bridge, or again after it.

        Of a value that is there already OTRS keeps no trace, so the bridge took that for its own. Its own number it learns
        from its other writes; where these are too few, the journal is believed.
        """
        authors: dict[int, int] = {}
        for some in batched(list(dict.fromkeys(entry.ticket_id for entry in entries)), BATCH):
            try:
                events = self._helpdesk.field_events(some)
            except BridgeError as error:
                log.warning("history not read", tickets=len(some), error=str(error))
                continue
            those = [entry for entry in entries if entry.ticket_id in events]
            authors |= {one.id: author_of(one.new, one.field, events[one.ticket_id]) for one in those}
        ours = most_likely(Counter(authors.values()))
        return {number for number, by in authors.items() if ours and by not in {0, ours}}

    def _write(self, run: int, steps: Sequence[_Reversal]) -> list[ReportLine]:
        decisions = _by_ticket(steps)
        lines = [line for decision in decisions for line in unwritten_lines(decision)]
        self._pin(steps)
        undoes = {(step.ticket.id, step.entry.field): step.entry.id for step in steps}
        order = Order(run=run, judge_again=False, undoes=undoes)
        return [*lines, *self._gateway.carry_out(order, decisions)]

    def _pin(self, steps: Sequence[_Reversal]) -> None:
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


def _tickets(entries: Sequence[JournalEntry]) -> int:
    return len({entry.ticket_id for entry in entries})


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


def last_writer(written: Sequence[JournalEntry]) -> JournalEntry | None:
    """Of what was written to one field, oldest first, the write whose value stands there now.

    What took one back brought the value from before that one; None where that was written by nobody of us.
    """
    while written and (undone := written[-1].undoes) is not None:
        written = [entry for entry in written if entry.id < undone]
    return written[-1] if written else None


def _why_not(entry: JournalEntry, ticket: Ticket, last: JournalEntry) -> tuple[Outcome, Words | None] | None:
    """Why nothing is taken back, None where it can be. `last`: the write that stands in the field now.

    What a later run of ours wrote is taken back with that run: between the two a person may have chosen something else.
    """
    now = ticket.value_of(entry.field)
    if ticket.is_technical:
        return Outcome.SKIPPED, OUT_OF_SIGHT
    stands = same_value(now, entry.new)
    if not stands and same_value(now, entry.old):
        return Outcome.UNCHANGED, None
    if last.id > entry.id and same_value(now, last.new):
        return Outcome.SKIPPED, _written_again(last)
    if not stands:
        return Outcome.SKIPPED, CHANGED_SINCE
    return (Outcome.SKIPPED, CANNOT_EMPTY) if isinstance(entry.old, Customer) and not entry.old.user else None


def _written_again(later: JournalEntry) -> Words:
    return Words(
        ru=f"позже мост снова записал это поле, в проходе {later.run}",
        en=f"the bridge wrote this field again later, in run {later.run}",
    )


def _by_ticket(steps: Sequence[_Reversal]) -> list[Decision]:
    grouped: dict[int, list[_Reversal]] = {}
    for step in steps:
        grouped.setdefault(step.ticket.id, []).append(step)
    return [
        Decision(ticket=same[0].ticket, proposals=tuple(step.proposal for step in same)) for same in grouped.values()
    ]
