"""How a report speaks of whole tickets, where the other lines speak of a field of one."""

from __future__ import annotations

from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import Job
from otrs_bridge.domain.report import ReportLine
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.service.debts.errand import Opened
from otrs_bridge.words import Words

TICKET = "ticket"  # the "field" of a line that speaks of a whole ticket


def key_line(job: Job, key: EpisodeKey, why: Words, outcome: Outcome, ticket: Ticket | None = None) -> ReportLine:
    """Of a ticket that there is, or is to be."""
    return ReportLine(
        ticket_id=ticket.id if ticket else 0,
        ticket_number=ticket.number if ticket else "",
        rule=job.name,
        field=TICKET,
        old="",
        new=key.title,
        why=why,
        mode="enforce",
        outcome=outcome,
        title=key.title,
    )


def opened_line(job: Job, opened: Opened, why: Words) -> ReportLine:
    """What came of one ticket that was to be opened, for the reason `why`."""
    ticket = opened.ticket
    return ReportLine(
        ticket_id=ticket.id if ticket else 0,
        ticket_number=ticket.number if ticket else "",
        rule=job.name,
        field=TICKET,
        old="",
        new=opened.opening.title,
        why=why,
        mode="enforce",
        outcome=opened.outcome,
        detail=opened.detail,
        title=opened.opening.title,
    )
