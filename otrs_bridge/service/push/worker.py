"""Looks at what OTRS tells of, at once, in a thread of its own: neither a long turn nor a job keeps it waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from otrs_bridge.domain.report import Report
from otrs_bridge.service.looking import Looking
from otrs_bridge.service.outside import Outside
from otrs_bridge.service.push.inbox import PushInbox
from otrs_bridge.service.steps import Step, TurnNames
from otrs_bridge.service.sweep import Sweep
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

WATERMARK = "push"
AT_ONCE = 12  # tickets a look; few, so that the next one that comes does not wait long
LONGEST_WAIT = 1.0  # seconds, after which it is asked again whether to end
PUSHED = Words(ru="сообщения OTRS", en="told by OTRS")


@dataclass(kw_only=True, slots=True)
class PushWorker:
    """`sweep` has a gateway of its own; `looking` is the daemon's. What fails is logged and waits, as a step of a turn does.

    Nothing is lost when it fails, or ends: the poll looks at the same tickets.
    """

    outside: Outside
    inbox: PushInbox
    looking: Looking
    sweep: Sweep
    stopping: Callable[[], bool]
    names: TurnNames = field(init=False)
    step: Step = field(init=False)
    _is_over: bool = False

    def __post_init__(self) -> None:
        """Name what it does."""
        self.names = TurnNames(born=self.outside.clock.now(), mark="p")
        self.step = Step(name="push", work=self.look, wait=self.looking.wait)

    def run(self) -> None:
        """Look until told to end."""
        clock, inbox = self.outside.clock, self.inbox
        while not (self._is_over or self.stopping()):
            inbox.signal.clear()
            left = inbox.seconds_left
            left = LONGEST_WAIT if left is None else max(left, self.step.next_try - clock.monotonic())
            if left > 0 and not self._is_over:
                inbox.signal.wait(min(left, LONGEST_WAIT))
            else:
                self.step.attempt(clock, self.stopping)

    def end(self) -> None:
        """End after what is in hand."""
        self._is_over = True
        self.inbox.signal.set()

    def look(self) -> Report | None:
        """One look at what is due. Raises BridgeError when OTRS or the journal cannot be used."""
        if not (ids := self.inbox.take(AT_ONCE)):
            return None
        with structlog.contextvars.bound_contextvars(push=self.names.next()):
            try:
                report = self._look(ids)
            except BaseException:  # whatever it was, the tickets are looked at again, and the caller is told the same
                self.inbox.put_back()
                raise
            self.inbox.looked_at(report.unreadable)
            log.info("push", run=report.run, pushed=len(ids), **report.counts)
        return report

    def _look(self, ids: tuple[int, ...]) -> Report:
        journal = self.outside.journal
        known = {sighting.ticket_id: sighting for sighting in journal.sightings(ids)}
        due = {i: known.get(i) for i in ids if not self.looking.is_resting(i, "")}
        report = self.looking.look(self.sweep, due, self.outside.clock.now(), self.names.told(PUSHED))
        if (received_at := self.inbox.received_at) is not None:
            journal.set_watermark(WATERMARK, received_at)
        return report
