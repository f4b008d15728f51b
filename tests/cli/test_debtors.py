"""What an operator sees who asks who is in debt, with billing alone."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner, Result

from otrs_bridge.cli.main import app
from otrs_bridge.domain.billing.held_plan import PlannedTicket
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.period import Period
from otrs_bridge.domain.texts.spreadsheet import defused
from otrs_bridge.errors import ConfigMistake, ExitCode
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.job_store import SqlJobJournal
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.ports.jobs import JobRun, MadeTicket, StoredPlan

MOSCOW = ZoneInfo("Europe/Moscow")
ACCOUNTS = """\
account,contract,service,name,fee,promised_until,suspended
1,МТ/191-15,internet,Иванов Иван,500,,
2,Ф-2,internet,"=HYPERLINK(""http://x"",""y"")",500,2013-05-20,
3,Ф-3,telephony,"Петров, Пётр",,,
4,Ф-4,internet,Заплатила,500,,
5,Ф-5,internet,Отключён,500,,да
"""
ENTRIES = """\
account,kind,dated,amount
1,charge,2013-04-01,500
1,charge,2013-05-01,500.50
2,charge,2013-05-01,500
3,charge,2013-02-28,1234.05
4,charge,2013-05-01,500
4,payment,2013-04-20,500
5,charge,2013-05-01,700
"""
Called = Callable[..., Result]


@pytest.fixture
def called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Called:
    """Runs `billing …` in a folder with a filled ledger and a configuration that knows of no OTRS."""
    monkeypatch.chdir(tmp_path)
    configured(tmp_path, "en")
    (tmp_path / "accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
    (tmp_path / "entries.csv").write_text(ENTRIES, encoding="utf-8")

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["billing", *arguments])

    done = run("import", "accounts.csv", "entries.csv", "--as-of", "2013-05-02T03:00")
    assert done.exit_code == ExitCode.FINE, (done.output, done.exception)
    return run


def configured(folder: Path, language: str) -> None:
    (folder / "config.yaml").write_text(f"language: {language}\nbilling: {{}}\n", encoding="utf-8")
    (folder / "config.yaml").chmod(0o600)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


def objects(done: Result) -> tuple[dict[str, dict[str, str]], dict[str, object]]:
    """By contract what is told to programs, and the summary."""
    *lines, last = (json.loads(line) for line in done.stdout.splitlines())
    return {line["contract"]: line for line in lines}, last["summary"]


def test_debts_are_added_up_by_district_age_and_sum(called: Called) -> None:
    def by(what: str, *more: str) -> str:
        return plain(called("debtors", "--date", "2013-05-02", "--by", what, *more).stdout)

    ages = [json.loads(line) for line in by("age", "--format", "json").splitlines()]
    assert ages[:-1] == [
        {"age": "up to 30 days", "lines": 2, "debt": "1200.00"},
        {"age": "31–60 days", "lines": 2, "debt": "2234.55"},
    ]
    sums = [line.partition("  ")[0] for line in by("sum").splitlines()[:3]]
    assert sums == ["100–500 ₽", "500–1000 ₽", "1000–5000 ₽"]
    assert "no district       4  3,434.55 ₽" in by("district")
    assert by("sum", "--format", "csv").startswith("sum,lines,debt\n")


def test_everybody_in_debt_is_listed_with_what_holds_them(called: Called) -> None:
    done = called("debtors", "--date", "2013-05-02")
    assert done.exit_code == ExitCode.FINE, done.stderr
    heading, first, second, third, fourth, *totals = plain(done.stdout).splitlines()
    assert heading.split() == [
        "Contract",
        "Service",
        "Client",
        "Debt",
        "Since",
        "Cut",
        "off",
        "on",
        "Next;",
        "Held",
        "by",
    ]
    assert first.split("  ")[0] == "МТ/191-15"
    assert "1,000.50 ₽  2013-04-01  2013-05-02" in first
    assert first.endswith("to be cut off today")
    assert "2013-05-21" in second
    assert "promised payment until 2013-05-20 inclusive" in second
    assert "Ф-5" in third
    assert third.endswith("no disconnection: the line is off because of debt already: nothing to cut off")
    assert "Ф-3" in fourth
    assert fourth.endswith("to be cut off today")
    assert "Ф-4" not in done.stdout
    assert totals == [
        "internet: 3 in debt, 2,200.50 ₽ in all, to be cut off on 2013-05-02: 1",
        "telephony: 1 in debt, 1,234.05 ₽ in all, to be cut off on 2013-05-02: 1",
    ]


def test_programs_read_one_object_a_line(called: Called) -> None:
    found, summary = objects(called("debtors", "--date", "2013-05-02", "--format", "json"))
    assert found["МТ/191-15"] == {
        "contract": "МТ/191-15", "service": "internet", "account": "1", "client": "Иванов Иван", "debt": "1000.50",
        "since": "2013-04-01T00:00:00+04:00", "arose": "2013-04", "cut_off_on": "2013-04-01", "acts_on": "2013-05-02",
        "next": "to be cut off today", "held_by": None,
    }  # fmt: skip
    assert (summary["debtors"], summary["debt"], summary["due"], summary["accepted"]) == (4, "3434.55", 2, True)


@pytest.mark.parametrize(("language", "heading"), [("en", "Debt"), ("ru", "Долг")])
def test_a_spreadsheet_gets_numbers_and_no_formulas(
    called: Called, tmp_path: Path, language: str, heading: str
) -> None:
    configured(tmp_path, language)
    done = called("debtors", "--date", "2013-05-02", "--format", "csv")
    rows = list(csv.DictReader(done.stdout.splitlines()))
    assert sum(Decimal(row[heading]) for row in rows) == Decimal("3434.55")
    texts = [cell for row in rows for name, cell in row.items() if name != heading]
    assert not any(cell.startswith(("=", "+", "-", "@")) for cell in texts)
    assert '\'=HYPERLINK("http://x","y")' in texts
    assert "Петров, Пётр" in texts


@pytest.mark.parametrize("cell", ["=1+1", "+7 495", "-5", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1"])
def test_a_cell_that_a_spreadsheet_would_run_is_defused(cell: str) -> None:
    assert defused(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "Иванов", "МТ/191-15", "2013-05-01", "a=b"])
def test_any_other_cell_stays_as_it_is(cell: str) -> None:
    assert defused(cell) == cell


def test_nobody_in_debt_is_said_so(called: Called, tmp_path: Path) -> None:
    assert "nobody is in debt" in called("debtors", "--date", "2013-01-15").stdout
    configured(tmp_path, "ru")
    assert "должников нет" in called("debtors", "--date", "2013-01-15").stdout


def test_a_day_to_come_counts_the_fees_that_the_tariffs_promise(called: Called) -> None:
    found, summary = objects(called("debtors", "--date", "2099-06-01", "--format", "json"))
    assert summary["presumed"]
    assert Decimal(found["Ф-4"]["debt"]) > 500


def test_a_feed_that_may_not_be_acted_on_is_listed_and_told(called: Called) -> None:
    done = called("debtors")
    assert done.exit_code == ExitCode.NEEDS_A_PERSON
    assert "МТ/191-15" in done.stdout
    assert "REFUSED" in done.stderr
    assert "the feed is old" in done.stderr


def test_what_a_settled_ticket_holds_is_named_by_the_list_and_by_show(called: Called, tmp_path: Path) -> None:
    remembered(tmp_path, settled=True)
    found, _ = objects(called("debtors", "--date", "2013-05-02", "--format", "json"))
    held = found["МТ/191-15"]
    assert (held["debt"], held["acts_on"]) == ("1000.50", "2013-05-02")
    assert "settled as paid" in held["held_by"]
    assert held["next"] == "for 500.50\u00a0₽: to be cut off today"
    shown = plain(called("show", "МТ/191-15", "--date", "2013-05-02").stdout)
    assert "held by: the ticket of this debt was settled as paid" in shown
    assert "«" not in shown
    assert "“Откл. интернет МТ/191-15 2013-04”" in shown
    april = plain(called("show", "МТ/191-15", "--date", "2013-04-20").stdout)
    assert "next: no disconnection: the ticket of this debt was settled as paid" in april


def test_a_plan_that_waits_for_an_approval_is_named(called: Called, tmp_path: Path) -> None:
    remembered(tmp_path, settled=False)
    shown = called("show", "МТ/191-15", "--date", "2013-05-02").stdout
    assert "held by: its plan waits for an approval: otrs-bridge jobs approve 1" in shown


def remembered(folder: Path, *, settled: bool) -> None:
    """A bridge's database that knows of the debt of April: its ticket was settled, or its plan waits."""
    key = EpisodeKey(service="internet", contract="МТ/191-15", period=Period(year=2013, month=4))
    moment = datetime(2013, 4, 10, tzinfo=MOSCOW)
    database = open_database(f"sqlite:///{folder / 'otrs-bridge.db'}")
    jobs = SqlJobJournal(database)
    SqlJournal(database).start_run("job", at=moment, selection="")
    if settled:
        jobs.remember_made([MadeTicket(key=key, ticket_id=7, settled=True)], at=moment)
    else:
        plan_that_waits(jobs, key, moment)
    database.close()


def plan_that_waits(jobs: SqlJobJournal, key: EpisodeKey, moment: datetime) -> None:
    planned = PlannedTicket(key=key, amount=Decimal(500))
    run = JobRun(
        job="internet_suspension", period="2013-04", due_on=date(2013, 4, 1), state="held", started_at=moment, run=1
    )
    jobs.store_plan(
        StoredPlan(run=1, job=run.job, period=run.period, fingerprint="x", tickets=(planned,), made_at=moment)
    )
    jobs.claim_run(run.job, run.period, due_on=run.due_on, at=moment, lease=timedelta(minutes=30))
    jobs.close_run(run)


def test_other_commands_still_need_otrs(called: Called) -> None:
    del called
    assert isinstance(CliRunner().invoke(app, ["sweep"]).exception, ConfigMistake)
