"""Reports on the screen: for people a line per change under its ticket, for programs one JSON object a line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import groupby
from typing import Self
from zoneinfo import ZoneInfo

from rich.console import Console

from otrs_bridge.cli.screen import Text, print_object
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.note_text import field_label
from otrs_bridge.domain.pause import told
from otrs_bridge.domain.report import NOTE, Report, ReportLine
from otrs_bridge.domain.ticket_number import both, short_number
from otrs_bridge.words import Language, Words


class Format(StrEnum):
    """How a command prints."""

    TABLE = "table"
    JSON = "json"


OUTCOME_WORDS: Mapping[Outcome, tuple[Words, str]] = {
    Outcome.PLANNED: (Words(ru="будет изменено", en="planned"), "cyan"),
    Outcome.APPLIED: (Words(ru="изменено", en="applied"), "green"),
    Outcome.OBSERVED: (Words(ru="наблюдение", en="observed"), "blue"),
    Outcome.SKIPPED: (Words(ru="пропущено", en="skipped"), "yellow"),
    Outcome.PINNED: (Words(ru="решил человек", en="pinned"), "magenta"),
    Outcome.CONFLICT: (Words(ru="спор правил", en="conflict"), "red"),
    Outcome.FAILED: (Words(ru="не удалось", en="failed"), "red"),
    Outcome.UNKNOWN: (Words(ru="неизвестно", en="unknown"), "red"),
    Outcome.UNCHANGED: (Words(ru="уже так", en="unchanged"), "dim"),
}
PORTION = 500  # lines of a table that are sorted and printed together
_OUTCOME_WIDTH = 16
_RULE_WIDTH = 16
_NARROWEST = 30  # columns for text; on a narrower screen the terminal may break the lines itself
_EMPTY = Words(ru="пусто", en="empty")
NOTE_LABEL = Words(ru="Заметка", en="Note")


def moment_text(moment: datetime, zone: ZoneInfo) -> str:
    """A moment as a person reads it: in the operator's time zone, which is named."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"


class LinePrinter:
    """Prints the lines of a run as they come; in a table those of a ticket, and the tickets of a portion, in order.

    What still waits is printed at the end of the block, however that comes: it was done, and has to be told.
    """

    def __init__(self, format_: Format, language: Language, out: Console) -> None:
        self._format = format_
        self._language = language
        self._out = out
        self._waiting: list[ReportLine] = []

    def __enter__(self) -> Self:
        """Nothing yet."""
        return self

    def __exit__(self, *_error: object) -> None:
        """Print what waits."""
        self._flush()

    def tell(self, lines: Sequence[ReportLine]) -> None:
        """These come next, those of one ticket together."""
        if self._format is Format.JSON:
            for line in lines:
                print_object(_as_json(line, self._language), now=line is lines[-1])
            return
        self._waiting += lines
        if len(self._waiting) >= PORTION:
            self._flush()

    def end(self, report: Report, *, wrote: bool) -> None:
        """The closing lines."""
        self._flush()
        if self._format is Format.JSON:
            print_object({"summary": _summary(report, self._language)})
        else:
            print_summary(report, self._language, self._out, wrote=wrote)

    def _flush(self) -> None:
        lines, self._waiting = self._waiting, []
        print_lines(lines, self._language, self._out)


def print_json(report: Report, language: Language) -> None:
    """One object a line, the summary last."""
    for line in report.lines:
        print_object(_as_json(line, language))
    print_object({"summary": _summary(report, language)})


def _as_json(line: ReportLine, language: Language) -> dict[str, object]:
    return {
        "ticket": line.ticket_number,
        "ticket_id": line.ticket_id,
        "short": short_number(line.ticket_number),
        "rule": line.rule,
        "field": line.field,
        "old": line.old,
        "new": line.new,
        "why": _reason(line, language),
        "mode": line.mode,
        "outcome": line.outcome.value,
    }


def _summary(report: Report, language: Language) -> dict[str, object]:
    summary: dict[str, object] = {**report.counts, "run": report.run, "seconds": round(report.seconds, 2)}
    if report.after:
        summary["examined_before"] = report.after.examined
    if report.pauses:
        summary["paused"] = [pause.name for pause in report.pauses]
    if report.objection:
        summary["stopped"] = report.objection.text(language)
    if report.presumed:
        summary["presumed"] = {
            "periods": [str(period) for period in report.presumed.periods],
            "without_tariff": report.presumed.without_tariff,
            "why": report.presumed.words.text(language),
        }
    return summary


def print_lines(lines: Iterable[ReportLine], language: Language, out: Console) -> None:
    """The tickets, each with its lines."""
    ordered = sorted(lines, key=lambda line: line.ticket_id)
    for number, same in groupby(ordered, key=lambda line: line.ticket_number):
        rows = list(same)
        out.print(Text.assemble((both(number), "bold"), f"  {rows[0].title}"))
        for line in rows:
            words, style = OUTCOME_WORDS[line.outcome]
            said = _said(line, language)
            print_row(out, (words.text(language), style), line.rule, said, _reason(line, language))


