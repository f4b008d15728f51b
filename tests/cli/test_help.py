"""The help speaks the operator's language: every text of it, and none that nobody shows any more."""

from __future__ import annotations

import re

import typer.main

from otrs_bridge.cli.help_texts import RUSSIAN, holders_of_help, plain, say_help_in
from otrs_bridge.cli.main import app


def texts() -> set[str]:
    return {plain(holder.help) for holder in holders_of_help(typer.main.get_command(app))}


def test_every_help_text_is_there_in_russian_and_nothing_else_is() -> None:
    assert texts() == set(RUSSIAN)
    assert [text for text in RUSSIAN.values() if not re.search("[а-я]", text) and not text.startswith("CSV:")] == []


def test_commands_and_options_are_shown_in_the_language() -> None:
    command = typer.main.get_command(app)
    say_help_in("ru", command)
    shown = {plain(holder.help) for holder in holders_of_help(command)}
    assert shown == set(RUSSIAN.values())
    say_help_in("en", command := typer.main.get_command(app))
    assert {plain(holder.help) for holder in holders_of_help(command)} == set(RUSSIAN)
