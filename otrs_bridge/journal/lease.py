"""The lead in PostgreSQL: a row with an epoch that rises whenever another daemon takes over, and its fence.

The leader's every writing transaction holds the row's key against a change (FOR KEY SHARE) and reads its epoch. Renewing
the lease changes no key, so the two never wait for each other; taking over locks the row whole (FOR UPDATE), so it waits
for the transactions that are under way and fails every later one. A transaction of a leader that was put to sleep, or cut
off, in the middle would be waited for without end: the database ends it when nothing comes for half a lease.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from otrs_bridge.errors import LeadLost
from otrs_bridge.journal.database import Database
from otrs_bridge.journal.owners import is_gone, this_owner
from otrs_bridge.ports.leading import Leader
from otrs_bridge.words import Words

_HELD = "owner <> '' AND until > clock_timestamp() AS held"
_ROW = f"SELECT epoch, owner, host, process, since, {_HELD} FROM leases WHERE name = 'daemon'"  # noqa: S608 - ours
_READ = text(_ROW)
_LOCK = text(f"{_ROW} FOR UPDATE")
_ADD = text(
    "INSERT INTO leases (name, epoch, owner, host, process, since, until) "
    "VALUES ('daemon', 0, '', '', 0, clock_timestamp(), clock_timestamp()) ON CONFLICT DO NOTHING"
)
_TAKE = text(
    "UPDATE leases SET epoch = epoch + 1, owner = :owner, host = :host, process = :process, since = clock_timestamp(), "
    "until = clock_timestamp() + make_interval(secs => :seconds) WHERE name = 'daemon' RETURNING epoch"
)
_RENEW = text(
    "UPDATE leases SET until = clock_timestamp() + make_interval(secs => :seconds) "
    "WHERE name = 'daemon' AND epoch = :epoch AND owner = :owner"
)
_GIVE_BACK = text("UPDATE leases SET owner = '' WHERE name = 'daemon' AND epoch = :epoch AND owner = :owner")
_LIMITS = text(
    "SELECT set_config('idle_in_transaction_session_timeout', :patience, true), set_config('lock_timeout', :patience, true)"
)
_CHECK = text(
    "SELECT epoch, set_config('idle_in_transaction_session_timeout', :patience, true) FROM leases "
    "WHERE name = 'daemon' FOR KEY SHARE"
)


class SqlLease:
    """`ports.leading.Lease` on PostgreSQL. Raises JournalUnusable and nothing else of the database's."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owner = this_owner()

    def take(self, seconds: float) -> int | None:
        """Take the lead, unless another daemon has it that is not certainly dead; returns the new epoch."""
        with self._database.updating() as connection:
            self._patiently(connection, seconds)
            row = connection.execute(_READ).first()
            if row is None:
                connection.execute(_ADD)
            elif self._is_anothers(row):
                return None
            if self._is_anothers(connection.execute(_LOCK).one()):  # somebody was faster
                return None
            mine = {"owner": self._owner, "host": socket.gethostname(), "process": os.getpid(), "seconds": seconds}
            return int(connection.execute(_TAKE, mine).scalar_one())

    def renew(self, epoch: int, seconds: float) -> bool:
        """Whether the lead of this epoch is still ours; then for so many seconds more."""
        return self._change(_RENEW, seconds, epoch=epoch, seconds=seconds)

    def give_back(self, epoch: int) -> None:
        """Another may take it at once."""
        self._change(_GIVE_BACK, 1.0, epoch=epoch)

    def leader(self) -> Leader | None:
        """Who leads now, by the database's clock."""
        with self._database.reading() as connection:
            row = connection.execute(_READ).first()
        if row is None or not row.held or is_gone(row.owner):
            return None
        return Leader(host=row.host, process=row.process, since=row.since, epoch=row.epoch)

    def _change(self, statement: TextClause, patience: float, **values: object) -> bool:
        with self._database.writing() as connection:
            self._patiently(connection, patience)
            return connection.execute(statement, {"owner": self._owner, **values}).rowcount == 1

    def _patiently(self, connection: Connection, seconds: float) -> None:
        connection.execute(_LIMITS, {"patience": _milliseconds(seconds / 2)})

    def _is_anothers(self, row: Row[Any]) -> bool:
        return bool(row.held) and row.owner != self._owner and not is_gone(row.owner)


@dataclass(frozen=True, kw_only=True, slots=True)
class EpochFence:
    """Lets the daemon of one epoch write to its journal, and nobody after another has taken the lead. `lost` is called
    then; `seconds`: of the lease.
    """

    epoch: int
    seconds: float
    lost: Callable[[int], None]

    def check(self, connection: Connection) -> None:
        """Raises LeadLost; else the lead stays with this epoch until the transaction ends."""
        row = connection.execute(_CHECK, {"patience": _milliseconds(self.seconds / 2)}).first()
        if row is None or row.epoch != self.epoch:
            self.lost(self.epoch)
            raise LeadLost(
                Words(
                    ru=f"служба этой машины больше не ведущая (её эпоха {self.epoch}): другая взяла работу на себя, и "
                    "записывать в журнал может только она",
                    en=f"the daemon of this machine leads no longer (its epoch is {self.epoch}): another has taken over, "
                    "and it alone may write to the journal",
                )
            )


def _milliseconds(seconds: float) -> str:
    return str(max(1, int(seconds * 1000)))
