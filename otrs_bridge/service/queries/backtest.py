"""What rules would have done to the tickets of the last days: one config's, or the difference between two.

Reads only. Every rule that is not off counts as enforced; fields that people took back and remarks that were told before
do not count: the question is what the rules say, not what is left to do. However many tickets there are, what is kept is
counts and a few samples.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from otrs_bridge.domain.decision import Outcome, TicketMemory, decide
from otrs_bridge.domain.report import NOTE
from otrs_bridge.domain.selection import Selection
from otrs_bridge.domain.ticket import Ticket, Value, same_value, shown
from otrs_bridge.ports.helpdesk import Helpdesk, TicketRead
from otrs_bridge.service.batch_reading import in_batches
from otrs_bridge.service.judge import Judge
from otrs_bridge.words import Words

SAMPLES = 5  # tickets that are named for each rule and field
UNREADABLE_SHOWN = 20

_Key = tuple[str, str]  # rule, field; the field of a remark is NOTE, that of a rule that broke ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Wish:
    """What a rule would have done to one field. `disputed`: another rule wants another value, so neither is written."""

    old: str
    new: Value
    why: Words
    disputed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sample:
    """One ticket as an example: what each side wants, None when it wants nothing."""

    ticket_id: int
    number: str
    title: str
    here: Wish | None = None
    there: Wish | None = None


@dataclass(kw_only=True, slots=True)
class Count:
    """What one rule says of one field: on how many tickets, on how many disputed, and the first few of them."""

    rule: str
    field: str
    tickets: int = 0
    disputed: int = 0
    samples: list[Sample] = dataclasses.field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class Difference:
    """Where two configs part on one rule and field: tickets that only one of them changes, or changes otherwise."""

    rule: str
    field: str
    only_here: int = 0
    only_there: int = 0
    different: int = 0
    samples: list[Sample] = dataclasses.field(default_factory=list)


@dataclass(kw_only=True, slots=True)
class BacktestReport:
    """The answer. `tickets` are those that the rules would have touched; `differing` those that the configs part on; `cut`:
    there were more tickets than were to be asked about.
    """

    examined: int = 0
    technical: int = 0
    incomplete: int = 0
    unreadable: int = 0
    reasons: dict[int, Words] = dataclasses.field(default_factory=dict)
    tickets: int = 0
    differing: int = 0
    cut: bool = False
    counts: dict[_Key, Count] = dataclasses.field(default_factory=dict)
    differences: dict[_Key, Difference] = dataclasses.field(default_factory=dict)


_Verdict = tuple[Ticket, Mapping[_Key, Wish], Mapping[_Key, Wish]]


class Backtest:
    """Asks the rules of `here` and, when given, of `there` about tickets that are long done."""

    def __init__(self, helpdesk: Helpdesk, *, here: Judge, there: Judge | None = None) -> None:
        self._helpdesk = helpdesk
        self._here = here
        self._there = there

    def run(
        self,
        selection: Selection,
        *,
        most: int | None = None,
        examined: Callable[[int], None] = lambda _count: None,
    ) -> BacktestReport:
        """Ask about the selected tickets, `most` of them at the most; `examined(n)` is told after each batch."""
        report = BacktestReport()
        pages = self._helpdesk.walk(selection)
        pages = pages if most is None else _first(pages, most, report)
        for read, verdicts in in_batches(self._helpdesk, pages, self._verdicts):
            _count_reading(report, read)
            for ticket, here, there in verdicts:
                _count(report, ticket, here)
                if self._there:
                    _compare(report, ticket, here, there)
            examined(len(read.tickets))
        return report

    def _verdicts(self, read: TicketRead) -> list[_Verdict]:
        complete = [ticket for ticket in read.tickets if ticket.article is not None and not ticket.is_technical]
        return [
            (ticket, _wishes(ticket, self._here), _wishes(ticket, self._there) if self._there else {})
            for ticket in complete
        ]


def _first(pages: Iterator[Sequence[int]], most: int, report: BacktestReport) -> Iterator[Sequence[int]]:
    for page in pages:
        if len(page) > most:
            report.cut = True
        if most:
            yield page[:most]
        most = max(0, most - len(page))
        if report.cut:
            return


def _wishes(ticket: Ticket, judge: Judge) -> dict[_Key, Wish]:
    """By rule and field what would have been done."""
    lengths = judge.dialect().lengths
    decision = decide(ticket, judge.answers(judge.facts(ticket)), TicketMemory(), lengths=lengths)
    wishes: dict[_Key, Wish] = {}
    for item in decision.proposals:
        change, disputed = item.change, item.outcome is Outcome.CONFLICT
        wishes[change.rule, change.field] = Wish(
            old=shown(change.old), new=change.new, why=change.why, disputed=disputed
        )
    for told in decision.remarks:
        wishes[told.remark.rule, NOTE] = Wish(old="", new=told.remark.text.ru, why=told.remark.text)
    for broken in decision.broken:
        why = Words(ru=f"правило сломалось: {broken.error}", en=f"the rule broke: {broken.error}")
        wishes[broken.rule, ""] = Wish(old="", new="", why=why)
    return wishes


def _count_reading(report: BacktestReport, read: TicketRead) -> None:
    for ticket in read.tickets:
        if ticket.article is None:
            report.incomplete += 1
        elif ticket.is_technical:
            report.technical += 1
        else:
            report.examined += 1
    report.unreadable += len(read.unreadable)
    for ticket_id, reason in read.unreadable.items():
        if len(report.reasons) < UNREADABLE_SHOWN:
            report.reasons[ticket_id] = reason


def _count(report: BacktestReport, ticket: Ticket, here: Mapping[_Key, Wish]) -> None:
    report.tickets += bool(here)
    for key, wish in here.items():
        count = report.counts.setdefault(key, Count(rule=key[0], field=key[1]))
        count.tickets += 1
        count.disputed += wish.disputed
        _add_sample(count.samples, ticket, wish, None)


def _compare(report: BacktestReport, ticket: Ticket, here: Mapping[_Key, Wish], there: Mapping[_Key, Wish]) -> None:
    parted = list(_parted(here, there))
    report.differing += bool(parted)
    for key in parted:
        ours, theirs = here.get(key), there.get(key)
        difference = report.differences.setdefault(key, Difference(rule=key[0], field=key[1]))
        difference.only_here += theirs is None
        difference.only_there += ours is None
        difference.different += ours is not None and theirs is not None
        _add_sample(difference.samples, ticket, ours, theirs)


def _parted(here: Mapping[_Key, Wish], there: Mapping[_Key, Wish]) -> Iterator[_Key]:
    for key in dict.fromkeys([*here, *there]):
        ours, theirs = here.get(key), there.get(key)
        if ours is None or theirs is None or not same_value(ours.new, theirs.new) or ours.disputed != theirs.disputed:
            yield key


def _add_sample(samples: list[Sample], ticket: Ticket, here: Wish | None, there: Wish | None) -> None:
    if len(samples) < SAMPLES:
        samples.append(Sample(ticket_id=ticket.id, number=ticket.number, title=ticket.title, here=here, there=there))
