"""What a correct configuration gives."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from otrs_bridge.config import CsvDirectory, load
from otrs_bridge.config.sections import FieldsSettings, LimitsSettings
from otrs_bridge.config_file import config_path
from otrs_bridge.domain.caps import Caps
from otrs_bridge.domain.dialect import Dialect, FieldNames
from otrs_bridge.domain.rule import Mode
from tests.config.made_up import LEAST, ColourOptions, loaded, written


def test_four_lines_are_enough(tmp_path: Path) -> None:
    config = loaded(tmp_path)
    assert config.otrs.url == "https://otrs.example.org"
    assert config.otrs.password is not None
    assert config.otrs.password.get_secret_value() == "hunter2-secret"
    assert config.timezone == ZoneInfo("Europe/Moscow")
    assert config.otrs.timezone == ZoneInfo("UTC")
    assert config.language == "ru"
    assert config.directory is None
    assert config.caps == Caps()
    assert config.dialect == Dialect()
    assert config.warnings == ()
    assert next((one.rule.name, one.mode, one.options) for one in config.active_rules) == (
        "colour", Mode.OBSERVE, ColourOptions(),
    )  # fmt: skip


def test_paths_start_at_the_folder_of_the_config_file(tmp_path: Path) -> None:
    config = loaded(tmp_path, LEAST + "directory: {source: csv, path: data/clients.csv}\n")
    assert config.database == f"sqlite:///{tmp_path}/otrs-bridge.db"
    assert config.otrs.session_file == tmp_path / "otrs-session.json"
    assert isinstance(config.directory, CsvDirectory)
    assert config.directory.path == tmp_path / "data/clients.csv"


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("/var/lib/b.db", "sqlite:////var/lib/b.db"),
        ("sqlite:////var/lib/b.db", "sqlite:////var/lib/b.db"),
        ("sqlite://", "sqlite://"),
        ("postgresql://u:p@db/bridge", "postgresql+psycopg://u:p@db/bridge"),
        ("mysql://u:p@db/bridge", "mysql+pymysql://u:p@db/bridge"),
    ],
)
def test_a_database_is_a_path_or_a_url(tmp_path: Path, given: str, url: str) -> None:
    assert loaded(tmp_path, LEAST + f"database: {given}\n").database == url


def test_a_relative_sqlite_url_starts_beside_the_config(tmp_path: Path) -> None:
    assert loaded(tmp_path, LEAST + "database: sqlite:///b.db\n").database == f"sqlite:///{tmp_path}/b.db"


@pytest.mark.parametrize("mode", ["off", "Off", "'off'", "false"])
def test_yaml_off_switches_a_rule_off(tmp_path: Path, mode: str) -> None:
    text = LEAST + f"rules:\n  colour: {mode}\n  plain: {{mode: {mode}}}\n"
    assert loaded(tmp_path, text).active_rules == ()


def test_a_bare_mode_is_short_for_the_mapping(tmp_path: Path) -> None:
    colour, plain = loaded(tmp_path, LEAST + "rules: {colour: enforce}\n").active_rules
    assert (colour.mode, plain.mode) == (Mode.ENFORCE, Mode.OBSERVE)


def test_options_come_back_as_the_rules_own_dataclass(tmp_path: Path) -> None:
    text = LEAST + "rules: {colour: {colour: blue, order: [blue, 7], by_name: {a: b}, longest: 20}}\n"
    options = loaded(tmp_path, text).active_rules[0].options
    assert options == ColourOptions(colour="blue", order=("blue", "7"), by_name={"a": "b"}, longest=20)
    assert isinstance(options.order, tuple)
    with pytest.raises(TypeError):
        options.by_name["a"] = "c"


@pytest.mark.parametrize(("share", "number"), [("20%", 0.2), ("0.5", 0.5), ("1", 1.0), ("'12,5 %'", 0.125)])
def test_a_share_is_a_number_or_a_percentage(tmp_path: Path, share: str, number: float) -> None:
    assert loaded(tmp_path, LEAST + f"limits: {{max_share: {share}}}\n").caps.max_share == number


def test_the_environment_beats_the_file(tmp_path: Path) -> None:
    environ = {
        "OTRS_BRIDGE__OTRS__PASSWORD": "[from] {env}",
        "OTRS_BRIDGE__RULES__COLOUR__MODE": "enforce",
        "OTRS_BRIDGE__RULES__COLOUR__ORDER": "[red, pink]",
        "OTRS_BRIDGE__LIMITS__MAX_CHANGES": "7",
        "OTRS_BRIDGE_CONFIG": "elsewhere.yaml",
        "HOME": "/root",
    }
    config = loaded(tmp_path, LEAST + "rules: {colour: off}\n", environ)
    assert config.otrs.password is not None
    assert config.otrs.password.get_secret_value() == "[from] {env}"
    assert config.active_rules[0].mode is Mode.ENFORCE
    assert config.active_rules[0].options.order == ("red", "pink")
    assert config.limits.max_changes == 7


def test_a_password_from_the_environment_beats_a_password_file(tmp_path: Path) -> None:
    text = LEAST.replace("password: hunter2-secret", "password_file: nowhere")
    config = loaded(tmp_path, text, {"OTRS_BRIDGE__OTRS__PASSWORD": "env-secret"})
    assert config.secrets == ("env-secret",)


def test_the_path_is_the_option_then_the_environment_then_config_yaml() -> None:
    environ = {"OTRS_BRIDGE_CONFIG": "/etc/bridge.yaml"}
    assert config_path(Path("a.yaml"), environ) == Path("a.yaml")
    assert config_path(None, environ) == Path("/etc/bridge.yaml")
    assert config_path(None, {}) == Path("config.yaml")


def test_a_password_file_loses_its_line_end(tmp_path: Path) -> None:
    written(tmp_path, "from file \n", "secret")
    config = loaded(tmp_path, LEAST.replace("password: hunter2-secret", "password_file: secret"))
    assert config.secrets == ("from file ",)
    assert config.warnings == ()


@pytest.mark.parametrize("password", ["0123", "1.50", "true", "12:30", "~x"])
def test_a_password_stays_as_it_is_written(tmp_path: Path, password: str) -> None:
    assert loaded(tmp_path, LEAST.replace("hunter2-secret", password)).secrets == (password,)


def test_a_world_readable_secret_is_a_warning(tmp_path: Path) -> None:
    path = written(tmp_path, LEAST)
    path.chmod(0o644)
    secret = written(tmp_path, "x-secret", "secret")
    secret.chmod(0o644)
    from_file = LEAST.replace("password: hunter2-secret", f"password_file: {secret}")
    assert "chmod 600" in load(path, (), {}).warnings[0].en
    (warning,) = loaded(tmp_path, from_file).warnings
    assert f"otrs.password_file: {secret} can be read by everybody" in warning.en
    assert f"otrs.password_file: {secret} могут читать все" in warning.ru


def test_secrets_do_not_show_in_a_printed_config(tmp_path: Path) -> None:
    config = loaded(tmp_path, LEAST + "database: postgresql://u:db-secret@h/d\n")
    assert config.secrets == ("db-secret", "hunter2-secret")
    assert "db-secret" not in repr(config)
    assert "hunter2-secret" not in repr(config)


def test_a_config_cannot_be_changed(tmp_path: Path) -> None:
    with pytest.raises(ValidationError):
        loaded(tmp_path).language = "en"


@pytest.mark.parametrize(("section", "value"), [(FieldsSettings, FieldNames), (LimitsSettings, Caps)])
def test_a_section_mirrors_the_domain_value(section: type[FieldsSettings], value: type[FieldNames]) -> None:
    defaults = {name: item.default for name, item in section.model_fields.items()}
    assert defaults == {item.name: item.default for item in dataclasses.fields(value)}


@pytest.mark.parametrize(
    "more",
    [
        "rules: {colour: enforce}\n",
        "rules: {colour: {colour: green}}\n",
        "fields: {address: Strasse}\n",
        "directory: {source: csv, path: clients.csv}\n",
        "timezone: Asia/Omsk\n",
    ],
)
def test_what_verdicts_depend_on_shows_in_their_fingerprint(tmp_path: Path, more: str) -> None:
    assert loaded(tmp_path).verdicts == loaded(tmp_path).verdicts
    assert loaded(tmp_path, LEAST + more).verdicts != loaded(tmp_path).verdicts


@pytest.mark.parametrize("more", ["limits: {max_changes: 7}\n", "language: en\n", "log: {level: debug}\n"])
def test_what_they_do_not_depend_on_leaves_it_as_it_is(tmp_path: Path, more: str) -> None:
    assert loaded(tmp_path, LEAST + more).verdicts == loaded(tmp_path).verdicts


def test_secrets_are_no_part_of_it(tmp_path: Path) -> None:
    assert loaded(tmp_path, LEAST.replace("hunter2", "other")).verdicts == loaded(tmp_path).verdicts
