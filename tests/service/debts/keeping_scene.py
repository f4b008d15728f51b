"""Four debtors, for each of whom one night has another thing to do: a note of growth, one of a hold, a closing, a ticket.

Everything follows from the moment alone, so that a process that is killed and the one after it see the same billing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from otrs_bridge.domain.billing.accounts import Hold
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.rule import Mode
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.otrs.connection import OtrsConnection
from tests.service.conftest import MovableClock
from tests.service.debts.openers import KillingSteps
from tests.service.jobs.bridges import JobBridge, make_bridge
from tests.service.jobs.memory_billing import MOSCOW, MemoryBilling

RAISED = "2025-12-01T07:00"
THE_NIGHT = "2026-01-06T07:00"
LATER_THAT_NIGHT = "2026-01-06T07:15"  # so much later a create of which nothing is found is sent again
THE_NEXT_NIGHT = "2026-01-07T07:00"
A_MONTH_LATER = "2026-02-02T07:00"

# What changes something, in OTRS or in the journal. To die between two other calls is to die before the next of these.
DEEDS = frozenset(
    {
        "update",
        "create_ticket",
        "start_run",
        "intend",
        "settle",
        "remember_told",
        "finish_run",
        "claim_run",
        "close_run",
    }
    | {"claim_keys", "trying", "not_made", "give_back", "remember_made"}
)

GROWTH = "Долг вырос и составляет"
STOP = "Сейчас не отключать"
PAID = "Долг оплачен полностью, отключать не нужно"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Which contracts they are: one that owes more by then, one held, one paid, one paid whose line was cut."""

    grown: str
    held: str
    paid: str
    cut: str

    @property
    def contracts(self) -> tuple[str, ...]:
        """All four."""
        return (self.grown, self.held, self.paid, self.cut)

    def billing(self, clock: MovableClock) -> MemoryBilling:
        """What billing holds, its whole future included."""
        made = MemoryBilling(clock=clock)
        for contract in self.contracts:
            made.debtor(contract, charged=moscow("2025-12-01T00:00"))
        for contract in (self.paid, self.cut):
            made.entries[internet(contract)].append(payment(500, "2025-12-20T12:00"))
        for month in ("2026-01", "2026-02"):
            made.charge(internet(self.grown), moscow(f"{month}-01T00:00"))
        made.entries[internet(self.grown)].append(payment(100, "2026-01-06T12:00"))  # in parts, between the two nights
        promise = Hold(kind="promised payment", since=date(2026, 1, 5), until=date(2026, 2, 20))
        made.hold(internet(self.held), promise)
        return made


def scene(number: int) -> Scene:
    """The one of this number; no two share a contract."""
    grown, held, paid, cut = (f"Ф-{number:03}0{one}" for one in range(1, 5))
    return Scene(grown=grown, held=held, paid=paid, cut=cut)


def internet(contract: str) -> str:
    return f"{contract}/internet"


def payment(amount: int, moment: str) -> Entry:
    return Entry(kind="payment", amount=Decimal(amount), dated=moscow(moment))


def moscow(written: str) -> datetime:
    return datetime.fromisoformat(written).replace(tzinfo=MOSCOW)


def move_to(clock: MovableClock, written: str) -> None:
    """To this moment in Moscow."""
    clock.move(seconds=(moscow(written).astimezone(UTC) - clock.now()).total_seconds())


def bridge_at(
    moment: str,
    who: Scene,
    connection: OtrsConnection,
    database: Database,
    closing: ExitStack,
    wrap: Callable[[Any], Any] = lambda inner: inner,
) -> JobBridge:
    """A bridge that believes it is this moment."""
    clock = MovableClock()
    move_to(clock, moment)
    only = dict.fromkeys(("reminders", "cleanup"), Mode.OFF)
    return make_bridge(database, connection, clock, who.billing(clock), closing, modes=only, wrap=wrap)


def keep_until_killed(url: str, password: str, database_url: str, who: Scene, kill_at: int) -> None:
    """Do the work of the night, in a process of its own, which is killed at step `kill_at`."""
    steps = KillingSteps(kill_at)
    with ExitStack() as closing:
        database = open_database(database_url)
        closing.callback(database.close)
        connection = OtrsConnection(url=url, user="bridge", password=password, workers=1, timeout=5.0)

        def watched(inner: Any) -> Any:
            return _Watched(inner, steps)

        bridge_at(THE_NIGHT, who, connection, database, closing, watched).run("debt_sync")


class _Watched:
    """Lets the deeds alone be counted."""

    def __init__(self, inner: Any, steps: KillingSteps) -> None:
        self._inner = inner
        self._counted = steps.wrap(inner)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._counted if name in DEEDS else self._inner, name)


def notes(bodies: Sequence[str], text: str) -> int:
    """How many of these articles say so."""
    return sum(text in body for body in bodies)
