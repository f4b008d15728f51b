"""From what the rules ask to what shall happen to one ticket: one value per field, one note, nothing against people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from otrs_bridge.domain.change import Change, Finding, Remark
from otrs_bridge.domain.otrs_limits import fitted
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Ticket, Value, same_value


class Outcome(StrEnum):
    """What became, or will become, of one change. The words of `--format json`."""

    PLANNED = "planned"
    APPLIED = "applied"
    OBSERVED = "observed"
    SKIPPED = "skipped"
    PINNED = "pinned"
    CONFLICT = "conflict"
    FAILED = "failed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What one rule said of one ticket. `error` is set, and `findings` empty, when the rule itself broke."""

    rule: str
    mode: Mode
    findings: tuple[Finding, ...] = ()
    error: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LastWrite:
    """The last change that the bridge itself made to one field of one ticket. `undone`: it was an undo."""

    rule: str
    old: Value
    new: Value
    undone: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What the journal remembers of one ticket: pinned fields, last writes by field, last remark digest by rule."""

    pinned: frozenset[str] = frozenset()
    last_writes: Mapping[str, LastWrite] = field(default_factory=lambda: MappingProxyType({}))
    told: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A change and what is to become of it: planned, observed, pinned or conflict. `detail` explains the last two."""

    change: Change
    mode: Mode
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRemark:
    """A remark and what is to become of it: planned or observed (what was told before does not come here)."""

    remark: Remark
    mode: Mode
    outcome: Outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """Everything decided about one ticket."""

    ticket: Ticket
    proposals: tuple[Proposal, ...] = ()
    remarks: tuple[TicketRemark, ...] = ()
    broken: tuple[Answer, ...] = ()

    @property
    def planned(self) -> tuple[Change, ...]:
        """The changes that a real run writes."""
        return tuple(item.change for item in self.proposals if item.outcome is Outcome.PLANNED)

    @property
    def planned_remarks(self) -> tuple[Remark, ...]:
        """The remarks that a real run adds to the ticket's note."""
        return tuple(item.remark for item in self.remarks if item.outcome is Outcome.PLANNED)

    @property
    def wants_write(self) -> bool:
        """Whether a real run would write to this ticket."""
        return bool(self.planned or self.planned_remarks)

    @property
    def says_something(self) -> bool:
        """Whether a report has a line about this ticket."""
        return bool(self.proposals or self.remarks or self.broken)


def remark_digest(remark: Remark) -> str:
    """Tells one text of a rule from the next; the Russian wording stands for both languages."""
    return hashlib.sha256(remark.text.ru.encode()).hexdigest()[:16]


def decide(ticket: Ticket, answers: Sequence[Answer], standing: Standing) -> Decision:
    """Merge the rules' answers: drop what already holds, settle two wishes for one field, respect people's pins."""
    wishes: dict[str, list[tuple[Change, Mode]]] = {}
    for answer in answers:
        for finding in answer.findings:
            if isinstance(finding, Change):
                change = replace(finding, new=fitted(finding.field, finding.new))
                if not same_value(change.new, ticket.value_of(change.field)):
                    wishes.setdefault(change.field, []).append((change, answer.mode))
    return Decision(
        ticket=ticket,
        proposals=tuple(p for name, found in wishes.items() for p in _settle(name, found, ticket, standing)),
        remarks=tuple(_remarks(answers, standing)),
        broken=tuple(answer for answer in answers if answer.error),
    )


def _settle(name: str, wishes: list[tuple[Change, Mode]], ticket: Ticket, standing: Standing) -> Iterable[Proposal]:
    enforced = [change for change, mode in wishes if mode is Mode.ENFORCE]
    disputed = len(enforced) > 1 and any(not same_value(change.new, enforced[0].new) for change in enforced)
    kept: Change | None = None
    for change, mode in wishes:
        if mode is not Mode.ENFORCE:
            yield Proposal(change=change, mode=mode, outcome=Outcome.OBSERVED)
        elif disputed:
            rivals = ", ".join(sorted(other.rule for other in enforced if other is not change))
            yield Proposal(change=change, mode=mode, outcome=Outcome.CONFLICT, detail=rivals)
        elif is_pinned(name, ticket, standing):
            yield Proposal(change=change, mode=mode, outcome=Outcome.PINNED)
        elif kept is None:
            kept = change
            yield Proposal(change=change, mode=mode, outcome=Outcome.PLANNED)


def is_pinned(name: str, ticket: Ticket, standing: Standing) -> bool:
    """A person has decided about this field: it was pinned before, or it holds again what the bridge once replaced."""
    if name in standing.pinned:
        return True
    last = standing.last_writes.get(name)
    return last is not None and not last.undone and same_value(ticket.value_of(name), last.old)


def _remarks(answers: Sequence[Answer], standing: Standing) -> Iterable[TicketRemark]:
    for answer in answers:
        for finding in answer.findings:
            if isinstance(finding, Remark) and standing.told.get(finding.rule) != remark_digest(finding):
                outcome = Outcome.PLANNED if answer.mode is Mode.ENFORCE else Outcome.OBSERVED
                yield TicketRemark(remark=finding, mode=answer.mode, outcome=outcome)
