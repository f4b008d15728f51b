"""otrs-bridge journal: the bridge's own memory, moved to another database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from otrs_bridge.cli.password_file import password_in
from otrs_bridge.cli.screen import say
from otrs_bridge.cli.state import state_of
from otrs_bridge.errors import UsageMistake
from otrs_bridge.journal.copying import Copied, JournalCopy
from otrs_bridge.journal.engines import parsed_url, sqlite_file
from otrs_bridge.words import Words

app = typer.Typer(help="The bridge's own memory: copying it to another database.", no_args_is_help=True)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="journal")


@app.callback()
def group() -> None:
    """The bridge's own memory: copying it to another database."""


@app.command("copy")
def copy(
    context: typer.Context,
    to: Annotated[str, typer.Option("--to", help="an empty database: postgresql://bridge@db.example.org/otrs_bridge")],
    password_file: Annotated[Path | None, typer.Option("--password-file", help="file with its password")] = None,
) -> None:
    """Copy a SQLite journal into an empty PostgreSQL, and compare both. Begun again, it goes on where it was."""
    state = state_of(context)
    config = state.config(needs_otrs=False)
    source, language = sqlite_file(parsed_url(config.database)), config.language
    if source is None or not source.exists():
        raise UsageMistake(
            Words(
                ru="копируется журнал из файла SQLite, а в `database` его нет",
                en="what is copied is a journal in a SQLite file, and `database` names none that is there",
            )
        )

    def tell(copied: Copied) -> None:
        said = Words(
            ru=f"{copied.table}: строк {copied.rows}, сумма {copied.checksum}",
            en=f"{copied.table}: {copied.rows} rows, checksum {copied.checksum}",
        )
        say(said.text(language))

    target = _target(to, password_file)
    JournalCopy(source=source, target=target, now=state.clock.now(), zone=config.timezone).run(tell)
    done = Words(
        ru="Готово: в обеих базах одно и то же. Укажите новую в `database` и уберите старый файл.",
        en="Done: both hold the same. Name the new one in `database`, and put the old file away.",
    )
    say(done.text(language))


def _target(to: str, password_file: Path | None) -> str:
    """The URL with its password, which is given in a file: what is typed is seen by everybody on the machine."""
    try:
        url = make_url(to)
    except (ArgumentError, ValueError):
        url = None
    if url is None or url.get_backend_name() not in {"postgresql", "postgres"}:
        raise UsageMistake(
            Words(
                ru="--to: нужен URL вида postgresql://user@host/database",
                en="--to must be such as postgresql://user@host/database",
            )
        )
    if url.password:
        raise UsageMistake(
            Words(
                ru="--to: пароль в команде видят все на этой машине; дайте его в --password-file или в PGPASSWORD",
                en="--to: everybody on this machine sees a password in a command; use --password-file or PGPASSWORD",
            )
        )
    if password_file is not None:
        url = url.set(password=password_in(password_file))
    return url.render_as_string(hide_password=False)
