"""One sweep: read tickets in batches, decide by the rules, show or write.

Everything is examined before anything is written, so that the caps see the whole of it. What is decided waits on the disk
for that, and the report is told as it comes: memory does not grow with the tickets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import structlog

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.decision import Decision, Outcome, PersonsWord
from otrs_bridge.domain.report import (
    Report,
    ReportLine,
    Tell,
    Telling,
    decided_lines,
    planned_lines,
    unwritten_lines,
)
from otrs_bridge.domain.selection import Selection
from otrs_bridge.ports.helpdesk import TicketRead
from otrs_bridge.ports.journal import Pin, RunKind
from otrs_bridge.service.batch_reading import in_batches
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.writing import Order
from otrs_bridge.service.judge import Judge
from otrs_bridge.service.outside import Outside
from otrs_bridge.service.pausing import pause_the_contested
from otrs_bridge.service.reading_mark import ReadingMark, reading_mark
from otrs_bridge.words import Words

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
    """What reading and judging of a few tickets came to. `versions`: the tickets that were judged, and as of when.

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


@dataclass(kw_only=True, slots=True)
class _ReadCounts:
    """What reading came to, in numbers."""

    examined: int = 0
    incomplete: int = 0
    unreadable: dict[int, Words] = field(default_factory=dict)

    def take(self, read: TicketRead) -> None:
        """Another batch. A ticket without an article is still being created, and was not judged."""
        incomplete = sum(ticket.article is None for ticket in read.tickets)
        self.examined += len(read.tickets) - incomplete
        self.incomplete += incomplete
        self.unreadable.update(read.unreadable)

    def report(self, objection: Words | None) -> Report:
        """The report, so far without anything about what was found."""
        return Report(
            examined=self.examined, incomplete=self.incomplete, unreadable=self.unreadable, objection=objection
        )


