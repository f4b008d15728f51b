"""Disconnection tickets raised exactly once, against what OTRS can create at all at the same parallelism.

    python -m bench.jobs [TICKETS] [URL]

Without URL a sandbox is used (its creates cost next to nothing, so the share says nothing there); with the URL of a test
OTRS (make otrs) the share is the point: wanted are 0.9 of the raw creates, at the same number of workers.
"""

from __future__ import annotations

import secrets
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from otrs_bridge.clock import SystemClock
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.ticket import NewTicket
from otrs_bridge.journal.database import open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.service.debts.openers import make_desk, opening

WORKERS = 2
PARTS = 2  # the two take turns, so that whatever else the machine does hits both


def main() -> None:
    """Print both rates and their share."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    mark = secrets.token_hex(3)
    raw = once = 0.0
    with server() as url, ExitStack() as closing:
        folder = closing.enter_context(tempfile.TemporaryDirectory(prefix="otrs-bridge-bench-"))
        connection = OtrsConnection(url=url, user="bridge", password="bridge-secret", workers=WORKERS)
        database = open_database(f"sqlite:///{Path(folder)}/journal.db")
        closing.callback(database.close)
        desk = make_desk(database, connection, SystemClock(), closing)
        desk.open([f"Ф-{mark}w"])  # the first session, the first canary
        for part in range(PARTS):
            names = [f"Ф-{mark}{part}{number:05}" for number in range(count // PARTS)]
            raw += create_plainly(connection, names)
            began = time.perf_counter()
            done = desk.open(names)
            once += time.perf_counter() - began
            assert {one.outcome for one in done.values()} == {Outcome.APPLIED}
    total = count // PARTS * PARTS
    print(f"{total} tickets each way, {WORKERS} workers")
    print(f"raw creates          {total / raw:7.2f} a second")
    print(f"exactly once         {total / once:7.2f} a second")
    print(f"share                {raw / once:7.2f} (wanted 0.90)")


def create_plainly(connection: OtrsConnection, names: Sequence[str]) -> float:
    """Seconds for the same creates without any care."""
    helpdesk = OtrsHelpdesk(connection, SystemClock())
    tickets = []
    for name in names:
        new = opening(f"{name}r").compose()
        assert isinstance(new, NewTicket)
        tickets.append(replace(new, dynamic_fields={**new.dynamic_fields, "BridgeKey": f"raw:{name}"}))
    began = time.perf_counter()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(helpdesk.create_ticket, tickets))
    seconds = time.perf_counter() - began
    helpdesk.close()
    return seconds


@contextmanager
def server() -> Iterator[str]:
    """The OTRS that was named, or a sandbox."""
    if len(sys.argv) > 2:
        yield sys.argv[2]
        return
    with Sandbox(clock=SystemClock().now, welcome_ticket=True) as sandbox:
        yield sandbox.base_url


if __name__ == "__main__":
    main()
