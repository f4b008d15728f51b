"""The doctor on the sandbox: real HTTP, a clock that only the test moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.domain.checkup import CheckResult, Verdict, exit_code_of
from otrs_bridge.errors import ExitCode
from otrs_bridge.otrs.checkup.checkup import Checkup, Expected
from otrs_bridge.otrs.checkup.probe import Probe
from otrs_bridge.otrs.checkup.series import examine
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.otrs.moved_clock import MovedClock

PLACEHOLDER = '"ул. Летная, д. 5, кв. 132, Иванов Иван Иванович, Ф-15236" <test@mtel.ru>'
EXPECTED: Mapping[str, Any] = {
    "zone": ZoneInfo("UTC"),
    "fields": ("ClientType", "District", "Category", "BridgeKey"),
    "single": ("ClientType", "District", "BridgeKey"),
    "values": {"ClientType": ("legal", "individual"), "Category": ("tv",)},
    "states": ("open", "closed successful"),
    "priorities": ("3 normal", "4 high"),
    "customers": (PLACEHOLDER,),
}


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What the doctor said, by the name of the check."""

    results: tuple[CheckResult, ...]

    def __getitem__(self, name: str) -> CheckResult:
        (found,) = [result for result in self.results if result.name == name]
        return found

    def named(self, verdict: Verdict) -> set[str]:
        return {result.name for result in self.results if result.verdict is verdict}

    @property
    def exit_code(self) -> ExitCode:
        return exit_code_of(self.results)


@dataclass(kw_only=True)
class Doctor:
    """Examines with these settings; each test spoils one."""

    url: str
    clock: MovedClock
    connection: dict[str, Any] = field(default_factory=dict)
    expected: dict[str, Any] = field(default_factory=lambda: dict(EXPECTED))
    tickets: tuple[str, ...] = ()

    def examine(self) -> Findings:
        settings = {"url": self.url, "user": "bridge", "password": "bridge-secret", "timeout": 5.0, **self.connection}
        connection = OtrsConnection(**settings)
        probe = Probe(connection, self.clock)
        desk = Checkup(
            connection=connection,
            clock=self.clock,
            probe=probe,
            expected=Expected(**self.expected),
            write_tickets=self.tickets,
        )
        try:
            return Findings(results=tuple(examine(desk)))
        finally:
            probe.close()


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def sandbox(clock: MovedClock) -> Iterator[Sandbox]:
    """A provisioned server, and tickets in three queues of which the bridge sees two."""
    with Sandbox(clock=clock.now, welcome_ticket=True) as running:
        clock.move(3 * 86400)
        running.add_ticket("first", queue="Support", customer_user="иванов", fields={"BridgeKey": "gl-1"})
        running.add_ticket("second", queue="Internet", fields={"ClientType": "legal", "Category": ["tv"]})
        running.add_ticket("hidden", queue="Secret")
        clock.move(6 * 3600)
        yield running


@pytest.fixture
def doctor(sandbox: Sandbox, clock: MovedClock, tmp_path: Path) -> Doctor:
    return Doctor(url=sandbox.base_url, clock=clock, connection={"session_file": tmp_path / "session.json"})


@pytest.fixture
def written(sandbox: Sandbox) -> Callable[[], object]:
    """Everything that a write would change."""
    return lambda: [
        (ticket.ticket_id, ticket.changed, len(ticket.history), len(ticket.articles), dict(ticket.values))
        for ticket in sandbox.tickets()
    ]
