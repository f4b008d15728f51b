"""otrs-bridge config: check the configuration, print an example, print its schema."""

from __future__ import annotations

import json

import typer

from otrs_bridge import config as configuration
from otrs_bridge.cli.screen import say
from otrs_bridge.cli.state import state_of
from otrs_bridge.words import Words
from rules import RULES

app = typer.Typer(help="Check the configuration, or print an example or the schema.", no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="config")


@app.command("check")
def check(context: typer.Context) -> None:
    """Read the configuration and say every mistake in it, with line, key and what is allowed."""
    config = state_of(context).config()
    if config.notify.urls:  # only then: Apprise takes seconds to begin
        from otrs_bridge.bootstrap.connections import open_channels

        open_channels(config)
    active = ", ".join(f"{active.rule.name}: {active.mode.value}" for active in config.active_rules)
    fine = Words(ru=f"{config.path}: в порядке. Правила — {active}.", en=f"{config.path}: fine. Rules — {active}.")
    say(fine.text(config.language))


@app.command("example")
def example() -> None:
    """Print a commented config.yaml with every key and its default."""
    say(configuration.example(RULES))


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of config.yaml, for editors."""
    say(json.dumps(configuration.schema(RULES), ensure_ascii=False, indent=2))
