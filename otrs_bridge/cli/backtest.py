"""otrs-bridge backtest: what the rules would have done to the tickets of the last days, and how two configs differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from otrs_bridge import config as configuration
from otrs_bridge.cli.output import Format, print_hanging
from otrs_bridge.cli.screen import Text, console, print_object
from otrs_bridge.cli.state import leave, state_of
from otrs_bridge.cli.sweep import minutes_of
from otrs_bridge.domain.note_text import field_label
from otrs_bridge.domain.report import NOTE
from otrs_bridge.domain.selection import ChangedWithin
from otrs_bridge.domain.ticket import shown
from otrs_bridge.domain.ticket_number import both, short_number
from otrs_bridge.errors import ExitCode
from otrs_bridge.service.queries.backtest import BacktestReport, Count, Difference, Sample, Wish
from otrs_bridge.words import Language, Words
from rules import RULES

DEFAULT_SINCE = "30d"
_BROKEN = Words(ru="правило ломается", en="the rule breaks")
_NOTE = Words(ru="заметка", en="note")
_HERE = Words(ru="здесь", en="here")
_THERE = Words(ru="там", en="there")
_ORDER = {rule.name: place for place, rule in enumerate(RULES)}

_Row = TypeVar("_Row", Count, Difference)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backtest")(backtest)


def backtest(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="tickets changed in this time: 12h, 3d, 4w")] = DEFAULT_SINCE,
    against: Annotated[
        Path | None,
        typer.Option(help="another configuration: how its rules and field names would have decided otherwise"),
    ] = None,
    format: Annotated[Format, typer.Option(help="table for people, json for programs")] = Format.TABLE,
) -> None:
    """What the rules would have done to the tickets of the last days, as if all were enforced. Reads only."""
    selection = ChangedWithin(minutes=minutes_of(since))
    state = state_of(context)
    # Loaded without State.config(): the log stays as our own configuration has it.
    other = None if against is None else configuration.load(against, RULES, state.environ)
    with state.bridge() as bridge:
        language = bridge.config.language
        with _progress(language, shown=format is Format.TABLE) as examined:
            report = bridge.backtest(other).run(selection, examined=examined)
    if format is Format.JSON:
        _print_json(report, language, compared=other is not None)
    else:
        _print(report, against, language, console())
    broken = any(not field for _rule, field in report.counts)
    leave(ExitCode.NEEDS_A_PERSON if broken or report.unreadable else ExitCode.FINE)


@contextmanager
def _progress(language: Language, *, shown: bool) -> Iterator[Callable[[int], None]]:
    """How many tickets were looked at, on standard error when a person watches."""
    screen = Console(stderr=True)
    if not (shown and screen.is_terminal):
        yield lambda _count: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}: {task.completed:.0f}"))
    with Progress(*columns, console=screen, transient=True) as bars:
        looked = bars.add_task(Words(ru="Просмотрено заявок", en="Tickets examined").text(language), total=None)
        yield lambda count: bars.advance(looked, count)


def _print_json(report: BacktestReport, language: Language, *, compared: bool) -> None:
    for count in _sorted(report.counts.values()):
        print_object(
            {
                "rule": count.rule,
                "field": count.field,
                "tickets": count.tickets,
                "disputed": count.disputed,
                "samples": [_sample_object(sample, language) for sample in count.samples],
            }
        )
    for difference in _sorted(report.differences.values()):
        print_object(
            {
                "rule": difference.rule,
                "field": difference.field,
                "only_here": difference.only_here,
                "only_there": difference.only_there,
                "different": difference.different,
                "samples": [_sample_object(sample, language) for sample in difference.samples],
            }
        )
    summary: dict[str, object] = {
        "examined": report.examined,
        "tickets": report.tickets,
        "technical": report.technical,
        "incomplete": report.incomplete,
        "unreadable": report.unreadable,
    }
    print_object({"summary": {**summary, **({"differing": report.differing} if compared else {})}})


def _sample_object(sample: Sample, language: Language) -> dict[str, object]:
    return {
        "ticket": sample.number,
        "ticket_id": sample.ticket_id,
        "short": short_number(sample.number),
        "here": _wish_object(sample.here, language),
        "there": _wish_object(sample.there, language),
    }


def _wish_object(wish: Wish | None, language: Language) -> dict[str, object] | None:
    if wish is None:
        return None
    return {"old": wish.old, "new": shown(wish.new), "why": wish.why.text(language), "disputed": wish.disputed}


def _sorted(rows: Iterable[_Row]) -> list[_Row]:
    """In the order of the rules' list, then by field."""
    return sorted(rows, key=lambda row: (_ORDER.get(row.rule, len(_ORDER)), row.field))


