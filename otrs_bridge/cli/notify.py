"""otrs-bridge notify: messages to people."""

from __future__ import annotations

import typer

from otrs_bridge.bootstrap.connections import open_channels
from otrs_bridge.cli.screen import console
from otrs_bridge.cli.state import leave, state_of
from otrs_bridge.errors import ConfigMistake, ExitCode, MessageNotSent
from otrs_bridge.service.telling import trial_message
from otrs_bridge.words import Words

app = typer.Typer(help="Messages to people about what waits for them.", no_args_is_help=True)

_NOBODY = Words(
    ru="notify.urls пуст: сообщать некому (образец — `otrs-bridge config example`)",
    en="notify.urls is empty: there is nobody to tell (`otrs-bridge config example` shows how)",
)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="notify")


@app.callback()
def group() -> None:
    """Messages to people about what waits for them."""


@app.command("test")
def test(context: typer.Context) -> None:
    """Send a message to every address, and say which took it."""
    config = state_of(context).config(needs_otrs=False)
    if not config.notify.urls:
        raise ConfigMistake([_NOBODY])
    out, language = console(), config.language
    status = ExitCode.FINE
    for channel in open_channels(config):
        try:
            channel.send(trial_message(language))
        except MessageNotSent as error:
            status = error.exit_code
            out.print(f"✗ {error.words.text(language)}")
        else:
            out.print(Words(ru=f"✓ отправлено: {channel.name}", en=f"✓ sent: {channel.name}").text(language))
    leave(status)
