"""From what the rules ask to what shall happen to one ticket: one value per field, one note, nothing against people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from otrs_bridge.domain.change import Change, Finding, Remark
from otrs_bridge.domain.otrs_limits import SMALLEST, Lengths, fitted
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Customer, Ticket, Value, same_value


class Outcome(StrEnum):
    """What became, or will become, of one change. The words of `--format json`.

    unknown: it was sent, the answer was lost, and OTRS may still be at it; it is looked for again some minutes later.
    """

    PLANNED = "planned"
    APPLIED = "applied"
    OBSERVED = "observed"
    SKIPPED = "skipped"
    PINNED = "pinned"
    CONFLICT = "conflict"
    FAILED = "failed"
    UNKNOWN = "unknown"
    UNCHANGED = "unchanged"


class PersonsWord(StrEnum):
    """How it shows that a person has decided about a field. The words are the reason that the journal keeps with a pin."""

    BEFORE = "pinned before"
    PUT_BACK = "a person put the old value back"
    CHOSEN = "a person chose another value"


@dataclass(frozen=True, kw_only=True, slots=True)
class RuleAnswer:
    """What one rule said of one ticket. `error` is set, and `findings` empty, when the rule itself broke.

    `yields`: the rule yields to any value that a person chose after the bridge, see `Rule`.
    """

    rule: str
    mode: Mode
    findings: tuple[Finding, ...] = ()
    error: str = ""
    yields: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class LastWrite:
    """The last change that the bridge itself made to one field of one ticket. `undone`: it was an undo.

    `replaced`: the values of others that this one and those before it replaced, oldest first.
    """

    rule: str
    old: Value
    new: Value
    undone: bool = False
    replaced: tuple[Value, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketMemory:
    """What the journal remembers of one ticket: pinned fields, last writes by field, last remark digest by rule."""

    pinned: frozenset[str] = frozenset()
    last_writes: Mapping[str, LastWrite] = field(default_factory=lambda: MappingProxyType({}))
    told: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """A change and what is to become of it: planned, observed, pinned or conflict.

    `detail` explains the last two: the PersonsWord, or the rival rules.
    """

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
    broken: tuple[RuleAnswer, ...] = ()

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
    """Tells one text of a rule from the next; the Russian wording stands for both languages, a list for itself."""
    return f"{_LIST}{','.join(sorted(remark.items))}" if remark.items else _digest_of_text(remark)


def was_told(remark: Remark, told: str | None) -> bool:
    """Whether the digest `told` says that agents have read the remark, or a longer list of the same kind.

    Recovery knows a remark of a run that died by its text only.
    """
    if told is None or not told.startswith(_LIST):
        return told == _digest_of_text(remark)
    return bool(remark.items) and remark.items <= set(told.removeprefix(_LIST).split(","))


def _digest_of_text(remark: Remark) -> str:
    return hashlib.sha256(remark.text.ru.encode()).hexdigest()[:16]


_LIST = "items:"


def decide(
    ticket: Ticket, answers: Sequence[RuleAnswer], memory: TicketMemory, *, lengths: Lengths = SMALLEST
) -> Decision:
    """Merge the rules' answers: drop what already holds, settle two wishes for one field, respect people's pins.

    `lengths` is what OTRS's columns hold. A longer wish is cut; what stands already is not changed for its length.
    """
    wishes: dict[str, list[_Wish]] = {}
    for answer in answers:
        for finding in answer.findings:
            if isinstance(finding, Change):
                change = _fitted(finding, lengths)
                if not _stands_already(finding, ticket, lengths):
                    wishes.setdefault(change.field, []).append((change, answer))
    return Decision(
        ticket=ticket,
        proposals=tuple(p for found in wishes.values() for p in _settle(found, ticket, memory)),
        remarks=tuple(_remarks(answers, memory)),
        broken=tuple(answer for answer in answers if answer.error),
    )


def _stands_already(wanted: Change, ticket: Ticket, lengths: Lengths) -> bool:
    """The ticket holds it, or differs from it only in what would be cut off."""
    held, kept = ticket.value_of(wanted.field), fitted(wanted.field, wanted.new, lengths)
    if same_value(kept, held) or same_value(wanted.new, held):
        return True
    return kept != wanted.new and same_value(kept, fitted(wanted.field, held, lengths))


_Wish = tuple[Change, RuleAnswer]


def _settle(wishes: list[_Wish], ticket: Ticket, memory: TicketMemory) -> Iterable[Proposal]:
    enforced = [change for change, answer in wishes if answer.mode is Mode.ENFORCE]
    disputed = len(enforced) > 1 and any(not same_value(change.new, enforced[0].new) for change in enforced)
    kept: Change | None = None
    for change, answer in wishes:
        mode = answer.mode
        if mode is not Mode.ENFORCE:
            yield Proposal(change=change, mode=mode, outcome=Outcome.OBSERVED)
        elif disputed:
            rivals = ", ".join(sorted(other.rule for other in enforced if other is not change))
            yield Proposal(change=change, mode=mode, outcome=Outcome.CONFLICT, detail=rivals)
        elif word := persons_word(change, ticket, memory, yields=answer.yields):
            yield Proposal(change=change, mode=mode, outcome=Outcome.PINNED, detail=word)
        elif kept is None:
            kept = change
            planned = _with_ways_left(change, ticket, memory, yields=answer.yields)
            yield Proposal(change=planned, mode=mode, outcome=Outcome.PLANNED)


def _fitted(change: Change, lengths: Lengths) -> Change:
    other = _fitted(change.if_refused, lengths) if change.if_refused is not None else None
    return replace(change, new=fitted(change.field, change.new, lengths), if_refused=other)


def _with_ways_left(change: Change, ticket: Ticket, memory: TicketMemory, *, yields: bool) -> Change:
    """The change without the other ways that a person has already decided against."""
    other = change.if_refused
    while other is not None and persons_word(other, ticket, memory, yields=yields):
        other = other.if_refused
    if other is not None:
        other = _with_ways_left(other, ticket, memory, yields=yields)
    return replace(change, if_refused=other)


def persons_word(change: Change, ticket: Ticket, memory: TicketMemory, *, yields: bool = False) -> PersonsWord | None:
    """Whether a person has decided about the change's field, None when nobody did.

    It was pinned before; or it holds again what the bridge once replaced; or others have set it anew as often as that is
    borne; or, where the rule `yields`, it holds anything else than what the bridge wrote last. A stopgap decides only that
    it is not what the bridge wrote last.
    """
    if change.field in memory.pinned:
        return PersonsWord.BEFORE
    last = memory.last_writes.get(change.field)
    if last is None or last.undone:
        return None
    value = ticket.value_of(change.field)
    if same_value(value, last.old):
        return PersonsWord.PUT_BACK
    if still_stands(value, last):
        return None
    if change.fills_in:
        return PersonsWord.CHOSEN if yields and still_stands(change.new, last) else None
    if any(same_value(value, one) for one in last.replaced):
        return PersonsWord.PUT_BACK
    return PersonsWord.CHOSEN if yields or len(last.replaced) >= _BORNE else None


_BORNE = 3  # values of others that the bridge replaces in one field: what stood there at first, and two set after it


def still_stands(value: Value, last: LastWrite) -> bool:
    """Whether a field that holds `value` holds what the bridge wrote last.

    Of a customer the user counts: OTRS itself changes the company of its tickets when somebody's CustomerID changes.
    """
    if isinstance(value, Customer) and isinstance(last.new, Customer):
        return value.user.strip().casefold() == last.new.user.strip().casefold()
    return same_value(value, last.new)


def _remarks(answers: Sequence[RuleAnswer], memory: TicketMemory) -> Iterable[TicketRemark]:
    for answer in answers:
        for finding in answer.findings:
            if isinstance(finding, Remark) and not was_told(finding, memory.told.get(finding.rule)):
                outcome = Outcome.PLANNED if answer.mode is Mode.ENFORCE else Outcome.OBSERVED
                yield TicketRemark(remark=finding, mode=answer.mode, outcome=outcome)
