"""One look at tickets that are due: examine them, write what may be written now, remember what has to come again.

The poll and the pushes share it, each in its thread and with its own gateway: what failed, what is in its grace and what
the hour still allows is one memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock

import structlog

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Decision, Outcome
from otrs_bridge.domain.grace import Grace
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.selection import TheseTickets
from otrs_bridge.ports.journal import Sighting
from otrs_bridge.service.gateway.writing import NOT_TRIED
from otrs_bridge.service.outside import Outside
from otrs_bridge.service.sightings import sighting_of, unread
from otrs_bridge.service.sweep import Examination, Sweep
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

OVERLAP = timedelta(minutes=2)
SETTLING = timedelta(seconds=3)
UNFINISHED = timedelta(minutes=15)  # a ticket without an article for so long will not get one: a create that failed
LONGEST_RETRY = 3600.0
HOUR = timedelta(hours=1)
HABIT = 3  # failures in a row after which even a changed ticket has to wait: our own tries may be what changes it

Due = Mapping[int, Sighting | None]  # what to look at, each with what was known of it


@dataclass(frozen=True, kw_only=True, slots=True)
class _FailedWrite:
    """A ticket whose write failed: tried again ever more seldom until it changes. `next_try` is of the monotonic clock."""

    changed: str
    tries: int
    next_try: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Held:
    """A version of a ticket that is in its grace. `until` is of the monotonic clock."""

    changed: str
    until: float


@dataclass(kw_only=True, slots=True)
class Looking:
    """Looks at tickets. Safe to use from several threads.

    `wait`: seconds after which a failed write is tried again; each further failure doubles it.
    """

    outside: Outside
    caps: Caps
    wait: float
    grace: Grace = field(default_factory=Grace)
    _troubles: dict[int, _FailedWrite] = field(default_factory=dict)
    _held: dict[int, _Held] = field(default_factory=dict)
    _written: deque[tuple[float, frozenset[int]]] = field(default_factory=deque)
    _lock: Lock = field(default_factory=Lock)

    @property
    def stubborn(self) -> int:
        """How many tickets cannot be written to, however often that is tried."""
        return sum(trouble.tries >= HABIT for trouble in list(self._troubles.values()))

    def grace_is_over(self) -> bool:
        """Whether a ticket waits whose grace has ended meanwhile."""
        now = self.outside.clock.monotonic()
        return any(held.until <= now for held in list(self._held.values()))

    def tries(self, ticket_id: int) -> int:
        """How often writing to the ticket has failed in a row."""
        trouble = self._troubles.get(ticket_id)
        return trouble.tries if trouble else 0

    def is_resting(self, ticket_id: int, changed: str) -> bool:
        """A write to this ticket failed lately, or it is in its grace. A person's change ends the rest, unless failing
        has become a habit.
        """
        now, held, trouble = self.outside.clock.monotonic(), self._held.get(ticket_id), self._troubles.get(ticket_id)
        if held is not None and held.changed == changed and now < held.until:
            return True
        if trouble is None or now >= trouble.next_try:
            return False
        return trouble.changed == changed or trouble.tries >= HABIT

    def look(self, sweep: Sweep, due: Due, now: datetime, told: Words) -> Report:
        """Bring these into line. `told` is the name of the run, should something be written."""
        seen = sweep.examine(TheseTickets(ids=tuple(due)))
        versions = {**seen.versions, **seen.incomplete, **unread(seen, due)}
        known = {i: sighting_of(i, version, due.get(i), now) for i, version in versions.items()}
        self.outside.journal.see(list(known.values()))
        for ticket_id in due:
            self._held.pop(ticket_id, None)
        report = self._write(sweep, seen, known, now, told)
        self._settle(seen, report, due, now)
        return report

    # --- writing ----------------------------------------------------------------------------------------------------

    def _write(
        self, sweep: Sweep, seen: Examination, known: Mapping[int, Sighting], now: datetime, told: Words
    ) -> Report:
        """Write as many tickets as the hour still allows; the rest stays unsettled and comes again."""
        left = max(0, self.caps.per_hour - self._used(now))
        writes = [one for one in seen.writes if not self._holds(one, known[one.ticket.id].first_seen, now)]
        writes.sort(key=lambda decision: self.tries(decision.ticket.id))  # the bad go last
        if held := writes[left:]:
            log.warning("hourly cap reached", allowed=self.caps.per_hour, held=len(held))
        quiet = [decision for decision in seen.decisions if not decision.wants_write]
        run, lines = sweep.write([*quiet, *writes[:left]], kind="daemon", selection=told)
        touched = frozenset(line.ticket_id for line in lines if line.outcome is Outcome.APPLIED)
        with self._lock:
            self._written.append((self.outside.clock.monotonic(), touched))
        return Report(
            lines=tuple(lines),
            examined=seen.examined,
            incomplete=len(seen.incomplete),
            unreadable=seen.unreadable,
            run=run,
        )

    def _holds(self, decision: Decision, met_at: datetime, now: datetime) -> bool:
        """Whether somebody may be typing this ticket still."""
        ticket = decision.ticket
        ends_at = self.grace.ends_at(ticket, met_at=met_at, now=now)
        if ends_at is None:
            return False
        until = self.outside.clock.monotonic() + (ends_at - now).total_seconds()
        self._held[ticket.id] = _Held(changed=ticket.raw_changed, until=until)
        return True

    def _used(self, now: datetime) -> int:
        """How many tickets were changed in the last hour, by the journal; by our own count where the clock was set back.

        What the journal has from the future was written before that, nobody knows when.
        """
        began = self.outside.clock.monotonic() - HOUR.total_seconds()
        with self._lock:
            while self._written and self._written[0][0] <= began:
                self._written.popleft()
            ours = len(frozenset[int]().union(*(touched for _, touched in self._written)))
        journal = self.outside.journal
        return max(ours, journal.tickets_changed_since(now - HOUR) - journal.tickets_changed_since(now + OVERLAP))

    # --- what comes again -------------------------------------------------------------------------------------------

    def _settle(self, seen: Examination, report: Report, due: Due, now: datetime) -> None:
        """A version needs no further look once it was examined `SETTLING` after it was first met and nothing is open."""
        done = {line.ticket_id for line in report.lines if line.outcome in {Outcome.APPLIED, Outcome.UNCHANGED}}
        bad = {Outcome.FAILED, Outcome.UNKNOWN}
        failed = {line.ticket_id for line in report.lines if line.outcome in bad and line.detail != NOT_TRIED}
        held = {decision.ticket.id for decision in seen.writes} - done
        self._remember_troubles(failed, held - failed, seen)
        sightings = []
        for versions, patience, kept_open in (
            (seen.versions, SETTLING, failed | held),
            (seen.incomplete, UNFINISHED, set[int]()),
            (unread(seen, due), SETTLING, seen.broken),
        ):
            for ticket_id, changed in versions.items():
                sighting = sighting_of(ticket_id, changed, due.get(ticket_id), now)
                settled = now - sighting.first_seen >= patience and ticket_id not in kept_open
                sightings.append(replace(sighting, settled=settled))
        gone = [
            known for ticket_id in seen.unreadable if ticket_id not in seen.broken and (known := due.get(ticket_id))
        ]
        self.outside.journal.see(sightings + [replace(known, settled=True) for known in gone])

    def _remember_troubles(self, failed: set[int], not_tried: set[int], seen: Examination) -> None:
        """Failing earns a rest, and being in order ends it; what was not tried is no trouble of that ticket."""
        for ticket_id in failed:
            tries = self.tries(ticket_id) + 1
            pause = min(self.wait * 2**tries, LONGEST_RETRY)
            changed = seen.versions.get(ticket_id, "")
            self._troubles[ticket_id] = _FailedWrite(
                changed=changed, tries=tries, next_try=self.outside.clock.monotonic() + pause
            )
        for ticket_id in set(seen.versions) - failed - not_tried:
            self._troubles.pop(ticket_id, None)
