"""The daemon: turn after turn over new and changed tickets, nothing missed, nothing done twice.

What is asked of OTRS is "what changed in the last N minutes" by OTRS's own clock, N reaching back beyond the last
finished turn. So neither clocks nor time zones nor the hour that an autumn night has twice can lose a ticket. A ticket
version is looked at until it has been looked at once more than `SETTLING` after it was first met: OTRS keeps whole
seconds only, and a second change within the same second looks like the first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import schedule
import structlog

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.selection import ChangedWithin, TheseTickets
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.journal import Sighting
from otrs_bridge.service.examining import BATCH
from otrs_bridge.service.gateway import Outside
from otrs_bridge.service.recovery import recover
from otrs_bridge.service.sweep import Examination, Sweep
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

WATERMARK = "daemon"
NEW_AND_CHANGED = Words(ru="новые и изменённые", en="new and changed")
FIRST_LOOK_BACK = timedelta(hours=1)
OVERLAP = timedelta(minutes=2)
SETTLING = timedelta(seconds=3)
UNFINISHED = timedelta(minutes=15)  # a ticket without an article for so long will not get one: a create that failed
MEMORY = timedelta(days=2)
LONGEST_BACKOFF = 600.0
LONGEST_RETRY = timedelta(hours=1)
HABIT = 3  # failures in a row after which even a changed ticket has to wait: our own tries may be what changes it


@dataclass(kw_only=True, slots=True)
class _Trouble:
    """A ticket whose write failed: tried again ever more seldom until it changes."""

    changed: str
    tries: int
    next_try: datetime


@dataclass(kw_only=True, slots=True)
class Daemon:
    """Drives turns: first `prepare`, then the tickets, then whatever jobs are due (`drive_jobs`).

    `stopping` is asked between turns and, by the gateway, between tickets.
    """

    outside: Outside
    sweep: Sweep
    caps: Caps
    poll_seconds: float
    stopping: Callable[[], bool] = lambda: False
    prepare: Callable[[], None] = lambda: None
    drive_jobs: Callable[[], None] = lambda: None
    _troubles: dict[int, _Trouble] = field(default_factory=dict)
    _failures: int = 0

    def run(self) -> None:
        """Turn until told to stop. A failing turn is logged, the next waits longer, and the process lives on."""
        scheduler = schedule.Scheduler()
        scheduler.every(max(1, round(self.poll_seconds))).seconds.do(self._guarded_turn)
        log.info("daemon started", poll_seconds=self.poll_seconds)
        self._guarded_turn()
        while not self.stopping():
            scheduler.run_pending()
            self.outside.clock.sleep(max(0.05, min(scheduler.idle_seconds or 0.0, 1.0)))
        log.info("daemon stopped")

    def _guarded_turn(self) -> None:
        if self.stopping():
            return
        try:
            self.prepare()
            self.turn()
            self.drive_jobs()
            self._failures = 0
        except Exception as error:  # whatever broke this turn, the next one is tried: nobody watches a daemon at night
            self._failures += 1
            wait = self.backoff()
            if isinstance(error, BridgeError):
                log.warning("turn failed", error=str(error), failures=self._failures, wait_seconds=wait)
            else:
                log.exception("turn broke", failures=self._failures, wait_seconds=wait)
            self.outside.clock.sleep(wait)

    def backoff(self) -> float:
        """Seconds to wait before the next turn, besides the usual pause: doubles with every failure in a row."""
        return min(self.poll_seconds * 2 ** (self._failures - 1), LONGEST_BACKOFF) if self._failures else 0.0

    def turn(self) -> Report:
        """One look at what is new. Raises BridgeError when OTRS or the journal cannot be used."""
        clock, journal = self.outside.clock, self.outside.journal
        now = clock.now()
        recover(self.outside, self.sweep.language)
        due = self._due(now)
        seen = self.sweep.examine(TheseTickets(ids=tuple(due)))
        versions = {**seen.versions, **seen.incomplete}
        journal.see([_sighting(i, version, due.get(i), now) for i, version in versions.items()])
        report = self._write(seen, now)
        self._settle(seen, report, due, now)
        journal.set_watermark(WATERMARK, now)
        journal.forget_sightings(before=now - MEMORY)
        if seen.examined or report.lines:
            log.info("turn", run=report.run, **report.counts)
        return report

    # --- what to look at --------------------------------------------------------------------------------------------

    def _due(self, now: datetime) -> dict[int, Sighting | None]:
        """Tickets to examine, with what was known of them: changed since the last turn, or not settled then."""
        journal = self.outside.journal
        reach = max(now - (journal.watermark(WATERMARK) or now - FIRST_LOOK_BACK), timedelta()) + OVERLAP
        ids = [i for page in self.outside.helpdesk.walk(ChangedWithin(minutes=_minutes(reach))) for i in page]
        known = {s.ticket_id: s for s in journal.sightings(ids)} if ids else {}
        due: dict[int, Sighting | None] = {i: None for i in ids if i not in known}
        for ticket in self._versions(list(known)):
            done = known[ticket.id].settled and known[ticket.id].changed == ticket.changed
            if not done and not self._resting(ticket.id, ticket.changed, now):
                due[ticket.id] = known[ticket.id]
        for sighting in journal.sightings():
            if sighting.ticket_id not in ids and not self._resting(sighting.ticket_id, sighting.changed, now):
                due[sighting.ticket_id] = sighting
        return due

    def _versions(self, ids: Sequence[int]) -> list[Ticket]:
        """The tickets without their articles: half the price of reading them whole."""
        found: list[Ticket] = []
        for start in range(0, len(ids), BATCH):
            found += self.outside.helpdesk.read(ids[start : start + BATCH], with_article=False).tickets
        return found

    def _resting(self, ticket_id: int, changed: str, now: datetime) -> bool:
        """A write to this ticket failed lately. A person's change ends the rest, unless failing has become a habit."""
        trouble = self._troubles.get(ticket_id)
        if trouble is None or now >= trouble.next_try:
            return False
        return trouble.changed == changed or trouble.tries >= HABIT

    # --- writing ----------------------------------------------------------------------------------------------------

    def _write(self, seen: Examination, now: datetime) -> Report:
        """Write as many tickets as the hour still allows; the rest stays unsettled and comes again."""
        used = self.outside.journal.tickets_changed_since(now - timedelta(hours=1))
        left = max(0, self.caps.per_hour - used)
        writes = seen.writes
        if held := writes[left:]:
            log.warning("hourly cap reached", allowed=self.caps.per_hour, held=len(held))
        quiet = [decision for decision in seen.decisions if not decision.wants_write]
        run, lines = self.sweep.write([*quiet, *writes[:left]], kind="daemon", selection=NEW_AND_CHANGED)
        return Report(
            lines=tuple(lines),
            examined=seen.examined,
            incomplete=len(seen.incomplete),
            unreadable=seen.unreadable,
            run=run,
        )

    def _settle(self, seen: Examination, report: Report, due: dict[int, Sighting | None], now: datetime) -> None:
        """A version needs no further look once it was examined `SETTLING` after it was first met and nothing is open."""
        done = {line.ticket_id for line in report.lines if line.outcome in {Outcome.APPLIED, Outcome.UNCHANGED}}
        failed = {line.ticket_id for line in report.lines if line.outcome is Outcome.FAILED}
        held = {decision.ticket.id for decision in seen.writes} - done
        self._remember_troubles(failed, seen, now)
        sightings = []
        for versions, patience, kept_open in (
            (seen.versions, SETTLING, failed | held),
            (seen.incomplete, UNFINISHED, set[int]()),
        ):
            for ticket_id, changed in versions.items():
                sighting = _sighting(ticket_id, changed, due.get(ticket_id), now)
                settled = now - sighting.first_seen >= patience and ticket_id not in kept_open
                sightings.append(replace(sighting, settled=settled))
        gone = [known for ticket_id in seen.unreadable if (known := due.get(ticket_id))]
        self.outside.journal.see(sightings + [replace(known, settled=True) for known in gone])

    def _remember_troubles(self, failed: set[int], seen: Examination, now: datetime) -> None:
        for ticket_id in failed:
            before = self._troubles.get(ticket_id)
            tries = before.tries + 1 if before else 1
            pause = min(timedelta(seconds=self.poll_seconds * 2**tries), LONGEST_RETRY)
            changed = seen.versions.get(ticket_id, "")
            self._troubles[ticket_id] = _Trouble(changed=changed, tries=tries, next_try=now + pause)
        for ticket_id in set(seen.versions) - failed:
            self._troubles.pop(ticket_id, None)


def _sighting(ticket_id: int, changed: str, before: Sighting | None, now: datetime) -> Sighting:
    """What was known of this version, or that it is new."""
    if before is not None and before.changed == changed:
        return replace(before, settled=False)
    return Sighting(ticket_id=ticket_id, changed=changed, first_seen=now, settled=False)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60) + 1
