"""otrs-bridge jobs: what is due, rehearsed on any day, run, approved; and what the jobs remember."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date
from typing import Annotated

import typer
from rich.console import Console

from otrs_bridge.bootstrap.connections import open_journal
from otrs_bridge.bootstrap.jobs import JobBridge, active_jobs, almanac_of, open_job_bridge, open_job_journal
from otrs_bridge.cli.days import day_of
from otrs_bridge.cli.output import OUTCOME_WORDS, Format, LinePrinter, moment_text, print_hanging, print_json
from otrs_bridge.cli.screen import Text, console, print_object, say
from otrs_bridge.cli.state import leave, state_of, whoever_types
from otrs_bridge.config import Config
from otrs_bridge.domain.billing.working_calendar import UnknownYear
from otrs_bridge.domain.decision import Outcome
from otrs_bridge.domain.pause import told
from otrs_bridge.domain.report import Report, ReportLine
from otrs_bridge.domain.ticket_number import both
from otrs_bridge.errors import UsageMistake
from otrs_bridge.ports.journal import LAST_RUN
from otrs_bridge.service.jobs.occurrences import Occurrence, next_occurrence
from otrs_bridge.service.queries.job_history import PastRun, PastState, past_runs
from otrs_bridge.words import Language, Words

app = typer.Typer(help="The scheduled jobs. Dry by default: nothing is written without --apply.", no_args_is_help=True)

RUNS_SHOWN = 30
_STATES: Mapping[PastState, Words] = {
    "running": Words(ru="идёт", en="running"),
    "done": Words(ru="выполнено", en="done"),
    "held": Words(ru="ждёт одобрения", en="held"),
    "refused": Words(ru="не выполнено", en="refused"),
    "broken off": Words(ru="прервано", en="broken off"),
    "": Words.alike("—"),
}
_STATE_WIDTH = 14
_UNDECIDED = Words(ru="ничего не решено", en="nothing was decided")

_Name = Annotated[str, typer.Argument(help="the job, as `jobs list` calls it", metavar="NAME")]
_Day = Annotated[str | None, typer.Option("--date", help="as on this day (2013-05-01); default today")]
_Format = Annotated[Format, typer.Option("--format", help="table: for people; json: for programs")]


def register(parent: typer.Typer) -> None:
    """Add the group."""
    parent.add_typer(app, name="jobs")


@app.command("list")
def list_(context: typer.Context, format: _Format = Format.TABLE) -> None:
    """Every job, its mode, and when it is due next."""
    state = state_of(context)
    config = state.config()
    almanac, today = almanac_of(config), state.clock.now().astimezone(config.timezone).date()
    out = console()
    for active in active_jobs(config):
        found = next_occurrence(active, today, almanac)
        due = found.day.isoformat() if isinstance(found, Occurrence) else ""
        why = found.words.text(config.language) if isinstance(found, UnknownYear) else ""
        if format is Format.JSON:
            line = {"job": active.job.name, "mode": active.mode.value, "at": f"{active.at:%H:%M}", "next": due}
            print_object(line)
        else:
            out.print(f"{active.job.name:<24} {active.mode.value:<8} {active.at:%H:%M}  {due or why}")


@app.command("plan")
def plan(context: typer.Context, name: _Name, day: _Day = None, format: _Format = Format.TABLE) -> None:
    """What a run would do, on any day; nothing is written."""
    with _job_bridge(context) as here:
        wanted = day_of(day)
        with _streamed(here, format):
            report = here.runner.plan(here.runner.named(name), wanted)
        carry_out = _run_command(name, wanted) if wanted in {None, _today(here)} else None
        _show(report, here.bridge.config.language, format, carry_out=carry_out)


@app.command("run")
def run(
    context: typer.Context,
    name: _Name,
    day: _Day = None,
    apply: Annotated[bool, typer.Option("--apply", help="write; without it nothing is changed")] = False,
    format: _Format = Format.TABLE,
) -> None:
    """Run a job for the newest day on which it was due; what was done before is not done again."""
    with _job_bridge(context) as here:
        active, wanted = here.runner.named(name), day_of(day)
        _not_in_the_future(wanted, here)
        occurrence = here.runner.occurrence(active, wanted)
        with _streamed(here, format):
            report = here.runner.run(occurrence) if apply else here.runner.preview(occurrence)
        carry_out = None if apply else _run_command(name, wanted)
        _show(report, here.bridge.config.language, format, carry_out=carry_out)


@app.command("approve")
def approve(
    context: typer.Context,
    run: Annotated[int, typer.Argument(min=1, max=LAST_RUN, help="the held run, as `jobs history` shows it")],
    apply: Annotated[bool, typer.Option("--apply", help="let it go; without it nothing is changed")] = False,
    format: _Format = Format.TABLE,
) -> None:
    """Let exactly the plan of a held run go, minus what has drifted since; says what has."""
    with _job_bridge(context) as here:
        if apply:
            report = here.runner.approve(run, decide=lambda: here.desk.at_the_command_line(run, by=whoever_types()))
        else:
            report = here.runner.approval(run)
        _show(report, here.bridge.config.language, format, carry_out=None if apply else f"approve {run}")


@app.command("rebuild")
def rebuild(context: typer.Context) -> None:
    """Learn every ticket of the jobs anew from the keys in OTRS, after the bridge's database was lost."""
    with _job_bridge(context) as here:
        learnt, strange = here.runner.demand_billing().memory.rebuild()
        words = Words(
            ru=f"Заявок моста найдено: {learnt}, чужих ключей: {strange}.",
            en=f"Tickets of the bridge: {learnt}, keys that are none of its: {strange}.",
        )
        say(words.text(here.bridge.config.language))


