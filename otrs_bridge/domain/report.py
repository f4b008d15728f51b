"""What a run says about one field of one ticket, and the counts of its closing line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from otrs_bridge.domain.billing.presumed import Presumed
from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.decision import Decision, Outcome, PersonsWord
from otrs_bridge.domain.id_set import IdSet
from otrs_bridge.domain.pause import Pause
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Ticket, shown
from otrs_bridge.errors import ExitCode
from otrs_bridge.words import Words

NOTE = "note"  # the "field" of a line that speaks of a remark


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportLine:
    """One line of a report. `detail` is what happened beyond the outcome's word: OTRS's words, the rival rule, …

    `title` is the ticket's, for people.
    """

    ticket_id: int
    ticket_number: str
    rule: str
    field: str
    old: str
    new: str
    why: Words
    mode: str
    outcome: Outcome
    detail: Words | None = None
    title: str = ""


@dataclass(kw_only=True, slots=True)
class Tally:
    """What lines come to, counted as they come: how many of each outcome, of which tickets, and which were changed."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    tickets: IdSet = field(default_factory=IdSet)
    changed: IdSet = field(default_factory=IdSet)

    def add(self, lines: Iterable[ReportLine]) -> None:
        """Count these, too."""
        for line in lines:
            self.outcomes[line.outcome] += 1
            self.tickets.update([line.ticket_id])
            if line.outcome is Outcome.APPLIED:
                self.changed.update([line.ticket_id])


Tell = Callable[[Sequence[ReportLine]], None]


class Telling:
    """Where a run says its lines, those of one ticket together: to `tell` as they come, or into a report that keeps them.

    However many there are, `tally` stays small.
    """

    def __init__(self, tell: Tell | None = None) -> None:
        self.tally = Tally()
        self._kept: list[ReportLine] = []
        self._tell = tell or self._kept.extend

    @property
    def kept(self) -> tuple[ReportLine, ...]:
        """The lines, where nobody took them."""
        return tuple(self._kept)

    def say(self, lines: Sequence[ReportLine]) -> None:
        """These are the next."""
        if lines:
            self.tally.add(lines)
            self._tell(lines)


