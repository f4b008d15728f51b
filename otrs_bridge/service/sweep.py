"""One sweep: read tickets in batches, decide by the rules, show or write.

Everything is examined before anything is written, so that the caps see the whole of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import structlog

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Decision, Outcome, PersonsWord
from otrs_bridge.domain.report import Report, ReportLine, decided_lines, planned_lines, standing_lines
from otrs_bridge.domain.selection import Selection
from otrs_bridge.ports.helpdesk import TicketRead
from otrs_bridge.ports.journal import Pin, RunKind
from otrs_bridge.service.examining import in_batches
from otrs_bridge.service.gateway import Gateway, Order, Outside
from otrs_bridge.service.judge import Judge
from otrs_bridge.words import Language, Words

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """Whom to tell how far a sweep is. `examined(n)`: n more tickets looked at; `writing(n)`: n tickets will be written
    to; `written(line)`: one line is done."""

    examined: Callable[[int], None] = lambda _count: None
    writing: Callable[[int], None] = lambda _count: None
    written: Callable[[ReportLine], None] = lambda _line: None


@dataclass(kw_only=True, slots=True)
class Examination:
    """What reading and judging came to. `versions`: the tickets that were judged, and as of when.

    `incomplete`: those that OTRS is still creating; `unreadable`: why the others could not be read, `broken` those among
    them over which OTRS failed, so that another try may show them.
    """

    decisions: list[Decision] = field(default_factory=list)
    versions: dict[int, str] = field(default_factory=dict)
    incomplete: dict[int, str] = field(default_factory=dict)
    unreadable: dict[int, Words] = field(default_factory=dict)
    broken: set[int] = field(default_factory=set)

    @property
    def examined(self) -> int:
        """How many tickets were judged."""
        return len(self.versions)

    @property
    def writes(self) -> list[Decision]:
        """The decisions that a real run carries out."""
        return [decision for decision in self.decisions if decision.wants_write]


class Sweep:
    """Looks at tickets and, when told to, brings them into line."""

    def __init__(self, outside: Outside, judge: Judge, gateway: Gateway, caps: Caps) -> None:
        self._helpdesk = outside.helpdesk
        self._journal = outside.journal
        self._clock = outside.clock
        self._judge = judge
        self._gateway = gateway
        self._caps = caps

    @property
    def language(self) -> Language:
        """In which the notes are written, and what the journal is told."""
        return self._gateway.language

    def run(self, selection: Selection, *, apply: bool = False, progress: Progress | None = None) -> Report:
        """Examine the selected tickets; with `apply` write what the enforced rules ask for, unless a cap objects."""
        progress = progress or Progress()
        began = self._clock.monotonic()
        seen = self.examine(selection, progress)
        objection = self._caps.objection(examined=seen.examined, would_change=len(seen.writes))
        run = 0
        lines: list[ReportLine]
        if apply and not objection:
            run, lines = self.write(seen.decisions, kind="sweep", selection=selection.words, progress=progress)
        elif apply and objection:
            lines = [line for decision in seen.decisions for line in _stopped(decision, objection)]
        else:
            lines = [line for decision in seen.decisions for line in decided_lines(decision)]
        report = Report(
            lines=tuple(lines),
            examined=seen.examined,
            incomplete=len(seen.incomplete),
            unreadable=seen.unreadable,
            objection=objection,
            run=run,
            seconds=self._clock.monotonic() - began,
        )
        log.info("sweep", run=run, apply=apply, seconds=round(report.seconds, 2), **report.counts)
        return report

    def examine(self, selection: Selection, progress: Progress | None = None) -> Examination:
        """Read and judge the selected tickets; nothing is written, not even to the journal."""
        progress = progress or Progress()
        seen = Examination()
        for read, decisions in in_batches(self._helpdesk, selection, self._judged):
            for ticket in read.tickets:
                (seen.incomplete if ticket.article is None else seen.versions)[ticket.id] = ticket.changed
            seen.unreadable.update(read.unreadable)
            seen.broken.update(read.broken)
            seen.decisions += [decision for decision in decisions if decision.says_something]
            progress.examined(len(read.tickets))
        return seen

    def write(
        self,
        decisions: Sequence[Decision],
        *,
        kind: RunKind,
        selection: Words,
        progress: Progress | None = None,
    ) -> tuple[int, list[ReportLine]]:
        """Carry out what the decisions plan; returns the run's number (0: nothing to write) and every line."""
        progress = progress or Progress()
        lines = [line for decision in decisions for line in standing_lines(decision)]
        self._pin(decisions)
        writes = [decision for decision in decisions if decision.wants_write]
        if not writes:
            return 0, lines
        run = self._journal.start_run(kind, at=self._clock.now(), selection=selection.text(self.language))
        progress.writing(len(writes))
        for line in self._gateway.carry_out(Order(run=run), writes):
            lines.append(line)
            progress.written(line)
        counts = Report(lines=tuple(lines)).counts
        self._journal.finish_run(run, at=self._clock.now(), summary=counts)
        return run, lines

    def _judged(self, read: TicketRead) -> list[Decision]:
        # A ticket without an article is still being created: judging it now would judge half of it.
        return self._judge.decide([ticket for ticket in read.tickets if ticket.article is not None])

    def _pin(self, decisions: Iterable[Decision]) -> None:
        """Remember for good the fields that people have taken back."""
        now = self._clock.now()
        pins = [
            Pin(
                ticket_id=decision.ticket.id,
                ticket_number=decision.ticket.number,
                field=item.change.field,
                rule=item.change.rule,
                value=item.change.old,
                reason=item.detail,
                since=now,
            )
            for decision in decisions
            for item in decision.proposals
            if item.outcome is Outcome.PINNED and item.detail != PersonsWord.BEFORE
        ]
        if pins:
            self._journal.pin(pins)


def _stopped(decision: Decision, objection: Words) -> Iterator[ReportLine]:
    yield from standing_lines(decision)
    yield from planned_lines(decision, Outcome.SKIPPED, objection)
