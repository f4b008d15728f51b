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


def without_refused(answers: Sequence[RuleAnswer], facts: Facts, journal: Journal) -> Sequence[RuleAnswer]:
    """The answers with `Change.if_refused` in the place of what OTRS has refused for this ticket of late.

    The journal is asked only about tickets for which a change is wanted that knows another way.
    """
    if not any(_has_another_way(finding) for answer in answers for finding in answer.findings):
        return answers
    refusals = [
        entry
        for entry in journal.entries(ticket_id=facts.ticket.id)
        if entry.state == "refused" and (entry.settled_at or entry.intended_at) >= facts.now - BELIEVED
    ]
    return [replace(one, findings=tuple(_allowed(finding, refusals) for finding in one.findings)) for one in answers]


def _has_another_way(finding: Finding) -> bool:
    return isinstance(finding, Change) and finding.if_refused is not None


def _allowed(finding: Finding, refusals: Sequence[JournalEntry]) -> Finding:
    while isinstance(finding, Change) and finding.if_refused is not None and _is_refused(finding, refusals):
        finding = finding.if_refused
    return finding


def _is_refused(change: Change, refusals: Sequence[JournalEntry]) -> bool:
    new = fitted(change.field, change.new)
    return any(entry.field == change.field and same_value(entry.new, new) for entry in refusals)
