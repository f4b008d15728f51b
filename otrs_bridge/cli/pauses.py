"""otrs-bridge pause, resume, pauses: a rule, a job or everything rests for a while."""

from __future__ import annotations

import getpass
import os
from collections.abc import Sequence
from typing import Annotated

import typer

from jobs import JOBS
from otrs_bridge.bootstrap.connections import open_journal
from otrs_bridge.cli.output import Format, moment_text, print_hanging
from otrs_bridge.cli.screen import Text, console, print_object
from otrs_bridge.cli.state import state_of
from otrs_bridge.config import Config
from otrs_bridge.domain.pause import Pause
from otrs_bridge.domain.texts.visible import without_hidden
from otrs_bridge.errors import UsageMistake
from otrs_bridge.ports.clock import Clock
from otrs_bridge.ports.journal import Journal
from otrs_bridge.service.pause_desk import PauseDesk
from otrs_bridge.words import Words
from rules import RULES

_Name = Annotated[str, typer.Argument(help="a rule, a job, or all", metavar="NAME")]
_By = Annotated[str, typer.Option("--by", help="who says so (default: whoever is logged in)")]
_NO_END = Words(
    ru="нужен срок: --until 2h, 18:00 или 2026-12-01; паузы без конца не бывает",
    en="say how long: --until 2h, 18:00 or 2026-12-01; there is no pause without an end",
)
_NO_REASON = Words(ru="скажите почему: --because …", en="say why: --because …")
_NOTHING = Words(ru="Пауз нет.", en="Nothing is paused.")
_WIDTH = 24


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("pause")(pause)
    app.command("resume")(resume)
    app.command("pauses")(pauses)


def pause(
    context: typer.Context,
    name: _Name,
    until: Annotated[str | None, typer.Option(help="30m, 2h, 3d, 18:00, 2026-12-01 or 2026-12-01T18:00+03:00")] = None,
    because: Annotated[str, typer.Option(help="why, for those who come after")] = "",
    by: _By = "",
) -> None:
    """Let a rule or a job rest until a moment, and say why; `all` for everything."""
    state = state_of(context)
    config = state.config()
    if not until:
        raise UsageMistake(_NO_END)
    if not without_hidden(because):
        raise UsageMistake(_NO_REASON)
    with open_journal(config) as journal:
        desk = _desk(journal, state.clock, config)
        desk.begin(name, until=until, because=because, by=by.strip() or _who())
        _print(desk.in_force(), config)


def resume(context: typer.Context, name: _Name, by: _By = "") -> None:
    """End a pause before its time; what changed meanwhile is looked at."""
    state = state_of(context)
    config = state.config()
    with open_journal(config) as journal:
        desk = _desk(journal, state.clock, config)
        if not desk.lift(name, by=by.strip() or _who()):
            raise UsageMistake(
                Words(
                    ru=f"{name} не на паузе; паузы показывает `otrs-bridge pauses`.",
                    en=f"{name} is not paused; `otrs-bridge pauses` lists what is.",
                )
            )
        console().print(Words(ru=f"Пауза снята: {name}.", en=f"Resumed: {name}.").text(config.language))
        _print(desk.in_force(), config)


def pauses(
    context: typer.Context,
    format: Annotated[Format, typer.Option(help="table for people, json for programs")] = Format.TABLE,
) -> None:
    """What is paused now: by whom, until when, and why."""
    state = state_of(context)
    config = state.config()
    with open_journal(config) as journal:
        found = journal.pauses.in_force(state.clock.now())
    if format is Format.TABLE:
        _print(found, config)
        return
    for one in found:
        moments = {"since": one.since.isoformat(), "until": one.until.isoformat()}
        print_object({"name": one.name, "who": one.who, "because": one.because, **moments})


def _print(found: Sequence[Pause], config: Config) -> None:
    """A line each: what, until when, by whom and since when, why."""
    out, language = console(), config.language
    for one in found:
        until, since = (moment_text(moment, config.timezone) for moment in (one.until, one.since))
        head = Text(f"{one.name:<{_WIDTH}} ", style="bold")
        told = Words(ru=f"до {until} — {one.who}, {since}: ", en=f"until {until} — {one.who}, {since}: ")
        print_hanging(out, head, Text(told.text(language) + one.because))
    if not found:
        out.print(_NOTHING.text(language))


def _desk(journal: Journal, clock: Clock, config: Config) -> PauseDesk:
    names = [*(rule.name for rule in RULES), *(job.name for job in JOBS)]
    return PauseDesk(pauses=journal.pauses, clock=clock, zone=config.timezone, names=names)


def _who() -> str:
    """Whoever is logged in, also behind sudo."""
    try:
        return os.environ.get("SUDO_USER") or getpass.getuser()
    except (OSError, KeyError):
        return f"uid {os.getuid()}"
