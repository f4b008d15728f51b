"""What OTRS has refused by name is not asked of it again at every sweep.

The gateway writes `Change.if_refused` in the same run, and the journal remembers the refusal: of a login of the client
list, say, that is no customer user of OTRS. Somebody may add him, so that after a while OTRS is asked once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from otrs_bridge.domain.change import Change, Finding
from otrs_bridge.domain.decision import RuleAnswer
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.otrs_limits import fitted
from otrs_bridge.domain.ticket import same_value
from otrs_bridge.ports.journal import Journal, JournalEntry

BELIEVED = timedelta(days=7)

Asked = tuple[Facts, Sequence[RuleAnswer]]
"""A ticket and what the rules say of it."""


def without_refused(asked: Sequence[Asked], journal: Journal) -> Sequence[Asked]:
    """The answers with `Change.if_refused` in the place of what OTRS has refused for these tickets of late.

    The journal is asked once, and only about tickets for which a change is wanted that knows another way.
    """
    in_question = [facts.ticket.id for facts, answers in asked if any(map(_has_another_way, answers))]
    refusals: dict[int, list[JournalEntry]] = {}
    for entry in journal.refusals(in_question) if in_question else ():
        refusals.setdefault(entry.ticket_id, []).append(entry)
    return [(facts, _believing(refusals.get(facts.ticket.id, ()), facts, answers)) for facts, answers in asked]


def _believing(refusals: Sequence[JournalEntry], facts: Facts, answers: Sequence[RuleAnswer]) -> Sequence[RuleAnswer]:
    recent = [one for one in refusals if (one.settled_at or one.intended_at) >= facts.now - BELIEVED]
    if not recent:
        return answers
    return [replace(one, findings=tuple(_allowed(finding, recent) for finding in one.findings)) for one in answers]


def _has_another_way(answer: RuleAnswer) -> bool:
    return any(isinstance(finding, Change) and finding.if_refused is not None for finding in answer.findings)


def _allowed(finding: Finding, refusals: Sequence[JournalEntry]) -> Finding:
    while isinstance(finding, Change) and finding.if_refused is not None and _is_refused(finding, refusals):
        finding = finding.if_refused
    return finding


def _is_refused(change: Change, refusals: Sequence[JournalEntry]) -> bool:
    new = fitted(change.field, change.new)
    return any(entry.field == change.field and same_value(entry.new, new) for entry in refusals)
