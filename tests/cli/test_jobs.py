"""What an operator meets who lets jobs go by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import Result

from otrs_bridge.clock import SystemClock
from otrs_bridge.errors import ExitCode, UsageMistake
from otrs_bridge.sandbox.sandbox import Sandbox
from tests.cli.conftest import Bridge, json_lines

MOSCOW = ZoneInfo("Europe/Moscow")
DEBTORS = ("Ф-10000", "Ф-10001", "Ф-10002")

Jobs = Callable[..., Result]


def today() -> date:
    return SystemClock().now().astimezone(MOSCOW).date()


@pytest.fixture
def jobs(bridge: Bridge, desk: Sandbox, tmp_path: Path) -> Jobs:
    """Runs `jobs …`: three internet debtors since the 1st, of whom only two may be cut off without an approval."""
    desk.add_ticket("Обычная заявка")

    def run(*arguments: str, mode: str = "enforce") -> Result:
        return bridge(
            *arguments,
            timezone="Europe/Moscow",
            billing={"queues": {"internet": "Internet"}, "max_tickets": 2, "max_share": 1},
            jobs={"internet_suspension": mode},
        )

    accounts = [f"{name},{name},internet,500" for name in DEBTORS]
    entries = [f"{name},charge,{today().replace(day=1)},500" for name in DEBTORS]
    (tmp_path / "accounts.csv").write_text("\n".join(["account,contract,service,fee", *accounts, ""]), encoding="utf-8")
    (tmp_path / "entries.csv").write_text("\n".join(["account,kind,dated,amount", *entries, ""]), encoding="utf-8")
    filled = run("billing", "import", "accounts.csv", "entries.csv")
    assert filled.exit_code == 0, filled.output
    return run


def raised(desk: Sandbox) -> set[str]:
    return {ticket.title.split()[2] for ticket in desk.tickets() if ticket.title.startswith("Откл.")}


def test_an_approval_shows_what_would_go_and_acts_only_with_apply(jobs: Jobs, desk: Sandbox, tmp_path: Path) -> None:
    held = jobs("jobs", "run", "internet_suspension", "--apply")
    assert held.exit_code == ExitCode.NEEDS_A_PERSON, (held.output, held.exception)
    command = held.stdout.split("to approve it: ")[1].strip()
    *words, apply = command.split()[1:]
    assert (words[:2], apply) == (["jobs", "approve"], "--apply")
    with (tmp_path / "entries.csv").open("a", encoding="utf-8") as file:
        file.write(f"Ф-10001,payment,{datetime.now(MOSCOW).isoformat()},500\n")  # noqa: TID251 - the CLI's own time
    jobs("billing", "import", "accounts.csv", "entries.csv")

    shown = jobs(*words)
    assert shown.exit_code == ExitCode.FINE, (shown.output, shown.exception)
    assert not raised(desk)
    assert f"To carry it out: {command}" in shown.stdout
    lines, summary = json_lines(jobs(*words, "--format", "json"))
    assert {(line["new"].split()[2], line["outcome"]) for line in lines} == {
        ("Ф-10000", "planned"),
        ("Ф-10001", "skipped"),
        ("Ф-10002", "planned"),
    }
    assert summary["run"] == 0
    assert not raised(desk)

    done = jobs(*words, apply)
    assert done.exit_code == ExitCode.FINE, (done.output, done.exception)
    assert raised(desk) == {"Ф-10000", "Ф-10002"}
    assert "is not to be cut off any more" in done.stdout
    assert isinstance(jobs("jobs", "approve", "999").exception, UsageMistake)
    assert isinstance(jobs(*words, mode="observe").exception, UsageMistake), "what may not be done is not shown either"


def test_the_history_lists_every_run_with_what_came_of_it(jobs: Jobs, desk: Sandbox) -> None:
    """Three runs of one job on one day are three lines, each with its own counts."""
    for ticket in [one for one in desk.tickets() if one.title.startswith("Откл.")]:
        desk.delete_ticket(ticket.ticket_id)
    jobs("jobs", "run", "internet_suspension", "--apply")
    jobs("jobs", "approve", "1", "--apply")
    jobs("jobs", "run", "internet_suspension", "--apply")
    done = jobs("jobs", "history", "--format", "json")
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["run"], one["state"]) for one in runs] == [(1, "held"), (2, "done"), (3, "done")]
    told = [{name: count for name, count in one["counts"].items() if count} for one in runs]
    assert told == [{"skipped": 3}, {"applied": 3}, {}]
    assert {(one["job"], one["due"]) for one in runs} == {("internet_suspension", runs[0]["due"])}
    held, approved, again = jobs("jobs", "history").stdout.splitlines()
    assert " held " in held
    assert "applied: 3" in approved
    assert "applied" not in again
    assert all(" MSK  " in line for line in (held, approved, again)), "and every time has its zone"


def test_the_check_of_the_feed_knows_the_last_good_run_of_a_job(jobs: Jobs, tmp_path: Path) -> None:
    before = json.loads(jobs("billing", "check", "--format", "json").stdout)
    assert (before["last_good_rows"], before["accepted"]) == (None, True)
    assert not list(tmp_path.glob("otrs-bridge.db*")), "asking about billing makes no database"
    jobs("jobs", "run", "internet_suspension", "--apply")
    after = json.loads(jobs("billing", "check", "--format", "json").stdout)
    assert (after["last_good_rows"], after["accepted"]) == (6, True)
    accounts = (tmp_path / "accounts.csv").read_text(encoding="utf-8").splitlines()
    entries = (tmp_path / "entries.csv").read_text(encoding="utf-8").splitlines()
    (tmp_path / "accounts.csv").write_text("\n".join([*accounts[:-1], ""]), encoding="utf-8")
    (tmp_path / "entries.csv").write_text("\n".join([*entries[:-1], ""]), encoding="utf-8")
    jobs("billing", "import", "accounts.csv", "entries.csv")
    short = jobs("billing", "check")
    assert short.exit_code == ExitCode.NEEDS_A_PERSON
    assert "4 rows, 6 last time" in short.stdout


@pytest.mark.parametrize("content", ["", "no database at all"])
def test_a_database_that_cannot_be_read_does_not_stop_the_check(jobs: Jobs, tmp_path: Path, content: str) -> None:
    place = tmp_path / "otrs-bridge.db"
    place.write_text(content)
    checked = jobs("billing", "check")
    assert checked.exit_code == ExitCode.FINE, checked.exception
    assert place.read_text() == content


def test_a_plan_for_a_day_to_come_says_that_it_presumes_fees(jobs: Jobs, desk: Sandbox) -> None:
    first = (today().replace(day=28) + timedelta(days=4)).replace(day=1)
    words = ("jobs", "plan", "internet_suspension", "--date", first.isoformat())
    shown = jobs(*words)
    assert "Internet fees that are not charged yet" in shown.stdout
    assert "To carry it out" not in shown.stdout, "nothing is written ahead of time"
    before = raised(desk)
    *_, last = jobs(*words, "--format", "json").stdout.splitlines()
    presumed = json.loads(last)["summary"]["presumed"]
    assert (presumed["periods"], presumed["without_tariff"]) == ([f"{first:%Y-%m}"], 0)
    for apply in ((), ("--apply",)):
        assert isinstance(jobs("jobs", "run", *words[2:], *apply).exception, UsageMistake)
    assert raised(desk) == before
    now = jobs(*words[:3], "--format", "json").stdout.splitlines()[-1]
    assert "presumed" not in json.loads(now)["summary"]


def test_a_dry_run_names_the_command_that_does_what_it_shows_and_a_plan_of_a_day_that_is_over_names_none(
    jobs: Jobs, desk: Sandbox
) -> None:
    before = raised(desk)
    over = (today().replace(day=1) - timedelta(days=1)).isoformat()
    assert "To carry it out" not in jobs("jobs", "plan", "internet_suspension", "--date", over).stdout
    shown = jobs("jobs", "run", "internet_suspension", "--date", over)
    assert all(name in shown.stdout for name in DEBTORS), "as things are now"
    assert f"jobs run internet_suspension --date {over} --apply" in shown.stdout
    assert raised(desk) == before


@pytest.mark.parametrize("job", ["internet_suspension", "debt_sync", "reminders"])
def test_a_plan_on_a_refused_feed_says_so_and_why(jobs: Jobs, tmp_path: Path, job: str) -> None:
    old = datetime.now(MOSCOW) - timedelta(days=3)  # noqa: TID251 - the CLI's own time
    jobs("billing", "import", "accounts.csv", "entries.csv", "--as-of", old.isoformat())
    for command in ("plan", "run"):
        done = jobs("jobs", command, job)
        assert done.exit_code == ExitCode.NEEDS_A_PERSON
        assert "nothing to do" not in done.stdout
        assert "Nothing was done: the feed of the billing is refused: the feed is old: as of" in done.stdout


NO_SUCH_DAYS = ["0001-01-01", "1989-01-01", "2200-01-01", "9999-12-31", "2025-02-30", "01.05.2025", "soon", ""]


@pytest.mark.parametrize("day", NO_SUCH_DAYS)
def test_a_day_that_nobody_can_mean_is_refused_with_one_sentence(jobs: Jobs, day: str) -> None:
    for words in (
        ("jobs", "plan", "internet_suspension"),
        ("jobs", "plan", "telephony_disconnection"),
        ("jobs", "run", "internet_suspension"),
        ("jobs", "run", "internet_suspension", "--apply"),
        ("billing", "show", DEBTORS[0]),
        ("billing", "check"),
    ):
        mistake = jobs(*words, "--date", day).exception
        assert isinstance(mistake, UsageMistake), words
        assert str(mistake).startswith(f"--date {day}")
        assert "\n" not in mistake.words.ru


@pytest.mark.parametrize("day", ["1991-01-01", "2197-12-31"])
def test_the_outermost_days_are_looked_at_or_refused_but_break_nothing(jobs: Jobs, day: str) -> None:
    for words in (
        ("jobs", "plan", "internet_suspension"),
        ("jobs", "plan", "telephony_disconnection"),
        ("jobs", "plan", "debt_sync"),
        ("jobs", "plan", "reminders"),
        ("billing", "show", DEBTORS[0]),
        ("billing", "check"),
    ):
        broken = jobs(*words, "--date", day).exception
        assert broken is None or isinstance(broken, SystemExit | UsageMistake), (words, broken)


def test_a_moment_that_no_billing_data_is_of_is_refused(jobs: Jobs) -> None:
    for moment in ("0001-01-01", "1970-01-01T03:00", "9999-12-31T23:59"):
        done = jobs("billing", "import", "accounts.csv", "entries.csv", "--as-of", moment)
        assert isinstance(done.exception, UsageMistake), done.exception
