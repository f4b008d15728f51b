"""A helpdesk, its bridges and a conductor who lets things happen to them at the n-th request or the n-th step.

All moments come from one clock, so that a seed always gives one story.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Protocol

from otrs_bridge.domain.billing.billing_caps import BillingCaps
from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.report import Report
from otrs_bridge.domain.rule import Mode
from otrs_bridge.domain.selection import Everything
from otrs_bridge.errors import BridgeError
from otrs_bridge.journal.database import open_database
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.daemon import Daemon
from otrs_bridge.service.jobs.driver import JobDriver
from otrs_bridge.service.undo import Undo
from tests.faults.campaign.life import Killed, Life, MortalClock, WorldClock
from tests.faults.campaign.wire import WiredProxy
from tests.faults.fault_proxy import FaultProxy
from tests.service.jobs.bridges import JobBridge, make_bridge
from tests.service.jobs.memory_billing import MemoryBilling

RULES = dict.fromkeys(("state", "priority", "customer", "required_fields"), Mode.ENFORCE)
CAPS = Caps(max_share=1.0)
POLL = 15.0
TIMEOUT = 60.0  # real seconds: what a story did not order is not to happen because the machine is busy


class Desk(Protocol):
    """What a story and its promises need of a helpdesk: people at work in it, and what is there. A sandbox is one."""

    @property
    def base_url(self) -> str: ...

    @property
    def password(self) -> str: ...

    def add_ticket(
        self,
        title: str,
        *,
        state: str,
        priority: str,
        customer_user: str | None,
        customer_id: str | None,
        sender: str | None,
    ) -> TicketRow: ...

    def edit(
        self, ticket_id: int, *, title: str | None = None, state: str | None = None, priority: str | None = None
    ) -> TicketRow: ...

    def tickets(self) -> list[TicketRow]: ...

    def ticket(self, ticket_id: int) -> TicketRow: ...

    def state_of(self, ticket_id: int) -> str: ...

    def priority_of(self, ticket_id: int) -> str: ...


@dataclass(kw_only=True)
class World:
    """OTRS, billing, one database, and the bridge of the moment. `reports` and `broken` are what came of it all.

    `most_cut`: so many disconnections need no approval. `approved`: how often a person let a held plan go.
    """

    folder: Path
    closing: ExitStack
    most_cut: int = 200
    clock: WorldClock = field(default_factory=WorldClock)
    at_request: dict[int, list[Callable[[], None]]] = field(default_factory=dict)
    requests: int = 0
    reports: list[Report] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    landing: list[float] = field(default_factory=list)
    approved: int = 0
    written_blindly: int = 0

    def __post_init__(self) -> None:
        self.sandbox = self._desk()
        self.proxy = self.closing.enter_context(self._proxy())
        self.billing = MemoryBilling(clock=self.clock)
        self.clock.passed = self._time_passed

    def _desk(self) -> Desk:
        return Sandbox(clock=self.clock.now)

    def _proxy(self) -> FaultProxy:
        assert isinstance(self.sandbox, Sandbox)
        return WiredProxy(self.sandbox, watch=self._watch)

    @property
    def ours(self) -> int:
        """The number of the bridge's agent."""
        assert isinstance(self.sandbox, Sandbox)
        return next(agent.user_id for agent in self.sandbox.database.agents if agent.login == "bridge")

    @property
    def database_file(self) -> Path:
        """The journal."""
        return self.folder / "bridge.db"

    @property
    def away(self) -> Path:
        """Where the journal is while somebody has moved it."""
        return self.database_file.with_suffix(".away")

    def _watch(self, route: str) -> None:
        self.requests += 1
        if self.away.exists() and (route.startswith("PATCH /Ticket/") or route == "POST /Ticket"):
            self.written_blindly += 1
        for happening in self.at_request.pop(self.requests, []):
            happening()

    def _time_passed(self, seconds: float) -> None:
        self.landing = [left - seconds for left in self.landing]
        if any(left <= 0 for left in self.landing) and self.proxy.land():
            self.landing = []

    def bridge(self, life: Life) -> Machine:
        """A fresh process of the bridge."""
        return Machine(world=self, life=life)

    def say(self, text: str) -> None:
        """One line of the story, for whoever reads a failing seed."""
        self.log.append(f"{self.clock.now():%d %H:%M:%S} request {self.requests}: {text}")


