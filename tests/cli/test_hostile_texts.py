"""Whatever others wrote into a ticket, a client list, billing or an answer of OTRS: no command lets it steer a screen."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from typer.testing import Result

from otrs_bridge.clock import SystemClock
from otrs_bridge.sandbox.records import TicketRow
from otrs_bridge.sandbox.sandbox import Sandbox
from rules import RULES
from tests.cli.conftest import Bridge
from tests.cli.test_main import how_it_ended
from tests.otrs.misbehaving_server import answer, running

# Clears a screen, turns the order of a line, hides within a word, writes a secret text in tags, begins a line of its own.
HOSTILE = "Х\x1b[2J\x9b31m\x07\u202e\u2066\u200b\ufeff\u061c\u180e\U000e0041\u2028"
IN_A_ROW = HOSTILE.replace("\x9b", "")  # which billing would take for letters that were lost on the way
MARK = "⟨U+202E⟩"
MOSCOW = ZoneInfo("Europe/Moscow")
RULES_ON = {rule.name: {"mode": "enforce"} for rule in RULES if rule.name in {"state", "priority", "customer"}}


@pytest.fixture(scope="module", autouse=True)
def _ordinary(desk: Sandbox) -> None:
    desk.add_ticket("Обычная заявка")
    desk.add_customer_user("sidorova", email="anna@mtel.ru", customer_id="Ф-15236")


@pytest.fixture
def hostile(desk: Sandbox) -> TicketRow:
    """Breaks rules, so that every report has something to say of it."""
    return desk.add_ticket(
        f"Ф-15236 {HOSTILE}", state="new", priority="5 very high", customer_user=f"x{HOSTILE}@y.ru",
        customer_id=f"Ф-15236{HOSTILE}", body=f"Договор Ф-15236, {HOSTILE}\nтел. 8 (495) 586-12-12",
        sender=f'"{HOSTILE}" <a@b.ru>',
    )  # fmt: skip


@pytest.fixture
def shell(bridge: Bridge, desk: Sandbox, hostile: TicketRow, tmp_path: Path) -> Bridge:
    """Runs a command in a folder where the client list and the exports of billing are hostile, too."""
    clients = f'contract,name,address,login,notes\nФ-15236,"{IN_A_ROW}","ул. {IN_A_ROW}, д. 1",sidorova,"{IN_A_ROW}"\n'
    accounts = f"account,contract,service,fee,name,address\nФ-1,Ф-77777,internet,500,{IN_A_ROW},{IN_A_ROW}\n"
    first = SystemClock().now().astimezone(MOSCOW).date().replace(day=1)
    entries = f"account,kind,dated,amount\nФ-1,charge,{first},500\n"
    for name, text in (("their.csv", clients), ("accounts.csv", accounts), ("entries.csv", entries)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    sections = {
        "directory": {"source": "csv", "path": "their.csv"},
        "timezone": "Europe/Moscow",
        "rules": RULES_ON,
        "log": {"level": "debug"},
        "billing": {"queues": {"internet": "Internet"}, "max_share": 1},
        "jobs": {"internet_suspension": "enforce"},
    }

    def run(*arguments: str) -> Result:
        return bridge(*arguments, **sections)

    assert run("billing", "import", "accounts.csv", "entries.csv").exit_code == 0
    return run


def steering(text: str) -> set[str]:
    """The characters that may not reach a screen."""
    own = {"\n"}
    hidden = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    return {f"U+{ord(one):04X}" for one in text if unicodedata.category(one) in hidden and one not in own}


COMMANDS = {
    "sweep": (["sweep", "--all"],),
    "sweep --apply": (["sweep", "--all", "--apply"],),
    "explain": (["explain", "{number}"],),
    "find": (["find", "%Ф-15236%"],),
    "client": (["client", "Ф-15236"],),
    "directory find": (["directory", "find", "Ф-15236"],),
    "directory sync": (["directory", "sync"],),
    "backtest": (["backtest"],),
    "doctor": (["doctor"],),
    "history": (["sweep", "--all", "--apply"], ["history"], ["history", "--run", "1"]),
    "undo": (["sweep", "--all", "--apply"], ["undo", "1"], ["undo", "1", "--apply"], ["pins"]),
    "billing show": (["billing", "show", "Ф-77777"],),
    "billing check": (["billing", "check"],),
    "jobs plan": (["jobs", "plan", "internet_suspension"],),
    "jobs run": (["jobs", "run", "internet_suspension", "--apply"], ["jobs", "history"], ["jobs", "list"]),
}
IN_JSON = ("sweep", "find", "client", "directory find", "backtest", "doctor", "history", "undo", "billing show",
           "billing check", "jobs plan", "jobs run")  # fmt: skip
SAY_NOTHING_OF_IT = {"directory sync", "doctor", "billing check", "jobs plan", "jobs run"}
EVERY = [(name, form) for name in COMMANDS for form in (["table", "json"] if name in IN_JSON else ["table"])]


@pytest.mark.parametrize(("name", "form"), EVERY)
def test_no_command_prints_what_steers_and_shows_that_it_was_there(
    shell: Bridge, hostile: TicketRow, name: str, form: str
) -> None:
    printed = ""
    for command in COMMANDS[name]:
        words = [word.format(number=hostile.number) for word in command]
        done = shell(*words, *(["--format", "json"] if form == "json" and words[0] != "pins" else []))
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        printed += done.output
    assert steering(printed) == set()
    assert (MARK in printed) or name in SAY_NOTHING_OF_IT, printed


def test_a_note_shows_what_hides_in_an_old_value_and_a_field_keeps_what_was_written(
    shell: Bridge, desk: Sandbox, hostile: TicketRow
) -> None:
    assert shell("sweep", "--all", "--apply").exit_code == 0
    notes = [one.body for one in desk.ticket(hostile.ticket_id).articles if "otrs-bridge" in one.subject]
    assert notes
    assert [steering(note) for note in notes] == [set()] * len(notes)


def test_a_ticket_about_a_debt_shows_what_hides_in_a_name(shell: Bridge, desk: Sandbox) -> None:
    desk.add_ticket("Обычная заявка")  # among the newest, for the search to be tried on
    shell("jobs", "run", "internet_suspension", "--apply")
    (made,) = [one for one in desk.tickets() if one.title.startswith("Откл.")]
    body = made.articles[0].body
    assert MARK in body
    assert steering(body) == set()


@pytest.mark.parametrize("log", ["console", "json"])
def test_otrs_own_words_are_shown_as_they_are_and_steer_nothing(tmp_path: Path, log: str) -> None:
    refusal = answer({"Error": {"ErrorCode": "TicketSearch.AccessDenied", "ErrorMessage": HOSTILE}})
    with running(refusal) as server:
        config = (
            f"otrs: {{url: '{server.url}', user: bridge, password: s3cret}}\nlog: {{level: debug, format: {log}}}\n"
        )
        (tmp_path / "config.yaml").write_text(config, encoding="utf-8")
        (tmp_path / "config.yaml").chmod(0o600)
        done = how_it_ended(tmp_path, "sweep")
    assert done.returncode not in {0, 2}
    assert MARK in done.stderr
    assert steering(done.stdout + done.stderr) == set()


def test_what_was_typed_is_repeated_in_marks() -> None:
    done = how_it_ended(Path(), "sweep", f"--{HOSTILE}")
    assert done.returncode == 2
    assert MARK in done.stderr
    assert steering(done.stderr) == set()


def test_one_line_of_a_report_cannot_pass_for_two(shell: Bridge, desk: Sandbox) -> None:
    forged = desk.add_ticket("Раз\n2026010112345678  Два", state="new", priority="5 very high")
    try:
        lines = shell("sweep", "--all").output.splitlines()
    finally:
        desk.edit(forged.ticket_id, state="merged")
    assert not [line for line in lines if line.startswith("2026010112345678")]


def test_markup_is_shown_as_it_was_written(shell: Bridge, desk: Sandbox) -> None:
    desk.edit(desk.add_ticket("Кричит [red]:boom:[/red]").ticket_id, state="merged")
    assert "[red]:boom:[/red]" in shell("find", "%Кричит%").output