def _print(report: BacktestReport, against: Path | None, language: Language, out: Console) -> None:
    for count in _sorted(report.counts.values()):
        out.print(_heading(count.rule, count.field, _counted(count), language))
        _print_samples(count.samples, language, out, compared=False)
    if against is not None:
        _print_differences(report, against, language, out)
    for sentence in _closing(report):
        out.print(sentence.text(language))


def _print_differences(report: BacktestReport, against: Path, language: Language, out: Console) -> None:
    title = Words(
        ru=f"Разница: здесь — эта конфигурация, там — {against}; иначе решено заявок: {report.differing}",
        en=f"The difference: here is this configuration, there is {against}; tickets decided otherwise: {report.differing}",
    )
    out.print(Text(title.text(language), style="bold"))
    for difference in _sorted(report.differences.values()):
        out.print(_heading(difference.rule, difference.field, _parted(difference), language))
        _print_samples(difference.samples, language, out, compared=True)


def _heading(rule: str, field: str, said: Words, language: Language) -> Text:
    return Text().append(rule, "bold").append(f" · {_field(field, language)}: {said.text(language)}")


def _field(field: str, language: Language) -> str:
    if not field:
        return _BROKEN.text(language)
    return _NOTE.text(language) if field == NOTE else field_label(field, language)


def _counted(count: Count) -> Words:
    ru = f", из них спорных: {count.disputed}" if count.disputed else ""
    en = f", {count.disputed} of them disputed" if count.disputed else ""
    return Words(ru=f"заявок {count.tickets}{ru}", en=f"{count.tickets} tickets{en}")


def _parted(difference: Difference) -> Words:
    return Words(
        ru=f"только здесь {difference.only_here}, только там {difference.only_there}, иначе {difference.different}",
        en=f"only here {difference.only_here}, only there {difference.only_there}, otherwise {difference.different}",
    )


def _print_samples(samples: Iterable[Sample], language: Language, out: Console, *, compared: bool) -> None:
    for sample in samples:
        out.print(Text(f"  {both(sample.number)}  {sample.title}"))
        for side, wish in ((_HERE, sample.here), (_THERE, sample.there)):
            if wish is not None:
                head = f"    {side.text(language)}: " if compared else "    "
                print_hanging(out, Text(head), Text(_wished(wish, language), style="dim"))


def _wished(wish: Wish, language: Language) -> str:
    why = wish.why.text(language)
    if not wish.old and not shown(wish.new):
        return why
    if not wish.old and wish.new == wish.why.ru:  # a remark: its text is all there is
        return why
    return f"{wish.old or '—'} → {shown(wish.new) or '—'}. {why}"


def _closing(report: BacktestReport) -> Iterator[Words]:
    yield Words(
        ru=f"Просмотрено заявок: {report.examined}, правила изменили бы: {report.tickets}. Ничего не записано.",
        en=f"Tickets examined: {report.examined}, the rules would touch: {report.tickets}. Nothing was written.",
    )
    if report.technical or report.incomplete:
        yield Words(
            ru=f"Не рассматривались: служебных {report.technical}, ещё создающихся {report.incomplete}.",
            en=f"Left out: {report.technical} technical, {report.incomplete} still being created.",
        )
    if report.unreadable:
        ru = "; ".join(f"{ticket_id}: {reason.ru}" for ticket_id, reason in report.reasons.items())
        en = "; ".join(f"{ticket_id}: {reason.en}" for ticket_id, reason in report.reasons.items())
        yield Words(
            ru=f"Прочитать не удалось (id): {report.unreadable}. {ru}",
            en=f"Could not be read (id): {report.unreadable}. {en}",
        )
