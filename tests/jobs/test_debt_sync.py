"""jobs/debt_sync.py: every night, everything but raising."""

from __future__ import annotations

import pytest

from jobs.debt_sync import JOB
from otrs_bridge.domain.job import LineFacts
from tests.jobs.facts import actions, due, facts, ticket

TABLE = {
    "a debt without a ticket is left to the disconnection jobs": (facts("2013-05-10"), []),
    "a ticket that says what is true": (facts("2013-05-10", ticket()), []),
    "a settled ticket of a paid debt": (facts("2013-05-10", ticket("settled"), owes=False), []),
    "a debt that has grown since": (facts("2013-06-10", ticket(debt=100)), ["Grow"]),
    "a paid debt whose ticket is open": (facts("2013-05-10", ticket(), owes=False), ["ClosePaid"]),
    "a paid debt whose line is cut": (facts("2013-05-10", ticket("carried out"), owes=False), ["Reconnect"]),
    "an account that vanished": (LineFacts(decision=None, tickets=(ticket(),)), ["LeaveAlone"]),
    "a settled debt that is there again": (facts("2013-05-10", ticket("settled")), ["LeaveAlone"]),
}


def test_it_is_due_every_day() -> None:
    assert due(JOB, "2013-05-01") == "2013-05-01"


@pytest.mark.parametrize(("found", "wanted"), TABLE.values(), ids=TABLE.keys())
def test_what_it_decides(found: LineFacts, wanted: list[str]) -> None:
    assert actions(JOB, found) == wanted
