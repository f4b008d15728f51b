"""The one place that asks the machine what time it is."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock, in UTC. `sleep` can be interrupted for good by `wake`, so that the daemon ends in time."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds of a clock that never goes back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait, or return at once when somebody called `wake`."""
        self._woken.wait(seconds)

    def wake(self) -> None:
        """End every sleep, present and future: the process is about to stop."""
        self._woken.set()
