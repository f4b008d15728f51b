"""otrs-bridge demo: the bridge at work on a practice OTRS, explained step by step."""

from __future__ import annotations

import json
import os
import re
import secrets
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from copy import copy
from dataclasses import replace
from enum import StrEnum
from io import StringIO
from pathlib import Path
from typing import Annotated, Any, Self

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from otrs_bridge.cli.state import State, leave
from otrs_bridge.config_file import language_of_terminal
from otrs_bridge.demo.acts import perform
from otrs_bridge.demo.scene import open_scene
from otrs_bridge.demo.stage import Promise
from otrs_bridge.errors import ExitCode
from otrs_bridge.ports.clock import Clock
from otrs_bridge.words import Language, Words

WIDTH = 100
_CELL = 23  # characters of a column, but for the last; longer texts are wrapped
_TICKET = re.compile(r"(?:\x1b\[[0-9;]*m)*\d{6,}")  # the line that begins a ticket, coloured or not


class Tongue(StrEnum):
    """The languages of the explanations."""

    RU = "ru"
    EN = "en"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    context: typer.Context,
    language: Annotated[
        Tongue | None, typer.Option(help="language of explanations and notes; default: the terminal's")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="show every line of the long reports")] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="only the page: it is 1 May 2013, and a plan waits for you; until Ctrl-C")
    ] = False,
    listen: Annotated[str, typer.Option(help="with --serve: where the page is")] = "127.0.0.1:8080",
) -> None:
    """Show the bridge at work on a practice OTRS on this machine: nothing to set up, nothing leaves it."""
    spoken = language_of_terminal(os.environ) if language is None else language.value
    if serve:
        _serve(context, spoken, listen)
        return
    with open_scene(spoken) as scene, _direct_loopback():
        screen = TerminalStage(context.find_root().command.main, scene.config, spoken, full=full)
        kept = perform(scene, screen)
    leave(ExitCode.FINE if kept else ExitCode.NEEDS_A_PERSON)


def _serve(context: typer.Context, language: Language, listen: str) -> None:
    """The morning of the 1st of May, until somebody has seen enough."""
    # Late: the acts need no daemon and no web framework.
    from otrs_bridge.bootstrap.people import open_access
    from otrs_bridge.cli.run_daemon import work_until_told
    from otrs_bridge.demo.serving import open_morning

    password = secrets.token_urlsafe(9)
    with open_morning(language, listen) as morning, _direct_loopback():
        screen = TerminalStage(context.find_root().command.main, morning.config, language, full=False)
        screen = screen.at(morning.config, morning.clock)
        screen.ask("sweep", "--all", "--apply")
        for command in (["init"], ["import", morning.accounts, morning.entries, "--as-of", morning.as_of]):
            screen.quietly("billing", *command)
        config = State(config_path=morning.config, environ={}, clock=morning.clock).config()
        with open_access(config, morning.clock) as access:
            access.add("anna", "approver", password, by="demo")
        screen.say(_MORNING)
        named = Words(ru=f"имя anna, пароль {password}", en=f"name anna, password {password}")
        screen.quote([f"http://{listen}/", named.text(language)])
        sys.stdout.flush()
        work_until_told(lambda: config, morning.clock, morning.clock.wake)


_MORNING = Words(
    ru="Утро 1 мая 2013 года, и план отключений ждёт решения на странице оператора. Остановить: Ctrl-C.",
    en="It is the morning of 1 May 2013, and a plan of disconnections waits on the operator's page. To stop: Ctrl-C.",
)


