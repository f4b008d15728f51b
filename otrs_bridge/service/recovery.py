"""After a crash, or a lost answer: finding out what became of writes whose fate was never journaled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import structlog

from otrs_bridge.domain.change import Remark
from otrs_bridge.domain.decision import remark_digest
from otrs_bridge.domain.note_text import note_says
from otrs_bridge.domain.report import NOTE
from otrs_bridge.domain.ticket import Ticket, same_value, shown
from otrs_bridge.ports.journal import JournalEntry, WriteState
from otrs_bridge.service.gateway import Outside
from otrs_bridge.words import Language, Words

log = structlog.get_logger(__name__)

PATIENCE = timedelta(minutes=10)  # so long OTRS, or another process, may still be at a write that is not to be seen
BATCH = 50
ARTICLES = 10  # so many of the newest are searched for a note of ours


def recover(outside: Outside, language: Language) -> int:
    """Settle the journal's open intents by what OTRS holds now; returns how many. Nothing is written to OTRS.

    What OTRS holds was done, a remark when a note says so. Whatever else is not there `PATIENCE` after it was journaled
    was not done, and the next sweep decides about it afresh; until then nobody writes to its ticket. The journal is told
    so in `language`. A ticket over which OTRS breaks waits for a better time.
    """
    now, settled = outside.clock.now(), 0
    waiting = outside.journal.unsettled()
    for start in range(0, len(waiting), BATCH):
        some = waiting[start : start + BATCH]
        ids = list(dict.fromkeys(entry.ticket_id for entry in some))
        read = outside.helpdesk.read(ids, with_article=False)
        if read.broken:  # nobody knows what these hold: their entries stay open, the others' are settled
            log.warning("not recovered yet", tickets=sorted(read.broken))
            some = [entry for entry in some if entry.ticket_id not in read.broken]
        tickets = {t.id: t for t in read.tickets}
        there = {entry.id for entry in some if _is_there(outside, entry, tickets.get(entry.ticket_id))}
        found: dict[int, tuple[WriteState, str]] = {
            entry.id: (
                "applied" if entry.id in there else "failed",
                _fate(entry, holds=entry.id in there).text(language),
            )
            for entry in some
            if entry.id in there or entry.intended_at < now - PATIENCE
        }
        _remember_told(outside, [entry for entry in some if entry.id in there and entry.field == NOTE])
        outside.journal.settle(found, at=now)
        settled += len(found)
    if waiting:
        log.warning("recovered", entries=settled, still_open=len(waiting) - settled)
    return settled


def _is_there(outside: Outside, entry: JournalEntry, ticket: Ticket | None) -> bool:
    if ticket is None:
        return False
    if entry.field != NOTE:
        return same_value(ticket.value_of(entry.field), entry.new)
    newest = outside.helpdesk.last_articles(ticket.id, ARTICLES)
    return any(note_says(one.body, entry.why, rule=entry.rule, run=entry.run) for one in newest)


def _remember_told(outside: Outside, entries: Sequence[JournalEntry]) -> None:
    for entry in entries:
        remark = Remark(rule=entry.rule, text=Words(ru=shown(entry.new), en=entry.why))
        told = {entry.rule: remark_digest(remark)}
        outside.journal.remember_told(entry.ticket_id, told, run=entry.run, at=outside.clock.now())


def _fate(entry: JournalEntry, *, holds: bool) -> Words:
    if holds:
        return Words(
            ru="мост прервался; позже значение нашлось в OTRS",
            en="the bridge was interrupted; the value was found in OTRS later",
        )
    return Words(
        ru=f"мост прервался во время прохода {entry.run}; в OTRS этого значения нет",
        en=f"the bridge was interrupted in run {entry.run}; OTRS does not hold the value",
    )
