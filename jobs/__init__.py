"""The scheduled jobs, one file each, in the order in which people read them."""

from __future__ import annotations

from typing import Final

from jobs import cleanup, debt_sync, internet_suspension, reminders, telephony_disconnection
from otrs_bridge.domain.job import Job

JOBS: Final[tuple[Job, ...]] = (
    internet_suspension.JOB,
    telephony_disconnection.JOB,
    debt_sync.JOB,
    reminders.JOB,
    cleanup.JOB,
)
