"""An embedded ledger that is filled day by day: every morning holds what billing has learnt of by then, and no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from otrs_bridge.billing.ledger_file import EmbeddedLedger
from otrs_bridge.billing.ledger_import import make_ledger
from otrs_bridge.billing.ledger_layout import INSERT_ENTRY
from tests.domain.billing.generated_ledger import MOSCOW, MadeAccount, MadeEntry

NEW_ACCOUNT = "INSERT INTO account (account, contract, service, starts, ends) VALUES (?, ?, ?, ?, ?)"
HELD = "UPDATE account SET promised_until = ?, do_not_cut = ? WHERE account = ?"


class DailyLedger:
    """The billing system of a made-up town; `billing` is what the bridge reads of it."""

    def __init__(self, folder: Path, made: Sequence[MadeAccount]) -> None:
        """All accounts at once, not a single entry yet."""
        make_ledger(folder / "ledger.db")
        self.billing = EmbeddedLedger(folder / "ledger.db", zone=MOSCOW)
        self._made = made
        self._coming = sorted(((one.name, entry) for one in made for entry in one.entries), key=_posted, reverse=True)
        self._number = 0
        self._connection = sqlite3.connect(folder / "ledger.db", isolation_level=None)
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute("BEGIN")
        self._connection.executemany(NEW_ACCOUNT, [_columns(one) for one in made])
        self._connection.execute("COMMIT")

    def learn(self, now: datetime) -> None:
        """Put in what has become known by `now`, and say that the ledger is as of then."""
        today = now.astimezone(MOSCOW).date()
        rows = []
        while self._coming and self._coming[-1][1].posted <= now:
            name, entry = self._coming.pop()
            self._number += 1
            dated, posted = int(entry.dated.timestamp()), int(entry.posted.timestamp())
            rows.append((name, self._number, entry.kind, dated, posted, entry.kopecks))
        self._connection.execute("BEGIN")
        self._connection.executemany(INSERT_ENTRY, rows)
        self._connection.executemany(HELD, [(*_held(one, today), one.name) for one in self._made if one.holds])
        self._connection.execute("UPDATE feed SET as_of = ?, checked = 1", [int(now.timestamp())])
        self._connection.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _held(one: MadeAccount, today: date) -> tuple[str | None, bool]:
    """The day that is promised, and whether nothing is to be cut: of the holds of this very day."""
    holds = [(kind, until) for kind, since, until in one.holds if since <= today <= until]
    promised = [until.isoformat() for kind, until in holds if kind == "promised payment"]
    return max(promised, default=None), any(kind == "do not cut" for kind, _ in holds)


def _columns(one: MadeAccount) -> tuple[str | None, ...]:
    contract = one.name.split("/", maxsplit=1)[0]
    return (one.name, contract, one.service, one.starts.isoformat(), one.ends.isoformat() if one.ends else None)


def _posted(known: tuple[str, MadeEntry]) -> datetime:
    return known[1].posted
