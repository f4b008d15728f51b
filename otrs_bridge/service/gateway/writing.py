"""What one write came to, field by field, judged by what OTRS holds afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from otrs_bridge.domain.change import Change, Remark
from otrs_bridge.domain.decision import Decision, Outcome
from otrs_bridge.domain.report import ReportLine, change_line, remark_line
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Ticket, same_value, shown
from otrs_bridge.errors import BridgeError
from otrs_bridge.ports.helpdesk import Note
from otrs_bridge.ports.journal import Intent, WriteState
from otrs_bridge.words import Language, Words

NOT_TRIED = Words(ru="не выполнялось: OTRS перестал отвечать", en="not tried: OTRS stopped answering")
STOPPED = Words(
    ru="не выполнялось: мост останавливают или он на паузе", en="not tried: the bridge is being stopped, or is paused"
)
GONE = Words(ru="заявку больше нельзя прочитать", en="the ticket cannot be read any more")
OUT_OF_SIGHT = Words(ru="заявка объединена или удалена", en="the ticket was merged or removed")
CHANGED_SINCE = Words(ru="с тех пор значение изменил кто-то другой", en="somebody changed it since")
ALREADY_SO = Words(
    ru="к моменту записи значение уже было таким", en="it held this value already when it was to be written"
)
NOT_KEPT = Words(
    ru="OTRS принял запрос, но оставил прежнее значение", en="OTRS accepted the request but kept the old value"
)
NOT_DONE = Words(ru="ответ OTRS потерян, изменение не выполнено", en="OTRS's answer was lost, the change was not made")
STILL_COMING = Words(
    ru="ответ OTRS потерян, изменения пока нет, но ещё может появиться; через несколько минут мост проверит снова",
    en="OTRS's answer was lost, the change is not there yet but may still come; the bridge looks again in some minutes",
)
IN_HAND = Words(
    ru="эту заявку сейчас меняет другой запуск моста, или исход прежнего изменения ещё не известен",
    en="another run of the bridge is writing to this ticket, or the fate of an earlier write is not known yet",
)
SAID_MEANWHILE = Words(ru="другой запуск уже сказал это в заявке", en="another run has said so in the ticket meanwhile")


FieldOfTicket = tuple[int, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """How one run writes. `undoes` are the journal entries that it takes back, by ticket and field.

    `judge_again`: a ticket that changed since its decision is judged anew; an undo leaves such a field alone instead.
    `mode` is the journal's; `articles`: by ticket what is written in the place of the note.
    """

    run: int
    judge_again: bool = True
    undoes: Mapping[FieldOfTicket, int] = field(default_factory=lambda: MappingProxyType({}))
    mode: str = Mode.ENFORCE.value
    articles: Mapping[int, Note] = field(default_factory=lambda: MappingProxyType({}))

    def intent(self, ticket: Ticket, change: Change, language: Language) -> Intent:
        """What the journal is told before the change is sent."""
        return Intent(
            ticket_id=ticket.id,
            ticket_number=ticket.number,
            rule=change.rule,
            field=change.field,
            old=change.old,
            new=change.new,
            why=change.why.text(language),
            mode=self.mode,
            undoes=self.undoes.get((ticket.id, change.field)),
        )


@dataclass(kw_only=True, slots=True)
class Writing:
    """One ticket on its way through the gateway. `entries` are the journal's ids by field, `told` those by remark.

    `sent`: a request went out. `unknown`: its answer was lost; `coming`: so OTRS may still carry it out. `failed`: what
    OTRS refused, by field. `all_refused`: nothing at all was done. `after`: the ticket as read back; `unverified`: why it
    could not be. `refused`: OTRS's words by journal entry, where it did not take the value; `instead`: what is asked for in
    its place, by field; `kept`: OTRS's words by field, where that holds already. `others`: what another agent's doing in
    the meantime made of a field. `read_at`: the monotonic moment before it was read last.
    """

    decision: Decision
    entries: dict[str, int] = field(default_factory=dict)
    told: dict[Remark, int] = field(default_factory=dict)
    note: Note | None = None
    sent: bool = False
    unknown: bool = False
    coming: bool = False
    failed: dict[str, Words] = field(default_factory=dict)
    refused: dict[int, Words] = field(default_factory=dict)
    instead: dict[str, Change] = field(default_factory=dict)
    kept: dict[str, Words] = field(default_factory=dict)
    all_refused: Words | None = None
    after: Ticket | None = None
    unverified: Words | None = None
    note_is_there: bool = False
    trusted: set[str] = field(default_factory=set)
    others: dict[str, tuple[Outcome, Words]] = field(default_factory=dict)
    read_at: float = 0.0

    @property
    def ticket(self) -> Ticket:
        """The ticket as it was when the decision was made."""
        return self.decision.ticket

    @property
    def planned(self) -> tuple[Change, ...]:
        """The decision's changes; in the place of what OTRS refused stands what is asked for instead."""
        return tuple(self.instead.get(change.field, change) for change in self.decision.planned)

    @property
    def remaining(self) -> tuple[Change, ...]:
        """The changes that are to be sent: OTRS has not refused them, and they do not hold already."""
        return tuple(one for one in self.planned if one.field not in self.failed and one.field not in self.kept)

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What the note says besides."""
        return self.decision.planned_remarks

    def fail(self, error: BridgeError, only: str = "") -> None:
        """OTRS said no: to one field, or to everything that remains."""
        words = error.words
        for name in [only] if only else [change.field for change in self.remaining]:
            self.failed[name] = words
        if not self.remaining and (not only or not self.remarks):
            self.all_refused = words

    def refuse(self, name: str, error: BridgeError) -> None:
        """OTRS does not take the value of one field: ask for the change's `if_refused`, otherwise the field has failed."""
        change = next(one for one in self.remaining if one.field == name)
        self.refused[self.entries.pop(name)] = error.words
        if change.if_refused is None:
            self.fail(error, only=name)
            return
        self.instead[name] = change.if_refused
        if same_value(change.if_refused.new, self.ticket.value_of(name)):
            self.kept[name] = error.words

    def trust(self, name: str, holds: bool) -> None:  # noqa: FBT001 - a plain answer to a question
        """OTRS's search says that a field, read as empty, holds what was written."""
        if holds:
            self.trusted.add(name)

    def all_hold(self) -> bool:
        """Whether the ticket, read back, holds everything that was sent."""
        return self.after is not None and all(self._holds(change) for change in self.remaining)

    def _holds(self, change: Change) -> bool:
        return change.field in self.trusted or (
            self.after is not None and same_value(self.after.value_of(change.field), change.new)
        )

    def verdict(self, change: Change) -> tuple[Outcome, Words | None]:
        """What became of one planned change."""
        if change.field in self.others:
            return self.others[change.field]
        if change.field in self.failed:
            return Outcome.FAILED, self.failed[change.field]
        if change.field in self.kept:
            return Outcome.UNCHANGED, self.kept[change.field]
        if self.unverified:
            return Outcome.UNKNOWN, Words(
                ru=f"отправлено, но проверить не удалось: {self.unverified.ru}",
                en=f"sent, but it could not be verified: {self.unverified.en}",
            )
        if self._holds(change):
            return Outcome.APPLIED, None
        if self.unknown:
            return (Outcome.UNKNOWN, STILL_COMING) if self.coming else (Outcome.FAILED, NOT_DONE)
        if self.after is not None and same_value(self.after.value_of(change.field), change.old):
            return Outcome.FAILED, NOT_KEPT
        return Outcome.FAILED, _holds_instead(change, self.after)

    def lines(self) -> tuple[ReportLine, ...]:
        """The report's lines about this ticket."""
        mode = Mode.ENFORCE.value
        changes = [change_line(self.ticket, c, mode, *self.verdict(c)) for c in self.planned]
        remarks = [remark_line(self.ticket, remark, mode, *self.fate_of_note) for remark in self.remarks]
        return (*changes, *remarks)

    @property
    def fate_of_note(self) -> tuple[Outcome, Words | None]:
        """What became of the note, and of the remarks in it."""
        if self.note_is_there:
            return Outcome.APPLIED, None
        if self.all_refused:
            return Outcome.FAILED, self.all_refused
        if self.unverified:
            return Outcome.UNKNOWN, self.unverified
        return (Outcome.UNKNOWN, STILL_COMING) if self.coming else (Outcome.FAILED, NOT_DONE)

    def settlements(self, language: Language) -> Mapping[int, tuple[WriteState, str]]:
        """What the journal is told: {entry id: (state, OTRS's words)}. What could not be verified stays open there."""
        planned = [one for one in self.planned if one.field in self.entries and one.field not in self.others]
        fates = {self.entries[one.field]: self.verdict(one) for one in planned}
        # It was written; what somebody else made of that stands in its words, and in the entry that gave it back.
        fates |= {self.entries[name]: (Outcome.APPLIED, words) for name, (_, words) in self.others.items()}
        fates |= dict.fromkeys(self.told.values(), self.fate_of_note)
        refused: dict[int, tuple[WriteState, str]] = {
            entry: ("refused", words.text(language)) for entry, words in self.refused.items()
        }
        return refused | {
            entry: ("applied" if outcome is Outcome.APPLIED else "failed", detail.text(language) if detail else "")
            for entry, (outcome, detail) in fates.items()
            if outcome is not Outcome.UNKNOWN
        }


