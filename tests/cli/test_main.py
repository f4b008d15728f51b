"""Every end of the program is an exit status and a sentence, never a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import ExitStack, chdir, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from unittest.mock import patch

import pytest

from otrs_bridge.cli.main import run
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from tests.journal.samples import start
from tests.servers import forked

PROGRAM = "from otrs_bridge.cli.main import run; run()"
BROKEN = "from otrs_bridge.cli import configure; configure.configuration.example = lambda rules: 1 / 0; "


WRONG = "otrs: {url: 'https://otrs.example.org', user: bridge, password: s3cret, timeout: long}\n"
TOLD = {
    "ru": "otrs-bridge: config.yaml:1: otrs.timeout: нужно число (указано 'long')\n",
    "en": "otrs-bridge: config.yaml:1: otrs.timeout must be a number, not 'long'\n",
}


def how_it_ended(tmp_path: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """The program at its end, run in this process; the terminal speaks English unless `environ` says otherwise."""
    out, err, hook = StringIO(), StringIO(), sys.excepthook
    with ExitStack() as as_if:
        as_if.enter_context(chdir(tmp_path))
        as_if.enter_context(patch.dict(os.environ, _environment(environ), clear=True))
        as_if.enter_context(patch.object(sys, "argv", ["otrs-bridge", *arguments]))
        as_if.enter_context(redirect_stdout(out))
        as_if.enter_context(redirect_stderr(err))
        as_if.callback(setattr, sys, "excepthook", hook)
        with pytest.raises(SystemExit) as ended:
            run()
    code = ended.value.code
    return subprocess.CompletedProcess(arguments, code if isinstance(code, int) else 1, out.getvalue(), err.getvalue())


def how_a_process_ended(
    tmp_path: Path, *arguments: str, before: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own, as an operator has it."""
    return subprocess.run(
        [sys.executable, "-c", before + PROGRAM, *arguments],
        cwd=tmp_path,
        env=_environment(environ),
        capture_output=True,
        text=True,
        check=False,
    )


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    of_tests = ("OTRS_BRIDGE", "LC_", "LANG")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(of_tests)}
    return clean | {"LANG": "C.UTF-8", **environ}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sweep", "--no-such-option"], "--no-such-option"),
        (["undo", "9" * 5000], "invalid value"),
        (["sweep"], "config.yaml: there is no such file"),
    ],
)
def test_a_process_ends_with_the_same_words_and_status(tmp_path: Path, arguments: list[str], said: str) -> None:
    ended = how_a_process_ended(tmp_path, *arguments)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert said.casefold() in ended.stderr.casefold()
    here = how_it_ended(tmp_path, *arguments)
    assert (here.returncode, here.stdout, here.stderr.splitlines()[-1]) == (2, "", ended.stderr.splitlines()[-1])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["sweep", "--no-such-option"], "--no-such-option"),
        (["sweep", "--format", "xml"], "xml"),
        (["no-such-command"], "no-such-command"),
        (["sweep", "--since", "yesterday"], "30m, 2h, 3d or 1w"),
        (["sweep", "--all", "--since", "2h"], "exclude each other"),
        (["sweep", "--since", "999999w"], "more than 50 years"),
        (["undo", "99999999999999999999"], "invalid value"),
        (["undo", "0"], "invalid value"),
        (["undo", "9" * 5000], "invalid value"),
        (["history", "--run", "9223372036854775808"], "invalid value"),
        (["jobs", "approve", "99999999999999999999"], "invalid value"),
        (["find", "x", "--limit", "99999999999999999999"], "invalid value"),
        (["jobs", "plan", "reminders", "--date", "99999-01-01"], "no such file"),
        (["explain"], "TICKET"),
        (["sweep"], "config.yaml: there is no such file"),
    ],
)
def test_a_mistake_of_the_one_who_typed_is_status_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    ended = how_it_ended(tmp_path, *arguments)
    assert ended.returncode == 2
    assert said.casefold() in ended.stderr.casefold()
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_a_bug_is_one_sentence(tmp_path: Path) -> None:
    ended = how_a_process_ended(tmp_path, "config", "example", before=BROKEN)
    assert ended.returncode == 1
    assert ended.stderr.startswith("otrs-bridge: internal error, please report it: ZeroDivisionError")
    assert len(ended.stderr.splitlines()) == 1


def test_an_end_that_is_fine_is_status_0(tmp_path: Path) -> None:
    ended = how_a_process_ended(tmp_path, "webservice")
    assert (ended.returncode, ended.stderr) == (0, "")


def _wrong(tmp_path: Path, more: str = "") -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(WRONG + more, encoding="utf-8")
    file.chmod(0o600)
    return file


def test_a_wrong_configuration_is_told_in_russian_which_is_its_default(tmp_path: Path) -> None:
    _wrong(tmp_path)
    ended = how_it_ended(tmp_path, "config", "check")
    assert (ended.returncode, ended.stderr) == (2, TOLD["ru"])


def test_a_wrong_configuration_that_speaks_english_is_told_in_english(tmp_path: Path) -> None:
    _wrong(tmp_path, "language: en\n")
    ended = how_it_ended(tmp_path, "config", "check", LANG="ru_RU.UTF-8")
    assert (ended.returncode, ended.stderr) == (2, TOLD["en"])


def test_the_environment_chooses_the_language_over_the_file(tmp_path: Path) -> None:
    _wrong(tmp_path)
    assert how_it_ended(tmp_path, "config", "check", OTRS_BRIDGE__LANGUAGE="en").stderr == TOLD["en"]


