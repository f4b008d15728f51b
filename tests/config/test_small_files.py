"""A path that leads to no file one can read whole is told, and neither waited for nor held in memory."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from otrs_bridge.config import load
from otrs_bridge.config_file import language_of
from otrs_bridge.errors import ConfigMistake
from tests.config.made_up import LEAST, RULES, written
from tests.config.test_mistakes import mistakes


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _disk_image(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 42)


NO_FILES_TO_READ = [
    (Path.mkdir, "cannot be read: it is a folder"),
    (_pipe, "cannot be read: it is no regular file"),
    (_endless, "cannot be read: it is no regular file"),
    (_disk_image, "is too l"),
]


@pytest.mark.parametrize(("make", "what"), NO_FILES_TO_READ)
def test_what_would_be_waited_for_or_fill_memory_is_no_configuration(
    tmp_path: Path, make: Callable[[Path], object], what: str
) -> None:
    make(tmp_path / "config.yaml")
    with pytest.raises(ConfigMistake, match=rf"config\.yaml: {what}"):
        load(tmp_path / "config.yaml", RULES, {})
    assert language_of(tmp_path / "config.yaml", {"LANG": "ru_RU.UTF-8"}) == "ru"


@pytest.mark.parametrize(("make", "what"), NO_FILES_TO_READ)
def test_what_would_be_waited_for_or_fill_memory_is_no_password(
    tmp_path: Path, make: Callable[[Path], object], what: str
) -> None:
    make(tmp_path / "pw")
    (only,) = mistakes(tmp_path, LEAST.replace("password: hunter2-secret", "password_file: pw"))
    assert only.startswith(f"config.yaml:4: otrs.password_file: {tmp_path / 'pw'} {what}")


def test_a_path_of_a_user_whom_nobody_knows_is_told_in_one_sentence(tmp_path: Path) -> None:
    text = LEAST.replace("password: hunter2-secret", "password_file: ~nosuchuser/pw")
    told = mistakes(
        tmp_path, f"{text}database: ~nosuchuser/x.db\ndirectory: {{source: csv, path: ~nosuchuser/x.csv}}\n"
    )
    assert [one.split(": ", 1)[1].split(" ", 1)[0] for one in told] == [
        "otrs.password_file",
        "database",
        "directory.path",
    ]
    assert all("must not begin with a user whom this machine does not know" in one for one in told)


PATHS = {
    "otrs": ("ca_bundle", "client_certificate", "client_key", "session_file", "password_file"),
    "directory": ("path",),
    "web": ("certificate", "certificate_key"),
    "notify": ("urls_file",),
    "billing": ("holds",),
}


@pytest.mark.parametrize("make", [_pipe, _endless])
@pytest.mark.parametrize(("section", "key"), [(section, key) for section, keys in PATHS.items() for key in keys])
def test_no_path_leads_to_what_would_be_waited_for(
    tmp_path: Path, section: str, key: str, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "it")
    lines = LEAST.replace("  password: hunter2-secret\n", "") if key == "password_file" else LEAST
    given = f"  {key}: it\n" if section != "directory" else f"  source: csv\n  {key}: it\n"
    text = lines.replace("otrs:\n", f"otrs:\n{given}") if section == "otrs" else f"{lines}{section}:\n{given}"
    assert any("it is no regular file" in told for told in mistakes(tmp_path, text))


def test_a_password_may_be_a_link_as_orchestrators_mount_them(tmp_path: Path) -> None:
    written(tmp_path, "hunter2-secret\n", "mounted").chmod(0o600)
    (tmp_path / "pw").symlink_to("mounted")
    file = written(tmp_path, LEAST.replace("password: hunter2-secret", "password_file: pw"))
    assert load(file, RULES, {}).secrets == ("hunter2-secret",)
