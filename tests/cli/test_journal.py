"""otrs-bridge journal copy: as an operator moves to PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from otrs_bridge.errors import UsageMistake
from tests.cli.conftest import Bridge
from tests.servers.postgres import Postgres


@pytest.fixture
def target(postgres: Postgres) -> Iterator[str]:
    with postgres.fresh() as fresh:
        yield fresh


def test_the_password_comes_from_a_file_and_everything_is_there_afterwards(
    bridge: Bridge, target: str, tmp_path: Path
) -> None:
    url = make_url(target)
    (tmp_path / "password").write_text(f"{url.password}\n", encoding="utf-8")
    bare = f"postgresql://{url.username}@{url.host}:{url.port}/{url.database}"
    assert bridge("pause", "all", "--until", "2h", "--because", "the journal moves").exit_code == 0
    before = bridge("pauses").stdout
    done = bridge("journal", "copy", "--to", bare, "--password-file", "password")
    assert done.exit_code == 0, done.output
    assert "pauses: 1 rows, checksum " in done.stdout
    assert "Done: both hold the same." in done.stdout
    assert bridge("pauses", database=target).stdout == before


@pytest.mark.parametrize(
    "to",
    [
        "postgresql://bridge:open-to-all@db.example.org/x",
        "postgresql//bridge:open-to-all@db.example.org/x",
        "bridge:open-to-all@db.example.org/x",
        "mysql://bridge@db.example.org/x",
        "sqlite:///x.db",
        ":",
    ],
)
def test_a_password_in_the_command_and_what_is_no_postgresql_are_refused(bridge: Bridge, to: str) -> None:
    bridge("history")
    refused = bridge("journal", "copy", "--to", to)
    assert isinstance(refused.exception, UsageMistake)
    assert "open-to-all" not in str(refused.exception)


def test_without_a_sqlite_journal_there_is_nothing_to_copy(bridge: Bridge) -> None:
    refused = bridge("journal", "copy", "--to", "postgresql://bridge@db.example.org/x", database="not-there.db")
    assert isinstance(refused.exception, UsageMistake)