def print_row(out: Console, outcome: tuple[str, str], rule: str, said: str, reason: str) -> None:
    """One line under its ticket; where a person watches, it is wrapped under its own beginning."""
    head = Text("  ")
    head.append(f"{outcome[0]:<{_OUTCOME_WIDTH - 1}} ", style=outcome[1])
    head.append(f"{rule:<{_RULE_WIDTH - 1}} ", style="bold")
    text = Text(said)
    if reason:
        text.append(f" — {reason}" if said else reason, style="dim")
    print_hanging(out, head, text)


def print_hanging(out: Console, head: Text, text: Text) -> None:
    """`text` after `head`, further lines below the first; in a pipe always one line."""
    room = out.width - head.cell_len
    if not out.is_terminal or room < _NARROWEST:
        out.print(head + text)
        return
    for line in text.wrap(out, room) or [Text()]:
        line.rstrip()
        out.print(head + line)
        head = Text(" " * head.cell_len)


def change_text(field: str, old: str, new: str, language: Language) -> str:
    """What happens to a field: its name, the old value and the new one."""
    before, after = (value or f"({_EMPTY.text(language)})" for value in (old, new))
    return f"{field_label(field, language)}: {before} → {after}"


def _said(line: ReportLine, language: Language) -> str:
    if line.field == NOTE:
        return NOTE_LABEL.text(language)
    return change_text(line.field, line.old, line.new, language) if line.field else ""


def _reason(line: ReportLine, language: Language) -> str:
    why = line.why.text(language)
    return f"{why} — {line.detail.text(language)}" if line.detail else why


def print_summary(report: Report, language: Language, out: Console, *, wrote: bool) -> None:
    """The closing lines: what was looked at, what came of it, what a person has to do."""
    counts = report.counts
    parts = [
        f"{OUTCOME_WORDS[outcome][0].text(language)}: {counts[outcome.value]}"
        for outcome in Outcome
        if counts[outcome.value]
    ]
    looked = Words(
        ru=f"Просмотрено заявок: {report.examined}, с замечаниями: {counts['tickets']}.",
        en=f"Tickets examined: {report.examined}, with findings: {counts['tickets']}.",
    )
    nothing = Words(ru="всё по правилам, менять нечего", en="everything is in line, nothing to change")
    told = "; ".join(parts) or nothing.text(language)
    out.print(f"{looked.text(language)} {told[0].upper()}{told[1:]}.", style="bold")
    for sentence in (*_going_on(report), *_remarks(report, wrote=wrote)):
        out.print(sentence.text(language))


def _going_on(report: Report) -> Iterable[Words]:
    if report.after:
        since = f"{report.after.since:%Y-%m-%d %H:%M} UTC"
        run_ru, run_en = (f" ({word} {report.after.run})" if report.after.run else "" for word in ("проход", "run"))
        yield Words(
            ru=f"Продолжен проход, начатый {since} и прерванный{run_ru}: {report.after.examined} заявок он просмотрел, "
            "и второй раз они не читались. Прочитать всё заново: --afresh",
            en=f"This went on with the sweep begun at {since} and interrupted{run_en}: it had seen to "
            f"{report.after.examined} tickets, which were not read again. To read everything again: --afresh",
        )


def _remarks(report: Report, *, wrote: bool) -> Iterable[Words]:
    if report.objection:
        yield Words(
            ru=f"Остановлено предохранителем, ничего не изменено: {report.objection.ru}.",
            en=f"Stopped by a limit, nothing was changed: {report.objection.en}.",
        )
        yield Words(
            ru="Если список верен: меньшими шагами (--ticket, --since 1h), или поднимите предел для одного прохода "
            "(OTRS_BRIDGE__LIMITS__MAX_SHARE=100%, OTRS_BRIDGE__LIMITS__MAX_CHANGES)",
            en="If the list is right: in smaller steps (--ticket, --since 1h), or raise the limit for one run "
            "(OTRS_BRIDGE__LIMITS__MAX_SHARE=100%, OTRS_BRIDGE__LIMITS__MAX_CHANGES)",
        )
    if report.incomplete:
        yield Words(
            ru=f"Ещё создаются (без первой статьи): {report.incomplete}; их проверит следующий проход.",
            en=f"Still being created (no article yet): {report.incomplete}; the next run looks at them.",
        )
    for ticket_id, reason in report.unreadable.items():
        yield Words(
            ru=f"Заявку с id {ticket_id} прочитать не удалось: {reason.ru}",
            en=f"The ticket with id {ticket_id} could not be read: {reason.en}",
        )
    for pause in report.pauses:
        yield told(pause, f"{pause.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    if report.run and wrote:
        yield Words(
            ru=f"Проход {report.run}. Отменить: otrs-bridge undo {report.run}",
            en=f"Run {report.run}. To take it back: otrs-bridge undo {report.run}",
        )
    elif not wrote and report.counts["planned"] and not report.objection:
        yield Words(
            ru="Это был пробный проход. Выполнить: та же команда с --apply",
            en="This was a dry run. To carry it out: the same command with --apply",
        )
