"""The help of every command in Russian. The code has it in English, where the commands are; here is what it says there.

A test holds both together: no help text without its Russian, and no Russian whose English is gone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from otrs_bridge.words import Language

RUSSIAN: Mapping[str, str] = {}


def say_help_in(language: Language, command: Any) -> None:
    """Put the help of a command, its options and everything below it into `language`; what is unknown stays English."""
    if language == "ru":
        for holder in holders_of_help(command):
            holder.help = RUSSIAN.get(plain(holder.help), holder.help)


def holders_of_help(command: Any) -> Iterator[Any]:
    """Everything below a command that has a help text: typer shows no public type for it."""
    for holder in (command, *command.params, *getattr(command, "commands", {}).values()):
        if holder is command or not hasattr(holder, "params"):
            if getattr(holder, "help", None):
                yield holder
        else:
            yield from holders_of_help(holder)


def plain(text: str) -> str:
    """A help text on one line, as the catalogue has it."""
    return " ".join(text.split())
