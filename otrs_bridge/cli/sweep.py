"""otrs-bridge sweep: look at tickets, show what the rules say, with --apply bring them into line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from otrs_bridge.bootstrap.bridge import Bridge
from otrs_bridge.cli.output import Format, LinePrinter
from otrs_bridge.cli.screen import console
from otrs_bridge.cli.state import leave, state_of
from otrs_bridge.domain.id_set import IdSet
from otrs_bridge.domain.selection import ChangedWithin, Everything, Selection, TheseTickets
from otrs_bridge.errors import UsageMistake
from otrs_bridge.service.sweep import Progress as SweepProgress
from otrs_bridge.words import Language, Words

DEFAULT_SINCE = "24h"
_UNITS = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
_LONGEST = 50 * 366 * 24 * 60  # minutes: before OTRS was, and no clock has trouble to count back so far


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sweep")(sweep)


def sweep(
    context: typer.Context,
    since: Annotated[
        str | None,
        typer.Option(help=f"tickets changed in this time: 30m, 2h, 3d, 1w (default {DEFAULT_SINCE})"),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="every ticket the agent may see")] = False,
    ticket: Annotated[
        list[str] | None, typer.Option(help="this ticket, by full or short number; may be repeated")
    ] = None,
    more: Annotated[list[str] | None, typer.Argument(help="further tickets after --ticket", metavar="[N]…")] = None,
    apply: Annotated[bool, typer.Option("--apply", help="write; without it nothing is changed")] = False,
    afresh: Annotated[
        bool, typer.Option("--afresh", help="read every ticket, also after a sweep that was interrupted")
    ] = False,
    format: Annotated[Format, typer.Option(help="table for people, json for programs")] = Format.TABLE,
) -> None:
    """Look at tickets and show what the rules would change; with --apply, change it."""
    chosen = _choice(since=since, everything=everything, tickets=[*(ticket or []), *(more or [])], named=ticket)
    with state_of(context).bridge() as bridge:
        selection = chosen if not isinstance(chosen, list) else TheseTickets(ids=find_tickets(bridge, chosen))
        language = bridge.config.language
        out = console()
        with LinePrinter(format, language, out) as printer:
            with _progress(language, out, shown=format is Format.TABLE) as progress:
                report = bridge.sweep.run(selection, apply=apply, afresh=afresh, progress=progress, tell=printer.tell)
            printer.end(report, wrote=apply)
        leave(report.exit_code)


def _choice(
    *, since: str | None, everything: bool, tickets: list[str], named: list[str] | None
) -> Selection | list[str]:
    """Which tickets are meant; numbers still have to be looked up. Raises UsageMistake."""
    if tickets and not named:
        raise UsageMistake(
            Words(
                ru=f"sweep не знает, что делать с {tickets[0]!r}: напишите --ticket {tickets[0]}",
                en=f"sweep does not know what to do with {tickets[0]!r}: say --ticket {tickets[0]}",
            )
        )
    if sum([since is not None, everything, bool(tickets)]) > 1:
        raise UsageMistake(
            Words(
                ru="--since, --all и --ticket вместе не бывают: укажите что-то одно",
                en="--since, --all and --ticket exclude each other: give one of them",
            )
        )
    if tickets:
        return [number for given in tickets for number in given.split(",") if number.strip()]
    return Everything() if everything else ChangedWithin(minutes=minutes_of(since or DEFAULT_SINCE))


def minutes_of(text: str) -> int:
    """`30m`, `2h`, `3d`, `1w` in minutes. Raises UsageMistake."""
    found = re.fullmatch(r"(\d{1,6})([mhdw])", text.strip().lower())
    if not found or int(found[1]) == 0:
        raise UsageMistake(
            Words(
                ru=f"--since {text}: нужны число и единица, например 30m, 2h, 3d или 1w",
                en=f"--since {text}: give a number and a unit, such as 30m, 2h, 3d or 1w",
            )
        )
    minutes = int(found[1]) * _UNITS[found[2]]
    if minutes > _LONGEST:
        raise UsageMistake(Words(ru=f"--since {text}: это больше 50 лет", en=f"--since {text} is more than 50 years"))
    return minutes


def find_tickets(bridge: Bridge, numbers: Sequence[str]) -> tuple[int, ...]:
    """Ids of tickets named by full or short number, or by OTRS's internal id. Raises UsageMistake for an unknown one."""
    ids: list[int] = []
    for number in (given.strip().removeprefix("#") for given in numbers):
        if not (number.isascii() and number.isdigit()):
            raise UsageMistake(no_ticket_number(number))
        found = bridge.outside.helpdesk.find_by_number(number)
        if not found and len(number) < len("10000000"):
            found = tuple(t.id for t in bridge.outside.helpdesk.read([int(number)], with_article=False).tickets)
        if not found:
            agent = bridge.config.otrs.user
            raise UsageMistake(
                Words(
                    ru=f"Заявки {number} нет, или агент {agent} её не видит.",
                    en=f"There is no ticket {number} that the agent {agent} may see.",
                )
            )
        ids += found
    return tuple(dict.fromkeys(ids))


def no_ticket_number(given: str) -> Words:
    """What is said of something that stands where a ticket number belongs."""
    return Words(
        ru=f"{given!r} — не номер заявки: нужен полный или короткий, только цифры",
        en=f"{given!r} is not a ticket number: give the full or the short one, digits only",
    )


@contextmanager
def _progress(language: Language, out: Console, *, shown: bool) -> Iterator[SweepProgress]:
    """A bar below the lines when a person watches; otherwise silence. Where these go to a file, on standard error."""
    screen = out if out.is_terminal else Console(stderr=True)
    if not (shown and screen.is_terminal):
        yield SweepProgress()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True) as bars:
        looked = bars.add_task(Words(ru="Просмотр заявок", en="Examining tickets").text(language), total=None)
        wrote = bars.add_task(Words(ru="Запись", en="Writing").text(language), total=None, visible=False)
        seen = IdSet()

        def written(ticket_id: int) -> None:
            if ticket_id not in seen:
                seen.update([ticket_id])
                bars.advance(wrote)

        yield SweepProgress(
            examined=lambda count: bars.advance(looked, count),
            writing=lambda count: bars.update(wrote, total=count, visible=True),
            written=lambda line: written(line.ticket_id),
        )
