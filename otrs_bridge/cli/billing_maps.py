"""otrs-bridge billing map, billing try: billing systems that the bridge has a map of, printed, and tried on a database."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from otrs_bridge.billing.maps import BillingMap, Tried, try_map
from otrs_bridge.bootstrap.ledgers import named_map
from otrs_bridge.cli.password_file import password_in
from otrs_bridge.cli.screen import console, say
from otrs_bridge.cli.state import State, leave, state_of
from otrs_bridge.config import Config
from otrs_bridge.config.values import database_url
from otrs_bridge.config_file import language_of
from otrs_bridge.domain.billing.money import format_money
from otrs_bridge.errors import ExitCode
from otrs_bridge.words import Language, Words

_Name = Annotated[
    str, typer.Argument(help="the billing system: abills, bgbilling, lanbilling, mikbill, ubilling, utm5")
]
_MONTHS = 3
_ZONE = ZoneInfo("Europe/Moscow")  # as the configuration has it where nobody says otherwise


def register(app: typer.Typer) -> None:
    """Add the commands to the group `billing`."""
    app.command("map")(map_)
    app.command("try")(try_)


def map_(context: typer.Context, name: _Name) -> None:
    """Print the queries of a billing system's map, for a ledger and a directory of source `sql`."""
    state = state_of(context)
    known = named_map(name, _config(state))
    language = language_of(state.config_path, state.environ)
    for words in (known.fits, known.compared):
        say(f"# {known.title}: {words.text(language)}")
    for key, query in known.queries.items():
        say(f"\n# {key}\n{query}")


def try_(
    context: typer.Context,
    name: _Name,
    url: Annotated[str, typer.Option("--url", help="its database: mysql://reader@billing.example.org/billing")],
    password_file: Annotated[Path | None, typer.Option("--password-file", help="file with its password")] = None,
) -> None:
    """Look at a billing system's database through its map: what is seen, and what is still to be decided. Reads only."""
    state = state_of(context)
    config, language = _config(state), language_of(state.config_path, state.environ)
    known, zone = named_map(name, config), config.timezone if config is not None else _ZONE
    found = try_map(known, database_url(url, password_in(password_file) if password_file else ""), zone)
    out = console()
    for line in _lines(known, found, language):
        out.print(line)
    leave(ExitCode.NEEDS_A_PERSON if found.missing else ExitCode.FINE)


def _config(state: State) -> Config | None:
    """The configuration, where there is one: a map is looked at before anything is configured."""
    return state.config(needs_otrs=False) if state.config_path.is_file() else None


def _lines(known: BillingMap, found: Tried, language: Language) -> Iterator[str]:
    yield f"{known.title}: {found.version.text(language)} ({found.database})"
    if found.missing:
        absent = ", ".join(found.missing)
        yield Words(
            ru=f"эта карта не подходит, не хватает: {absent}", en=f"this map does not fit, missing are: {absent}"
        ).text(language)
        return
    seen = Words(
        ru=f"клиентов {found.clients}, счетов {found.accounts}",
        en=f"{found.clients} clients, {found.accounts} accounts",
    )
    yield seen.text(language)
    yield from _months(found, language)
    yield from _examples(found, language)
    yield Words(ru="Решить вам (раздел billing.ledger):", en="Yours to decide (section billing.ledger):").text(language)
    for question, names, rows in found.decisions:
        yield f"  {question.option}: {question.words.text(language)}"
        for row in rows:
            yield f"    {', '.join(f'{name} {value}' for name, value in zip(names, row, strict=True))}"


def _months(found: Tried, language: Language) -> Iterator[str]:
    if not found.months:
        yield Words(
            ru="записей нет: долг — это баланс ниже нуля", en="no entries: the debt is the balance below zero"
        ).text(language)
        return
    newest = sorted({one.month for one in found.months}, reverse=True)[:_MONTHS]
    yield Words(ru="Записи последних месяцев:", en="Entries of the last months:").text(language)
    for one in found.months:
        if one.month in newest:
            yield f"  {one.month} {one.kind}: {one.count}, {format_money(one.roubles, language)}"


def _examples(found: Tried, language: Language) -> Iterator[str]:
    yield Words(
        ru="Примеры, сумма записей рядом с балансом:", en="Examples, the sum of the entries beside the balance:"
    ).text(language)
    for one in found.examples:
        by_entries, balance = (_money(amount, language) for amount in (one.by_entries, one.balance))
        mark = "" if one.by_entries is None or one.by_entries == one.balance else "  !"
        yield f"  {one.account} {one.contract}: {by_entries} / {balance}{mark}"


def _money(amount: Decimal | None, language: Language) -> str:
    return "–" if amount is None else format_money(amount, language)
