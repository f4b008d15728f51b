"""After a crash: finding out what became of writes whose answer was never journaled."""

from __future__ import annotations

from datetime import timedelta

import structlog

from otrs_bridge.domain.ticket import same_value
from otrs_bridge.ports.journal import JournalEntry, WriteState
from otrs_bridge.service.gateway import Outside
from otrs_bridge.words import Language, Words

log = structlog.get_logger(__name__)

OLD_ENOUGH = timedelta(minutes=2)  # younger intents may belong to another process that is writing right now
BATCH = 50


def recover(outside: Outside, language: Language) -> int:
    """Settle the journal's open intents by what OTRS holds now; returns how many. Nothing is written to OTRS.

    What holds the new value was done; everything else was not, and the next sweep decides about it afresh. The journal
    is told so in `language`. A ticket over which OTRS breaks waits for a better time.
    """
    now = outside.clock.now()
    lost = [entry for entry in outside.journal.unsettled() if entry.intended_at < now - OLD_ENOUGH]
    settled = 0
    for start in range(0, len(lost), BATCH):
        some = lost[start : start + BATCH]
        ids = list(dict.fromkeys(entry.ticket_id for entry in some))
        read = outside.helpdesk.read(ids, with_article=False)
        if read.broken:  # nobody knows what these hold: their entries stay open, the others' are settled
            log.warning("not recovered yet", tickets=sorted(read.broken))
        tickets = {t.id: t for t in read.tickets}
        found: dict[int, tuple[WriteState, str]] = {}
        for entry in (one for one in some if one.ticket_id not in read.broken):
            ticket = tickets.get(entry.ticket_id)
            holds = ticket is not None and same_value(ticket.value_of(entry.field), entry.new)
            found[entry.id] = ("applied" if holds else "failed"), _fate(entry, holds=holds).text(language)
        outside.journal.settle(found, at=now)
        settled += len(found)
    if settled:
        log.warning("recovered", entries=settled)
    return settled


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
