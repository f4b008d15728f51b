"""Keeps the disconnection tickets true, every night: growth, payment, closing, reconnection.

A debt that has grown is noted once a month. A hold that came up is noted once: do not cut for now. A paid ticket that is
still open is closed; where the line was cut already, a ticket asks for the reconnection. What contradicts itself (an
account that vanished from billing, a settled debt that is there again) is reported, and nothing is done about it; what
falls due later on that line is a debt like any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from otrs_bridge.domain.billing.accounts import SERVICES
from otrs_bridge.domain.billing.episodes import Action, LeaveAlone, Raise, episode_actions
from otrs_bridge.domain.job import Almanac, DebtJob, Due, LineFacts


def due(day: date, _almanac: Almanac) -> Due:
    """Every day."""
    return day.isoformat()


def decide(facts: LineFacts) -> Iterator[Action]:
    """Whatever is to be done about tickets that exist (docs/field-rules.md#episodes)."""
    for action in episode_actions(facts.decision, facts.tickets):
        match action:
            case Raise():  # the disconnection jobs' own, each with its mode and its limits
                continue
            case LeaveAlone(needs_a_person=False):
                continue
            case _:
                yield action


JOB = DebtJob(name="debt_sync", due=due, services=SERVICES, decide=decide, keeps=True)
