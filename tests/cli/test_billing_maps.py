"""A new administrator's first commands: a map printed, and tried on a database, before anything is configured."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner, Result

from otrs_bridge.cli.main import app
from otrs_bridge.errors import ExitCode, UsageMistake
from tests.billing.maps.personas import filled
from tests.billing.maps.test_abills import TABLES, town
from tests.servers.mariadb import MariaDb


@pytest.fixture(scope="module")
def url(mariadb: MariaDb) -> Iterator[str]:
    with filled(mariadb, TABLES, town().rows) as address:
        yield address.replace("mysql+pymysql:", "mysql:")


@pytest.fixture(autouse=True)
def an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)


def billing(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["billing", *arguments])


@pytest.mark.parametrize("name", ["abills", "bgbilling", "lanbilling", "mikbill", "ubilling", "utm5"])
def test_a_map_is_printed_with_what_it_was_compared_with(name: str) -> None:
    done = billing("map", name)
    assert done.exit_code == ExitCode.FINE
    assert "# billing.ledger.accounts\n" in done.stdout
    assert "were compared with" in done.stdout


def test_a_map_is_printed_as_the_configuration_decides(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(
        "language: en\nbilling: {ledger: {source: ubilling, url: 'mysql://x@localhost/y', history: fees}}\n",
        encoding="utf-8",
    )
    (tmp_path / "config.yaml").chmod(0o600)
    assert "# billing.ledger.entries\n" in billing("map", "ubilling").stdout
    assert "# billing.ledger.entries\n" in billing("map", "abills").stdout


def test_an_unknown_map_is_answered_with_those_there_are() -> None:
    done = billing("map", "bills")
    assert isinstance(done.exception, UsageMistake)
    assert "abills, bgbilling, lanbilling, mikbill, ubilling, utm5" in str(done.exception)


def test_a_database_is_looked_at_before_anything_is_configured(url: str) -> None:
    done = billing("try", "abills", "--url", url)
    assert done.exit_code == ExitCode.FINE, (done.output, done.exception)
    shown = done.stdout.replace("\u00a0", " ")
    assert shown.startswith("ABillS: 0.83 or later (mysql")
    assert "20 clients, 21 accounts" in shown
    assert "  2025-12 charge: 7, 4,000.00 ₽" in shown
    assert "  113 Ф-113: 700.00 ₽ / 700.00 ₽" in shown
    assert "off_for_debt, paused: the statuses of lines" in shown
    assert "status 5, name Small deposit, lines 1" in shown


def test_the_password_may_stand_in_a_file_and_is_never_shown(url: str, tmp_path: Path) -> None:
    before, _, rest = url.partition("@")
    password = before.rpartition(":")[2]
    (tmp_path / "secret").write_text(f"{password}\n")
    bare = f"{before.rpartition(':')[0]}@{rest}"
    done = billing("try", "abills", "--url", bare, "--password-file", "secret")
    assert done.exit_code == ExitCode.FINE
    assert password not in done.output


def test_a_database_of_something_else_says_what_is_missing(mariadb: MariaDb) -> None:
    address = mariadb.url(mariadb.database()).replace("mysql+pymysql:", "mysql:")
    done = billing("try", "ubilling", "--url", address)
    assert done.exit_code == ExitCode.NEEDS_A_PERSON
    assert "this map does not fit, missing are: users" in done.stdout


def test_from_there_it_is_a_few_lines_of_configuration(url: str, tmp_path: Path) -> None:
    before, _, rest = url.partition("@")
    (tmp_path / "secret").write_text(before.rpartition(":")[2])
    (tmp_path / "secret").chmod(0o600)
    where = {"source": "abills", "url": f"{before.rpartition(':')[0]}@{rest}", "password_file": "secret"}
    otrs = {"url": "http://127.0.0.1:9", "user": "bridge", "password": "nobody asks"}
    config = {
        "otrs": otrs,
        "language": "en",
        "billing": {"charges": "when covered", "ledger": where},
        "directory": where,
    }
    (tmp_path / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    (tmp_path / "config.yaml").chmod(0o600)
    checked = billing("check")
    assert checked.exit_code == ExitCode.FINE, (checked.output, checked.exception)
    assert "balances: 21 accounts compared, 0 part from their entries" in checked.stdout
    assert "accepted" in checked.stdout
    told = [json.loads(line) for line in billing("debtors", "--format", "json").stdout.splitlines()]
    assert {"Ф-103", "Ф-104", "Ф-122"} <= {one.get("contract") for one in told}
    shown = billing("show", "Ф-103").stdout.replace("\u00a0", " ")
    assert "debt: 300.00 ₽" in shown
    assert "since: 2025-12-01 (2025-12)" in shown
    assert "fees that are not charged yet are taken from the tariff" in shown
    synced = CliRunner().invoke(app, ["directory", "sync"])
    assert synced.exit_code == ExitCode.FINE, (synced.output, synced.exception)