@pytest.mark.parametrize("given", [["--config", "elsewhere.yaml"], ["--config=elsewhere.yaml"]])
def test_the_language_is_that_of_the_file_which_was_named(tmp_path: Path, given: list[str]) -> None:
    _wrong(tmp_path, "language: en\n").rename(tmp_path / "elsewhere.yaml")
    ended = how_it_ended(tmp_path, *given, "config", "check", LANG="ru_RU.UTF-8")
    assert ended.stderr == TOLD["en"].replace("config.yaml", "elsewhere.yaml")


@pytest.mark.parametrize(
    ("locale", "said"), [("ru_RU.UTF-8", "такого файла нет"), ("en_GB.UTF-8", "there is no such file")]
)
def test_without_any_file_the_terminal_says_which_language(tmp_path: Path, locale: str, said: str) -> None:
    ended = how_it_ended(tmp_path, "sweep", LANG=locale)
    assert (ended.returncode, said in ended.stderr) == (2, True), ended.stderr


def test_a_mistake_of_usage_is_told_in_the_language_of_the_configuration(tmp_path: Path) -> None:
    _wrong(tmp_path)
    ended = how_it_ended(tmp_path, "sweep", "--since", "yesterday")
    assert ended.stderr == "otrs-bridge: --since yesterday: нужны число и единица, например 30m, 2h, 3d или 1w\n"


def test_a_warning_about_the_configuration_is_in_its_language(tmp_path: Path) -> None:
    file = _wrong(tmp_path)
    file.write_text(WRONG.replace("long", "30"), encoding="utf-8")
    file.chmod(0o644)
    ended = how_it_ended(tmp_path, "config", "check")
    assert ended.returncode == 0
    assert "config.yaml: в файле пароль, а читать его могут все; chmod 600" in ended.stderr


SAYS_MUCH = ["config", "example"]
SAYS_BY_RICH = ["jobs", "list"]


def _a_run(tmp_path: Path) -> None:
    """Something for `history` to tell."""
    database = open_database(f"sqlite:///{tmp_path}/otrs-bridge.db")
    start(SqlJournal(database))
    database.close()


def _led_to(tmp_path: Path, *arguments: str, to: int) -> subprocess.CompletedProcess[str]:
    """As `how_it_ended`, with standard output leading elsewhere."""
    _wrong(tmp_path).write_text(WRONG.replace("long", "30"), encoding="utf-8")
    return forked.run(*arguments, folder=tmp_path, environ={**os.environ, "OTRS_BRIDGE__LANGUAGE": "ru"}, stdout=to)


@pytest.mark.parametrize("arguments", [SAYS_MUCH, SAYS_BY_RICH, ["--help"], ["history", "--format", "json"]])
def test_output_to_a_full_disk_is_told_and_not_fine(tmp_path: Path, arguments: list[str]) -> None:
    _a_run(tmp_path)
    with Path("/dev/full").open("wb") as full:
        ended = _led_to(tmp_path, *arguments, to=full.fileno())
    assert ended.returncode == 1
    assert ended.stderr.startswith("otrs-bridge: отчёт не удаётся вывести (No space left on device); что сделано")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", ["history", "--help", "history --format json"])
def test_a_closed_output_is_told_and_not_fine(tmp_path: Path, arguments: str) -> None:
    _a_run(tmp_path)
    _wrong(tmp_path).write_text(WRONG.replace("long", "30"), encoding="utf-8")
    command = [f'"$0" -c "$1" {arguments} >&-', sys.executable, PROGRAM]
    ended = subprocess.run(
        ["/bin/sh", "-c", *command],
        cwd=tmp_path,
        env=_environment({"OTRS_BRIDGE__LANGUAGE": "en"}),
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert ended.stderr.startswith("otrs-bridge: the output cannot be written (Bad file descriptor); what was done")
    assert len(ended.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments", [SAYS_MUCH, SAYS_BY_RICH, ["--help"], ["history", "--format", "json"]])
def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path, arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    _a_run(tmp_path)
    ended = _led_to(tmp_path, *arguments, to=writing)
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize(("redirected", "status"), [("2>/dev/full", 2), ("2>&-", 2), ("2>&- >&- <&-", 2)])
def test_a_complaint_that_nobody_can_read_leaves_the_status_as_it_is(
    tmp_path: Path, redirected: str, status: int
) -> None:
    _wrong(tmp_path)
    shell = f'"$0" -c "$1" config check {redirected}'
    ended = subprocess.run(["/bin/sh", "-c", shell, sys.executable, PROGRAM], cwd=tmp_path, check=False)
    assert ended.returncode == status


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("job", "jobs"), ("jobs pl", "plan"), ("sweep --app", "--apply"), ("jobs plan --da", "--date")],
)
def test_the_shell_completes_commands_and_options(tmp_path: Path, typed: str, offered: str) -> None:
    words = ["otrs-bridge", *typed.split()]
    asked = {"COMP_WORDS": " ".join(words), "COMP_CWORD": str(len(words) - 1)}
    environ = _environment({"_OTRS_BRIDGE_COMPLETE": "complete_bash", **asked})
    assert forked.run(folder=tmp_path, environ=environ).stdout.split() == [offered]


def test_the_completion_can_be_looked_at(tmp_path: Path) -> None:
    # Without this variable typer looks which shell has called; that of `make` has no completion.
    named = {"_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    done = how_a_process_ended(
        tmp_path, "--show-completion", "bash", before="import sys; sys.argv[0] = 'otrs-bridge'; ", **named
    )
    assert "_OTRS_BRIDGE_COMPLETE=complete_bash" in done.stdout
