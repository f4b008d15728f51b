"""After a crash, or a lost answer: finding out what became of writes whose fate was never journaled.

Nothing is called "not done" before OTRS's history was looked at: what was written and changed by a person since was done,
and his value stays. What covered a person's value, because he set it between the reading and the writing that nobody saw
the end of, was done as well, and his value is given back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import structlog

from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.decision import remark_digest
from otrs_bridge.domain.field_events import FieldEvent, done_and_changed, overwritten
from otrs_bridge.domain.note_text import is_note_of, note_says
from otrs_bridge.domain.report import NOTE
from otrs_bridge.domain.ticket import Ticket, same_value, shown
from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.journal import REPAIR, JournalEntry, Pin, WriteState
from otrs_bridge.service.gateway.interference import Interference
from otrs_bridge.service.gateway.patience import Patience
from otrs_bridge.service.outside import Outside
from otrs_bridge.words import Language, Words

log = structlog.get_logger(__name__)

PATIENCE = timedelta(minutes=10)  # so long OTRS, or another process, may still be at a write that is not to be seen
BATCH = 50
ARTICLES = 10  # so many of the newest are searched for a note of ours
LATER_REASON = "a person changed it after the bridge, which was interrupted"
BLIND_FOR = timedelta(hours=1)  # so long an entry waits for a history that cannot be read


def recover(outside: Outside, interference: Interference, patience: Patience, language: Language) -> int:
    """Settle the journal's open intents by what OTRS holds now; returns how many.

    Nothing is written to OTRS but a person's value that one of them covered. What OTRS holds was done, a remark when a
    note says so. Whatever else is not there `PATIENCE` after it was journaled was not done, and the next sweep decides
    about it afresh; until then nobody writes to its ticket. The journal is told so in `language`. A ticket over which
    OTRS breaks waits for a better time.
    """
    settled = found = last = 0
    while waiting := outside.journal.unsettled(after=last, limit=BATCH):
        found, last = found + len(waiting), waiting[-1].id
        settled += _recover_some(outside, interference, patience, waiting, language)
    if found:
        log.warning("recovered", entries=settled, still_open=found - settled)
    return settled


def _recover_some(
    outside: Outside,
    interference: Interference,
    patience: Patience,
    entries: Sequence[JournalEntry],
    language: Language,
) -> int:
    now = outside.clock.now()
    ids = list(dict.fromkeys(entry.ticket_id for entry in entries))
    read = outside.helpdesk.read(ids, with_article=False)
    if read.broken:  # nobody knows what these hold: their entries stay open, the others' are settled
        log.warning("not recovered yet", tickets=sorted(read.broken))
        entries = [entry for entry in entries if entry.ticket_id not in read.broken]
    tickets = {t.id: t for t in read.tickets}
    there, missing = _looked_for(outside, entries, tickets)
    found: dict[int, tuple[WriteState, str]] = {entry.id: ("applied", _FOUND.text(language)) for entry in there}
    events = _histories(outside, [one for one in entries if one.field != NOTE and one.ticket_id in tickets])
    for entry in missing:
        ticket, known = tickets.get(entry.ticket_id), events.get(entry.ticket_id)
        person = done_and_changed(entry.old, entry.new, entry.field, known or ())
        if person is not None and ticket is not None:
            _leave_to_people(outside, entry, ticket)
            found[entry.id] = "applied", _changed_since(person).text(language)
        elif entry.intended_at < patience.ago(PATIENCE if known is not None or entry.field == NOTE else BLIND_FOR):
            found[entry.id] = "failed", _not_done(entry).text(language)
    found |= _put_right(outside, interference, there, tickets, events, language)
    outside.journal.settle(found, at=now)
    return len(found)


def _looked_for(
    outside: Outside, entries: Sequence[JournalEntry], tickets: Mapping[int, Ticket]
) -> tuple[list[JournalEntry], list[JournalEntry]]:
    """Those that are done, and those that are not; of some nobody can tell now."""
    there: list[JournalEntry] = []
    missing: list[JournalEntry] = []
    for entry in entries:
        try:
            is_there = _is_there(outside, entry, tickets.get(entry.ticket_id))
        except BridgeError as error:  # of this one ticket: it could be read a moment ago
            log.warning("not recovered yet", tickets=[entry.ticket_id], error=str(error))
            continue
        (there if is_there else missing).append(entry)
        if is_there and entry.field == NOTE and entry.mode != REPAIR:
            _remember_told(outside, entry)
    return there, missing


def _put_right(
    outside: Outside,
    interference: Interference,
    done: Sequence[JournalEntry],
    tickets: Mapping[int, Ticket],
    events: Mapping[int, Sequence[FieldEvent]],
    language: Language,
) -> Mapping[int, tuple[WriteState, str]]:
    """What covered a person's value unseen: his is given back. That it was our write, and not a later one, its note says.

    By entry what the journal is told of it.
    """
    told: dict[int, tuple[WriteState, str]] = {}
    for entry in done:
        if entry.field == NOTE or entry.undoes is not None:
            continue
        why = Words(ru=entry.why, en=entry.why)
        change = Change(rule=entry.rule, field=entry.field, old=entry.old, new=entry.new, why=why)
        taken = overwritten(change, events.get(entry.ticket_id, ()))
        if taken is None or not _has_note_of(outside, entry):
            continue
        fresh = next(iter(outside.helpdesk.read([entry.ticket_id], with_article=False).tickets), None)
        held = fresh is not None and not fresh.is_technical and same_value(fresh.value_of(entry.field), entry.new)
        if fresh is None or not held:  # looking took a while
            _leave_to_people(outside, entry, fresh or tickets[entry.ticket_id])
            continue
        outcome, words = interference.put_right(entry.run, fresh, change, taken, entry=entry.id)
        log.warning("recovered", ticket=entry.ticket_number, field=entry.field, outcome=outcome.value)
        told[entry.id] = "applied", words.text(language)
    return told


def _has_note_of(outside: Outside, entry: JournalEntry) -> bool:
    try:
        return any(is_note_of(one, entry.run) for one in outside.helpdesk.last_articles(entry.ticket_id, ARTICLES))
    except BridgeError as error:
        log.warning("articles not read", ticket=entry.ticket_number, error=str(error))
        return False


def _histories(outside: Outside, entries: Sequence[JournalEntry]) -> Mapping[int, Sequence[FieldEvent]]:
    """By ticket; none at all where OTRS cannot show them now."""
    try:
        return outside.helpdesk.field_events(list(dict.fromkeys(entry.ticket_id for entry in entries)))
    except BridgeError as error:
        log.warning("history not read", tickets=len(entries), error=str(error))
        return {}


def _leave_to_people(outside: Outside, entry: JournalEntry, ticket: Ticket) -> None:
    pin = Pin(
        ticket_id=entry.ticket_id,
        ticket_number=entry.ticket_number,
        field=entry.field,
        rule=entry.rule,
        value=ticket.value_of(entry.field),
        reason=LATER_REASON,
        since=outside.clock.now(),
    )
    outside.journal.pin([pin])


def _is_there(outside: Outside, entry: JournalEntry, ticket: Ticket | None) -> bool:
    if ticket is None:
        return False
    if entry.field != NOTE:
        return same_value(ticket.value_of(entry.field), entry.new)
    newest = outside.helpdesk.last_articles(ticket.id, ARTICLES)
    if entry.mode == REPAIR:  # it had no text at all
        return any(one.internal and one.body.strip() for one in newest)
    return any(note_says(one, entry.why, rule=entry.rule, run=entry.run) for one in newest)


def _remember_told(outside: Outside, entry: JournalEntry) -> None:
    remark = Remark(rule=entry.rule, text=Words(ru=shown(entry.new), en=entry.why))
    told = {entry.rule: remark_digest(remark)}
    outside.journal.remember_told(entry.ticket_id, told, run=entry.run, at=outside.clock.now())


_FOUND = Words(
    ru="мост прервался; позже это нашлось в OTRS",
    en="the bridge was interrupted; this was found in OTRS later",
)


def _changed_since(event: FieldEvent) -> Words:
    return Words(
        ru=f"мост прервался; это было записано, а позже агент (номер {event.by} в OTRS) записал «{event.new}»",
        en=f"the bridge was interrupted; this was written, and agent number {event.by} of OTRS set “{event.new}” later",
    )


def _not_done(entry: JournalEntry) -> Words:
    return Words(
        ru=f"мост прервался во время прохода {entry.run}; в OTRS этого нет",
        en=f"the bridge was interrupted in run {entry.run}; this is not in OTRS",
    )
