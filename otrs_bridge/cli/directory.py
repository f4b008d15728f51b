"""otrs-bridge directory: mirror the clients, and look one up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console

from otrs_bridge.bootstrap.clients import client_source, open_directory
from otrs_bridge.bootstrap.connections import opened_database
from otrs_bridge.cli.client import NO_DIRECTORY, print_search
from otrs_bridge.cli.output import Format
from otrs_bridge.cli.screen import console
from otrs_bridge.cli.state import leave, state_of
from otrs_bridge.clock import SystemClock
from otrs_bridge.directory.duplicates import DuplicateContracts
from otrs_bridge.directory.sync import SyncReport, sync
from otrs_bridge.errors import ExitCode, UsageMistake
from otrs_bridge.service.queries.find_client import find_client
from otrs_bridge.words import Language, Words

app = typer.Typer(help="The client directory: mirror it from its source, look a client up.", no_args_is_help=True)

_PARTS = {
    "phones": Words(ru="телефоны", en="phones"),
    "addresses": Words(ru="адреса", en="addresses"),
}  # of a row (`reading.NotUnderstood`)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="directory")


@app.command("sync")
def synchronise(
    context: typer.Context,
    accept_shrink: Annotated[
        bool, typer.Option("--accept-shrink", help="take a source that is 10 % smaller than last time")
    ] = False,
) -> None:
    """Mirror the clients into the bridge's database: all of them at once, or none of them."""
    config = state_of(context).config()
    clock = SystemClock()
    with opened_database(config) as database, _progress(config.language) as progress:
        report = sync(client_source(config), database, at=clock.now(), accept_shrink=accept_shrink, progress=progress)
    _print_report(report, config.language, console())
    leave(ExitCode.NEEDS_A_PERSON if report.refused else ExitCode.FINE)


@app.command("find")
def find(
    context: typer.Context,
    query: Annotated[list[str], typer.Argument(help="a contract, an address (with % for anything), a phone")],
    format: Annotated[Format, typer.Option(help="table for people, json for programs")] = Format.TABLE,
) -> None:
    """Look a client up: what was understood, how it was searched, what was found. Never by name."""
    config = state_of(context).config()
    if config.directory is None:
        raise UsageMistake(NO_DIRECTORY)
    with opened_database(config) as database:
        clients = open_directory(config, database, SystemClock())
        if clients is None:
            raise UsageMistake(NO_DIRECTORY)
        answer = find_client(" ".join(query), clients, area_code=config.directory.area_code)
    if answer.refused:
        raise UsageMistake(answer.refused)
    print_search(answer, config, format)


@contextmanager
def _progress(language: Language) -> Iterator[Callable[[int], None]]:
    """The rows read so far, on standard error when a person watches; otherwise silence."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield lambda _rows: None
        return
    with screen.status("") as status:
        label = Words(ru="Прочитано строк", en="Rows read").text(language)
        yield lambda rows: status.update(f"{label}: {rows}")


def _duplicates(duplicates: DuplicateContracts) -> Words:
    return Words(
        ru=f"Договоров, стоящих в нескольких различающихся строках: {duplicates.contracts} (например, {duplicates.first}). "
        "По такому договору клиента выберет человек.",
        en=f"Contracts that stand on several rows which differ: {duplicates.contracts} ({duplicates.first}, for example). "
        "By such a contract a person will have to choose the client.",
    )


def _print_report(report: SyncReport, language: Language, out: Console) -> None:
    if report.refused:
        out.print(report.refused.text(language))
        return
    done = Words(
        ru=f"Клиентов: {report.clients} (было {report.before}). Источник: {report.source}.",
        en=f"Clients: {report.clients} (before: {report.before}). Source: {report.source}.",
    )
    out.print(done.text(language))
    if report.merged:
        rows = Words(
            ru=f"Строк, объединённых с другой строкой того же клиента: {report.merged}.",
            en=f"Rows merged with another row of the same client: {report.merged}.",
        )
        out.print(rows.text(language))
    if report.duplicates.contracts:
        out.print(_duplicates(report.duplicates).text(language))
    if report.bad_rows:
        bad = Words(ru=f"Непонятных строк: {report.bad_rows}.", en=f"Rows not understood: {report.bad_rows}.")
        out.print(bad.text(language))
    for row in report.first_bad:
        line = Words(ru=f"  строка {row.line}: {row.reason.ru}", en=f"  line {row.line}: {row.reason.en}")
        out.print(line.text(language))
    for part, count in report.not_understood.items():
        what = _PARTS.get(part, Words.alike(part))
        left = Words(
            ru=f"Не понято и опущено, {what.ru}: {count}.", en=f"Not understood and left out, {what.en}: {count}."
        )
        out.print(left.text(language))
