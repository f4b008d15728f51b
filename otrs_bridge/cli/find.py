"""otrs-bridge find: tickets by number, by contract, by text."""

from __future__ import annotations

from typing import Annotated

import typer

from otrs_bridge.cli.output import Format
from otrs_bridge.cli.screen import console, print_object
from otrs_bridge.cli.state import state_of
from otrs_bridge.cli.tickets_found import print_tickets, ticket_object
from otrs_bridge.config import Config
from otrs_bridge.errors import UsageMistake
from otrs_bridge.service.queries.find_ticket import TicketsFound
from otrs_bridge.words import Words

DEFAULT_LIMIT = 50
MOST = 500


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("find")(find)


def find(
    context: typer.Context,
    query: Annotated[
        list[str],
        typer.Argument(help="a ticket number, full or short; a contract; or text with % for anything", metavar="QUERY"),
    ],
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="at most so many tickets, the newest")] = DEFAULT_LIMIT,
    format: Annotated[Format, typer.Option(help="table for people, json for programs")] = Format.TABLE,
) -> None:
    """Find tickets by full or short number, by contract, or by text with %. Reads only."""
    with state_of(context).bridge() as bridge:
        answer = bridge.finder.find(" ".join(query), limit=limit)
        if answer.refused:
            raise UsageMistake(answer.refused)
        if format is Format.JSON:
            _print_json(answer, bridge.config)
        else:
            _print(answer, bridge.config)


def _print_json(answer: TicketsFound, config: Config) -> None:
    for ticket in answer.tickets:
        print_object(ticket_object(ticket, config))
    understood = [attempt.words.text(config.language) for attempt in answer.attempts]
    print_object({"summary": {"understood": understood, "found": len(answer.tickets), "cut_off": answer.cut_off}})


def _print(answer: TicketsFound, config: Config) -> None:
    out, language = console(), config.language
    label = Words(ru="Искали", en="Looked for").text(language)
    out.print(f"{label}: {'; '.join(attempt.words.text(language) for attempt in answer.attempts)}", style="dim")
    print_tickets(answer.tickets, config, out)
    if answer.cut_off:
        out.print(
            Words(
                ru="Есть ещё, показаны самые новые: уточните запрос или дайте --limit.",
                en="There are more, the newest are shown: say more, or give --limit.",
            ).text(language)
        )
    if not answer.tickets:
        out.print(Words(ru="Ничего не найдено.", en="Nothing was found.").text(language))
