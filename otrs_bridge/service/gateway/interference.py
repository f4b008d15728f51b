"""What another agent did to a ticket between our reading and our writing: found in OTRS's history, given back, and told.

OTRS takes an update whatever happened to the ticket since it was read. A person's value that was overwritten so is put
back, and the field is left to people from then on. What cannot be put back (a merge) is told to a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import structlog

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.field_events import FieldEvent, author_of, changed_after, most_likely, overwritten
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import TECHNICAL_STATE_TYPES, Customer, Ticket, Value, same_value, shown
from otrs_bridge.errors import BridgeError, JournalUnusable
from otrs_bridge.ports.journal import Intent, Pin
from otrs_bridge.service.gateway.breaker import Breaker
from otrs_bridge.service.gateway.writable import WritableOutside
from otrs_bridge.service.gateway.writing import ALREADY_SO, Writing
from otrs_bridge.words import Language, Words

log = structlog.get_logger(__name__)

TAKEN_REASON = "another agent set it while the bridge was writing"


class Interference:
    """Looks at what was written, for what others did meanwhile: one call a batch."""

    def __init__(self, outside: WritableOutside, breaker: Breaker, language: Language) -> None:
        self._helpdesk = outside.helpdesk
        self._journal = outside.journal
        self._clock = outside.clock
        self._breaker = breaker
        self._language = language
        self._authors: Counter[int] = Counter()

    def look(self, run: int, writings: Sequence[Writing]) -> None:
        """Put into each writing what others did to its fields, and give back what can be given back."""
        written = [writing for writing in writings if writing.sent and _may_have_covered(writing)]
        try:
            events = self._helpdesk.field_events([writing.ticket.id for writing in written]) if written else {}
        except BridgeError as error:
            log.warning("history not read", tickets=len(written), error=str(error))
            return
        for writing in written:
            done = [change for change in writing.remaining if writing.verdict(change)[0] is Outcome.APPLIED]
            of_ticket = events.get(writing.ticket.id, ())
            self._authors.update(author_of(change.new, change.field, of_ticket) for change in done)
        for writing in written:
            for change in writing.remaining:
                self._look_at(run, writing, change, events.get(writing.ticket.id, ()))

    def _look_at(self, run: int, writing: Writing, change: Change, events: Sequence[FieldEvent]) -> None:
        if writing.verdict(change)[0] is not Outcome.APPLIED:
            after = changed_after(change.new, change.field, events)
            if after is not None and writing.after is not None:
                self._pin(writing.ticket, change, writing.after.value_of(change.field))
                writing.others[change.field] = Outcome.PINNED, _changed_after(after)
            return
        if (taken := overwritten(change, events)) is not None:
            told = self.put_right(run, writing.ticket, change, taken, entry=writing.entries[change.field])
            writing.others[change.field] = told
        elif self._is_anothers(author_of(change.new, change.field, events)):
            writing.kept[change.field] = ALREADY_SO

    def _is_anothers(self, author: int) -> bool:
        """Whether somebody else set what the bridge has sent: OTRS keeps no trace of the same value set once more.

        The bridge knows its own number by what it has written so far.
        """
        ours = most_likely(self._authors)
        return bool(author and ours) and author != ours

    def put_right(
        self, run: int, ticket: Ticket, change: Change, taken: FieldEvent, *, entry: int
    ) -> tuple[Outcome, Words]:
        """Give back what another agent had set and `change`, journaled as `entry`, covered; what came of it."""
        log.error("another agent was overwritten", ticket=ticket.number, field=change.field, by=taken.by)
        value = _value(taken, change)
        if value is None:
            return Outcome.FAILED, _to_be_put_right(taken, change)
        if (problem := self._give_back(run, ticket, change, value, entry)) is not None:
            return Outcome.FAILED, _to_be_put_right(taken, change, problem)
        self._pin(ticket, change, value)
        return Outcome.PINNED, _given_back(taken)

    def _give_back(self, run: int, ticket: Ticket, change: Change, value: Value, entry: int) -> Words | None:
        """Write the person's value again, as an intent like every write; None, or why it is not there."""
        back = Intent(
            ticket_id=ticket.id,
            ticket_number=ticket.number,
            rule=change.rule,
            field=change.field,
            old=change.new,
            new=value,
            why=_GIVING_BACK.text(self._language),
            mode=Mode.ENFORCE.value,
            undoes=entry,
        )
        (number,) = self._journal.intend(run, [back], at=self._clock.now())
        try:
            self._helpdesk.update(ticket.id, {change.field: value}, None)
            (after,) = self._helpdesk.read([ticket.id], with_article=False).tickets or (Ticket(id=0, number=""),)
        except JournalUnusable:
            raise
        except BridgeError as error:  # the entry stays open, for recovery
            self._breaker.note(error)
            return error.words
        held = same_value(after.value_of(change.field), value)
        self._journal.settle({number: ("applied" if held else "failed", "")}, at=self._clock.now())
        return None if held else Words(ru="OTRS не принял прежнее значение", en="OTRS did not take it back")

    def _pin(self, ticket: Ticket, change: Change, value: Value) -> None:
        pin = Pin(
            ticket_id=ticket.id,
            ticket_number=ticket.number,
            field=change.field,
            rule=change.rule,
            value=value,
            reason=TAKEN_REASON,
            since=self._clock.now(),
        )
        self._journal.pin([pin])


