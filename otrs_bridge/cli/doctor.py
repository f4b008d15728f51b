"""otrs-bridge doctor: is everything in place, and if not, what is to be done in OTRS."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Annotated

import typer
from rich.console import Console

from otrs_bridge.bootstrap.checkup import examine_bridge
from otrs_bridge.cli.output import Format
from otrs_bridge.cli.screen import Text, console, print_object
from otrs_bridge.cli.state import leave, state_of
from otrs_bridge.cli.sweep import no_ticket_number
from otrs_bridge.domain.checkup import CheckResult, Verdict, exit_code_of
from otrs_bridge.errors import UsageMistake
from otrs_bridge.words import Language, Words

_MARKS = {
    Verdict.OK: ("✓", "green"),
    Verdict.WARNING: ("!", "yellow"),
    Verdict.FAILED: ("✗", "red"),
    Verdict.NOT_CHECKED: ("–", "dim"),
}
_NO_TICKET = Words(
    ru="для --write-test нужна заявка, на которой пробовать: --ticket N",
    en="--write-test needs a ticket to try on: --ticket N",
)
_NO_TEST = Words(
    ru="--ticket называет заявку для --write-test: укажите оба ключа или ни одного",
    en="--ticket names a ticket for --write-test: give both, or neither",
)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    context: typer.Context,
    write_test: Annotated[
        bool, typer.Option("--write-test", help="prove the right to write, on the tickets named with --ticket")
    ] = False,
    ticket: Annotated[
        list[str] | None, typer.Option(help="a ticket for --write-test, by full or short number; may be repeated")
    ] = None,
    format: Annotated[Format, typer.Option(help="table for people, json for programs")] = Format.TABLE,
) -> None:
    """Check OTRS, its web service, rights and names, and say what to do. Writes nothing without --write-test."""
    if write_test and not ticket:
        raise UsageMistake(_NO_TICKET)
    if ticket and not write_test:
        raise UsageMistake(_NO_TEST)
    config = state_of(context).config()
    numbers = [number.strip().removeprefix("#") for number in ticket or []]
    if wrong := [number for number in numbers if not (number.isascii() and number.isdigit())]:
        raise UsageMistake(no_ticket_number(wrong[0]))
    found = examine_bridge(config, write_tickets=numbers)
    results = tuple(
        _printed_json(found, config.language) if format is Format.JSON else _printed(found, config.language, console())
    )
    leave(exit_code_of(results))


def _printed_json(results: Iterable[CheckResult], language: Language) -> Iterator[CheckResult]:
    """One object a line, as the checks go on."""
    for result in results:
        line = {
            "check": result.name,
            "verdict": result.verdict.value,
            "said": result.said.text(language),
            "remedy": result.remedy.text(language) if result.remedy else None,
        }
        print_object(line, now=True)
        yield result


def _printed(results: Iterable[CheckResult], language: Language, out: Console) -> Iterator[CheckResult]:
    """A line each, with what to do underneath; several that could not be checked for one reason share a line."""
    counts = dict.fromkeys(Verdict, 0)
    for shared_reason, same in groupby(results, key=_reason_not_to_check):
        names = []
        for result in same:
            names.append(result.name)
            counts[result.verdict] += 1
            if shared_reason is None:
                _print_line(out, result.name, result, language)
            yield result
        if shared_reason is not None:
            _print_line(out, ", ".join(names), result, language)
    out.print(_closing(counts).text(language), style="bold")


def _reason_not_to_check(result: CheckResult) -> Words | None:
    return result.said if result.verdict is Verdict.NOT_CHECKED else None


def _print_line(out: Console, name: str, result: CheckResult, language: Language) -> None:
    mark, style = _MARKS[result.verdict]
    line = Text(f"{mark} ", style=style)
    line.append(f"{name:<18} ", style="bold")
    line.append(result.said.text(language), style="")
    out.print(line)
    if result.remedy:
        out.print(Text(f"  → {result.remedy.text(language)}"))


def _closing(counts: dict[Verdict, int]) -> Words:
    failures, warnings, unknown = (
        counts[verdict] for verdict in (Verdict.FAILED, Verdict.WARNING, Verdict.NOT_CHECKED)
    )
    if not (failures or warnings or unknown):
        return Words(ru="Всё в порядке.", en="All is well.")
    return Words(
        ru=f"Исправить: {failures}; обратить внимание: {warnings}; не проверено: {unknown}.",
        en=f"To mend: {failures}; to mind: {warnings}; not checked: {unknown}.",
    )
