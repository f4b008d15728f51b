"""otrs-bridge user: who may log in to the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from otrs_bridge.bootstrap.people import open_access
from otrs_bridge.cli.output import Format, moment_text
from otrs_bridge.cli.screen import Text, console, print_object, say
from otrs_bridge.cli.state import state_of, whoever_types
from otrs_bridge.config import Config
from otrs_bridge.errors import UsageMistake
from otrs_bridge.service.people.access import Access
from otrs_bridge.service.people.passwords import LONGEST
from otrs_bridge.small_file import NoSmallFileError, read_small
from otrs_bridge.words import Words

app = typer.Typer(help="Who may log in to the page, and what each of them may do there.", no_args_is_help=True)


class RoleName(StrEnum):
    """The roles, as they are typed."""

    READER = "reader"
    APPROVER = "approver"
    ADMIN = "admin"


_AGENTS = Words(
    ru="Агенты OTRS входят именем и паролем OTRS (web.login: otrs); остальные из них — reader.",
    en="Agents of OTRS log in by their names and passwords there (web.login: otrs); the others of them are readers.",
)
_Name = Annotated[str, typer.Argument(help="the name that is typed to log in", metavar="NAME")]


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="user")


@app.command("add")
def add(
    context: typer.Context,
    name: _Name,
    role: Annotated[RoleName, typer.Option(help="reader: sees; approver: decides; admin: everything")],
    password_file: Annotated[
        Path | None, typer.Option(help="file with the password; without it the password is asked for")
    ] = None,
) -> None:
    """Add a user. The password is asked for, or read from a file; on the command line others could see it."""
    with _access(context) as (config, access):
        password = _read(password_file) if password_file else _asked(config)
        user = access.add(name, role.value, password, by=whoever_types())
        say(
            Words(ru=f"Добавлен: {user.name} ({user.role}).", en=f"Added: {user.name} ({user.role}).").text(
                config.language
            )
        )


@app.command("list")
def list_(
    context: typer.Context,
    format: Annotated[Format, typer.Option(help="table for people, json for programs")] = Format.TABLE,
) -> None:
    """Everybody who may log in, with the role."""
    with _access(context) as (config, access):
        found, out = access.people.users(), console()
        for user in found:
            if format is Format.JSON:
                print_object({"name": user.name, "role": user.role, "added": user.added_at.isoformat()})
            else:
                out.print(Text(f"{user.name:<24} {user.role:<10} {moment_text(user.added_at, config.timezone)}"))
        if config.web.opens_to_agents and format is Format.TABLE:
            for login, role in sorted(config.web.otrs_roles.items()):
                out.print(Text(f"{login:<24} {role:<10} OTRS"))
            out.print(_AGENTS.text(config.language))
        elif not found and format is Format.TABLE:
            nobody = Words(
                ru="Пользователей нет: страницу видно только с этой машины и только для чтения.",
                en="There are no users: the page can be seen from this machine only, and only read.",
            )
            out.print(nobody.text(config.language))


@app.command("remove")
def remove(context: typer.Context, name: _Name) -> None:
    """Remove a user; whoever is logged in by that name is out at once."""
    with _access(context) as (config, access):
        access.remove(name, by=whoever_types())
        say(Words(ru="Удалён.", en="Removed.").text(config.language))


@contextmanager
def _access(context: typer.Context) -> Iterator[tuple[Config, Access]]:
    state = state_of(context)
    config = state.config(needs_otrs=False)
    with open_access(config, state.clock) as access:
        yield config, access


def _asked(config: Config) -> str:
    question = Words(ru="Пароль", en="Password").text(config.language)
    again = Words(ru="Ещё раз", en="Once more").text(config.language)
    return str(typer.prompt(question, hide_input=True, confirmation_prompt=again))


def _read(path: Path) -> str:
    """All of the file, but for the end of its last line."""
    try:
        return read_small(path, LONGEST * 4).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise UsageMistake(Words(ru=f"{path}: текст не в UTF-8", en=f"{path} is not UTF-8 text")) from error
    except FileNotFoundError as error:
        raise UsageMistake(Words(ru=f"Файла {path} нет.", en=f"There is no file {path}.")) from error
    except NoSmallFileError as refused:
        raise UsageMistake(Words(ru=f"{path}: {refused.words.ru}", en=f"{path} {refused.words.en}")) from refused