class Sweep:
    """Looks at tickets and, when told to, brings them into line.

    `settings` stands for everything that verdicts depend on: a sweep that was interrupted under other ones is begun anew.
    """

    def __init__(
        self, outside: Outside, judge: Judge, gateway: Gateway, caps: Caps, settings: Callable[[], str] = str
    ) -> None:
        self._helpdesk = outside.helpdesk
        self._journal = outside.journal
        self._clock = outside.clock
        self._outside = outside
        self._judge = judge
        self.gateway = gateway
        self._caps = caps
        self._settings = settings

    def run(
        self,
        selection: Selection,
        *,
        apply: bool = False,
        afresh: bool = False,
        progress: Progress | None = None,
        tell: Tell | None = None,
    ) -> Report:
        """Examine the selected tickets; with `apply` write what the enforced rules ask for, unless a cap objects.

        With `tell` the lines are told as they come, and the report has their tally only: then memory does not grow with
        the tickets. An applied sweep of all tickets that was killed is gone on with, unless it is to be `afresh`.
        """
        progress, telling = progress or Progress(), Telling(tell)
        began = self._clock.monotonic()
        if apply:
            self.gateway.recover()
            with reading_mark(self._outside, selection, self._settings(), afresh=afresh) as mark:
                report = self._applied(selection, mark, telling, progress)
        else:
            report = self._shown(selection, telling, progress)
        report = replace(
            report,
            lines=telling.kept,
            tally=telling.tally if tell else None,
            seconds=self._clock.monotonic() - began,
            pauses=tuple(self._judge.pauses),
        )
        log.info("sweep", run=report.run, apply=apply, seconds=round(report.seconds, 2), **report.counts)
        return report

    def _shown(self, selection: Selection, telling: Telling, progress: Progress) -> Report:
        seen, writes = _ReadCounts(), 0
        for _, decisions in self._looks(self._helpdesk.walk(selection), seen, progress):
            writes += sum(decision.wants_write for decision in decisions)
            telling.say([line for decision in decisions for line in decided_lines(decision)])
        return seen.report(self._caps.objection(examined=seen.examined, would_change=writes))

    def _applied(self, selection: Selection, mark: ReadingMark, telling: Telling, progress: Progress) -> Report:
        seen, after = _ReadCounts(), mark.after
        with self._journal.sweeps.plan() as plan:
            for read, decisions in self._looks(mark.pages(), seen, progress):
                plan.add(decisions)
                mark.looked_at(read, decisions)
            seen.examined += after.examined if after else 0
            would_change = plan.writes + (after.changed if after else 0)
            objection = self._caps.objection(examined=seen.examined, would_change=would_change)
            run = 0
            if objection:
                for portion in plan.portions():
                    telling.say([line for decision in portion for line in _stopped(decision, objection)])
            else:
                words = _going_on(selection.words, after.run) if after and after.run else selection.words
                run = self._start("sweep", words, plan.writes, progress)
                mark.begins_to_write(run)
                self._carry_out(run, plan.portions(), telling, progress, told=mark.told)
        return replace(seen.report(objection), run=run, after=after)

    def examine(self, selection: Selection) -> Examination:
        """Read and judge the selected tickets, a few at most; nothing is written, not even to the journal."""
        found = Examination()
        for read, decisions in self._looks(self._helpdesk.walk(selection), _ReadCounts(), Progress()):
            for ticket in read.tickets:
                (found.incomplete if ticket.article is None else found.versions)[ticket.id] = ticket.raw_changed
            found.unreadable.update(read.unreadable)
            found.broken.update(read.broken)
            found.decisions += decisions
        return found

    def write(
        self, decisions: Sequence[Decision], *, kind: RunKind, selection: Words
    ) -> tuple[int, tuple[ReportLine, ...]]:
        """Carry out what a few decisions plan; returns the run's number (0: nothing to write) and every line."""
        telling = Telling()
        run = self._start(kind, selection, sum(decision.wants_write for decision in decisions), Progress())
        self._carry_out(run, [decisions], telling, Progress())
        return run, telling.kept

    def _looks(
        self, pages: Iterator[Sequence[int]], seen: _ReadCounts, progress: Progress
    ) -> Iterator[tuple[TicketRead, list[Decision]]]:
        """Batch by batch what was read, and the decisions that say something."""
        for read, decisions in in_batches(self._helpdesk, pages, self._judged):
            seen.take(read)
            progress.examined(len(read.tickets))
            yield read, [decision for decision in decisions if decision.says_something]

    def _start(self, kind: RunKind, selection: Words, writes: int, progress: Progress) -> int:
        if not writes:
            return 0
        progress.writing(writes)
        return self._journal.start_run(kind, at=self._clock.now(), selection=selection.text(self.gateway.language))

    def _carry_out(
        self,
        run: int,
        portions: Iterable[Sequence[Decision]],
        telling: Telling,
        progress: Progress,
        told: Callable[[Sequence[Decision], Sequence[ReportLine]], None] = lambda _decisions, _lines: None,
    ) -> None:
        """Write, and say of every ticket what came of it; `told` learns of whom has been told."""

        def say(decisions: Sequence[Decision], written: Sequence[ReportLine] = ()) -> None:
            telling.say([*(line for decision in decisions for line in unwritten_lines(decision)), *written])
            for line in written:
                progress.written(line)
            told(decisions, written)

        def writes() -> Iterator[Decision]:
            for portion in portions:
                self._pin(portion)
                say([decision for decision in portion if not decision.wants_write])
                yield from (decision for decision in portion if decision.wants_write)

        for decisions, lines in self.gateway.portions(Order(run=run), writes()):
            say(decisions, lines)
        if run:
            self._journal.finish_run(run, at=self._clock.now(), summary=Report(tally=telling.tally).counts)

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
            contested = {pin.rule for pin in pins}
            pause_the_contested(
                self._outside, contested, share=self._caps.contested_share, language=self.gateway.language
            )


def _going_on(selection: Words, run: int) -> Words:
    return Words(ru=f"{selection.ru} (продолжение прохода {run})", en=f"{selection.en} (going on with run {run})")


def _stopped(decision: Decision, objection: Words) -> Iterator[ReportLine]:
    yield from unwritten_lines(decision)
    yield from planned_lines(decision, Outcome.SKIPPED, objection)
