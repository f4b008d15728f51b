"""What agents feel of a sweep, measured against the real test OTRS in one run, as ratios.

    make otrs && .venv/bin/python -m bench.polite [TICKETS [AGENTS]]

Agents open the dashboard every two seconds, alone, then beside a sweep that keeps itself to OTRS's pace, then beside one
that does not (as many requests at once as `workers`, always). Wanted: p50 and p95 beside the sweep at most 1.2 of those
alone, at 0.6 or more of the throughput that it has without them, and all of it when nobody clicks.
"""

from __future__ import annotations

import re
import statistics
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from bench.sweep import WORKERS, bridge_on, create
from otrs_bridge.bootstrap.bridge import Bridge
from otrs_bridge.clock import SystemClock
from otrs_bridge.domain.selection import TheseTickets
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.otrs.pace import Call, Pace
from tests.live.server.control import LiveServer

EVERY = 2.0  # seconds between two looks of an agent
ALONE = 30.0


@dataclass(kw_only=True)
class Agents:
    """People at their dashboards. `seconds`: how long each look took."""

    server: LiveServer
    count: int
    seconds: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._sessions = [self._logged_in() for _ in range(self.count)]

    def _logged_in(self) -> requests.Session:
        session = requests.Session()
        answer = session.post(
            f"{self.server.base_url}/otrs/index.pl",
            data={"Action": "Login", "User": self.server.agent, "Password": self.server.agent_password},
            timeout=60,
        )
        assert re.search(r"Action=Logout", answer.text), "the agent could not log in"
        return session

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """While it lasts, each looks every two seconds, one after the other."""
        stop = threading.Event()
        threads = [
            threading.Thread(target=self._look, args=(session, stop, EVERY * number / self.count))
            for number, session in enumerate(self._sessions)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _look(self, session: requests.Session, stop: threading.Event, first: float) -> None:
        due = time.monotonic() + first
        while not stop.wait(max(0.0, due - time.monotonic())):
            began = time.perf_counter()
            answer = session.get(f"{self.server.base_url}/otrs/index.pl?Action=AgentDashboard", timeout=60)
            assert answer.ok
            self.seconds.append(time.perf_counter() - began)
            due = max(due + EVERY, time.monotonic())

    def felt(self) -> tuple[float, float]:
        """p50 and p95 of the looks so far, in seconds; then they are forgotten."""
        cuts = statistics.quantiles(self.seconds, n=20)
        self.seconds = []
        return statistics.median(cuts), cuts[-1]


def sweep(bridge: Bridge, ids: Sequence[int]) -> float:
    """Tickets a second."""
    began = time.perf_counter()
    bridge.sweep.run(TheseTickets(ids=tuple(ids)))
    return len(ids) / (time.perf_counter() - began)


class WithoutManners(Pace):
    """As many requests at once as are allowed, however OTRS answers."""

    @property
    def allowed(self) -> int:
        """All of them."""
        return WORKERS

    def answered(self, call: Call, seconds: float) -> None:
        """It does not matter."""


def without_manners(bridge: Bridge) -> None:
    """Give this bridge's connection another pace."""
    helpdesk = bridge.outside.helpdesk
    assert isinstance(helpdesk, OtrsHelpdesk)
    helpdesk._exchange.pace = WithoutManners(SystemClock(), lambda: WORKERS)


def main() -> None:
    """Make tickets, let agents look, print the ratios."""
    count, people = (int(one) for one in (*sys.argv[1:3], "1000", "6")[:2])
    server = LiveServer()
    server.up()
    server.reset()
    print(f"making {count} tickets that break the rules …", flush=True)
    ids = create(server, count)
    agents = Agents(server=server, count=people)
    with agents.at_work():
        SystemClock().sleep(ALONE)
    agents.seconds = []  # warm now
    with agents.at_work():
        SystemClock().sleep(ALONE)
    alone = agents.felt()
    print(f"{people} agents alone: p50 {alone[0]:.3f} s, p95 {alone[1]:.3f} s")
    for name in ("at OTRS's pace", "without manners"):
        with bridge_on(server) as bridge:
            if name == "without manners":
                without_manners(bridge)
            free = sweep(bridge, ids)
            with agents.at_work():
                beside = sweep(bridge, [*ids, *ids])
            p50, p95 = agents.felt()
        print(f"{name}: {free:.1f} tickets a second when nobody clicks, {beside / free:.2f} of it beside agents;")
        print(f"  their p50 {p50 / alone[0]:.2f}, p95 {p95 / alone[1]:.2f} of alone")


if __name__ == "__main__":
    main()
