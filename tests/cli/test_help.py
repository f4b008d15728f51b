"""The help speaks the operator's language: every text of it, and none that nobody shows any more."""

from __future__ import annotations

import re

import typer.main

from otrs_bridge.cli.commands import COMMANDS, CommandsOnDemand
from otrs_bridge.cli.help_texts import RUSSIAN, holders_of_help, plain, say_help_in
from otrs_bridge.cli.main import app
from otrs_bridge.words import Language


def everything(language: Language = "en") -> CommandsOnDemand:
    """The program with every command fetched."""
    command = typer.main.get_command(app)
    assert isinstance(command, CommandsOnDemand)
    command.language = language
    say_help_in(language, command)
    for name in COMMANDS:
        command.fetch(name)
    return command


def test_every_help_text_is_there_in_russian_and_nothing_else_is() -> None:
    assert {plain(holder.help) for holder in holders_of_help(everything())} == set(RUSSIAN)
    assert [text for text in RUSSIAN.values() if not re.search("[а-я]", text) and not text.startswith("CSV:")] == []


def test_commands_and_options_are_shown_in_the_language() -> None:
    shown = {plain(holder.help) for holder in holders_of_help(everything("ru"))}
    assert shown == set(RUSSIAN.values())


def test_the_list_of_commands_says_of_each_what_it_says_of_itself() -> None:
    listed = typer.main.get_group(app).commands
    fetched = everything().commands
    assert {name: (command.help, command.hidden) for name, command in listed.items()} == {
        name: (plain(command.help or ""), command.hidden) for name, command in fetched.items()
    }
