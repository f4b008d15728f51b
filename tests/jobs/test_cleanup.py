"""jobs/cleanup.py: every night."""

from __future__ import annotations

from jobs.cleanup import JOB
from tests.jobs.facts import due


def test_it_is_due_every_day() -> None:
    assert due(JOB, "2013-05-01") == "2013-05-01"