class NetworkedWorld(World):
    """The same, with real sockets from the bridge to the proxy and from there to the helpdesk."""

    def _desk(self) -> Desk:
        return self.closing.enter_context(Sandbox(clock=self.clock.now))

    def _proxy(self) -> FaultProxy:
        return FaultProxy(self.sandbox.base_url, watch=self._watch)


@dataclass(kw_only=True)
class Machine:
    """One process of the bridge and what an operator, or the daemon, does with it."""

    world: World
    life: Life

    def do(self, operation: str) -> None:
        """Do it, whatever becomes of it. Only an error that the bridge does not know is a fault of its own."""
        world = self.world
        world.say(f"{operation} begins")
        try:
            with ExitStack() as closing:
                OPERATIONS[operation](self, self.made(closing))
        except Killed:
            world.say("killed")
        except BridgeError as error:
            world.say(f"{operation}: {type(error).__name__}: {error}")
        except Exception as error:
            world.broken.append(f"{operation} broke with {type(error).__name__}: {error}")
            raise

    def made(self, closing: ExitStack) -> JobBridge:
        """The bridge, put together in this process."""
        world = self.world
        database = open_database(f"sqlite:///{world.database_file}")
        closing.callback(database.close)
        connection = OtrsConnection(
            url=world.proxy.base_url, user="bridge", password=world.sandbox.password, workers=1, timeout=TIMEOUT
        )
        clock = MortalClock(world.clock, self.life)
        caps = BillingCaps(max_tickets=world.most_cut, max_share=Fraction(1))
        return make_bridge(
            *(database, connection, clock, world.billing, closing),
            wrap=self.life.wrap,
            rules_of_tickets=RULES,
            caps=caps,
        )

    def sweep(self, bridge: JobBridge) -> None:
        """`sweep --all --apply`."""
        self._reported(bridge.runner.sweep.run(Everything(), apply=True))

    def daemon(self, bridge: JobBridge, turns: int = 2) -> None:
        """Some turns of the daemon with its jobs."""
        runner = bridge.runner
        daemon = Daemon(
            outside=runner.outside,
            sweep=runner.sweep,
            caps=CAPS,
            poll_seconds=POLL,
            stopping=lambda: self.life.dead,
            drive_jobs=JobDriver(runner=runner).turn,
        )
        for _ in range(turns):
            daemon._guarded_turn()
            self.world.clock.sleep(POLL)

    def jobs(self, bridge: JobBridge) -> None:
        """Whatever jobs are due."""
        for report in bridge.reports().values():
            self._reported(report)

    def approve(self, bridge: JobBridge) -> None:
        """Let the newest held plan go."""
        held = [run for run in bridge.jobs.job_runs() if run.state == "held"]
        if held:
            self.world.approved += 1
            self._reported(bridge.runner.approve(held[0].run))

    def undo(self, bridge: JobBridge) -> None:
        """Take the newest sweep back."""
        runner = bridge.runner
        sweeps = [run for run in runner.outside.journal.runs() if run.kind in {"sweep", "daemon"}]
        if sweeps:
            self._reported(Undo(runner.outside, bridge.gateway).run(sweeps[0].id, apply=True))

    def _reported(self, report: Report) -> None:
        self.world.reports.append(report)
        self.world.say(f"reported { ({k: v for k, v in report.counts.items() if v}) }")


OPERATIONS: Mapping[str, Callable[[Machine, JobBridge], None]] = {
    "sweep": Machine.sweep,
    "daemon": Machine.daemon,
    "jobs": Machine.jobs,
    "approve": Machine.approve,
    "undo": Machine.undo,
}
