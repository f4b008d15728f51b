"""The month of the demo: a practice OTRS and a billing system in which it is May 2013, on one clock moved by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from otrs_bridge.demo import material
from otrs_bridge.demo.practice import furnish
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.words import Language

MOSCOW = ZoneInfo("Europe/Moscow")
FIRST = datetime(2013, 5, 1, 6, 30, tzinfo=MOSCOW)
KEY_FIELD = "BridgeKey"


class MonthClock:
    """The clock of bridge and stand-in alike. Nobody waits: who sleeps finds that time has passed."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """The moment, in UTC."""
        return self._moment

    def monotonic(self) -> float:
        """Seconds since the epoch."""
        return self._moment.timestamp()

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self._moment += timedelta(seconds=seconds)

    def move_to(self, day: int, hour: int, minute: int = 0) -> None:
        """Go on to this time of a later day of the month."""
        self._moment = datetime(FIRST.year, FIRST.month, day, hour, minute, tzinfo=MOSCOW).astimezone(UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Month:
    """The stand-in, the clock, and the bridge's config beside which the billing system puts its exports.

    `earlier` are the tickets that were there before May began.
    """

    sandbox: Sandbox
    earlier: frozenset[int]
    clock: MonthClock
    config: Path

    @property
    def today(self) -> datetime:
        """The moment, in the operator's zone."""
        return self.clock.now().astimezone(MOSCOW)

    def export(self) -> tuple[str, str]:
        """Let the billing system write what it knows by now; returns the paths of accounts and entries."""
        return export_beside(self.config, self.today)

    def made(self) -> dict[str, list[TicketRow]]:
        """Every ticket that came in May, by the bridge's key; "" for tickets without one."""
        found: dict[str, list[TicketRow]] = {}
        for row in self.sandbox.tickets():
            if row.ticket_id in self.earlier:
                continue
            found.setdefault(", ".join(row.values.get(KEY_FIELD, [])), []).append(row)
        return found

    def ticket(self, key: str) -> TicketRow | None:
        """The first ticket with this key."""
        return next(iter(self.made().get(key, [])), None)


@contextmanager
def open_month(folder: Path, language: Language) -> Iterator[Month]:
    """The morning of the 1st: the stand-in holds only the ticket that every OTRS is born with."""
    folder.mkdir()
    clock = MonthClock(FIRST)
    with Sandbox(clock=clock.now, welcome_ticket=True) as sandbox:
        config = furnish(sandbox, folder, language)
        earlier = frozenset(row.ticket_id for row in sandbox.tickets())
        yield Month(sandbox=sandbox, earlier=earlier, clock=clock, config=config)


def export_beside(config: Path, today: datetime) -> tuple[str, str]:
    """What the billing system knows at this moment, as it exports it; the paths of accounts and entries."""
    accounts, entries = config.with_name("accounts.csv"), config.with_name("entries.csv")
    accounts.write_text(material.accounts_csv(), encoding="utf-8")
    header, *rows = material.entries_csv().splitlines()
    known = [row for row in rows if _dated(row) <= today]
    entries.write_text("\n".join([header, *known, ""]), encoding="utf-8")
    return str(accounts), str(entries)


def _dated(row: str) -> datetime:
    return datetime.fromisoformat(row.split(",")[3]).replace(tzinfo=MOSCOW)
