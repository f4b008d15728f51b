"""What a run says about one field of one ticket, and the counts of its closing line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from otrs_bridge.domain.billing.presumed import Presumed
from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.decision import Decision, Outcome, PersonsWord
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """A finished run. `objection` is the cap that stopped it; `run` its number in the journal (0: nothing was journaled).

    `incomplete` counts tickets that OTRS was still creating, `unreadable` those it would not show. `presumed`: what the
    rehearsal of a day to come took for granted.
    """

    lines: tuple[ReportLine, ...] = ()
    examined: int = 0
    incomplete: int = 0
    unreadable: Mapping[int, Words] = field(default_factory=dict)
    objection: Words | None = None
    run: int = 0
    seconds: float = 0.0
    presumed: Presumed | None = None

    @property
    def needs_a_person(self) -> bool:
        """Failures, conflicts, unreadable tickets or a cap: somebody has to look."""
        bad = {Outcome.FAILED, Outcome.CONFLICT}
        return bool(self.objection or self.unreadable or any(line.outcome in bad for line in self.lines))

    @property
    def exit_code(self) -> ExitCode:
        """The exit status of a command that shows this: what is unknown yet is a matter of time, like an OTRS away."""
        if self.needs_a_person:
            return ExitCode.NEEDS_A_PERSON
        unknown = any(line.outcome is Outcome.UNKNOWN for line in self.lines)
        return ExitCode.OTRS_UNAVAILABLE if unknown else ExitCode.FINE

    @property
    def counts(self) -> dict[str, int]:
        """The closing counts: tickets examined and touched, and lines by outcome."""
        by_outcome = Counter(line.outcome for line in self.lines)
        touched = {line.ticket_id for line in self.lines if line.outcome is Outcome.APPLIED}
        return {
            "examined": self.examined,
            "tickets": len({line.ticket_id for line in self.lines}),
            "changed_tickets": len(touched),
            **{outcome.value: by_outcome[outcome] for outcome in Outcome},
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


def standing_lines(decision: Decision) -> Iterator[ReportLine]:
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
