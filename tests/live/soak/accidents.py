"""What happens once or twice in a soak, each at its share of the time: restarts, an unheard OTRS, a broken feed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from tests.faults.fault_proxy import FaultProxy, ProxyFault, ProxyFaultKind
from tests.live.server.control import LiveServer

NIGHTLY = 0.5  # of the time: when the nightly job is due, in the middle of the broken feed
DAY = timedelta(hours=24)


@dataclass(kw_only=True)
class Accidents:
    """`hints`: the line by which OTRS tells the bridge of tickets. `minutes`: of the whole soak."""

    server: LiveServer
    hints: FaultProxy
    ledger: Path
    minutes: float
    told: list[str] = field(default_factory=list)

    def at(self, share: float) -> Iterator[str]:
        """What is due when this share of the time has passed, done; each once."""
        for due, accident in self._all():
            if due <= share and accident.__name__ not in self.told:
                accident()
                self.told.append(accident.__name__)
                yield accident.__name__

    def _all(self) -> tuple[tuple[float, Callable[[], None]], ...]:
        return (
            (0.15, self.otrs_is_restarted),
            (0.25, self.hints_are_lost),
            (0.35, self.hints_arrive_again),
            (NIGHTLY - 0.05, self.the_feed_breaks),
            (NIGHTLY + 0.1, self.the_feed_is_whole),
            (0.7, self.the_database_is_restarted),
            (0.85, self.otrs_is_restarted_again),
        )

    def otrs_is_restarted(self) -> None:
        self.server.restart()

    def otrs_is_restarted_again(self) -> None:
        self.server.restart()

    def the_database_is_restarted(self) -> None:
        self.server.restart_database()

    def hints_are_lost(self) -> None:
        self.hints.order(ProxyFault(kind=ProxyFaultKind.REQUEST_LOST, times=None))

    def hints_arrive_again(self) -> None:
        self.hints.clear()

    def the_feed_breaks(self) -> None:
        """As an export that nobody has renewed for ten days."""
        whole, broken = self._copies()
        shutil.copy(self.ledger, whole)
        shutil.copy(self.ledger, broken)
        with sqlite3.connect(broken) as connection:
            (changed,) = connection.execute("UPDATE feed SET as_of = as_of - ? RETURNING 1", [10 * DAY.total_seconds()])
        assert changed == (1,)
        connection.close()
        broken.replace(self.ledger)

    def the_feed_is_whole(self) -> None:
        whole, _ = self._copies()
        whole.replace(self.ledger)

    def _copies(self) -> tuple[Path, Path]:
        return self.ledger.with_suffix(".whole"), self.ledger.with_suffix(".broken")


def nightly(began: datetime, minutes: float) -> str:
    """The time of day at which the job has to be due, for `jobs.debt_sync.at`; the day must not end before."""
    due = began + timedelta(minutes=minutes * NIGHTLY)
    assert due.date() == began.date(), "a soak over midnight of its time zone has no nightly job"
    return f"{due:%H:%M}"
