"""What systemd is told of the daemon: that it is ready, reads its configuration anew, ends, and that it still goes on.

The watchdog is fed while something goes on: a step, an answer of OTRS, a wait between two turns; not by a thread that
would live on beside a daemon that hangs. Without systemd nothing of this does anything.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Mapping

import structlog

from otrs_bridge.ports.clock import Clock

log = structlog.get_logger(__name__)

FEEDS = 4  # in one interval of the watchdog; nothing may stand still for half of it


class ServiceManager:
    """Tells whoever is at `NOTIFY_SOCKET`. `idle` says for how many seconds nothing has gone on."""

    def __init__(self, environ: Mapping[str, str], clock: Clock) -> None:
        self.idle: Callable[[], float] = lambda: 0.0
        self._clock = clock
        self._address = environ.get("NOTIFY_SOCKET", "")
        self._ended = threading.Event()
        interval = _watchdog_seconds(environ)
        if self._address and interval:
            threading.Thread(target=self._feed, args=(interval,), name="watchdog", daemon=True).start()

    def ready(self, status: str = "") -> None:
        """The daemon begins its turns, with a configuration that may be a new one."""
        self._tell(f"READY=1\nSTATUS={status}")

    def reloading(self) -> None:
        """The configuration is being read anew."""
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={int(self._clock.monotonic() * 1_000_000)}")

    def stopping(self) -> None:
        """The daemon ends."""
        self._ended.set()
        self._tell("STOPPING=1")

    def _tell(self, state: str) -> None:
        """One datagram, as sd_notify(3) has it; a manager that is gone is none of the daemon's business."""
        if not self._address:
            return
        place = f"\0{self._address[1:]}" if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sending:
                sending.sendto(state.encode(), place)
        except OSError as error:
            log.warning("systemd not told", error=str(error))

    def _feed(self, interval: float) -> None:
        while not self._ended.wait(interval / FEEDS):
            if self.idle() < interval / 2:
                self._tell("WATCHDOG=1")


def _watchdog_seconds(environ: Mapping[str, str]) -> float:
    """How often systemd wants to hear of us; 0: it does not, or of another process."""
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return 0.0
    wanted = environ.get("WATCHDOG_USEC", "")
    return int(wanted) / 1_000_000 if wanted.isdigit() else 0.0
