"""otrs-bridge run: the daemon."""

from __future__ import annotations

import signal
import threading
from types import FrameType

import typer

from otrs_bridge.bootstrap.jobs import open_job_bridge
from otrs_bridge.cli.state import state_of
from otrs_bridge.clock import SystemClock


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(context: typer.Context) -> None:
    """Bring new and changed tickets into line, and run the jobs that are due, until SIGTERM or Ctrl-C."""
    state = state_of(context)
    stop = threading.Event()
    clock = SystemClock()

    def told_to_stop(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        clock.wake()

    signal.signal(signal.SIGTERM, told_to_stop)
    signal.signal(signal.SIGINT, told_to_stop)
    with open_job_bridge(state.config(), clock=clock, stopping=stop.is_set) as here:
        here.daemon.run()