def _may_have_covered(writing: Writing) -> bool:
    """Whether anything was written: what a person set right before that leaves no other trace than the history."""
    return writing.after is not None and not writing.all_refused and bool(writing.remaining)


def _value(taken: FieldEvent, change: Change) -> Value | None:
    """The person's value as it can be written; None where that is not possible, or not known for certain."""
    if taken.cut or not taken.new:
        return None
    match taken.field:
        case "state":
            can = taken.new not in TECHNICAL_STATE_TYPES and not taken.new.startswith("pending")
            return taken.new if can else None
        case "customer":
            return Customer(user=taken.new, company=taken.company)
        case _:
            return tuple(sorted(taken.new.split(", "))) if isinstance(change.new, tuple) else taken.new


_GIVING_BACK = Words(
    ru="другой агент записал это, пока писал мост: возвращено",
    en="another agent set this while the bridge was writing: given back",
)


def _who(event: FieldEvent) -> Words:
    if not event.by:
        return Words(ru="другой агент", en="another agent")
    return Words(ru=f"другой агент (номер {event.by} в OTRS)", en=f"another agent (number {event.by} in OTRS)")


def _given_back(taken: FieldEvent) -> Words:
    who = _who(taken)
    return Words(
        ru=f"пока писал мост, {who.ru} записал «{taken.new}»; его значение возвращено, мост больше не трогает это поле",
        en=f"while the bridge was writing, {who.en} set “{taken.new}”; that was given back, the bridge leaves it alone",
    )


def _changed_after(event: FieldEvent) -> Words:
    who = _who(event)
    return Words(
        ru=f"записано, и сразу после этого {who.ru} записал «{event.new}»; мост больше не трогает это поле",
        en=f"written, and right afterwards {who.en} set “{event.new}”; the bridge leaves this field alone",
    )


def _to_be_put_right(taken: FieldEvent, change: Change, problem: Words | None = None) -> Words:
    who, because = _who(taken), problem or Words(ru="", en="")
    return Words(
        ru=f"пока писал мост, {who.ru} записал «{taken.new}», а теперь там «{shown(change.new)}»: верните сами. "
        f"{because.ru}".strip(),
        en=f"while the bridge was writing, {who.en} set “{taken.new}”, and now it is “{shown(change.new)}”: put it "
        f"right yourself. {because.en}".strip(),
    )
