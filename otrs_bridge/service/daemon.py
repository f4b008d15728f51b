"""The daemon: turn after turn over new and changed tickets, nothing missed, nothing done twice.

What is asked of OTRS is "what changed in the last N minutes" by OTRS's own clock, N reaching back beyond the last
finished turn. So neither clocks nor time zones nor the hour that an autumn night has twice can lose a ticket. A ticket
version is looked at until it has been looked at once more than `SETTLING` after it was first met: OTRS keeps whole
seconds only, and a second change within the same second looks like the first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta
from functools import reduce

import schedule
import structlog

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.id_set import IdSet
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.selection import ChangedWithin, TheseTickets
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.ports.journal import Sighting
from otrs_bridge.service.batch_reading import BATCH
from otrs_bridge.service.gateway.writing import NOT_TRIED
from otrs_bridge.service.outside import Outside
from otrs_bridge.service.pausing import PauseWatch
from otrs_bridge.service.sightings import sighting_of, unread
from otrs_bridge.service.steps import Step, TurnNames
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
LONGEST_RETRY = 3600.0
HOUR = timedelta(hours=1)
PART = 2000  # tickets of a turn that are in memory at a time
HABIT = 3  # failures in a row after which even a changed ticket has to wait: our own tries may be what changes it

TimeOfDay = tuple[time, str]  # and the name of the time zone


@dataclass(kw_only=True, slots=True)
class _Trouble:
    """A ticket whose write failed: tried again ever more seldom until it changes. `next_try` is of the monotonic clock."""

    changed: str
    tries: int
    next_try: float


@dataclass(kw_only=True, slots=True)
class Daemon:
    """Drives turns: `prepare`, recovery, the poll for tickets, then whatever jobs are due (`drive_jobs`), then
    telling people what waits for them (`tell`).

    None of them needs another one's success. `times_of_day` says when the jobs are looked at besides: it wakes by the
    wall clock, while turns go by the monotonic one, which nobody sets. `stopping` is asked between them and, by the
    gateway, between tickets. `tick` is called whenever something goes on, `alive` after a turn whose
    poll worked. `renewing` ends the turns between two of them; `trouble`: what the process around has to tell.
    """

    outside: Outside
    sweep: Sweep
    caps: Caps
    poll_seconds: float
    stopping: Callable[[], bool] = lambda: False
    prepare: Callable[[], None] = lambda: None
    drive_jobs: Callable[[], None] = lambda: None
    tell: Callable[[], None] = lambda: None
    times_of_day: Sequence[TimeOfDay] = ()
    tick: Callable[[], None] = lambda: None
    alive: Callable[[], None] = lambda: None
    renewing: Callable[[], bool] = lambda: False
    trouble: Callable[[], Words | None] = lambda: None
    examined: int = 0
    turns: TurnNames = field(init=False)
    steps: list[Step] = field(default_factory=list)
    _troubles: dict[int, _Trouble] = field(default_factory=dict)
    _polled_at: float | None = None
    _written: deque[tuple[float, frozenset[int]]] = field(default_factory=deque)

    def __post_init__(self) -> None:
        """Name the steps; whoever made the daemon may still set what some of them do."""
        self.turns = TurnNames(born=self.outside.clock.now())
        watch = PauseWatch(where=self.outside, polled=WATERMARK)
        works: dict[str, Callable[[], object]] = {
            "prepare": lambda: self.prepare(),  # noqa: PLW0108 - as said above, and so below
            "pauses": watch.look,
            "recovery": self.sweep.gateway.recover,
            "poll": self.turn,
            "jobs": lambda: self.drive_jobs(),  # noqa: PLW0108 - as above
            "messages": lambda: self.tell(),  # noqa: PLW0108 - as above
        }
        self.steps = [Step(name=name, work=work, wait=self.poll_seconds) for name, work in works.items()]

    def step(self, name: str) -> Step:
        """One of the steps."""
        return next(step for step in self.steps if step.name == name)

    def run(self) -> None:
        """Turn until told to stop. What fails in a turn is logged and waits longer, and the process lives on."""
        clock = self.outside.clock
        alarms = self._alarms()
        log.info("daemon started", poll_seconds=self.poll_seconds)
        while not self._is_over():
            began = clock.monotonic()
            self._guarded_turn()
            while not self._is_over() and (left := began + self.poll_seconds - clock.monotonic()) > 0:
                self.tick()
                clock.sleep(min(left, 1.0))
                alarms.run_pending()
        log.info("daemon stopped")

    def _is_over(self) -> bool:
        return self.stopping() or self.renewing()

    def _alarms(self) -> schedule.Scheduler:
        """Wakes the jobs at their times of day, however long the pause between two turns is."""
        alarms = schedule.Scheduler()
        for at, zone in self.times_of_day:
            alarms.every().day.at(f"{at:%H:%M:%S}", zone).do(
                self.step("jobs").attempt, self.outside.clock, self.stopping
            )
        return alarms

    def _guarded_turn(self) -> None:
        with structlog.contextvars.bound_contextvars(turn=self.turns.next()):
            for step in self.steps:
                step.attempt(self.outside.clock, self.stopping)
                self.tick()
        if self.step("poll").error is None:
            self.alive()

    def backoff(self) -> float:
        """The longest wait, in seconds, that failures in a row have earned one of the steps: each doubles it."""
        return max(step.backoff for step in self.steps)

    @property
    def stubborn(self) -> int:
        """How many tickets cannot be written to, however often that is tried."""
        return sum(trouble.tries >= HABIT for trouble in self._troubles.values())

    def turn(self) -> Report:
        """One look at what is new. Raises BridgeError when OTRS or the journal cannot be used."""
        clock, journal = self.outside.clock, self.outside.journal
        now, began = clock.now(), clock.monotonic()
        report = reduce(Report.followed_by, (self._part(part, now) for part in self._parts(self._due(now))))
        if not self.stopping():  # otherwise a part may be left, which the next turn has to find
            journal.set_watermark(WATERMARK, now)
            self._polled_at = began
        journal.forget_sightings(before=now - MEMORY)
        self.examined += report.examined
        if report.examined or report.counts["tickets"]:
            log.info("turn", run=report.run, **report.counts)
        return report

    def _parts(self, due: Mapping[int, Sighting | None]) -> Iterator[dict[int, Sighting | None]]:
        """After a day's standstill, or a change of all tickets at once, more are due than should be in memory."""
        ids = sorted(due, key=self._tries)  # the bad go last
        for start in range(0, len(ids) or 1, PART):
            if start and self.stopping():
                return
            yield {i: due[i] for i in ids[start : start + PART]}

    def _part(self, due: dict[int, Sighting | None], now: datetime) -> Report:
        seen = self.sweep.examine(TheseTickets(ids=tuple(due)))
        versions = {**seen.versions, **seen.incomplete, **unread(seen, due)}
        self.outside.journal.see([sighting_of(i, version, due.get(i), now) for i, version in versions.items()])
        report = self._write(seen, now)
        self._settle(seen, report, due, now)
        return report

    # --- what to look at --------------------------------------------------------------------------------------------

    def _due(self, now: datetime) -> dict[int, Sighting | None]:
        """Tickets to examine, with what was known of them: changed since the last turn, or not settled then."""
        journal = self.outside.journal
        reach = self._since_the_last_turn(now) + OVERLAP
        ids = [i for page in self.outside.helpdesk.walk(ChangedWithin(minutes=_minutes(reach))) for i in page]
        known = {s.ticket_id: s for s in journal.sightings(ids)} if ids else {}
        due: dict[int, Sighting | None] = {i: None for i in ids if i not in known}
        looked_at = IdSet(due)
        for ticket in self._versions(list(known)):
            looked_at.update([ticket.id])
            done = known[ticket.id].settled and known[ticket.id].changed == ticket.raw_changed
            if not done and not self._resting(ticket.id, ticket.raw_changed):
                due[ticket.id] = known[ticket.id]
        for sighting in journal.sightings():
            if sighting.ticket_id not in looked_at and not self._resting(sighting.ticket_id, sighting.changed):
                due[sighting.ticket_id] = sighting
        return due

    def _since_the_last_turn(self, now: datetime) -> timedelta:
        """By the wall clock, and by the monotonic one where that was set back. A mark in the future tells nothing."""
        mark = self.outside.journal.watermark(WATERMARK)
        by_the_wall = now - mark if mark is not None and mark <= now else FIRST_LOOK_BACK
        if self._polled_at is None:
            return by_the_wall
        return max(by_the_wall, timedelta(seconds=self.outside.clock.monotonic() - self._polled_at))

    def _versions(self, ids: Sequence[int]) -> Iterator[Ticket]:
        """The tickets without their articles: half the price of reading them whole."""
        for some in batched(ids, BATCH):
            yield from self.outside.helpdesk.read(some, with_article=False).tickets

    def _resting(self, ticket_id: int, changed: str) -> bool:
        """A write to this ticket failed lately. A person's change ends the rest, unless failing has become a habit."""
        trouble = self._troubles.get(ticket_id)
        if trouble is None or self.outside.clock.monotonic() >= trouble.next_try:
            return False
        return trouble.changed == changed or trouble.tries >= HABIT

    # --- writing ----------------------------------------------------------------------------------------------------

    def _write(self, seen: Examination, now: datetime) -> Report:
        """Write as many tickets as the hour still allows; the rest stays unsettled and comes again."""
        left = max(0, self.caps.per_hour - self._used(now))
        writes = sorted(seen.writes, key=lambda decision: self._tries(decision.ticket.id))  # the bad go last
        if held := writes[left:]:
            log.warning("hourly cap reached", allowed=self.caps.per_hour, held=len(held))
        quiet = [decision for decision in seen.decisions if not decision.wants_write]
        run, lines = self.sweep.write(
            [*quiet, *writes[:left]], kind="daemon", selection=self.turns.told(NEW_AND_CHANGED)
        )
        touched = frozenset(line.ticket_id for line in lines if line.outcome is Outcome.APPLIED)
        self._written.append((self.outside.clock.monotonic(), touched))
        return Report(
            lines=tuple(lines),
            examined=seen.examined,
            incomplete=len(seen.incomplete),
            unreadable=seen.unreadable,
            run=run,
        )

    def _used(self, now: datetime) -> int:
        """How many tickets were changed in the last hour, by the journal; by our own count where the clock was set back.

        What the journal has from the future was written before that, nobody knows when.
        """
        began = self.outside.clock.monotonic() - HOUR.total_seconds()
        while self._written and self._written[0][0] <= began:
            self._written.popleft()
        ours = len(frozenset[int]().union(*(touched for _, touched in self._written)))
        journal = self.outside.journal
        return max(ours, journal.tickets_changed_since(now - HOUR) - journal.tickets_changed_since(now + OVERLAP))

    def _tries(self, ticket_id: int) -> int:
        trouble = self._troubles.get(ticket_id)
        return trouble.tries if trouble else 0

    def _settle(self, seen: Examination, report: Report, due: dict[int, Sighting | None], now: datetime) -> None:
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
            before = self._troubles.get(ticket_id)
            tries = before.tries + 1 if before else 1
            pause = min(self.poll_seconds * 2**tries, LONGEST_RETRY)
            changed = seen.versions.get(ticket_id, "")
            self._troubles[ticket_id] = _Trouble(
                changed=changed, tries=tries, next_try=self.outside.clock.monotonic() + pause
            )
        for ticket_id in set(seen.versions) - failed - not_tried:
            self._troubles.pop(ticket_id, None)


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60) + 1
