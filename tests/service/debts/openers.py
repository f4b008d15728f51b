"""Openers on a sandbox, and one that runs in a process of its own and kills itself at a given step."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from otrs_bridge.clock import SystemClock
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.ticket import Customer, NewTicket
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.jobs import MadeTicket
from otrs_bridge.service.gateway.attempt import Opening
from otrs_bridge.service.gateway.completing import Completer
from otrs_bridge.service.gateway.gateway import Gateway
from otrs_bridge.service.gateway.opening import Opener
from otrs_bridge.service.gateway.writable import WritableOutside
from otrs_bridge.service.judge import Judge
from otrs_bridge.words import Words

MAY = Period(year=2013, month=5)


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One bridge's way of opening tickets."""

    opener: Opener
    outside: WritableOutside
    jobs: SqlJobJournal

    def open(
        self,
        contracts: Sequence[str],
        period: Period = MAY,
        why_not: Words | None = None,
        customer: Customer | None = None,
    ) -> dict[str, Any]:
        """Open one ticket for each contract, after what every run does first; the outcomes by contract."""
        self.opener.gateway.recover()
        run = self.outside.journal.start_run("job", at=self.outside.clock.now(), selection="test")
        wanted = {contract: opening(contract, period, why_not, customer) for contract in contracts}
        by_key = {one.key: contract for contract, one in wanted.items()}
        return {by_key[one.opening.key]: one for one in self.opener.open_all(run, [*wanted.values()])}


def opening(
    contract: str, period: Period = MAY, why_not: Words | None = None, customer: Customer | None = None
) -> Opening:
    """A disconnection ticket for this contract, of a customer or of the placeholder."""
    key = EpisodeKey(service="internet", contract=contract, period=period)
    placeholder = Customer(user=f'"{contract}" <test@mtel.ru>')
    new = NewTicket(
        title=key.title,
        queue="Billing",
        state="open",
        priority="3 normal",
        customer=customer or placeholder,
        stand_in=placeholder,
        subject=key.title,
        body=f"Долг по договору {contract}",
        dynamic_fields={"BridgeKey": str(key), "Category": ("billing",)},
    )
    made = MadeTicket(key=key, ticket_id=0, noted_debt=Decimal("500.00"), noted_in=period)
    return Opening(made=made, compose=lambda: why_not or new)


def make_desk(
    database: Database,
    connection: OtrsConnection,
    clock: Clock,
    closing: ExitStack,
    wrap: Callable[[Any], Any] = lambda x: x,
) -> Desk:
    """A desk on this database and this OTRS; `wrap` may put something between the opener and what it calls."""
    helpdesk = OtrsHelpdesk(connection, clock)
    closing.callback(helpdesk.close)
    journal = SqlJournal(database)
    outside = WritableOutside(helpdesk=wrap(helpdesk), journal=journal, clock=clock)
    judge = Judge(rules=(), directory=None, journal=journal, clock=clock)
    gateway = Gateway(outside, judge, language="ru")
    jobs = SqlJobJournal(database)
    completer = Completer(gateway=gateway, key_field="BridgeKey", closed="closed successful")
    opener = Opener(jobs=wrap(jobs), completer=completer)
    return Desk(opener=opener, outside=outside, jobs=jobs)


class HurriedClock:
    """The machine's clock, for which every sleep takes a moment and is believed to have taken its time."""

    def __init__(self, minutes: int = 0) -> None:
        self._real = SystemClock()
        self._slept = timedelta(minutes=minutes)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The moment, with everything that was slept away."""
        with self._lock:
            return self._real.now().astimezone(UTC) + self._slept

    def monotonic(self) -> float:
        """Seconds of the same."""
        return self.now().timestamp()

    def sleep(self, seconds: float) -> None:
        """Nearly nothing."""
        self._real.sleep(min(seconds, 0.02))
        with self._lock:
            self._slept += timedelta(seconds=seconds)


class KillingSteps:
    """Counts the calls that go through it, before and after each; at step `at` the process is killed, as by SIGKILL."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.count = 0
        self._lock = threading.Lock()

    def step(self) -> None:
        """One step more, or the end."""
        with self._lock:
            self.count += 1
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)

    def wrap(self, inner: Any) -> Any:
        """`inner`, counted."""
        return _Counted(inner, self)


class _Counted:
    def __init__(self, inner: Any, steps: KillingSteps) -> None:
        self._inner = inner
        self._steps = steps

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._inner, name)
        if not callable(found):
            return found

        def counted(*arguments: Any, **more: Any) -> Any:
            self._steps.step()
            answer = found(*arguments, **more)
            self._steps.step()
            return answer

        return counted