@app.command("history")
def history(context: typer.Context, format: _Format = Format.TABLE) -> None:
    """The newest runs of jobs, what came of each, and which wait for an approval."""
    config = state_of(context).config()
    out = console()
    with open_journal(config) as journal, open_job_journal(config) as jobs:
        for one in reversed(list(past_runs(journal, jobs, limit=RUNS_SHOWN))):
            if format is Format.JSON:
                print_object(_past_object(one))
            else:
                _print_past(one, config, out)


def _past_object(one: PastRun) -> dict[str, object]:
    run = one.run
    return {
        "run": run.id,
        "job": one.job,
        "period": one.period,
        "due": one.due,
        "state": one.state,
        "started": run.started_at.isoformat(),
        "finished": run.finished_at.isoformat() if run.finished_at else None,
        "counts": {outcome.value: run.summary.get(outcome.value, 0) for outcome in Outcome},
        "said": one.said,
    }


def _print_past(one: PastRun, config: Config, out: Console) -> None:
    language, summary = config.language, one.run.summary
    state = f"{_STATES[one.state].text(language):<{_STATE_WIDTH}}"
    when = moment_text(one.run.started_at, config.timezone)
    head = f"{one.run.id:>5}  {when}  {one.job:<24} {one.period:<10} {state} "
    counts = [f"{OUTCOME_WORDS[o][0].text(language)}: {summary[o.value]}" for o in Outcome if summary.get(o.value)]
    print_hanging(out, Text(head), Text(" — ".join(filter(None, ("; ".join(counts), one.said))), style="dim"))


def _job_bridge(context: typer.Context) -> AbstractContextManager[JobBridge]:
    state = state_of(context)
    return open_job_bridge(state.config(), clock=state.clock)


@contextmanager
def _streamed(here: JobBridge, format_: Format) -> Iterator[None]:
    """The lines of a sweep are printed as they come: it may have any number of them."""
    with LinePrinter(format_, here.bridge.config.language, console()) as printer:
        here.runner.tell = printer.tell
        yield


def _run_command(name: str, day: date | None) -> str:
    """What does what a dry run has shown."""
    return f"run {name}" if day is None else f"run {name} --date {day}"


def _today(here: JobBridge) -> date:
    return here.bridge.outside.clock.now().astimezone(here.bridge.config.timezone).date()


def _not_in_the_future(day: date | None, here: JobBridge) -> None:
    if day is not None and day > _today(here):
        raise UsageMistake(
            Words(
                ru=f"--date {day} ещё не наступил: его покажет `jobs plan`, заранее ничего не записывается",
                en=f"--date {day} is still to come: `jobs plan` rehearses it, nothing is written ahead of time",
            )
        )


def _show(report: Report, language: Language, format_: Format, *, carry_out: str | None) -> None:
    """Print a report; `carry_out` is the command that does what a dry run has shown."""
    if format_ is Format.JSON:
        print_json(report, language)
    else:
        out = console()
        for line in report.lines:
            _print(line, language, out)
        out.print(_closing(report, language), style="bold")
        for sentence in _what_next(report, carry_out):
            out.print(sentence.text(language))
    leave(report.exit_code)


def _closing(report: Report, language: Language) -> str:
    counts = report.counts
    parts = [f"{OUTCOME_WORDS[one][0].text(language)}: {counts[one.value]}" for one in Outcome if counts[one.value]]
    nothing = _UNDECIDED if report.objection else Words(ru="делать нечего", en="nothing to do")
    told = "; ".join(parts) or nothing.text(language)
    return f"{Words(ru='Просмотрено', en='Examined').text(language)}: {report.examined}; {told}."


def _what_next(report: Report, carry_out: str | None) -> Iterator[Words]:
    if report.objection:
        yield Words(ru=f"Ничего не сделано: {report.objection.ru}.", en=f"Nothing was done: {report.objection.en}.")
        if report.run and any(line.outcome is Outcome.SKIPPED for line in report.lines):
            command = f"otrs-bridge jobs approve {report.run}"
            yield Words(
                ru=f"План сохранён. Посмотреть, что изменилось: {command}; одобрить: {command} --apply",
                en=f"The plan is kept. To see what has drifted: {command}; to approve it: {command} --apply",
            )
    for pause in report.pauses:
        yield told(pause, f"{pause.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC")
    if report.presumed:
        yield report.presumed.words
    if carry_out and report.counts["planned"]:
        yield Words(
            ru=f"Это был пробный запуск. Выполнить: otrs-bridge jobs {carry_out} --apply",
            en=f"This was a dry run. To carry it out: otrs-bridge jobs {carry_out} --apply",
        )


def _print(line: ReportLine, language: Language, out: Console) -> None:
    words, style = OUTCOME_WORDS[line.outcome]
    head = Text("  ")
    head.append(f"{words.text(language):<16}", style=style)
    head.append(f"{line.title}", style="bold")
    head.append(f"  {both(line.ticket_number)} " if line.ticket_number else " ")
    said = [line.why.text(language), line.detail.text(language) if line.detail else ""]
    print_hanging(out, head, Text(" — ".join(part for part in said if part), style="dim"))
