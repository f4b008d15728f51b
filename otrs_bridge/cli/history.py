"""otrs-bridge history, undo, pins: what the bridge did, taking it back, and what it leaves to people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.cells import cell_len, set_cell_size
from rich.console import Console

from otrs_bridge.bootstrap.connections import open_journal
from otrs_bridge.cli.output import (
    NOTE_LABEL,
    Format,
    LinePrinter,
    change_text,
    moment_text,
    print_hanging,
    print_row,
)
from otrs_bridge.cli.screen import Text, console, print_object
from otrs_bridge.cli.state import leave, state_of
from otrs_bridge.clock import SystemClock
from otrs_bridge.config import Config
from otrs_bridge.domain.note_text import field_label
from otrs_bridge.domain.report import NOTE
from otrs_bridge.domain.ticket import shown
from otrs_bridge.domain.ticket_number import both, short_number
from otrs_bridge.errors import UsageMistake
from otrs_bridge.ports.journal import LAST_RUN, JournalEntry, Pin, Run, RunKind
from otrs_bridge.words import Language, Words

RUNS_SHOWN = 20
_STATES = {
    "intended": (Words(ru="исход неясен", en="unknown"), "yellow"),
    "applied": (Words(ru="изменено", en="applied"), "green"),
    "failed": (Words(ru="не удалось", en="failed"), "red"),
    "refused": (Words(ru="OTRS не принял", en="refused"), "red"),
    "unchanged": (Words(ru="уже так", en="unchanged"), "dim"),
    "superseded": (Words(ru="решено заново", en="decided again"), "dim"),
}

_NO_RELEASE = Words(
    ru="--field говорит, что снять в одной заявке: нужна и она, --release N",
    en="--field says what to release in one ticket: give that as well, --release N",
)

_KINDS: Mapping[RunKind, Words] = {
    "sweep": Words(ru="проход", en="sweep"),
    "daemon": Words(ru="служба", en="daemon"),
    "undo": Words(ru="отмена", en="undo"),
    "job": Words(ru="задание", en="job"),
}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("history")(history)
    app.command("undo")(undo)
    app.command("pins")(pins)


def history(
    context: typer.Context,
    ticket: Annotated[str | None, typer.Option(help="changes of this ticket, by full or short number")] = None,
    run: Annotated[int | None, typer.Option(min=1, max=LAST_RUN, help="changes of this run")] = None,
    format: Annotated[Format, typer.Option(help="table for people, json for programs")] = Format.TABLE,
) -> None:
    """The runs, or every change of one run or one ticket, with old and new value, rule, reason and outcome."""
    config = state_of(context).config()
    with open_journal(config) as journal:
        if ticket is None and run is None:
            _print_runs(list(reversed(journal.runs(limit=RUNS_SHOWN))), config, format)
            return
        entries = journal.each_entry(run=run)
        if ticket is not None:
            entries = (entry for entry in entries if ticket in {entry.ticket_number, short_number(entry.ticket_number)})
        _print_entries(entries, config, format)


def undo(
    context: typer.Context,
    run: Annotated[
        int,
        typer.Argument(min=1, max=LAST_RUN, help="the run's number, as history and the notes in tickets show it"),
    ],
    apply: Annotated[bool, typer.Option("--apply", help="write; without it nothing is changed")] = False,
    format: Annotated[Format, typer.Option(help="table for people, json for programs")] = Format.TABLE,
) -> None:
    """Put the old values of a run back, only where the field still holds what the bridge wrote."""
    with state_of(context).bridge() as bridge:
        with LinePrinter(format, bridge.config.language, console()) as printer:
            report = bridge.undo.run(run, apply=apply, tell=printer.tell)
            printer.end(report, wrote=apply)
        leave(report.exit_code)


def pins(
    context: typer.Context,
    release: Annotated[str | None, typer.Option(help="let the bridge touch this ticket's fields again")] = None,
    field: Annotated[str | None, typer.Option(help="with --release: only this field")] = None,
) -> None:
    """The fields that the bridge leaves to people because somebody decided about them."""
    if field is not None and release is None:
        raise UsageMistake(_NO_RELEASE)
    config = state_of(context).config()
    language = config.language
    out = console()
    with open_journal(config) as journal:
        found = journal.pins()
        if release is None:
            _print_pins(found, config, out)
            if not found:
                out.print(Words(ru="Закреплённых полей нет.", en="No field is pinned.").text(language))
            return
        ids = {pin.ticket_id for pin in found if release in {pin.ticket_number, short_number(pin.ticket_number)}}
        if not ids:
            raise UsageMistake(
                Words(
                    ru=f"В заявке {release} закреплённых полей нет; все закреплённые покажет `otrs-bridge pins`.",
                    en=f"No field of a ticket {release} is pinned; `otrs-bridge pins` lists them.",
                )
            )
        count = sum(journal.release(ticket_id, field, at=SystemClock().now()) for ticket_id in ids)
        out.print(Words(ru=f"Снято закреплений: {count}.", en=f"Pins released: {count}.").text(language))


def _print_pins(found: Sequence[Pin], config: Config, out: Console) -> None:
    """A line each: since when, of which ticket, which field, and the value that stays."""
    labels = [field_label(pin.field, config.language) for pin in found]
    numbers = [both(pin.ticket_number) for pin in found]
    label_width, number_width = (max(map(cell_len, texts), default=0) for texts in (labels, numbers))
    for pin, label, number in zip(found, labels, numbers, strict=True):
        value = shown(pin.value) or Words(ru="(пусто)", en="(empty)").text(config.language)
        when = moment_text(pin.since, config.timezone)
        head = Text(f"{when}  {set_cell_size(number, number_width)}  {set_cell_size(label, label_width)}  ")
        print_hanging(out, head, Text(value))


def _print_runs(runs: list[Run], config: Config, format_: Format) -> None:
    if format_ is Format.JSON:
        for run in runs:
            started, finished = run.started_at.isoformat(), run.finished_at and run.finished_at.isoformat()
            line = {"run": run.id, "kind": run.kind, "started": started, "finished": finished}
            print_object({**line, "selection": run.selection, "summary": dict(run.summary)})
        return
    out = console()
    for run in runs:
        out.print(_run_text(run, config.timezone, config.language))
    if not runs:
        out.print(Words(ru="Журнал пуст.", en="The journal is empty.").text(config.language))


def _run_text(run: Run, zone: ZoneInfo, language: Language) -> Text:
    counts = run.summary
    done = Words(
        ru=f"изменено {counts.get('applied', 0)}, не удалось {counts.get('failed', 0)}",
        en=f"applied {counts.get('applied', 0)}, failed {counts.get('failed', 0)}",
    )
    unfinished = Words(ru="не завершён", en="not finished")
    text = Text(f"{run.id:>5}  ", style="bold")
    text.append(f"{moment_text(run.started_at, zone)}  {_KINDS[run.kind].text(language):<7} ", style="")
    text.append(f"{(done if run.finished_at else unfinished).text(language)}  ")
    return text.append(run.selection, style="dim")


def _print_entries(entries: Iterator[JournalEntry], config: Config, format_: Format) -> None:
    if format_ is Format.JSON:
        for entry in entries:
            print_object(_entry_json(entry, config.language))
        return
    out, none = console(), True
    for (run, number), same in groupby(entries, key=lambda entry: (entry.run, entry.ticket_number)):
        _print_ticket(run, number, list(same), config, out)
        none = False
    if none:
        out.print(
            Words(ru="Таких изменений в журнале нет.", en="The journal has no such change.").text(config.language)
        )


def _print_ticket(run: int, number: str, entries: list[JournalEntry], config: Config, out: Console) -> None:
    """What one run did to one ticket, below when and where it was."""
    language = config.language
    when = moment_text(entries[0].intended_at, config.timezone)
    in_run = Words(ru=f"проход {run}", en=f"run {run}").text(language)
    out.print(Text.assemble((both(number), "bold"), f"  {when}, {in_run}"))
    for entry in entries:
        words, style = _STATES[entry.state]
        if entry.field == NOTE:
            said, why = NOTE_LABEL.text(language), _told(entry, language)
        else:
            said, why = change_text(entry.field, shown(entry.old), shown(entry.new), language), entry.why
        reason = " — ".join(part for part in (why, entry.error) if part)
        print_row(out, (words.text(language), style), entry.rule, said, reason)


def _told(entry: JournalEntry, language: Language) -> str:
    """A remark: the journal has its Russian words as the new value, and as `why` those of the note that was written."""
    return shown(entry.new) if language == "ru" else entry.why


def _entry_json(entry: JournalEntry, language: Language) -> dict[str, object]:
    is_note, told = entry.field == NOTE, _told(entry, language)
    return {
        "run": entry.run,
        "ticket": entry.ticket_number,
        "ticket_id": entry.ticket_id,
        "short": short_number(entry.ticket_number),
        "rule": entry.rule,
        "field": entry.field,
        "old": shown(entry.old),
        "new": told if is_note else shown(entry.new),
        "why": told if is_note else entry.why,
        "mode": entry.mode,
        "outcome": entry.state,
        "error": entry.error,
        "intended_at": entry.intended_at.isoformat(),
        "settled_at": entry.settled_at.isoformat() if entry.settled_at else None,
    }
