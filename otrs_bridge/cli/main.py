"""otrs-bridge: the commands, each parsed here and decided elsewhere."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from io import StringIO
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Annotated

import typer
import typer.main

from otrs_bridge.cli.commands import CommandsOnDemand
from otrs_bridge.cli.help_texts import say_help_in
from otrs_bridge.cli.screen import say
from otrs_bridge.cli.state import State
from otrs_bridge.cli.streams import OutputLost, ReaderGone, give_up_output, open_streams
from otrs_bridge.config_file import CONFIG_VARIABLE, config_path, language_of
from otrs_bridge.domain.texts.visible import visible
from otrs_bridge.errors import BridgeError, ExitCode
from otrs_bridge.words import Words

INTERRUPTED = 130  # as a shell has it for Ctrl-C
_OUR_FAULT = Words(ru="внутренняя ошибка, сообщите о ней разработчикам", en="internal error, please report it")

app = typer.Typer(
    name="otrs-bridge",
    cls=CommandsOnDemand,
    help="Keeps an ISP's OTRS tickets in line with its procedure. Dry by default: nothing is written without --apply.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


@app.callback()
def options(
    context: typer.Context,
    config: Annotated[
        Path | None,
        typer.Option("--config", help=f"the configuration (default config.yaml, or {CONFIG_VARIABLE})"),
    ] = None,
) -> None:
    """Take the global options."""
    context.obj = context.obj or State(config_path=config_path(config, os.environ))


def run() -> None:
    """The program `otrs-bridge`: every end is an exit status and at most one sentence, never a traceback."""
    sys.excepthook = _last_words
    open_streams()
    language = language_of(_config_path(sys.argv[1:]), os.environ)
    try:
        # Not app(): calling a Typer puts its own excepthook, with a traceback, in the place of ours.
        command = typer.main.get_command(app)
        assert isinstance(command, CommandsOnDemand)  # noqa: S101 - tells mypy what app was made of
        command.language = language
        say_help_in(language, command)
        status = command(standalone_mode=False)
        sys.stdout.flush()
    except OutputLost as error:
        give_up_output()
        sys.exit(_complain(error.words.text(language), error.exit_code))
    except BridgeError as error:
        sys.exit(_complain(error.words.text(language), error.exit_code))
    except typer.Abort:
        sys.exit(INTERRUPTED)
    except typer.TyperException as error:
        shown = StringIO()
        error.show(shown)  # type: ignore[attr-defined] # whatever parsing raises is a ClickException, which typer hides
        say(shown.getvalue(), err=True)
        sys.exit(ExitCode.YOUR_MISTAKE)
    except ReaderGone:
        give_up_output()
        sys.exit(ExitCode.FINE)
    sys.exit(status if isinstance(status, int) else ExitCode.FINE)


def _config_path(arguments: Sequence[str]) -> Path:
    """Which file a call is about, before anything of it is parsed: help and complaints speak that file's language."""
    given = None
    for name, value in pairwise([*arguments, ""]):
        if name == "--config":
            given = Path(value)
        elif name.startswith("--config="):
            given = Path(name.removeprefix("--config="))
    return config_path(given, os.environ)


def _complain(text: str, code: ExitCode) -> ExitCode:
    for line in text.split("\n"):
        say(f"otrs-bridge: {visible(line)}", err=True)
    return code


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A bug of ours: the operator reads one sentence; the traceback is for whoever asks with OTRS_BRIDGE_DEBUG=1."""
    language = language_of(_config_path(sys.argv[1:]), os.environ)
    _complain(f"{_OUR_FAULT.text(language)}: {kind.__name__}: {error}", ExitCode.NEEDS_A_PERSON)
    if os.environ.get("OTRS_BRIDGE_DEBUG"):
        logging.getLogger(__name__).error("internal error", exc_info=(kind, error, trace))
