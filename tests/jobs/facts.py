"""Accounts and days for the tables of the jobs' tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from otrs_bridge.domain.billing.episodes import EpisodeTicket, TicketStatus
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.job import Almanac, DebtJob, Due, Job, LineFacts
from tests.domain.billing.ledgers import CALENDAR, RULES, account, charge, decided, paid, period

ALMANAC = Almanac(rules=RULES, make_calendar=lambda: CALENDAR)


def due(job: Job, day: str) -> Due:
    """What the job says of a day."""
    return job.due(date.fromisoformat(day), ALMANAC)


def facts(moment: str, *tickets: EpisodeTicket, owes: bool = True, service: str = "internet") -> LineFacts:
    """Ф-15236 with a charge of 500 in May 2013 that is not paid, or is paid on the 3rd."""
    who = account(service)  # type: ignore[arg-type] # the tables name it
    ledger = [charge(500, "2013-05-01")] + ([] if owes else [paid(500, "2013-05-03")])
    return LineFacts(decision=decided(who, ledger, moment), tickets=tickets)


def ticket(status: TicketStatus = "open", debt: int = 500, noted_in: str = "2013-05") -> EpisodeTicket:
    """The disconnection ticket of May."""
    return EpisodeTicket(
        key=EpisodeKey(service="internet", contract="Ф-15236", period=period("2013-05")),
        ticket_id=7,
        status=status,
        noted_debt=Decimal(debt),
        noted_in=period(noted_in),
    )


def actions(job: DebtJob, found: LineFacts) -> list[str]:
    """The kinds of what the job decides."""
    return [type(action).__name__ for action in job.decide(found)]
