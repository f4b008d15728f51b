"""A journal moved from SQLite to PostgreSQL: nothing is lost on the way, and nobody works on a half."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import BigInteger, Boolean, Column, insert, text

from otrs_bridge.errors import AlreadyRunning, JournalUnusable
from otrs_bridge.journal.columns import Moment
from otrs_bridge.journal.copying import Copied, JournalCopy, raw_tables
from otrs_bridge.journal.daemon_lock import DaemonLock
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.people_tables import metadata
from otrs_bridge.journal.store import SqlJournal
from tests.journal.samples import NOON
from tests.servers.postgres import Postgres

ROWS = 3
MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.fixture
def target(postgres: Postgres) -> Iterator[str]:
    with postgres.fresh() as fresh:
        yield fresh


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A journal with rows in every table."""
    file = tmp_path / "journal.db"
    with closing(open_database(f"sqlite:///{file}")) as database, database.writing() as connection:
        for table in raw_tables():
            declared = metadata.tables[table.name].columns
            rows = [{name: value_of(column, number) for name, column in declared.items()} for number in range(ROWS)]
            connection.execute(insert(table), rows)
    return file


def value_of(column: Column[Any], number: int) -> object:
    for key in column.foreign_keys:
        return value_of(key.column, number)
    if isinstance(column.type, Moment):
        return NOON + timedelta(minutes=number, microseconds=number)
    if isinstance(column.type, Boolean):
        return number % 2 == 0
    if isinstance(column.type, BigInteger):
        return number + 1
    return None if column.nullable and number else f"«{column.name}» 'ё'; {number}"


def copy(source: Path, target: str) -> JournalCopy:
    return JournalCopy(source=source, target=target, now=datetime(2026, 3, 3, tzinfo=UTC), zone=MOSCOW)


def interrupted_after(table: str) -> Any:
    def tell(copied: Copied) -> None:
        if copied.table == table:
            raise KeyboardInterrupt

    return tell


def test_every_row_of_every_table_arrives_and_numbers_go_on_beyond_what_was_ever_given(
    source: Path, target: str
) -> None:
    with closing(open_database(f"sqlite:///{source}")) as before:
        gone = SqlJournal(before).start_run("sweep", at=NOON, selection="all")
        with before.writing() as connection:
            connection.execute(text("DELETE FROM runs WHERE id = :gone"), {"gone": gone})
    told: list[Copied] = []
    copy(source, target).run(told.append)
    assert {one.table: one.rows for one in told} == dict.fromkeys(set(metadata.tables) - {"leases"}, ROWS)
    with closing(open_database(target)) as after:
        assert SqlJournal(after).start_run("sweep", at=NOON, selection="all") == gone + 1


@pytest.mark.parametrize("table", ["runs", "entries", "plan_lines"])
def test_an_interrupted_copy_serves_nobody_and_is_gone_on_with(source: Path, target: str, table: str) -> None:
    with pytest.raises(KeyboardInterrupt):
        copy(source, target).run(interrupted_after(table))
    with pytest.raises(JournalUnusable, match="not copied here to its end"):
        open_database(target)
    told: list[Copied] = []
    copy(source, target).run(told.append)
    assert {one.rows for one in told} == {ROWS}
    open_database(target).close()


def test_a_row_that_is_another_is_found_and_the_copy_serves_nobody(
    source: Path, target: str, postgres: Postgres
) -> None:
    with pytest.raises(KeyboardInterrupt):
        copy(source, target).run(interrupted_after("pins"))
    with closing(open_database(f"sqlite:///{source}")) as changed, changed.writing() as connection:
        connection.execute(text("UPDATE pins SET reason = 'another' WHERE id = 1"))
    with pytest.raises(JournalUnusable, match="the table pins has 3 rows here"):
        copy(source, target).run(lambda _copied: None)
    with pytest.raises(JournalUnusable, match="not copied here to its end"):
        open_database(target)


def test_a_database_that_holds_anything_is_refused_and_stays_as_it_is(source: Path, target: str) -> None:
    with closing(open_database(target)) as there:
        SqlJournal(there).start_run("sweep", at=NOON, selection="its own")
        with pytest.raises(JournalUnusable, match="holds data already"):
            copy(source, target).run(lambda _copied: None)
        assert [run.selection for run in SqlJournal(there).runs()] == ["its own"]


def test_a_journal_on_which_a_daemon_works_is_not_copied(source: Path, target: str) -> None:
    with (
        closing(DaemonLock(source, now=NOON, zone=MOSCOW)),
        pytest.raises(AlreadyRunning, match="another daemon works"),
    ):
        copy(source, target).run(lambda _copied: None)
