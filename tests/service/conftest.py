"""A whole bridge on the sandbox: real HTTP, a real journal in memory, a clock that only the test moves."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.dialect import Dialect, FieldNames
from otrs_bridge.domain.rule import ActiveRule, Mode
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.ports.directory import Directory
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.daemon import Daemon
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.writable import WritableOutside
from otrs_bridge.service.judge import Judge
from otrs_bridge.service.sweep import Sweep
from otrs_bridge.service.undo import Undo
from rules import RULES


class MovableClock:
    """A clock that stands still until the test, or somebody's sleep, moves it."""

    def __init__(self) -> None:
        self._moment = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
        self._passed = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The moment."""
        with self._lock:
            return self._moment

    def monotonic(self) -> float:
        """Seconds that have passed."""
        with self._lock:
            return self._passed

    def sleep(self, seconds: float) -> None:
        """Nobody waits in a test."""
        self.move(seconds=seconds)

    def move(self, **span: float) -> None:
        """Let time pass; where a test goes back to another day, none has."""
        with self._lock:
            self._moment += timedelta(**span)
            self._passed += max(0.0, timedelta(**span).total_seconds())

    def set(self, **span: float) -> None:
        """Somebody sets the wall clock forward or back."""
        with self._lock:
            self._moment += timedelta(**span)


def active(modes: Mapping[str, Mode]) -> list[ActiveRule[Any]]:
    """The real rules in these modes; the others are off."""
    return [
        ActiveRule(rule=rule, mode=modes[rule.name], options=rule.options()) for rule in RULES if rule.name in modes
    ]


ENFORCED = dict.fromkeys(("state", "priority", "customer"), Mode.ENFORCE)


@dataclass(kw_only=True)
class Workplace:
    """Everything a service test touches. `stop` makes everybody believe that the process is to end; `hang_up` ends calls."""

    sandbox: Sandbox
    clock: MovableClock
    outside: WritableOutside
    judge: Judge
    gateway: Gateway
    sweep: Sweep
    undo: Undo
    daemon: Daemon
    stop: threading.Event = field(default_factory=threading.Event)
    hang_up: Callable[[], None] = lambda: None


MakeWorkplace = Callable[..., Workplace]


@pytest.fixture
def clock() -> MovableClock:
    """The one clock of bridge and sandbox."""
    return MovableClock()


@pytest.fixture
def sandbox(clock: MovableClock) -> Iterator[Sandbox]:
    """A fresh OTRS stand-in."""
    with Sandbox(clock=clock.now) as running:
        yield running


@pytest.fixture
def workplace(sandbox: Sandbox, clock: MovableClock) -> Iterator[MakeWorkplace]:
    """Makes bridges on the sandbox; each has its own journal."""
    closing: list[Callable[[], object]] = []

    def make(
        *,
        rules: Sequence[ActiveRule[Any]] | None = None,
        caps: Caps | None = None,
        fields: FieldNames | None = None,
        directory: Directory | None = None,
        workers: int = 2,
        url: str = "sqlite://",
    ) -> Workplace:
        database = open_database(url)
        journal = SqlJournal(database)
        connection = OtrsConnection(
            url=sandbox.base_url, user=sandbox.user, password=sandbox.password, workers=workers, timeout=5.0
        )
        stop = threading.Event()
        helpdesk = OtrsHelpdesk(connection, clock, stopping=stop.is_set)
        closing.extend((helpdesk.close, database.close))
        outside = WritableOutside(helpdesk=helpdesk, journal=journal, clock=clock)
        judge = Judge(
            rules=active(ENFORCED) if rules is None else rules,
            dialect=lambda: Dialect(fields=fields or FieldNames(), lengths=helpdesk.lengths),
            directory=directory,
            journal=journal,
            clock=clock,
            histories=helpdesk.field_events,
        )
        gateway = Gateway(outside, judge, language="ru", stopping=stop.is_set)
        caps = caps or Caps(max_share=1.0)
        sweep = Sweep(outside, judge, gateway, caps)
        daemon = Daemon(outside=outside, sweep=sweep, caps=caps, poll_seconds=15, stopping=stop.is_set)
        undo = Undo(outside, gateway)
        return Workplace(
            sandbox=sandbox,
            clock=clock,
            outside=outside,
            judge=judge,
            gateway=gateway,
            sweep=sweep,
            undo=undo,
            daemon=daemon,
            stop=stop,
            hang_up=helpdesk.hang_up,
        )

    yield make
    for close in closing:
        close()
