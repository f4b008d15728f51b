"""How a report speaks of whole tickets, where the other lines speak of a field of one."""

from __future__ import annotations

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.job import Job
from otrs_bridge.domain.report import ReportLine
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.ticket import Ticket
from otrs_bridge.service.gateway.attempt import Opened
from otrs_bridge.words import Words


def ticket_line(
    job: Job,
    title: str,
    why: Words,
    outcome: Outcome,
    *,
    mode: Mode = Mode.ENFORCE,
    ticket: Ticket | None = None,
    detail: Words | None = None,
) -> ReportLine:
    """Of the ticket with this title, that there is or is to be."""
    return ReportLine(
        ticket_id=ticket.id if ticket else 0,
        ticket_number=ticket.number if ticket else "",
        rule=job.name,
        field="ticket",
        old="",
        new=title,
        why=why,
        mode=mode.value,
        outcome=outcome,
        detail=detail,
        title=title,
    )


def opened_line(job: Job, opened: Opened, why: Words) -> ReportLine:
    """What came of one ticket that was to be opened, for the reason `why`."""
    return ticket_line(job, opened.opening.title, why, opened.outcome, ticket=opened.ticket, detail=opened.detail)
