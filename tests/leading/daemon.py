"""`otrs-bridge run` on a machine whose clock is so many seconds ahead: `python -m tests.leading.daemon CONFIG SECONDS`."""

from __future__ import annotations

import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

from otrs_bridge.cli.run_daemon import work_until_told
from otrs_bridge.cli.state import State
from otrs_bridge.clock import SystemClock


class OtherClock(SystemClock):
    """The clock of another machine."""

    def __init__(self, ahead: float) -> None:
        super().__init__()
        self._ahead = timedelta(seconds=ahead)

    def now(self) -> datetime:
        """What that machine believes."""
        return super().now() + self._ahead


if __name__ == "__main__":
    clock = OtherClock(float(sys.argv[2]))
    work_until_told(State(config_path=Path(sys.argv[1]), environ=os.environ, clock=clock).config, clock, clock.wake)
