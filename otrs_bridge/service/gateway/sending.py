"""Sending one ticket's update and finding out, whatever the network did, what OTRS made of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import structlog

from otrs_bridge.domain.ticket import DYNAMIC_FIELD_PREFIX, Article, Ticket, Value, same_value
from otrs_bridge.errors import BridgeError, OtrsRejected, OutcomeUnknown
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.helpdesk import Note
from otrs_bridge.ports.helpdesk_writes import WritableHelpdesk
from otrs_bridge.service.gateway.writing import Writing
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

WAITS = (2.0, 6.0)  # seconds to leave OTRS after a lost answer: it finishes what it began, long after the line is dead


class UpdateSender:
    """Sends updates and reads them back. Holds no state of its own."""

    def __init__(self, helpdesk: WritableHelpdesk, clock: Clock) -> None:
        self._helpdesk = helpdesk
        self._clock = clock

    def send(self, writing: Writing, compose: Callable[[Writing], Note | None]) -> BridgeError | None:
        """Send one update. Returns what went wrong, except for what OTRS refuses by name.

        In the place of what OTRS refuses by name goes the change's `if_refused`; what has none is left out, the rest sent.
        `compose` is asked before every try: it journals what is new in it, and makes the note that fits what is sent.
        """
        writing.sent = True
        while writing.remaining or writing.remarks:
            fields = {change.field: change.new for change in writing.remaining}
            writing.note = compose(writing)
            try:
                self._helpdesk.update(writing.ticket.id, fields, writing.note)
            except OtrsRejected as refused:
                if not _leave_out(writing, refused, fields):
                    return None
            except OutcomeUnknown as lost:
                log.warning("write outcome unknown", ticket=writing.ticket.number, error=str(lost))
                writing.unknown, writing.coming = True, not lost.broke_off
                return lost
            except BridgeError as error:
                writing.fail(error)
                return error
            else:
                writing.note_is_there = writing.note is not None
                return None
        return None

    def read_back(self, writings: Sequence[Writing]) -> None:
        """Put into each writing what OTRS holds now. Where that cannot be read, the writing says so."""
        certain = [w for w in writings if not w.unknown and not w.all_refused]
        try:
            after = self._read([w.ticket.id for w in certain])
        except BridgeError as error:
            for writing in certain:
                writing.unverified = error.words
        else:
            for writing in certain:
                self._judge_certain(writing, after.get(writing.ticket.id))
        for writing in writings:
            if writing.unknown:
                self._find_out(writing)

    def _judge_certain(self, writing: Writing, after: Ticket | None) -> None:
        writing.after = after
        if after is None:
            writing.unverified = Words(ru="заявка больше не читается", en="the ticket cannot be read any more")
            return
        # A dynamic field read as empty may be OTRS's own cache: the search knows better.
        for change in writing.remaining:
            if not after.value_of(change.field) and change.new:
                writing.trust(change.field, self._holds(writing.ticket.id, change.field, change.new))

    def _holds(self, ticket_id: int, field: str, value: Value) -> bool:
        try:
            return self._helpdesk.holds(ticket_id, field, value)
        except BridgeError:
            return False

    def _find_out(self, writing: Writing) -> None:
        """The answer was lost: wait and look. Where OTRS itself said that it broke off, the rest is sent once more.

        Otherwise OTRS may carry it out minutes later: sent twice, there would be two notes. It stays unknown, and recovery
        finds out.
        """
        try:
            if self._done_after_waiting(writing, WAITS):
                writing.coming = False
                return
            if writing.coming:
                return
            missing = self._missing(writing)
            note = writing.note if not writing.note_is_there else None
            if missing or note:
                self._helpdesk.update(writing.ticket.id, missing, note)
                writing.note_is_there = writing.note_is_there or note is not None
            self._look(writing)
        except OutcomeUnknown as lost:
            writing.coming = not lost.broke_off
            self._last_look(writing)
        except OtrsRejected as refused:
            writing.fail(refused)
        except BridgeError as error:
            writing.unverified = error.words

    def _last_look(self, writing: Writing) -> None:
        try:
            self._done_after_waiting(writing, WAITS[-1:])
        except BridgeError as error:
            writing.unverified = error.words

    def _done_after_waiting(self, writing: Writing, waits: Sequence[float]) -> bool:
        for seconds in waits:
            self._clock.sleep(seconds)
            self._look(writing)
            if writing.all_hold() and (writing.note is None or writing.note_is_there):
                return True
        return False

    def _look(self, writing: Writing) -> None:
        writing.after = self._read([writing.ticket.id]).get(writing.ticket.id)
        if writing.note and not writing.note_is_there:
            newest = self._helpdesk.last_articles(writing.ticket.id, 10)
            writing.note_is_there = any(_is_note(one, writing.note) for one in newest)

    def _missing(self, writing: Writing) -> Mapping[str, Value]:
        after = writing.after
        return {
            change.field: change.new
            for change in writing.remaining
            if after is None or not same_value(after.value_of(change.field), change.new)
        }

    def _read(self, ids: Sequence[int]) -> Mapping[int, Ticket]:
        if not ids:
            return {}
        return {ticket.id: ticket for ticket in self._helpdesk.read(ids, with_article=False).tickets}


def _leave_out(writing: Writing, refused: OtrsRejected, fields: Mapping[str, Value]) -> bool:
    """Whether something is left to send without the field that OTRS refused by name."""
    by_name = [name for name in fields if name in refused.fields]
    any_dynamic = DYNAMIC_FIELD_PREFIX in refused.fields  # OTRS does not say which one
    dynamic = [name for name in fields if any_dynamic and name.startswith(DYNAMIC_FIELD_PREFIX)]
    if not by_name and not dynamic:
        writing.fail(refused)
        return False
    for name in by_name:
        writing.refuse(name, refused)
    for name in dynamic:
        writing.fail(refused, only=name)
    return bool(writing.remaining or writing.remarks)


def _is_note(article: Article, note: Note) -> bool:
    has_its_words = same_value(" ".join(article.body.split()), " ".join(note.body.split()))
    return article.internal and same_value(article.subject, note.subject) and has_its_words
