"""How far a long sweep is, so that one that was killed is gone on with.

Only the numbers of tickets are kept, never a decision: what somebody has to be told of is read and judged again, and what
was in line a while ago is not. So nothing stale is written, and little is read twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import structlog

from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.decision import Decision, Outcome
from otrs_bridge.domain.id_set import IdSet
from otrs_bridge.domain.report import Interrupted, ReportLine
from otrs_bridge.domain.selection import Everything, OpenTickets, Selection
from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.helpdesk import TicketRead
from otrs_bridge.ports.sweeps import Bookmark
from otrs_bridge.service.gateway.writing import NOT_TRIED, STOPPED
from otrs_bridge.service.outside import Outside

log = structlog.get_logger(__name__)

KEPT = timedelta(hours=12)  # what was in line longer ago is looked at again
STEP = 1000  # tickets looked at between two notes of how far we are: so many are read twice after a kill
TOLD = 100  # the same while tickets are written to

_NAMES: dict[type[Selection], str] = {Everything: "all", OpenTickets: "open"}


class ReadingMark:
    """What is left to look at, and how far that is. Without a `mark` (few tickets, or another has it): all, unmarked."""

    def __init__(self, outside: Outside, selection: Selection, name: str, mark: Bookmark | None) -> None:
        self._outside = outside
        self._selection = selection
        self._name = name
        self._mark = mark
        self._examined: list[int] = []
        self._found: list[int] = []
        self._told: list[int] = []
        self._something_left = False
        self.after: Interrupted | None = None
        if mark is not None and mark.examined:
            seen_to = len(mark.examined) - len(mark.found)
            self.after = Interrupted(since=mark.started_at, run=mark.run, examined=seen_to, changed=mark.changed)
            mark.run = 0
            log.info("going on", sweep=name, since=mark.started_at.isoformat(), examined=seen_to, found=len(mark.found))

    def pages(self) -> Iterator[Sequence[int]]:
        """The tickets with something to say first, then those that nobody has looked at."""
        mark, selection = self._mark, self._selection
        if mark is None or not isinstance(selection, Everything | OpenTickets):
            yield from self._outside.helpdesk.walk(selection)
            return
        yield from batched(IdSet.of_blocks(mark.found.blocks.items()), STEP)
        for walked in self._outside.helpdesk.walk(replace(selection, since=mark.cursor)):
            yield [ticket_id for ticket_id in walked if ticket_id not in mark.examined]

    def looked_at(self, read: TicketRead, decisions: Sequence[Decision]) -> None:
        """These have been examined, in the order of `pages`; the decisions are those that say something."""
        mark = self._mark
        if mark is None:
            return
        ids = [ticket.id for ticket in read.tickets]
        unfinished = [*read.unreadable, *(ticket.id for ticket in read.tickets if ticket.article is None)]
        self._examined += [*ids, *read.unreadable]
        self._found += [*unfinished, *(decision.ticket.id for decision in decisions)]
        # The oldest of the batch: whatever is older has been looked at before it.
        oldest = min((ticket.raw_created for ticket in read.tickets if ticket.raw_created), default="")
        mark.cursor = max(mark.cursor, oldest)
        if len(self._examined) >= STEP:
            self._advance()

    def begins_to_write(self, run: int) -> None:
        """Everything has been examined; what is written from now on belongs to `run`."""
        if self._mark is not None and run:
            self._mark.run = run
            self._advance()

    def told(self, decisions: Sequence[Decision], lines: Sequence[ReportLine]) -> None:
        """What was decided of these tickets has been said, and done, unless the lines say otherwise.

        What failed is looked at again when the rest is gone on with; alone it is no reason to go on.
        """
        if self._mark is None:
            return
        untried = {line.ticket_id for line in lines if line.detail in {NOT_TRIED, STOPPED}}
        undone = untried | {line.ticket_id for line in lines if line.outcome in {Outcome.FAILED, Outcome.UNKNOWN}}
        self._something_left = self._something_left or bool(untried)
        self._told += [decision.ticket.id for decision in decisions if decision.ticket.id not in undone]
        if len(self._told) >= TOLD:
            self._note_told()

    def close(self, *, broken: bool) -> None:
        """The sweep has come to its end; a premature one, where it is `broken` or did not try everything."""
        if self._mark is None:
            return
        if broken or self._something_left:
            self._note_told()
            self._outside.journal.sweeps.leave(self._name)
        else:
            self._outside.journal.sweeps.end(self._name)

    def _note_told(self) -> None:
        if self._mark is not None and self._told:
            self._outside.journal.sweeps.told(self._name, self._mark, self._told, at=self._outside.clock.now())
            self._told = []

    def _advance(self) -> None:
        assert self._mark is not None, "whoever calls has looked"  # noqa: S101 - tells mypy what the text says
        at, sweeps = self._outside.clock.now(), self._outside.journal.sweeps
        sweeps.advance(self._name, self._mark, examined=self._examined, found=self._found, at=at)
        self._examined, self._found = [], []


@contextmanager
def reading_mark(outside: Outside, selection: Selection, settings: str, *, afresh: bool) -> Iterator[ReadingMark]:
    """The mark of an applied sweep: kept while it works and when it is killed, gone when it is through.

    `settings` stands for everything that its verdicts depend on. `afresh`: whatever was interrupted is forgotten.
    """
    name, mark = _NAMES.get(type(selection), ""), None
    if name:
        at_most = timedelta(0) if afresh else KEPT
        mark = outside.journal.sweeps.take(name, settings, at=outside.clock.now(), at_most=at_most)
    reading = ReadingMark(outside, selection, name, mark)
    try:
        yield reading
    except BaseException:
        try:
            reading.close(broken=True)
        except BridgeError as error:  # the journal itself, perhaps; its lease ends with the process
            log.warning("sweep not given up", error=str(error))
        raise
    reading.close(broken=False)
