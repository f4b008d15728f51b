"""otrs-bridge billing: the embedded ledger made and filled, a contract explained, the debtors, the feed gate as a report."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from otrs_bridge.billing.csv_source import CsvExport
from otrs_bridge.billing.ledger_import import import_ledger, make_ledger
from otrs_bridge.bootstrap.ledgers import billing_settings, open_billing_desk
from otrs_bridge.cli import billing_maps
from otrs_bridge.cli.billing_report import check_json, check_lines, contract_json, contract_lines, unknown_contract
from otrs_bridge.cli.days import day_of
from otrs_bridge.cli.debtors_report import Grouping, ListFormat, show_debtors, show_groups
from otrs_bridge.cli.output import Format
from otrs_bridge.cli.screen import console, print_object, say
from otrs_bridge.cli.state import leave, state_of
from otrs_bridge.config import Config, EmbeddedLedgerSettings
from otrs_bridge.domain.billing.faults import is_believable
from otrs_bridge.domain.billing.feed_gate import FeedAccepted
from otrs_bridge.domain.texts.contract import canonical_contract
from otrs_bridge.errors import BillingUnusable, ExitCode, UsageMistake
from otrs_bridge.words import Words

app = typer.Typer(help="Debts: the ledger they are read from, and what it says.", no_args_is_help=True)

_Ledger = Annotated[Path | None, typer.Argument(help="the ledger file (default: billing.ledger.path of the config)")]
_Day = Annotated[str | None, typer.Option("--date", help="look at this day (2013-05-01) instead of today")]
_Format = Annotated[Format, typer.Option("--format", help="table: for people; json: for programs")]


billing_maps.register(app)


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="billing")


@app.command("init")
def init(context: typer.Context, file: _Ledger = None) -> None:
    """Make an empty ledger file; `billing import` fills it."""
    config = state_of(context).config(needs_otrs=False)
    path = file or _ledger_path(config)
    make_ledger(path)
    words = Words(
        ru=f"{path}: пустая книга создана. Наполнить: otrs-bridge billing import accounts.csv entries.csv",
        en=f"{path}: an empty ledger was made. To fill it: otrs-bridge billing import accounts.csv entries.csv",
    )
    say(words.text(config.language))


@app.command("import")
def import_(
    context: typer.Context,
    accounts: Annotated[Path, typer.Argument(help="CSV: account,contract,service,… (docs/billing.md)")],
    entries: Annotated[
        Path | None, typer.Argument(help="CSV: account,kind,dated,amount,… (left out: each balance is the debt)")
    ] = None,
    ledger: Annotated[
        Path | None, typer.Option("--ledger", help="the ledger file (default: that of the config)")
    ] = None,
    as_of: Annotated[
        str | None,
        typer.Option(
            "--as-of", help="the moment of the data, 2013-05-01T03:00 (default: when the older file was written)"
        ),
    ] = None,
) -> None:
    """Replace what is in the ledger by these exports; one wrong row, and everything stays as it was."""
    config = state_of(context).config(needs_otrs=False)
    path = ledger or _ledger_path(config)
    export = CsvExport(accounts=accounts, entries=entries)
    moment = _moment(as_of, config.timezone) or _written_at(export)
    done = import_ledger(
        path, export.account_rows(), export.entry_rows(), as_of=moment, zone=config.timezone,
        origin=", ".join(file.name for file in export.files),
    )  # fmt: skip
    if done.faults.count or not done.accounts:
        for fault in done.faults.faults:
            say(fault.words.text(config.language), err=True)
        raise BillingUnusable(
            Words(
                ru=f"ничего не загружено, книга прежняя: строк с ошибками {done.faults.count}, счетов {done.accounts}",
                en=f"nothing imported, the ledger is as it was: {done.faults.count} wrong rows, {done.accounts} accounts",
            )
        )
    words = Words(
        ru=f"{path}: счетов {done.accounts}, записей {done.entries}, на момент {_shown(moment, config)}",
        en=f"{path}: {done.accounts} accounts, {done.entries} entries, as of {_shown(moment, config)}",
    )
    say(words.text(config.language))
    for told in done.doubled.told:
        say(Words(ru=f"внимание: {told.ru}", en=f"warning: {told.en}").text(config.language), err=True)


@app.command("show")
def show(
    context: typer.Context,
    contract: Annotated[str, typer.Argument(help="contract number, written in any way")],
    day: _Day = None,
    format_: _Format = Format.TABLE,
) -> None:
    """One contract: the receipt, the debt, since when, what happens next and when, and which hold stops it."""
    state = state_of(context)
    config = state.config(needs_otrs=False)
    number = canonical_contract(contract)
    desk = open_billing_desk(config, state.clock)
    view, refused = desk.show(number, day_of(day)), desk.refusal(day_of(day))
    if view is None:
        raise BillingUnusable(unknown_contract(number, refused))
    if format_ is Format.JSON:
        print_object(contract_json(view, refused, config.language))
    else:
        _print(contract_lines(view, refused, config.language, config.timezone))
    leave(ExitCode.NEEDS_A_PERSON if view.faults or refused else ExitCode.FINE)


@app.command("check")
def check(
    context: typer.Context,
    day: _Day = None,
    format_: _Format = Format.TABLE,
    full: Annotated[
        bool, typer.Option("--full", help="read every row, and compare with what billing.prefilter leaves out")
    ] = False,
) -> None:
    """May this feed be acted on? Reads all of it; exit status 1 when not."""
    state = state_of(context)
    config = state.config(needs_otrs=False)
    found = open_billing_desk(config, state.clock).check(day_of(day), full=full)
    if format_ is Format.JSON:
        print_object(check_json(found, config.language))
    else:
        _print(check_lines(found, config.language, config.timezone))
    is_fine = isinstance(found.verdict, FeedAccepted) and not found.differences
    leave(ExitCode.FINE if is_fine else ExitCode.NEEDS_A_PERSON)


@app.command("debtors")
def debtors(
    context: typer.Context,
    day: _Day = None,
    format_: Annotated[
        ListFormat,
        typer.Option(
            "--format", help="table: for people; json: for programs, one object a line; csv: for a spreadsheet"
        ),
    ] = ListFormat.TABLE,
    by: Annotated[
        Grouping | None,
        typer.Option("--by", help="add the debts up: by district, age, sum or days since the cut-off"),
    ] = None,
) -> None:
    """Who is in debt, since when, how much, what happens next and what holds it. Needs billing alone, no OTRS."""
    state = state_of(context)
    config = state.config(needs_otrs=False)
    found = open_billing_desk(config, state.clock).debtors(day_of(day))
    if by is None:
        show_debtors(found, format_, config.language)
    else:
        show_groups(found, by.by, format_, config.language)
    leave(ExitCode.FINE if isinstance(found.verdict, FeedAccepted) else ExitCode.NEEDS_A_PERSON)


def _print(lines: list[str]) -> None:
    out = console()
    for line in lines:
        out.print(line)


def _ledger_path(config: Config) -> Path:
    ledger = billing_settings(config).ledger
    if not isinstance(ledger, EmbeddedLedgerSettings):
        raise UsageMistake(
            Words(
                ru=f"billing.ledger.source — {ledger.source}: укажите файл книги",
                en=f"billing.ledger.source is {ledger.source}: name the ledger file",
            )
        )
    return ledger.path


def _moment(written: str | None, zone: ZoneInfo) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written) if written else None
    except ValueError:
        raise UsageMistake(
            Words(
                ru=f"--as-of {written}: это не время; пример: 2013-05-01T03:00",
                en=f"--as-of {written} is no moment; write 2013-05-01T03:00",
            )
        ) from None
    if moment is not None and not is_believable(moment):
        raise UsageMistake(
            Words(
                ru=f"--as-of {written}: таких данных биллинга не бывает",
                en=f"--as-of {written}: no billing data is of then",
            )
        )
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=zone)


def _written_at(export: CsvExport) -> datetime:
    try:
        return export.written_at()
    except OSError as broken:
        file, why = broken.filename, broken.strerror
        raise BillingUnusable(Words(ru=f"{file}: не читается: {why}", en=f"{file}: cannot be read: {why}")) from broken


def _shown(moment: datetime, config: Config) -> str:
    return f"{moment.astimezone(config.timezone):%Y-%m-%d %H:%M}"
