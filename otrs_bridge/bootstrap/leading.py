"""The right to be the daemon of a journal: a lock on a file beside SQLite, a lease in PostgreSQL."""

from __future__ import annotations

from otrs_bridge.config import Config
from otrs_bridge.journal.daemon_lock import DaemonLock, running_daemon
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.journal.engines import parsed_url, sqlite_file
from otrs_bridge.journal.lease import EpochFence, SqlLease
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.leading import Leader
from otrs_bridge.service.leading import Leadership


class Lead:
    """Kept as long as the process, whatever of its configuration changes: nobody takes over while it is read anew."""

    def __init__(self, config: Config, clock: Clock) -> None:
        """Raises AlreadyRunning on SQLite, where another daemon works, and JournalUnusable."""
        self.leadership: Leadership | None = None
        self._clock = clock
        self._database: Database | None = None
        self._lock: DaemonLock | None = None
        self._of = (config.database, config.daemon.lease_seconds)
        url = parsed_url(config.database)
        if file := sqlite_file(url):
            self._lock = DaemonLock(file, now=clock.now(), zone=config.timezone)
        elif url.drivername.startswith("postgresql"):
            self._database = open_database(config.database)
            lease, seconds = SqlLease(self._database), config.daemon.lease_seconds
            self.leadership = Leadership(lease=lease, clock=clock, seconds=seconds)
            self.leadership.begin()

    def under(self, config: Config) -> Lead:
        """The right under a new configuration: this one, or another where the journal is another. Raises as its making."""
        if (config.database, config.daemon.lease_seconds) == self._of:
            return self
        if config.database == self._of[0]:
            self.close()
            return Lead(config, self._clock)
        other = Lead(config, self._clock)
        self.close()
        return other

    def take(self) -> bool:
        """Take the lead if nobody has it; on SQLite it is ours already."""
        return self.leadership is None or self.leadership.epoch > 0 or self.leadership.take()

    def fence(self) -> EpochFence | None:
        """What every writing transaction of a daemon that leads has to pass; None where a lock keeps others out."""
        if (leadership := self.leadership) is None:
            return None
        return EpochFence(epoch=leadership.epoch, seconds=leadership.seconds, lost=leadership.lost)

    @property
    def is_over(self) -> bool:
        """Whether this daemon has to leave OTRS and the journal alone."""
        return self.leadership is not None and not self.leadership.epoch

    def close(self) -> None:
        """Give it back."""
        if self.leadership is not None:
            self.leadership.close()
        if self._database is not None:
            self._database.close()
        if self._lock is not None:
            self._lock.close()


def leader_of(config: Config) -> Leader | None:
    """The daemon that works on this journal now. Raises JournalUnusable."""
    url = parsed_url(config.database)
    if file := sqlite_file(url):
        return running_daemon(file)
    if not url.drivername.startswith("postgresql"):
        return None
    database = open_database(config.database)
    try:
        return SqlLease(database).leader()
    finally:
        database.close()
