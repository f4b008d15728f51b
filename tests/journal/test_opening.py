"""Opening the database: where it may be, who may read it, and what is said when it cannot be opened."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, text

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal.database import open_database, open_existing
from otrs_bridge.journal.store import SqlJournal
from tests.journal.samples import NOON, start
from tests.servers.postgres import Postgres
from tests.servers.throwaway import free_port


def refusal(url: str) -> str:
    """The sentence with which this URL is refused."""
    with pytest.raises(JournalUnusable) as refused:
        open_database(url, patience=0.1)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert re.search("[а-я]{3}", refused.value.words.ru), "told in both languages"
    return sentence


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_file_its_companions_and_the_folder_are_private(tmp_path: Path) -> None:
    file = tmp_path / "made" / "by us" / "journal.db"
    database = open_database(f"sqlite:///{file}")
    start(SqlJournal(database))
    found = {path.name: mode(path) for path in file.parent.iterdir()}
    assert found == {"journal.db": 0o600, "journal.db-wal": 0o600, "journal.db-shm": 0o600}
    assert mode(file.parent) == 0o700
    database.close()


def test_a_file_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    open_database(f"sqlite:///{file}").close()
    file.chmod(0o644)
    open_database(f"sqlite:///{file}").close()
    assert mode(file) == 0o600


def test_sqlite_is_set_to_survive_a_power_cut(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/journal.db")
    with database.reading() as connection:
        found = [
            connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    database.close()
    assert found == ["wal", 2, 1, 30_000]


WRITABLE = "has to be able to write the file and its folder"


def test_a_journal_that_became_read_only_says_what_to_do(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/journal.db")
    event.listen(database.engine, "begin", lambda connection: connection.exec_driver_sql("PRAGMA query_only = ON"))
    with pytest.raises(JournalUnusable, match=WRITABLE) as refused:
        start(SqlJournal(database))
    assert "cannot be written: attempt to write a readonly database;" in str(refused.value)
    assert "доступны на запись" in refused.value.words.ru
    database.close()


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_folder_that_cannot_be_written_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*_given: object, **_more: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert WRITABLE in refusal(f"sqlite:///{tmp_path}/journal.db")


def test_a_relative_path_is_taken_from_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    open_database("sqlite:///journal.db").close()
    assert (tmp_path / "journal.db").exists()


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_reached_through_psycopg_3(postgres: Postgres, migrated: str, scheme: str) -> None:
    database = open_database(postgres.url(migrated).replace("postgresql", scheme, 1))
    assert database.engine.driver == "psycopg"
    assert "secret" not in database.place
    database.close()


# --- what is said ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "journal.db",
        "/var/lib/otrs-bridge/journal.db",
        "postgresql://bridge:s3cret@host:port/db",
    ],
)
def test_what_is_no_url_is_refused_with_an_example(url: str) -> None:
    sentence = refusal(url)
    assert "sqlite:///path/to/journal.db" in sentence
    assert "s3cret" not in sentence


@pytest.mark.parametrize(
    "url",
    [
        "mysql://bridge:s3cret@host/db",
        "sqlite+aiosqlite:///a.db",
        "postgresql+psycopg2://bridge:s3cret@host/db",
    ],
)
def test_other_databases_and_drivers_are_refused_by_name(url: str) -> None:
    sentence = refusal(url)
    assert url.partition(":")[0] in sentence
    assert "s3cret" not in sentence


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    file.write_text("Dear diary, " * 1000)
    sentence = refusal(f"sqlite:///{file}")
    assert "not a database" in sentence
    assert str(file) in sentence
    assert file.read_text().startswith("Dear diary")


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    assert "Is a directory" in refusal(f"sqlite:///{tmp_path}")


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert refusal(f"sqlite:///{tmp_path}/file/journal.db")


def test_a_locked_database_is_waited_for_and_then_named(tmp_path: Path) -> None:
    file = tmp_path / "journal.db"
    database = open_database(f"sqlite:///{file}", patience=0.05)
    other = sqlite3.connect(file)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(JournalUnusable, match="cannot be written: database is locked"):
        start(SqlJournal(database))
    assert SqlJournal(database).runs() == []  # reading goes on
    other.rollback()
    other.close()
    assert start(SqlJournal(database)) == 1
    database.close()


def test_a_full_disk_is_named_and_loses_nothing_that_was_there(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/journal.db")
    journal = SqlJournal(database)
    kept = start(journal)
    with database.reading() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))
    with pytest.raises(JournalUnusable, match=r"cannot be written: .*full"):
        journal.start_run("sweep", at=NOON, selection="x" * 100_000)
    assert [run.id for run in journal.runs()] == [kept]
    database.close()


def test_a_server_that_is_not_there_is_named_without_the_password() -> None:
    sentence = refusal(f"postgresql://bridge:s3cret@127.0.0.1:{free_port()}/journal")
    assert "refused" in sentence
    assert "bridge@127.0.0.1" in sentence
    assert "s3cret" not in sentence


def test_a_wrong_password_and_a_missing_database_are_named(postgres: Postgres) -> None:
    wrong = refusal(postgres.url().replace(postgres.password, "s3cret"))
    assert "password authentication failed" in wrong
    assert "s3cret" not in wrong
    missing = refusal(postgres.url("nowhere"))
    assert '"nowhere" does not exist' in missing
    assert postgres.password not in missing


def test_a_password_among_the_options_is_not_shown() -> None:
    sentence = refusal(f"postgresql://bridge@127.0.0.1:{free_port()}/journal?password=s3cret&sslpassword=s3cret")
    assert "s3cret" not in sentence


def test_a_lost_connection_is_named_and_the_next_call_makes_a_new_one(postgres: Postgres, empty_postgres: str) -> None:
    database = open_database(postgres.url(empty_postgres))
    journal = SqlJournal(database)
    cut = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(JournalUnusable, match="terminating connection"), database.writing() as connection:
        connection.execute(cut)
    assert start(journal) == 1
    database.close()


@pytest.fixture
def empty_postgres(postgres: Postgres) -> Iterator[str]:
    """An empty database."""
    name = postgres.database()
    yield name
    postgres.drop(name)


# --- several at once ------------------------------------------------------------------------------

OPEN = """
import sys
from otrs_bridge.journal.database import open_database, open_existing
sys.stdin.readline()
open_database(sys.argv[1]).close()
"""


def test_processes_that_start_together_migrate_once(shared_url: str) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", OPEN, shared_url], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    complaints = [process.communicate(b"\n")[1].decode() for process in processes]
    assert complaints == [""] * 4
    assert [process.returncode for process in processes] == [0] * 4
    database = open_database(shared_url)
    with database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM alembic_version")).scalar_one() == 1
    database.close()


def test_who_only_asks_opens_what_is_there_and_makes_nothing(shared_url: str) -> None:
    assert open_existing(shared_url) is None
    assert open_existing(shared_url) is None, "still nothing there"
    open_database(shared_url).close()
    found = open_existing(shared_url)
    assert found is not None
    assert SqlJournal(found).runs() == []
    found.close()


def test_who_only_asks_makes_no_file(tmp_path: Path) -> None:
    assert open_existing(f"sqlite:///{tmp_path}/made/journal.db") is None
    assert list(tmp_path.iterdir()) == []
