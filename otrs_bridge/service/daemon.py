"""The daemon: turn after turn over new and changed tickets, nothing missed, nothing done twice.

What is asked of OTRS is "what changed in the last N minutes" by OTRS's own clock, N reaching back beyond the last
finished turn. So neither clocks nor time zones nor the hour that an autumn night has twice can lose a ticket. A ticket
version is looked at until it has been looked at once more than `SETTLING` after it was first met: OTRS keeps whole
seconds only, and a second change within the same second looks like the first.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from functools import reduce

import schedule
import structlog

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.grace import Grace
from otrs_bridge.domain.id_set import IdSet
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.selection import ChangedWithin
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.ports.journal import Sighting
from otrs_bridge.service.batch_reading import BATCH
from otrs_bridge.service.looking import OVERLAP, Looking
from otrs_bridge.service.outside import Outside
from otrs_bridge.service.pausing import PauseWatch
from otrs_bridge.service.steps import Step, TurnNames
from otrs_bridge.service.sweep import Sweep
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

WATERMARK = "daemon"
NEW_AND_CHANGED = Words(ru="новые и изменённые", en="new and changed")
FIRST_LOOK_BACK = timedelta(hours=1)
MEMORY = timedelta(days=2)
CLOCKS_APART = timedelta(minutes=10)  # how far the clocks of two machines with one journal may be apart
PART = 2000  # tickets of a turn that are in memory at a time

TimeOfDay = tuple[time, str]  # and the name of the time zone


@dataclass(kw_only=True, slots=True)
class Daemon:
    """Drives turns: `prepare`, recovery, the poll for tickets, then whatever jobs are due (`drive_jobs`), then
    telling people what waits for them (`tell`).

    None of them needs another one's success. `times_of_day` says when the jobs are looked at besides: it wakes by the
    wall clock, while turns go by the monotonic one, which nobody sets. `stopping` is asked between them and, by the
    gateway, between tickets. `tick` is called whenever something goes on, `alive` after a turn whose
    poll worked. `grace`: how long a ticket is left to whoever is typing it. `renewing` ends the turns between two of them;
    `trouble`: what the process around has to tell. `clocks_apart`: how far
    the clock of whoever polled before may be from ours.
    """

    outside: Outside
    sweep: Sweep
    caps: Caps
    poll_seconds: float
    grace: Grace = field(default_factory=Grace)
    stopping: Callable[[], bool] = lambda: False
    prepare: Callable[[], None] = lambda: None
    drive_jobs: Callable[[], None] = lambda: None
    tell: Callable[[], None] = lambda: None
    times_of_day: Sequence[TimeOfDay] = ()
    tick: Callable[[], None] = lambda: None
    alive: Callable[[], None] = lambda: None
    renewing: Callable[[], bool] = lambda: False
    trouble: Callable[[], Words | None] = lambda: None
    clocks_apart: timedelta = timedelta()
    examined: int = 0
    turns: TurnNames = field(init=False)
    steps: list[Step] = field(default_factory=list)
    looking: Looking = field(init=False)
    _polled_at: float | None = None

    def __post_init__(self) -> None:
        """Name the steps; whoever made the daemon may still set what some of them do."""
        self.turns = TurnNames(born=self.outside.clock.now())
        self.looking = Looking(outside=self.outside, caps=self.caps, wait=self.poll_seconds, grace=self.grace)
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
                if self.looking.grace_is_over() and self.step("poll").error is None:
                    break
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

    def turn(self) -> Report:
        """One look at what is new. Raises BridgeError when OTRS or the journal cannot be used."""
        clock, journal = self.outside.clock, self.outside.journal
        now, began = clock.now(), clock.monotonic()
        told = self.turns.told(NEW_AND_CHANGED)
        looks = (self.looking.look(self.sweep, part, now, told) for part in self._parts(self._due(now)))
        report = reduce(Report.followed_by, looks)
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
        ids = sorted(due, key=self.looking.tries)  # the bad go last
        for start in range(0, len(ids) or 1, PART):
            if start and self.stopping():
                return
            yield {i: due[i] for i in ids[start : start + PART]}

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
            if not done and not self.looking.is_resting(ticket.id, ticket.raw_changed):
                due[ticket.id] = known[ticket.id]
        for one in journal.sightings():
            if one.ticket_id not in looked_at and not self.looking.is_resting(one.ticket_id, one.changed):
                due[one.ticket_id] = one
        return due

    def _since_the_last_turn(self, now: datetime) -> timedelta:
        """By the wall clock, and by the monotonic one where that was set back. A mark in the future tells nothing."""
        mark = self.outside.journal.watermark(WATERMARK)
        by_the_wall = now - mark if mark is not None and mark <= now else FIRST_LOOK_BACK
        if self._polled_at is None:
            return by_the_wall + self.clocks_apart
        return max(by_the_wall, timedelta(seconds=self.outside.clock.monotonic() - self._polled_at))

    def _versions(self, ids: Sequence[int]) -> Iterator[Ticket]:
        """The tickets without their articles: half the price of reading them whole."""
        for some in batched(ids, BATCH):
            yield from self.outside.helpdesk.read(some, with_article=False).tickets


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60) + 1
