"""What every command starts from: the chosen config file, and the language it is to speak."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from otrs_bridge.cli.screen import say
from otrs_bridge.clock import SystemClock
from otrs_bridge.errors import ExitCode
from otrs_bridge.ports.clock import Clock

if TYPE_CHECKING:
    from otrs_bridge.bootstrap.bridge import Bridge
    from otrs_bridge.config import Config


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """The global options of one call. `environ` may override keys of the config; the demo gives it none.

    `clock` is the machine's; the demo's month goes by on another one.
    """

    config_path: Path
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    clock: Clock = field(default_factory=SystemClock)

    def config(self, *, needs_otrs: bool = True) -> Config:
        """The checked configuration, with the log set up by it. Raises ConfigMistake."""
        # Late: the help, and what only prints a file, need no configuration and no rules.
        from otrs_bridge import config, logs
        from rules import RULES

        found = config.load(self.config_path, RULES, self.environ, needs_otrs=needs_otrs)
        # Whoever sits before the screen reads the report itself; the line about it is for cron and journald.
        level = "warning" if found.log.level == "info" and sys.stderr.isatty() else found.log.level
        logs.configure(level=level, format=found.log.format, stream=sys.stderr, secrets=found.secrets)
        for warning in found.warnings:
            say(f"otrs-bridge: {warning.text(found.language)}", err=True)
        return found

    @contextmanager
    def bridge(self, stopping: Callable[[], bool] = lambda: False) -> Iterator[Bridge]:
        """A bridge as configured."""
        from otrs_bridge.bootstrap.bridge import open_bridge  # late: `config check` needs neither OTRS nor a database

        with open_bridge(self.config(), clock=self.clock, stopping=stopping) as bridge:
            yield bridge


def state_of(context: typer.Context) -> State:
    """The global options that came before the command."""
    found = context.find_object(State)
    assert found is not None, "the main callback always makes it"  # noqa: S101 - tells mypy what the text says
    return found


def whoever_types() -> str:
    """The name by which the journal knows somebody at the command line."""
    return f"cli:{getpass.getuser()}"


def leave(code: ExitCode) -> None:
    """End the command with this status."""
    if code is not ExitCode.FINE:
        raise typer.Exit(int(code))
