"""Sweeps all open tickets with the field rules, every night: what the daemon could not see is put right then.

A ticket that was not changed is never looked at by the daemon, yet what is right for it may have changed: a client was
added to the directory, a rule was switched on.
"""

from __future__ import annotations

from datetime import date

from otrs_bridge.domain.job import Almanac, Due, SweepJob


def due(day: date, _almanac: Almanac) -> Due:
    """Every day."""
    return day.isoformat()


JOB = SweepJob(name="cleanup", due=due)
