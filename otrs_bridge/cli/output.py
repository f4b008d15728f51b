"""Reports on the screen: for people a line per change under its ticket, for programs one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import groupby

from rich.console import Console
from rich.text import Text

from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.note_text import field_label
from otrs_bridge.domain.report import NOTE, Report, ReportLine
from otrs_bridge.domain.ticket_number import both, short_number
from otrs_bridge.domain.words import Language, Words


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
    Outcome.UNCHANGED: (Words(ru="уже так", en="unchanged"), "dim"),
}
_EMPTY = Words(ru="пусто", en="empty")
_NOTE = Words(ru="Заметка", en="Note")


def console() -> Console:
    """Standard output; wide enough that a pipe never breaks a line."""
    return Console(highlight=False, soft_wrap=True)


def print_json(report: Report, language: Language) -> None:
    """One object a line, the summary last."""
    for line in report.lines:
        print(json.dumps(_as_json(line, language), ensure_ascii=False))  # noqa: T201 - this is the output
    print(json.dumps({"summary": _summary(report, language)}, ensure_ascii=False))  # noqa: T201


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
    if report.objection:
        summary["stopped"] = report.objection.text(language)
    return summary


def print_lines(lines: Iterable[ReportLine], language: Language, out: Console) -> None:
    """The tickets, each with its lines."""
    ordered = sorted(lines, key=lambda line: line.ticket_id)
    for number, same in groupby(ordered, key=lambda line: line.ticket_number):
        out.print(Text(both(number), style="bold"))
        for line in same:
            out.print(_as_text(line, language))


def _as_text(line: ReportLine, language: Language) -> Text:
    words, style = OUTCOME_WORDS[line.outcome]
    text = Text("  ")
    text.append(f"{words.text(language):<14} ", style=style)
    text.append(f"{line.rule:<12} ", style="bold")
    if line.field == NOTE:
        text.append(f"{_NOTE.text(language)}: ")
    elif line.field:
        old, new = (value or f"({_EMPTY.text(language)})" for value in (line.old, line.new))
        text.append(f"{field_label(line.field, language)}: {old} → {new}. ")
    text.append(_reason(line, language), style="dim")
    return text


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
    looked = Words(ru="Просмотрено заявок", en="Tickets examined").text(language)
    nothing = Words(ru="всё по правилам, менять нечего", en="everything is in line, nothing to change")
    out.print(f"{looked}: {report.examined}. {'; '.join(parts) or nothing.text(language)}.", style="bold")
    for sentence in _remarks(report, wrote=wrote):
        out.print(sentence.text(language))


def _remarks(report: Report, *, wrote: bool) -> Iterable[Words]:
    if report.objection:
        yield Words(
            ru=f"Остановлено предохранителем, ничего не изменено: {report.objection.ru}.",
            en=f"Stopped by a limit, nothing was changed: {report.objection.en}.",
        )
    if report.incomplete:
        yield Words(
            ru=f"Ещё создаются (без первой статьи): {report.incomplete}; их проверит следующий проход.",
            en=f"Still being created (no article yet): {report.incomplete}; the next run looks at them.",
        )
    for ticket_id, reason in report.unreadable.items():
        yield Words(
            ru=f"Заявку с id {ticket_id} прочитать не удалось: {reason}",
            en=f"The ticket with id {ticket_id} could not be read: {reason}",
        )
    if report.run and wrote:
        yield Words(
            ru=f"Проход {report.run}. Отменить: otrs-bridge undo {report.run}",
            en=f"Run {report.run}. To take it back: otrs-bridge undo {report.run}",
        )
    elif not wrote and report.counts["planned"]:
        yield Words(
            ru="Это был пробный проход. Выполнить: та же команда с --apply",
            en="This was a dry run. To carry it out: the same command with --apply",
        )
