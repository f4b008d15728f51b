"""What OTRS has refused by name is not asked of it again at every sweep.

The journal remembers the refusals: a login of the client list, say, that is no customer user of OTRS. Somebody may add
him, so that after a while OTRS is asked once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from otrs_bridge.domain.change import Change, Finding
from otrs_bridge.domain.decision import Answer
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.ticket import same_value
from otrs_bridge.ports.journal import Journal, JournalEntry

BELIEVED = timedelta(days=7)


def without_refused(answers: Sequence[Answer], facts: Facts, journal: Journal) -> Sequence[Answer]:
    """The answers with `Change.if_refused` in the place of what OTRS has refused for this ticket of late.

    The journal is asked only about tickets for which a change is wanted that knows another way.
    """
    if not any(_has_another_way(finding) for answer in answers for finding in answer.findings):
        return answers
    refusals = list(_refusals(journal.entries(ticket_id=facts.ticket.id), since=facts.now - BELIEVED))
    return [replace(one, findings=tuple(_allowed(finding, refusals) for finding in one.findings)) for one in answers]


def _has_another_way(finding: Finding) -> bool:
    return isinstance(finding, Change) and finding.if_refused is not None


def _refusals(entries: Sequence[JournalEntry], *, since: datetime) -> Iterator[JournalEntry]:
    """Customers that OTRS does not know. What failed for another reason (no answer, no permission) may work next time."""
    for entry in entries:
        said_no = "InvalidParameter" in entry.error and "->CustomerUser " in entry.error
        if entry.state == "failed" and said_no and (entry.settled_at or entry.intended_at) >= since:
            yield entry


def _allowed(finding: Finding, refusals: Sequence[JournalEntry]) -> Finding:
    if not isinstance(finding, Change) or finding.if_refused is None:
        return finding
    refused = any(entry.field == finding.field and same_value(entry.new, finding.new) for entry in refusals)
    return finding.if_refused if refused else finding
