"""What an operator meets who asks about billing."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from otrs_bridge.cli.main import app
from otrs_bridge.errors import BillingUnusable, ConfigMistake, ExitCode, UsageMistake
from tests.billing.facts import AS_OF, Facts, csv_cp1251, csv_utf8

CONFIG = "otrs: {url: 'https://otrs.example.org', user: bridge, password: s3cret}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a config and two exports."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text(CONFIG + "language: en\nbilling: {pay_by_day: 25}\n")
    (tmp_path / "config.yaml").chmod(0o600)
    csv_utf8(tmp_path, Facts())
    return tmp_path


def called(*arguments: str) -> Result:
    """The command, run."""
    return CliRunner().invoke(app, ["billing", *arguments])


def filled(*more: str) -> None:
    """Import the exports."""
    done = called("import", "accounts.csv", "entries.csv", *more)
    assert done.exit_code == ExitCode.FINE, done.output + str(done.exception)
    assert "7 accounts, 15 entries, as of 2013-05-02 03:00" in done.stdout


def test_a_ledger_is_made_filled_and_asked(folder: Path) -> None:
    assert called("init").exit_code == ExitCode.FINE
    assert (folder / "billing-ledger.db").exists()
    filled()
    shown = called("show", "ф15236", "--date", "2013-05-02").stdout.replace("\u00a0", " ")
    assert "Contract Ф-15236, Иванов Иван Иванович" in shown
    assert "debt: 1,001.00 ₽" in shown
    assert "since: 2013-04-01 (2013-04)" in shown
    assert "next: to be cut off today" in shown
    assert "Receipt for May 2013" in shown


def test_the_hold_that_stops_a_disconnection_is_named(folder: Path) -> None:
    filled()
    shown = called("show", "Ю-7", "--date", "2013-05-02").stdout
    assert "held by: promised payment until 2013-05-20 inclusive" in shown
    assert "next: cut off on 2013-05-21 unless paid" in shown
    assert "hold: promised payment until 2013-05-20" in shown


def test_a_bare_number_finds_its_contract(folder: Path) -> None:
    filled()
    assert "Contract Ф-5" in called("show", "5", "--date", "2013-05-02").stdout


def test_a_contract_of_another_make_is_found_in_any_letter_case(folder: Path) -> None:
    (folder / "accounts.csv").write_text("account,contract,service\n1,Аб-12/1,internet\n", encoding="utf-8")
    (folder / "entries.csv").write_text("account,kind,dated,amount\n1,charge,2013-05-01,5\n", encoding="utf-8")
    assert called("import", "accounts.csv", "entries.csv").exit_code == ExitCode.FINE
    assert "Contract АБ-12/1" in called("show", "аб-12/1", "--date", "2013-05-02").stdout


def test_a_contract_is_shown_to_programs(folder: Path) -> None:
    filled()
    found = json.loads(called("show", "Ф-15236", "--date", "2013-05-02", "--format", "json").stdout)
    assert [one["debt"] for one in found["accounts"]] == ["1001.00", "1020.00"]
    assert found["accounts"][1]["cut_off_on"] == "2013-04-01"
    assert found["receipt"]["period"] == "2013-05"


def test_a_day_to_come_counts_the_fees_that_the_tariff_promises(folder: Path) -> None:
    filled()
    found = json.loads(called("show", "Ю-7", "--date", "2013-06-01", "--format", "json").stdout)
    assert found["presumed"] is True
    assert found["accounts"][0]["debt"] == "18500.00"


def test_a_contract_of_a_refused_feed_is_shown_with_the_refusal(folder: Path) -> None:
    (folder / "config.yaml").write_text(
        CONFIG + "language: en\nbilling: {ledger: {source: csv, accounts: accounts.csv, entries: entries.csv}}\n"
    )
    good = called("show", "Ю-7", "--date", "2013-05-02")
    assert (good.exit_code, "REFUSED" in good.stdout) == (ExitCode.FINE, False)
    with (folder / "entries.csv").open("a") as file:
        file.write("nobody,payment,2013-05-01,,5,77\n")
    os.utime(folder / "entries.csv", (AS_OF.timestamp(), AS_OF.timestamp()))
    shown = called("show", "Ю-7", "--date", "2013-05-02")
    said = " ".join(shown.stdout.split())
    assert (shown.exit_code, "! REFUSED: nothing is done by this data" in said) == (ExitCode.NEEDS_A_PERSON, True)
    assert "'nobody'" in said
    told = json.loads(called("show", "Ю-7", "--date", "2013-05-02", "--format", "json").stdout)
    assert "'nobody'" in told["refused"][0]
    unknown = called("show", "Ю-8", "--date", "2013-05-02")
    assert isinstance(unknown.exception, BillingUnusable)
    assert "'nobody'" in unknown.exception.words.en


def test_a_day_that_is_over_is_looked_at_by_a_feed_taken_since_and_that_is_said(folder: Path) -> None:
    filled()
    found = called("check", "--date", "2013-04-20")
    assert (found.exit_code, "accepted" in found.stdout) == (ExitCode.FINE, True)
    assert "warning: that day is over: what billing learnt of after 2013-04-20 is left out" in " ".join(
        found.stdout.split()
    )
    listed = called("debtors", "--date", "2013-04-20")
    assert listed.exit_code == ExitCode.FINE
    assert "what billing learnt of after 2013-04-20 is left out" in " ".join(listed.stdout.split())
    assert "left out" not in called("check", "--date", "2013-05-02").stdout


def test_in_russian_everything_is_russian(folder: Path) -> None:
    (folder / "config.yaml").write_text(CONFIG + "billing: {}\n")
    called("import", "accounts.csv", "entries.csv")
    shown = called("show", "Ю-7", "--date", "2013-05-02").stdout
    assert "удерживает: обещанный платёж до 20.05.2013 включительно" in shown
    assert "Квитанция за май 2013" in shown
    assert "ОТКАЗ" in called("check").stdout


def test_a_fresh_feed_passes_and_an_old_one_ends_with_1(folder: Path) -> None:
    filled()
    good = called("check", "--date", "2013-05-02")
    assert (good.exit_code, "accepted" in good.stdout) == (ExitCode.FINE, True)
    old = called("check")
    assert (old.exit_code, "the feed is old" in old.stdout) == (ExitCode.NEEDS_A_PERSON, True)


def test_the_gate_is_told_to_programs(folder: Path) -> None:
    filled("--as-of", "2013-05-02T03:00")
    found = json.loads(called("check", "--date", "2013-05-02", "--format", "json").stdout)
    assert found["accepted"] is True
    assert (found["rows"], found["accounts"], found["debtors"]) == (
        22, {"internet": 5, "telephony": 2}, {"internet": 3, "telephony": 2},
    )  # fmt: skip


def test_a_wrong_row_is_told_with_its_line_and_nothing_is_imported(folder: Path) -> None:
    filled()
    before = (folder / "billing-ledger.db").read_bytes()
    with (folder / "entries.csv").open("a") as file:
        file.write("И-1,payment,2013-05-01,,-5,77\n")
    done = called("import", "accounts.csv", "entries.csv")
    assert isinstance(done.exception, BillingUnusable)
    assert "entries.csv:17: a negative payment: -5.00" in done.stderr
    assert (folder / "billing-ledger.db").read_bytes() == before


def test_an_import_tells_each_fault_once_and_warns_of_rows_that_look_doubled(folder: Path) -> None:
    (folder / "accounts.csv").write_text("account,contract,service\n1,Ф-1,internet\n", encoding="utf-8")
    twice = "account,kind,dated,amount\n" + "1,payment,2013-05-01,5\n" * 2
    (folder / "entries.csv").write_text(twice, encoding="utf-8")
    done = called("import", "accounts.csv", "entries.csv")
    assert (done.exit_code, "warning: entries without an id that repeat" in done.stderr) == (ExitCode.FINE, True)
    assert "warning: entries without an id" in called("check", "--date", "2013-05-02").stdout
    (folder / "entries.csv").write_text(twice + "2,payment,2013-05-01,5\n" * 30, encoding="utf-8")
    refused = called("import", "accounts.csv", "entries.csv")
    assert refused.stderr.count("has no account among the accounts") == 1
    assert "and 29 more like it (entries.csv:5: '2'; entries.csv:6: '2')" in refused.stderr.replace("\n", " ")


def test_without_a_billing_section_the_way_is_told(folder: Path) -> None:
    (folder / "config.yaml").write_text(CONFIG)
    done = called("show", "Ф-1")
    assert isinstance(done.exception, ConfigMistake)
    assert "no section billing" in str(done.exception)
    assert "add it" in str(done.exception)
    assert "раздела billing нет" in done.exception.words.ru


@pytest.mark.parametrize(
    "arguments", [("show", "Ф-1", "--date", "1.5.2013"), ("import", "a.csv", "b.csv", "--as-of", "noon")]
)
def test_what_cannot_be_understood_is_the_callers_mistake(folder: Path, arguments: tuple[str, ...]) -> None:
    assert isinstance(called(*arguments).exception, UsageMistake)


def test_the_exports_themselves_can_be_the_source(folder: Path) -> None:
    csv_cp1251(folder, Facts())
    (folder / "config.yaml").write_text(
        CONFIG + "language: en\nbilling: {ledger: {source: csv, accounts: accounts.csv, entries: entries.csv, "
        "account_columns: {account: Лицевой счёт, contract: Договор, fee: Плата}, "
        "entry_columns: {account: Лицевой счёт, kind: Вид, amount: Сумма}}}\n"
    )
    assert called("check", "--date", "2013-05-02").exit_code == ExitCode.FINE
    assert isinstance(called("init").exception, UsageMistake)