def _holds_instead(change: Change, after: Ticket | None) -> Words:
    held = shown(after.value_of(change.field)) if after is not None else ""
    return Words(
        ru=f"OTRS принял запрос, но в поле теперь «{held}»: так записал он сам или кто-то другой",
        en=f"OTRS accepted the request, but the field now holds “{held}”: by itself, or somebody else wrote it",
    )


def what_still_holds(decision: Decision, fresh: Ticket) -> tuple[Decision, list[ReportLine]]:
    """Only the fields that still hold what the decision found; somebody decided about the others since.

    Nothing is written to a ticket that was merged or removed. Where nothing of it is left to do, there is nothing to be said
    of having done it either.
    """
    gone = fresh.is_technical
    kept = tuple(p for p in decision.proposals if not gone and same_value(fresh.value_of(p.change.field), p.change.old))
    lines = [
        change_line(fresh, item.change, Mode.ENFORCE.value, Outcome.SKIPPED, OUT_OF_SIGHT if gone else CHANGED_SINCE)
        for item in decision.proposals
        if item not in kept and not same_value(fresh.value_of(item.change.field), item.change.new)
    ]
    remarks = decision.remarks if kept or not (gone or decision.proposals) else ()
    return replace(decision, ticket=fresh, proposals=kept, remarks=remarks), lines
