"""The one way by which anything is written to OTRS.

Per ticket: journal the intent → re-read (changed since the decision? decide again) → ONE update call with all changes
and at most one note (what OTRS refuses by name goes out once more with what is asked for instead, that intent journaled,
too) → read back, field by field → journal the outcome. Caps stand before it, in the services that call it. A remark is an
intent as a change is. A ticket has one writer: while anything that was journaled of it is not settled, nobody writes to
it, and a write whose answer was lost is settled by recovery, minutes later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import structlog

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.change import Change
from otrs_bridge.domain.decision import Decision, Outcome, remark_digest, was_told
from otrs_bridge.domain.note_text import compose_note
from otrs_bridge.domain.report import NOTE, ReportLine, change_line, planned_lines, remark_line, unwritten_lines
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import NewTicket, Ticket, same_value
from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.helpdesk import Note
from otrs_bridge.ports.journal import Intent
from otrs_bridge.service.gateway.breaker import Breaker
from otrs_bridge.service.gateway.interference import Interference
from otrs_bridge.service.gateway.patience import Patience
from otrs_bridge.service.gateway.recovery import recover
from otrs_bridge.service.gateway.sending import UpdateSender
from otrs_bridge.service.gateway.sharing import worked_off
from otrs_bridge.service.gateway.writable import WritableOutside
from otrs_bridge.service.gateway.writing import (
    ALREADY_SO,
    GONE,
    IN_HAND,
    NOT_TRIED,
    SAID_MEANWHILE,
    STOPPED,
    Order,
    Writing,
    what_still_holds,
)
from otrs_bridge.service.judge import Judge
from otrs_bridge.service.outside import Outside
from otrs_bridge.service.pausing import without_paused
from otrs_bridge.words import Language

log = structlog.get_logger(__name__)

CHUNK = 6  # tickets re-read and read back in one call; small, so that little time passes between re-reading and writing
FRESH = 2.0  # seconds: a ticket read longer ago is read again right before its own update


class Gateway:
    """Writes to OTRS. `stopping` is asked before every ticket, so that the process can end soon.

    `language` is the one of its notes, and of what it tells the journal.
    """

    def __init__(
        self,
        outside: WritableOutside,
        judge: Judge,
        *,
        language: Language,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self.outside: Outside = outside
        self.language = language
        self.stopping = stopping
        self.breaker = Breaker()
        self.patience = Patience(outside.clock)
        self._helpdesk = outside.helpdesk
        self._journal = outside.journal
        self._clock = outside.clock
        self._sender = UpdateSender(outside.helpdesk, outside.clock)
        self._interference = Interference(outside, self.breaker, language)
        self._judge = judge

    @property
    def is_held(self) -> bool:
        """Whether nothing more is to be sent: the bridge is being stopped, or OTRS is to be left alone."""
        return self.stopping() or self.breaker.is_open

    def recover(self) -> int:
        """Settle what was left open. Whoever is going to write asks for it before anything is decided."""
        return recover(self.outside, self._interference, self.patience, self.language)

    def create(self, new: NewTicket) -> int:
        """ONE create, which the opener has journaled under its key. Raises as the helpdesk does."""
        try:
            ticket_id = self._helpdesk.create_ticket(new)
        except BridgeError as error:
            self.breaker.note(error)
            raise
        self.breaker.note(None)
        return ticket_id

    def carry_out(self, order: Order, decisions: Iterable[Decision]) -> Iterator[ReportLine]:
        """Write what the decisions plan and yield the lines that say what came of it."""
        for _, lines in self.portions(order, decisions):
            yield from lines

    def portions(
        self, order: Order, decisions: Iterable[Decision]
    ) -> Iterator[tuple[Sequence[Decision], list[ReportLine]]]:
        """The same, a few tickets at a time, each portion with its lines."""
        self.breaker.begin(order.run)
        return worked_off(
            decisions, lambda some: self._chunk(order, some), workers=self._helpdesk.workers, at_most=CHUNK
        )

    def carry_out_here(self, order: Order, decisions: Sequence[Decision]) -> list[ReportLine]:
        """The same for a few tickets, in the thread of work that is shared out already."""
        return [line for some in batched(decisions, CHUNK) for line in self._chunk(order, some)]

    def _chunk(self, order: Order, decisions: Sequence[Decision]) -> list[ReportLine]:
        if self.is_held:
            return [line for decision in decisions for line in self._not_tried(decision)]
        kept, paused = without_paused(decisions, self._judge.pauses if order.judge_again else ())
        writings, lines = self._claim(order, [Writing(decision=decision) for decision in kept])
        lines += paused
        try:
            writings, said = self._confirm(order, writings)
        except BridgeError as error:
            return [*lines, *self._give_up(writings, error)]
        lines += said
        sent: list[Writing] = []
        for writing in writings:
            fresh, said = ([writing], []) if self._is_fresh(writing) else self._read_again(order, writing)
            lines += said
            sent += fresh
            for one in fresh:
                if not self.is_held:
                    self.breaker.note(self._sender.send(one, lambda ready: self._composed(order, ready)))
        self._sender.read_back([writing for writing in sent if writing.sent])
        self._interference.look(order.run, sent)
        for writing in sent:
            lines += self._close(order, writing) if writing.sent else self._withdraw(writing)
        return lines

    def _is_fresh(self, writing: Writing) -> bool:
        """What is not sent at all need not be."""
        return self.is_held or self._clock.monotonic() - writing.read_at <= FRESH

    def _read_again(self, order: Order, writing: Writing) -> tuple[list[Writing], list[ReportLine]]:
        """Those before it in the batch took long: somebody may have changed it since."""
        try:
            return self._confirm(order, [writing])
        except BridgeError as error:
            return [], self._give_up([writing], error)

    # --- before the write -------------------------------------------------------------------------------------------

    def _claim(self, order: Order, writings: Sequence[Writing]) -> tuple[list[Writing], list[ReportLine]]:
        """Claim each ticket by journaling what is meant. What another has in hand is left to it; so is what it has said."""
        intents = [intent for writing in writings for intent in self._intents(order, writing)]
        ids = iter(self._journal.intend(order.run, intents, at=self._clock.now(), alone=True) if intents else ())
        claimed: list[Writing] = []
        lines: list[ReportLine] = []
        for writing in writings:
            writing.entries = {change.field: next(ids) for change in writing.decision.planned}
            writing.told = {remark: next(ids) for remark in writing.remarks}
            if all((*writing.entries.values(), *writing.told.values())):
                claimed.append(writing)
            else:
                # A sweep comes again; of an undo somebody has to know that it is not done.
                outcome = Outcome.SKIPPED if order.judge_again else Outcome.UNKNOWN
                lines += planned_lines(writing.decision, outcome, IN_HAND)
        if order.judge_again:
            lines += self._leave_out_what_was_told(claimed)
        return [writing for writing in claimed if writing.decision.wants_write], lines

    def _intents(self, order: Order, writing: Writing) -> Iterator[Intent]:
        for change in writing.decision.planned:
            yield order.intent(writing.ticket, change, self.language)
        for remark in writing.remarks:
            text = remark.text
            told = Change(rule=remark.rule, field=NOTE, old="", new=text.ru, why=text)
            yield order.intent(writing.ticket, told, self.language)

    def _leave_out_what_was_told(self, writings: Sequence[Writing]) -> list[ReportLine]:
        """Another run may have told it between this one's decision and its claim."""
        remarking = [writing for writing in writings if writing.remarks]
        memory = self._journal.memory_of([writing.ticket.id for writing in remarking]) if remarking else {}
        lines: list[ReportLine] = []
        for writing in remarking:
            known = memory[writing.ticket.id].told if writing.ticket.id in memory else {}
            said = [one for one in writing.remarks if was_told(one, known.get(one.rule))]
            for remark in said:
                entry = writing.told.pop(remark)
                self._journal.settle({entry: ("unchanged", "")}, at=self._clock.now())
                lines.append(remark_line(writing.ticket, remark, Mode.ENFORCE.value, Outcome.UNCHANGED, SAID_MEANWHILE))
            kept = tuple(one for one in writing.decision.remarks if one.remark not in said)
            writing.decision = replace(writing.decision, remarks=kept)
        return lines

    def _intend(self, order: Order, writings: Sequence[Writing]) -> None:
        """Journal what is to be sent in the place of what was refused, of tickets that are ours already."""
        fresh = [(w, change) for w in writings for change in w.remaining if change.field not in w.entries]
        if fresh:
            intents = [order.intent(writing.ticket, change, self.language) for writing, change in fresh]
            ids = self._journal.intend(order.run, intents, at=self._clock.now())
            for (writing, change), number in zip(fresh, ids, strict=True):
                writing.entries[change.field] = number

    def _confirm(self, order: Order, writings: Sequence[Writing]) -> tuple[list[Writing], list[ReportLine]]:
        """Re-read: what is still as it was decided upon goes on; the rest is decided again or left out."""
        read_at = self._clock.monotonic()
        read = self._helpdesk.read([writing.ticket.id for writing in writings], with_article=False)
        now = {ticket.id: ticket for ticket in read.tickets}
        going: list[Writing] = []
        lines: list[ReportLine] = []
        for writing in writings:
            fresh = now.get(writing.ticket.id)
            if fresh is None:
                self._supersede(writing)
                lines += planned_lines(writing.decision, Outcome.FAILED, GONE)
            elif fresh == replace(writing.ticket, article=None):
                going.append(writing)
            else:
                more, said = self._decide_again(order, writing, fresh)
                going += more
                lines += said
        for writing in going:
            writing.read_at = read_at
        return going, lines

    def _decide_again(self, order: Order, writing: Writing, fresh: Ticket) -> tuple[list[Writing], list[ReportLine]]:
        self._supersede(writing)
        if order.judge_again:
            tickets = self._helpdesk.read([fresh.id]).tickets
            decision = next(iter(self._judge.decide(tickets)), Decision(ticket=fresh))
            lines = list(unwritten_lines(decision))
        else:
            decision, lines = what_still_holds(writing.decision, fresh)
        wanted = {change.field for change in decision.planned}
        lines += [
            change_line(fresh, change, Mode.ENFORCE.value, Outcome.UNCHANGED, ALREADY_SO)
            for change in writing.decision.planned
            if change.field not in wanted and same_value(fresh.value_of(change.field), change.new)
        ]
        if not decision.wants_write:
            return [], lines
        again, said = self._claim(order, [Writing(decision=decision)])
        return again, lines + said

    def _composed(self, order: Order, writing: Writing) -> Note | None:
        """The note of what is about to be sent, after whatever is asked for instead of a refused value is journaled."""
        self._intend(order, [writing])
        if writing.ticket.id in order.articles:
            return order.articles[writing.ticket.id]
        composed = compose_note(writing.remaining, writing.remarks, run=order.run, language=self.language)
        return Note(subject=composed[0], body=composed[1]) if composed else None

    # --- after the write --------------------------------------------------------------------------------------------

    def _close(self, order: Order, writing: Writing) -> tuple[ReportLine, ...]:
        now = self._clock.now()
        if writing.remarks and writing.note_is_there and not self._told_already(writing):  # before another may
            told = {remark.rule: remark_digest(remark) for remark in writing.remarks}
            self._journal.remember_told(writing.ticket.id, told, run=order.run, at=now)
        if settled := writing.settlements(self.language):
            self._journal.settle(settled, at=now)
        return writing.lines()

    def _told_already(self, writing: Writing) -> bool:
        """Another bridge has found the note meanwhile, and remembered it; it may have said something else since."""
        known = self._journal.entries(ticket_id=writing.ticket.id, limit=50)
        return {entry.id for entry in known if entry.state == "applied"} >= set(writing.told.values())

    def _withdraw(self, writing: Writing) -> list[ReportLine]:
        self._supersede(writing)
        return self._not_tried(writing.decision)

    def _supersede(self, writing: Writing) -> None:
        if entries := [*writing.entries.values(), *writing.told.values()]:
            self._journal.settle(dict.fromkeys(entries, ("superseded", "")), at=self._clock.now())

    def _give_up(self, writings: Sequence[Writing], error: BridgeError) -> list[ReportLine]:
        """Re-reading failed, so nothing of this chunk was sent."""
        for writing in writings:
            self.breaker.note(error)
            self._supersede(writing)
        return [line for w in writings for line in planned_lines(w.decision, Outcome.FAILED, error.words)]

    def _not_tried(self, decision: Decision) -> list[ReportLine]:
        if self.stopping():
            return list(planned_lines(decision, Outcome.SKIPPED, STOPPED))
        return list(planned_lines(decision, Outcome.FAILED, NOT_TRIED))
