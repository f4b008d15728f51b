"""What somebody reads whose configuration is wrong: all at once, with line, key and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from otrs_bridge.config import load
from otrs_bridge.errors import ConfigMistake, ExitCode
from tests.config.made_up import LEAST, RULES, loaded, written


def mistakes(folder: Path, text: str, environ: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(ConfigMistake) as caught:
        loaded(folder, text, environ)
    assert caught.value.exit_code is ExitCode.YOUR_MISTAKE
    assert "secret" not in str(caught.value)
    assert "secret" not in caught.value.words.ru
    return [one.en for one in caught.value.mistakes]


BOMB = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
LADDER = "a0: &a0 [x]\n" + "".join(f"a{step + 1}: &a{step + 1} [*a{step}]\n" for step in range(3000))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (BOMB, "config.yaml holds more than 50000 values: aliases (*name) repeat the same without measure"),
        (BOMB.replace("[", "{0: ", 1).replace("]", "}", 1), "config.yaml holds more than 50000 values"),
        (LADDER, "config.yaml holds more than 50000 values"),
        ("a: " + "[" * 5000, "config.yaml is nested too deeply"),
        ("a: '" + "x" * 1_100_000 + "'\n", "config.yaml is too large for a configuration"),
    ],
    ids=["a bomb", "a bomb of mappings", "a ladder", "depth", "size"],
)
def test_a_file_that_would_unfold_without_measure_is_refused_at_once(tmp_path: Path, text: str, told: str) -> None:
    (only,) = mistakes(tmp_path, text)
    assert only.replace("config.yaml:", "config.yaml").startswith(told)


def test_a_few_aliases_are_a_way_to_write(tmp_path: Path) -> None:
    found = loaded(tmp_path, LEAST + "rules:\n  colour: &mode observe\n")
    assert found.active_rules


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    text = "otrs:\n  url: ftp://x\n  usr: bridge\n  timeout: long\n  password: s\nlanguage: de\n"
    assert mistakes(tmp_path, text) == [
        "config.yaml:2: otrs.url must be an address such as https://otrs.example.org",
        "config.yaml:1: otrs.user is missing",
        "config.yaml:4: otrs.timeout must be a number, not 'long'",
        "config.yaml:3: otrs.usr is not a key of this configuration; did you mean user?",
        "config.yaml:6: language must be 'ru' or 'en', not 'de'",
    ]


ONE_MISTAKE = [
    ("timezon: UTC", "config.yaml:5: timezon is not a key of this configuration; did you mean timezone?"),
    ("timezone: Europe/Moskow", "config.yaml:5: timezone is not a time zone; did you mean Europe/Moscow?"),
    (
        "rules:\n  color: off",
        "config.yaml:6: rules.color is not a key of this configuration; did you mean colour?",
    ),
    (
        "rules: {plain: {x: 1}}",
        "config.yaml:5: rules.plain.x is not a key of this configuration; allowed: mode",
    ),
    (
        "rules: {colour: enforced}",
        "config.yaml:5: rules.colour.mode must be 'off', 'observe' or 'enforce', not 'enforced'",
    ),
    ("rules: {colour: {longest: 5}}", "config.yaml:5: rules.colour.longest must be at least 10, not 5"),
    ("rules: {colour: {order: red}}", "config.yaml:5: rules.colour.order must be a list, [a, b], not 'red'"),
    ("rules: {colour: {order: [[]]}}", "config.yaml:5: rules.colour.order[0] must be text"),
    ("rules: {colour: {colour: blue}}", "config.yaml:5: rules.colour colour has to be one of order"),
    ("limits: {max_share: 300%}", "config.yaml:5: limits.max_share must be at most 1, not '300%'"),
    ("daemon: {poll_seconds: 0}", "config.yaml:5: daemon.poll_seconds must be at least 1, not 0"),
    ("daemon: {poll_seconds: .inf}", "config.yaml:5: daemon.poll_seconds must be a number, not '.inf'"),
    ("fields: secret", "config.yaml:5: fields must be a mapping of keys"),
    ("directory: {source: csw}", "config.yaml:5: directory has no source csw; must be 'csv', 'sql', 'otrs'"),
    (
        "directory: {source: csv, path: x.csv, pfad: y}",
        "config.yaml:5: directory.pfad is not a key of this configuration; allowed: source,",
    ),
    (
        "directory: {source: sql, url: x.db, query: q, columns: {kontract: a}}",
        "config.yaml:5: directory.columns maps kon",
    ),
    ("database: nonsense://u:secret@h/d?x=%zz", ""),
    (
        "language: ru\nlanguage: en",
        "config.yaml:6: language is given twice (first at config.yaml:5); keep one",
    ),
    ("log:\n\tlevel: info", "config.yaml:6: is not valid YAML: a tab; YAML is indented with spaces"),
    (
        "language: *secret",
        "config.yaml:5: is not valid YAML: a value that begins with *, & or ! has to be put in quotes",
    ),
    ("language: !secret x", "config.yaml:5: language a value that begins with ! has to be put in quotes"),
    (
        "language: @secret",
        "config.yaml:5: is not valid YAML: an unexpected character; put the value in quotes",
    ),
    ("language: ru: secret", "config.yaml:5: is not valid YAML: a `:` too many, or a wrong indentation"),
    ("fields: &a\n  client_type: *a", "config.yaml:5: fields.client_type refers to itself"),
]


@pytest.mark.parametrize(("text", "sentence"), ONE_MISTAKE, ids=[text for text, _ in ONE_MISTAKE])
def test_a_mistake_names_its_line_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    if not sentence:
        loaded(tmp_path, LEAST + text)  # whether a driver exists is found when the database is opened
        return
    assert mistakes(tmp_path, LEAST + text)[0].startswith(sentence)


def test_a_broken_section_never_shows_what_may_be_a_password(tmp_path: Path) -> None:
    assert mistakes(tmp_path, "otrs:\n  password:hunter2-secret\n") == ["config.yaml:1: otrs must be a mapping of keys"]
    assert mistakes(tmp_path, LEAST.replace("hunter2-secret", "[hunter2-secret]")) == [
        "config.yaml:4: otrs.password must be text"
    ]


def test_a_missing_file_says_where_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigMistake, match=r"copy config\.example\.yaml or run `otrs-bridge config example"):
        load(tmp_path / "config.yaml", RULES, {})


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigMistake, match="cannot be read"):
        load(tmp_path, RULES, {})


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_an_empty_file_is_told_so(tmp_path: Path, text: str) -> None:
    assert mistakes(tmp_path, text)[0].startswith("config.yaml: is empty") or "mapping" in mistakes(tmp_path, text)[0]


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words\n"])
def test_a_file_that_is_no_mapping_is_told_so(tmp_path: Path, text: str) -> None:
    assert mistakes(tmp_path, text)[0].startswith("config.yaml:1: must be a mapping")


def test_a_file_in_another_encoding_is_told_so(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes(b"otrs:\n  user: " + "мост".encode("cp1251"))
    with pytest.raises(ConfigMistake, match=r"config\.yaml:2: is not UTF-8"):
        load(path, RULES, {})


def test_a_wrong_variable_is_named(tmp_path: Path) -> None:
    environ = {
        "OTRS_BRIDGE__OTRS__PASWORD": "secret",
        "OTRS_BRIDGE__LIMITS__PER_HOUR": "many",
        "OTRS_BRIDGE____": "",
    }
    assert mistakes(tmp_path, LEAST, environ) == [
        "environment OTRS_BRIDGE____: is no key; write OTRS_BRIDGE__OTRS__PASSWORD",
        "environment OTRS_BRIDGE__OTRS__PASWORD: otrs.pasword is not a key of this configuration; "
        "did you mean password?",
        "environment OTRS_BRIDGE__LIMITS__PER_HOUR: limits.per_hour must be a whole number, not 'many'",
    ]


def test_a_password_is_needed_once(tmp_path: Path) -> None:
    none = LEAST.replace("  password: hunter2-secret\n", "")
    assert "needs a password: give otrs.password or otrs.password_file" in mistakes(tmp_path, none)[0]
    written(tmp_path, "x", "file")
    assert "not both" in mistakes(tmp_path, LEAST + "  password_file: file\n")[0]


@pytest.mark.parametrize(("content", "what"), [(None, "cannot be read"), (b"\n", "is empty"), (b"\xff", "not UTF-8")])
def test_a_password_file_that_helps_nobody_is_told_once(tmp_path: Path, content: bytes | None, what: str) -> None:
    if content is not None:
        (tmp_path / "pw").write_bytes(content)
    (only,) = mistakes(tmp_path, LEAST.replace("password: hunter2-secret", "password_file: pw"))
    assert only.startswith("config.yaml:4: otrs.password_file: ")
    assert what in only


@pytest.mark.parametrize("at", ["6", "23", "59", "18.30", "true", "1440"])
def test_a_number_is_no_time_of_day(tmp_path: Path, at: str) -> None:
    (told,) = mistakes(tmp_path, LEAST + f"jobs:\n  cleanup:\n    at: {at}\n")
    assert "jobs.cleanup.at" in told
    assert "06:00" in told