class TerminalStage:
    """The stage that is a terminal, or whatever standard output is."""

    def __init__(self, program: Callable[..., object], config: Path, language: Language, *, full: bool) -> None:
        self._program = program
        self._state = State(config_path=config, environ={})
        self._language = language
        self._full = full
        out = Console(highlight=False)
        self._out = Console(highlight=False, width=min(WIDTH, out.width) if out.is_terminal else WIDTH)

    def title(self, words: Words) -> None:
        """The heading of an act."""
        self._out.print()
        self._out.rule(Text(words.text(self._language), style="bold"), align="left", characters="─")
        self._out.print()

    def say(self, words: Words) -> None:
        """Explain something."""
        self._out.print(Text(words.text(self._language)))
        self._out.print()

    def table(self, headings: Sequence[Words], rows: Sequence[Sequence[str]]) -> None:
        """A table with a line per row."""
        table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
        for heading in headings[:-1]:
            table.add_column(heading.text(self._language), max_width=_CELL)
        table.add_column(headings[-1].text(self._language))
        for row in rows:
            table.add_row(*row)
        self._out.print(Padding(table, (0, 0, 1, 2)))

    def quote(self, lines: Sequence[str]) -> None:
        """Text as it stands in OTRS."""
        for line in lines:
            self._out.print(Padding(Text(line), (0, 0, 0, 4)), style="cyan")
        self._out.print()

    def promises(self, promises: Sequence[Promise]) -> None:
        """The claims and whether each was kept."""
        for promise in promises:
            mark = ("  ✓ ", "green") if promise.kept else ("  ✗ ", "bold red")
            self._out.print(Text.assemble(mark, promise.claim.text(self._language)))
            for fact in promise.against:
                self._out.print(Text(f"      {fact.text(self._language)}", style="red"))
        self._out.print()

    def command(self, *arguments: str, tickets: int | None = None) -> int:
        """Type a command and show what it prints."""
        folder = f"{self._state.config_path.parent}/"  # where an operator would be: he types no more than the name
        typed = shlex.join(argument.removeprefix(folder) for argument in arguments)
        self._out.print(Text(f"$ otrs-bridge {typed}", style="bold green"))
        status, printed = self._run(arguments)
        shown = None if self._full else tickets
        for line in _excerpt(printed.replace(folder, "").splitlines(), shown, self._language):
            sys.stdout.write(f"{line}\n")
        self._out.print()
        return status

    def at(self, config: Path, clock: Clock) -> Self:
        """The same screen, for another config and another clock."""
        other = copy(self)
        other._state = replace(self._state, config_path=config, clock=clock)
        return other

    def ask(self, *arguments: str) -> Sequence[dict[str, Any]]:
        """Run a command for its answer in JSON."""
        _status, printed = self._run((*arguments, "--format", "json"))
        return [json.loads(line) for line in printed.splitlines()]

    def quietly(self, *arguments: str) -> None:
        """Type a command that is only to be done."""
        self._run(arguments)

    def _run(self, arguments: Sequence[str]) -> tuple[int, str]:
        """The very command that an operator types, in this process, with the demo's config and nobody's environment."""
        caught = _Caught(sys.stdout.isatty())
        with redirect_stdout(caught):
            status = self._program(
                args=list(arguments), prog_name="otrs-bridge", standalone_mode=False, obj=self._state
            )
        return status if isinstance(status, int) else ExitCode.FINE, caught.getvalue()


class _Caught(StringIO):
    """Keeps what is printed; says of itself what is true of the real output, so that colours stay."""

    def __init__(self, on_terminal: bool) -> None:
        super().__init__()
        self._on_terminal = on_terminal

    def isatty(self) -> bool:
        return self._on_terminal


def _excerpt(lines: Sequence[str], tickets: int | None, language: Language) -> Iterator[str]:
    """The first so many tickets with their lines, how many were left out, and everything that is no ticket."""
    seen, inside = 0, False
    left_out = sum(1 for line in lines if _TICKET.match(line)) - (tickets or 0)
    for line in lines:
        if _TICKET.match(line):
            seen, inside = seen + 1, True
        elif inside and not line.startswith(" "):
            inside = False
            if tickets is not None and left_out > 0:
                more = Words(
                    ru=f"… и ещё {left_out} (целиком: otrs-bridge demo --full)",
                    en=f"… and {left_out} more (all of them: otrs-bridge demo --full)",
                )
                yield more.text(language)
        if not inside or tickets is None or seen <= tickets:
            yield line


@contextmanager
def _direct_loopback() -> Iterator[None]:
    """The way to the practice OTRS leads through no proxy, whatever the environment says of proxies."""
    names = ("no_proxy", "NO_PROXY")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "127.0.0.1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
