"""otrs-bridge run: the daemon."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

import structlog
import typer

from otrs_bridge.bootstrap.jobs import open_job_bridge
from otrs_bridge.cli.state import state_of
from otrs_bridge.clock import SystemClock
from otrs_bridge.errors import ExitCode

log = structlog.get_logger(__name__)

# Seconds from SIGTERM. Until the first, what OTRS was asked may be answered and read back; then the line is cut. Whatever
# holds the process longer (a name service, a billing system) is not waited for: it could as well be killed at any moment.
HANG_UP_AFTER = 4.0
END_AFTER = 9.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("run")(run)


def run(context: typer.Context) -> None:
    """Bring new and changed tickets into line, and run the jobs that are due, until SIGTERM or Ctrl-C."""
    state = state_of(context)
    stop = threading.Event()
    clock = SystemClock()
    lines: list[Callable[[], None]] = []

    def told_to_stop(_signal: int, _frame: FrameType | None) -> None:
        if stop.is_set():
            return
        stop.set()
        clock.wake()
        _after(HANG_UP_AFTER, lambda: [hang_up() for hang_up in lines])
        _after(END_AFTER, _end)

    signal.signal(signal.SIGTERM, told_to_stop)
    signal.signal(signal.SIGINT, told_to_stop)
    with open_job_bridge(state.config(), clock=clock, stopping=stop.is_set) as here:
        lines.append(here.bridge.hang_up)
        here.daemon.run()


def _after(seconds: float, work: Callable[[], object]) -> None:
    timer = threading.Timer(seconds, work)
    timer.daemon = True
    timer.start()


def _end() -> None:
    log.warning("daemon ended without waiting for what it asked", seconds=END_AFTER)
    os._exit(ExitCode.FINE)
