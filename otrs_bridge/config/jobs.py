"""The `jobs:` section: when each scheduled job runs, and whether it may write."""

from __future__ import annotations

from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field, field_validator

from otrs_bridge.config.modes import WithMode
from otrs_bridge.config.values import PingUrl, Section, refusal
from otrs_bridge.domain.billing.outage import parse_outage

# Defaults are given as a file would give them and are validated alike.
# mypy: disable-error-code="assignment"

OF_DEBTS = ("internet_suspension", "telephony_disconnection", "debt_sync", "reminders")
"""The jobs that work on what the section `billing` tells."""

_AN_HOUR = 60  # minutes


def _outage(text: str) -> str:
    if parse_outage(text) is None:
        example = "2026-12-01..2026-12-03 internet Северный"
        raise refusal(ru=f"нужна запись вида {example}", en=f"must look like {example}")
    return text


OutageText = Annotated[str, AfterValidator(_outage)]


class JobSettings(WithMode):
    """One job. `debt_sync: enforce` is short for `debt_sync: {mode: enforce}`."""

    at: time = Field(default="06:00", description="time of day from which it runs on the days on which it is due")
    ping_url: PingUrl | None = Field(
        default=None,
        description="pinged when a run begins (/start), ends well, or does not (/fail), so that others notice that none "
        "came",
        examples=["https://hc-ping.example.org/UUID"],
    )

    @field_validator("at", mode="before")
    @classmethod
    def _yaml_reads_sixties(cls, value: object) -> object:
        """YAML takes 18:30 without quotes for a number in sixties, and pydantic any other number for seconds."""
        if isinstance(value, bool | float) or (isinstance(value, int) and not _AN_HOUR <= value < 24 * _AN_HOUR):
            raise refusal(
                ru=f'{value} — не время суток: нужны часы и минуты, "06:00"',
                en=f'{value} is no time of day: write hours and minutes, "06:00"',
            )
        return f"{value // _AN_HOUR:02}:{value % _AN_HOUR:02}" if isinstance(value, int) else value


class RemindersSettings(JobSettings):
    """The reminders. `reminders: enforce` is short for `reminders: {mode: enforce}`, as with every job."""

    ticket_queue: str = Field(
        default="",
        description="with mode enforce, a ticket in this queue lists who has not paid yet, one for each service and "
        'period; "": no ticket',
    )


class JobsSettings(Section):
    """The scheduled jobs, each with its mode and its time of day."""

    internet_suspension: JobSettings = Field(
        default={}, description="disconnection tickets for internet in debt, on the 1st"
    )
    telephony_disconnection: JobSettings = Field(
        default={}, description="disconnection tickets for telephony in debt, on the first working day"
    )
    debt_sync: JobSettings = Field(
        default={}, description="every night: debts that grew, were paid, lines to be switched on again"
    )
    reminders: RemindersSettings = Field(default={}, description="the list of those who have not paid yet")
    cleanup: JobSettings = Field(default={}, description="every night: all open tickets, by the field rules")
    do_no_harm: bool = Field(
        default=True,
        description="nobody is cut off while a fault of the same line is open in OTRS, or during an announced outage",
    )
    outages: tuple[OutageText, ...] = Field(
        default=(),
        description="announced outages: first day..last day, service or *, and a district or part of an address, or *: "
        '["2026-12-01..2026-12-03 internet Северный"]',
    )
