"""Which commands there are, and how one is fetched: its module is imported when it is called, and no other.

`otrs-bridge --help` needs a name and a sentence of each, and these stand here. A test holds the sentences to what the
commands say of themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from otrs_bridge.cli.help_texts import say_help_in
from otrs_bridge.words import Language

# Name: the module of this folder whose register(app) adds it, and what it is for.
COMMANDS: Mapping[str, tuple[str, str]] = {
    "sweep": ("sweep", "Look at tickets and show what the rules would change; with --apply, change it."),
    "explain": ("explain", "Which rules looked at this ticket, what they saw, what they decided. Reads only."),
    "find": ("find", "Find tickets by full or short number, by contract, or by text with %. Reads only."),
    "client": (
        "client",
        "A client's card with the open tickets, found by contract, address or phone; several clients are listed.",
    ),
    "backtest": (
        "backtest",
        "What the rules would have done to the tickets of the last days, as if all were enforced. Reads only.",
    ),
    "history": (
        "history",
        "The runs, or every change of one run or one ticket, with old and new value, rule, reason and outcome.",
    ),
    "undo": ("history", "Put the old values of a run back, only where the field still holds what the bridge wrote."),
    "pins": ("history", "The fields that the bridge leaves to people because somebody decided about them."),
    "pause": ("pauses", "Let a rule or a job rest until a moment, and say why; `all` for everything."),
    "resume": ("pauses", "End a pause before its time; what changed meanwhile is looked at."),
    "pauses": ("pauses", "What is paused now: by whom, until when, and why."),
    "doctor": (
        "doctor",
        "Check OTRS, its web service, rights and names, and say what to do. Writes nothing without --write-test.",
    ),
    "webservice": (
        "webservice",
        "Print the web service for OTRS; import it under Admin → Web Services as `OtrsBridge`.",
    ),
    "run": (
        "run_daemon",
        "Bring new and changed tickets into line, and run the jobs that are due, until SIGTERM or Ctrl-C.",
    ),
    "demo": (
        "demo",
        "Show the bridge at work on a practice OTRS on this machine: nothing to set up, nothing leaves it.",
    ),
    "field-rules": (
        "field_rules",
        "Print docs/field-rules.md: what the procedure asks of a ticket, and every rule with its options.",
    ),
    "config": ("configure", "Check the configuration, or print an example or the schema."),
    "directory": ("directory", "The client directory: mirror it from its source, look a client up."),
    "billing": ("billing", "Debts: the ledger they are read from, and what it says."),
    "notify": ("notify", "Messages to people about what waits for them."),
    "jobs": ("jobs", "The scheduled jobs. Dry by default: nothing is written without --apply."),
    "journal": ("journal", "The bridge's own memory: copying it to another database."),
    "user": ("user", "Who may log in to the page, and what each of them may do there."),
}
_HIDDEN = {"field-rules"}  # for who writes our pages


@cache
def _command(name: str, language: Language) -> Any:
    """The command, put together once: the demo calls dozens in one process."""
    module, _ = COMMANDS[name]
    app = typer.Typer(rich_markup_mode=None)
    import_module(f"otrs_bridge.cli.{module}").register(app)
    command = get_group(app).commands[name]
    say_help_in(language, command)
    return command


class CommandsOnDemand(TyperGroup):
    """The commands by name and sentence; the one that is called is put in the place of its sentence.

    `language` is the one of the help, of what is fetched later, too.
    """

    language: Language = "en"

    def __init__(self, **options: Any) -> None:
        """Typer makes it, knowing no command."""
        super().__init__(**options)
        for name, (_, sentence) in COMMANDS.items():
            self.add_command(TyperCommand(name, help=sentence, hidden=name in _HIDDEN))

    def fetch(self, name: str) -> None:
        """Import what this command is made of."""
        self.add_command(_command(name, self.language))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As typer does, with the command there by then; typer exports no names for these types."""
        if args[0] in self.commands:
            self.fetch(args[0])
        return super().resolve_command(ctx, args)
