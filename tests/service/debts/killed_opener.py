"""The process that is killed: opens tickets on a sandbox with a journal in a file."""

from __future__ import annotations

from contextlib import ExitStack

from otrs_bridge.journal.database import open_database
from otrs_bridge.otrs.connection import OtrsConnection
from tests.service.debts.openers import HurriedClock, KillingSteps, make_desk


def open_until_killed(
    url: str, password: str, database_url: str, contracts: list[str], kill_at: int, minutes: int
) -> None:
    """Open one ticket for each contract, so many minutes from now; at step `kill_at` (0: never) this process is killed."""
    steps = KillingSteps(kill_at)
    with ExitStack() as closing:
        database = open_database(database_url)
        closing.callback(database.close)
        connection = OtrsConnection(url=url, user="bridge", password=password, workers=1, timeout=5.0)
        desk = make_desk(database, connection, HurriedClock(minutes), closing, steps.wrap)
        desk.open(contracts)