@dataclass(frozen=True, kw_only=True, slots=True)
class Interrupted:
    """A sweep that was killed and is gone on with. `run`: its number in the journal, 0 when it had written nothing.

    `examined`: the tickets that it had seen to and that were not looked at again; `changed`: how many it had written to.
    """

    since: datetime
    run: int = 0
    examined: int = 0
    changed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A finished run. `objection` is the cap that stopped it; `run` its number in the journal (0: nothing was journaled).

    `lines` is empty, and `tally` says what they come to, where they were told as they came. `incomplete` counts tickets
    that OTRS was still creating, `unreadable` those it would not show. `presumed`: what the rehearsal of a day to come took
    for granted. `after`: what it went on with. `pauses`: what was paused meanwhile.
    """

    lines: tuple[ReportLine, ...] = ()
    tally: Tally | None = None
    examined: int = 0
    incomplete: int = 0
    unreadable: Mapping[int, Words] = field(default_factory=dict)
    objection: Words | None = None
    run: int = 0
    seconds: float = 0.0
    presumed: Presumed | None = None
    after: Interrupted | None = None
    pauses: tuple[Pause, ...] = ()

    def followed_by(self, later: Report) -> Report:
        """Both as one, without their lines; the run is the later one, where it wrote."""
        tally = Tally()
        for part in (self._tally, later._tally):
            tally.outcomes.update(part.outcomes)
            tally.tickets.update(part.tickets)
            tally.changed.update(part.changed)
        return Report(
            tally=tally,
            examined=self.examined + later.examined,
            incomplete=self.incomplete + later.incomplete,
            unreadable={**self.unreadable, **later.unreadable},
            run=later.run or self.run,
        )

    @property
    def outcomes(self) -> Mapping[Outcome, int]:
        """How many lines of each outcome there are."""
        return self._tally.outcomes

    @property
    def _tally(self) -> Tally:
        if self.tally is not None:
            return self.tally
        tally = Tally()
        tally.add(self.lines)
        return tally

    @property
    def needs_a_person(self) -> bool:
        """Failures, conflicts, unreadable tickets or a cap: somebody has to look."""
        found = self.outcomes
        return bool(self.objection or self.unreadable or found[Outcome.FAILED] or found[Outcome.CONFLICT])

    @property
    def exit_code(self) -> ExitCode:
        """The exit status of a command that shows this: what is unknown yet is a matter of time, like an OTRS away."""
        if self.needs_a_person:
            return ExitCode.NEEDS_A_PERSON
        return ExitCode.OTRS_UNAVAILABLE if self.outcomes[Outcome.UNKNOWN] else ExitCode.FINE

    @property
    def counts(self) -> dict[str, int]:
        """The closing counts: tickets examined and touched, and lines by outcome."""
        tally = self._tally
        return {
            "examined": self.examined,
            "tickets": len(tally.tickets),
            "changed_tickets": len(tally.changed),
            **{outcome.value: tally.outcomes[outcome] for outcome in Outcome},
            "incomplete": self.incomplete,
            "unreadable": len(self.unreadable),
        }


def change_line(ticket: Ticket, change: Change, mode: str, outcome: Outcome, detail: Words | None = None) -> ReportLine:
    """The line about one change."""
    return ReportLine(
        ticket_id=ticket.id,
        ticket_number=ticket.number,
        title=ticket.title,
        rule=change.rule,
        field=change.field,
        old=shown(change.old),
        new=shown(change.new),
        why=change.why,
        mode=mode,
        outcome=outcome,
        detail=detail,
    )


def remark_line(ticket: Ticket, remark: Remark, mode: str, outcome: Outcome, detail: Words | None = None) -> ReportLine:
    """The line about one remark."""
    return ReportLine(
        ticket_id=ticket.id,
        ticket_number=ticket.number,
        title=ticket.title,
        rule=remark.rule,
        field=NOTE,
        old="",
        new=remark.text.ru,
        why=remark.text,
        mode=mode,
        outcome=outcome,
        detail=detail,
    )


def decided_lines(decision: Decision) -> Iterator[ReportLine]:
    """Everything a decision says, before anything is written."""
    ticket = decision.ticket
    for item in decision.proposals:
        yield change_line(ticket, item.change, item.mode, item.outcome, _explained(item.outcome, item.detail))
    for told in decision.remarks:
        yield remark_line(ticket, told.remark, told.mode, told.outcome)
    for broken in decision.broken:
        yield ReportLine(
            ticket_id=ticket.id,
            ticket_number=ticket.number,
            title=ticket.title,
            rule=broken.rule,
            field="",
            old="",
            new="",
            why=Words(ru=f"правило сломалось: {broken.error}", en=f"the rule broke: {broken.error}"),
            mode=broken.mode,
            outcome=Outcome.FAILED,
        )


def unwritten_lines(decision: Decision) -> Iterator[ReportLine]:
    """What a decision says apart from what is about to be written."""
    return (line for line in decided_lines(decision) if line.outcome is not Outcome.PLANNED)


def planned_lines(decision: Decision, outcome: Outcome, detail: Words | None = None) -> Iterable[ReportLine]:
    """What was to be written, all with one outcome."""
    enforce = Mode.ENFORCE.value
    yield from (change_line(decision.ticket, item, enforce, outcome, detail) for item in decision.planned)
    yield from (remark_line(decision.ticket, item, enforce, outcome, detail) for item in decision.planned_remarks)


_PERSONS_WORDS: Mapping[PersonsWord, Words] = MappingProxyType(
    {
        PersonsWord.BEFORE: Words(
            ru="об этом поле решил человек; мост его не трогает",
            en="a person has decided about this field; the bridge leaves it alone",
        ),
        PersonsWord.PUT_BACK: Words(
            ru="человек вернул прежнее значение; мост больше не трогает это поле",
            en="a person put the old value back; the bridge leaves this field alone",
        ),
        PersonsWord.CHOSEN: Words(
            ru="после моста человек выбрал другое значение; мост больше не трогает это поле",
            en="a person chose another value after the bridge; the bridge leaves this field alone",
        ),
    }
)


def _explained(outcome: Outcome, detail: str) -> Words | None:
    if outcome is Outcome.PINNED:
        return _PERSONS_WORDS[PersonsWord(detail)]
    if outcome is Outcome.CONFLICT:
        return Words(ru=f"иного хочет правило {detail}", en=f"rule {detail} wants another value")
    return None
