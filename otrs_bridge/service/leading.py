"""Whether this daemon leads: a lease that is taken, renewed in a thread of its own, and lost.

The journal's fence is what keeps a former leader from writing there. What this adds is that it stops by itself: when its
lease has not been renewed in time, by this machine's own measure of time, nothing more is sent to OTRS.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import structlog

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.leading import Leader, Lease

log = structlog.get_logger(__name__)

RENEWALS = 4  # in the time of one lease: some may fail before the lead is lost


@dataclass(kw_only=True, slots=True)
class Leadership:
    """Safe to ask from several threads. `seconds`: how long a lease lasts; `leader`: who led when last looked."""

    lease: Lease
    clock: Clock
    seconds: float
    leader: Leader | None = None
    _epoch: int = 0
    _until: float = 0.0
    _ended: threading.Event = field(default_factory=threading.Event)
    _keeper: threading.Thread | None = None

    @property
    def interval(self) -> float:
        """Seconds between two renewals, and between two tries to take the lead."""
        return self.seconds / RENEWALS

    @property
    def epoch(self) -> int:
        """The epoch in which this daemon leads, 0 while it follows. The lease counts from when its renewal was asked for, so
        it ends here before it ends for the others.
        """
        return self._epoch if self.clock.monotonic() < self._until else 0

    def take(self) -> bool:
        """Take the lead if nobody has it; whether this daemon leads now. Nobody does whose journal does not answer."""
        began = self.clock.monotonic()
        try:
            taken = self.lease.take(self.seconds)
            self.leader = self.lease.leader()
        except JournalUnusable as error:
            log.warning("lead not taken", error=str(error))
            return False
        if taken is None:
            return False
        self._until, self._epoch = began + self.seconds, taken
        log.info("lead taken", epoch=taken)
        return True

    def keep(self) -> None:
        """Renew the lease, where there is one."""
        epoch, began = self._epoch, self.clock.monotonic()
        if not epoch:
            return
        try:
            held = self.lease.renew(epoch, self.seconds)
        except JournalUnusable as error:
            log.warning("lease not renewed", epoch=epoch, error=str(error))
            return
        if (
            not held or self.clock.monotonic() >= self._until
        ):  # what has stopped meanwhile begins anew, in another epoch
            self.lost(epoch)
        else:
            self._until = began + self.seconds

    def lost(self, epoch: int) -> None:
        """The lead of this epoch is over."""
        if epoch == self._epoch:
            self._epoch = 0
            log.warning("lead lost", epoch=epoch)

    def begin(self) -> None:
        """Renew in the background from now on, until `close`."""
        self._keeper = threading.Thread(target=self._keep, name="lease", daemon=True)
        self._keeper.start()

    def _keep(self) -> None:
        while not self._ended.wait(self.interval):
            self.keep()

    def close(self) -> None:
        """Give the lead back; a journal that cannot be told of it sees the lease end by itself."""
        self._ended.set()
        epoch, self._epoch = self._epoch, 0
        if not epoch:
            return
        try:
            self.lease.give_back(epoch)
        except JournalUnusable as error:
            log.warning("lead not given back", epoch=epoch, error=str(error))
        else:
            log.info("lead given back", epoch=epoch)
