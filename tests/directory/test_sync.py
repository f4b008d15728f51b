"""A sync takes effect as a whole or not at all, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest

from otrs_bridge.directory import workers
from otrs_bridge.directory.mirror import MirrorDirectory
from otrs_bridge.directory.reading import FIRST_BAD, BadRow
from otrs_bridge.directory.sync import sync
from otrs_bridge.domain.client import Client
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.errors import DirectoryUnusable
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.words import Words
from tests.directory.samples import CLIENTS, MOMENT, ListSource, client
from tests.servers.postgres import Postgres

MANY = [client(f"Ф-{number}", f"Мира {number % 90 + 1}, кв. {number}") for number in range(1, 101)]


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PORTION", 10)  # a hundred clients are ten portions then, and not a part of one
    monkeypatch.setattr(workers, "MOST_WORKERS", 1)  # several are in test_workers.py


def names(store: Database, *, start: int = 1, end: int = 101) -> set[str]:
    directory = MirrorDirectory(store)
    numbers = (ContractNumber(prefix="Ф", number=str(number)) for number in range(start, end))
    return {one.name for number in numbers for one in directory.by_contract(number)}


def renamed(name: str, count: int = 100) -> list[Client]:
    return [client(f"Ф-{number}", name=name) for number in range(1, count + 1)]


def test_before_the_first_sync_there_is_nobody(store: Database) -> None:
    directory = MirrorDirectory(store)
    assert directory.synced() is None
    assert not directory.has_logins()
    assert directory.by_login("ivanov") == ()
    sync(ListSource(CLIENTS), store, at=MOMENT)
    assert directory.has_logins()  # the same object, as in a daemon that runs through a sync
    assert len(directory.by_login("Иванов")) == 1


def test_a_report_says_what_was_read(store: Database) -> None:
    bad = [BadRow(line=line, reason=Words.alike("bad")) for line in range(50)]
    report = sync(ListSource([*MANY, *bad]), store, at=MOMENT)
    assert (report.before, report.clients, report.bad_rows, report.refused) == (0, 100, 50, None)
    assert report.first_bad == tuple(bad[:FIRST_BAD])
    again = sync(ListSource(MANY), store, at=MOMENT + timedelta(days=1))
    assert again.before == 100
    synced = MirrorDirectory(store).synced()
    assert synced is not None
    assert (synced.edition, synced.clients, synced.source) == (2, 100, "a list")
    assert synced.synced_at == MOMENT + timedelta(days=1)


def test_look_ups_see_the_old_clients_until_the_end_and_then_the_new(store: Database) -> None:
    sync(ListSource(renamed("old")), store, at=MOMENT)
    seen: list[set[str]] = []
    new = ListSource(renamed("new"), on_row=lambda _row: seen.append(names(store, end=30)))
    sync(new, store, at=MOMENT, progress=lambda _rows: seen.append(names(store, end=30)))
    assert seen == [{"old"}] * 110
    assert names(store) == {"new"}


def test_a_daemon_that_lives_through_many_syncs_never_sees_a_mixture(store: Database) -> None:
    directory = MirrorDirectory(store)
    for edition in ("1", "2", "3", "4"):
        sync(ListSource(renamed(edition)), store, at=MOMENT)
        found = [directory.by_contract(one.contracts[0])[0].name for one in renamed("")]
        assert set(found) == {edition}


def test_every_reading_is_of_one_copy_and_the_next_one_of_the_newest(store: Database) -> None:
    directory = MirrorDirectory(store)
    for edition in ("1", "2", "3", "4"):
        sync(ListSource(renamed(edition)), store, at=MOMENT)
        with directory.reading() as reading:
            found = [reading.by_contract(one.contracts[0])[0].name for one in renamed("")]
        assert set(found) == {edition}


def test_a_client_that_is_gone_is_not_found_any_more(store: Database) -> None:
    sync(ListSource(MANY), store, at=MOMENT)
    sync(ListSource(MANY[1:]), store, at=MOMENT)
    assert MirrorDirectory(store).by_contract(MANY[0].contracts[0]) == ()


def test_a_source_that_breaks_changes_nothing(store: Database) -> None:
    sync(ListSource(renamed("old")), store, at=MOMENT)

    def breaking(row: int) -> None:
        if row == 60:
            raise DirectoryUnusable(Words.alike("the line went dead"))

    with pytest.raises(DirectoryUnusable):
        sync(ListSource(renamed("new"), on_row=breaking), store, at=MOMENT)
    assert names(store) == {"old"}
    sync(ListSource(renamed("new")), store, at=MOMENT)
    assert names(store) == {"new"}


@pytest.mark.parametrize(("count", "refused"), [(91, False), (90, True), (0, True)])
def test_a_source_that_shrinks_by_a_tenth_is_refused(store: Database, count: int, *, refused: bool) -> None:
    sync(ListSource(renamed("old")), store, at=MOMENT)
    report = sync(ListSource(renamed("new", count)), store, at=MOMENT)
    assert (report.refused is not None) == refused
    assert names(store) == ({"old"} if refused else {"new"})
    if report.refused is not None:
        assert f"there are {count} clients instead of 100" in report.refused.en
        accepted = sync(ListSource(renamed("new", count)), store, at=MOMENT, accept_shrink=True)
        assert accepted.refused is None
        assert names(store) == ({"new"} if count else set())


def test_of_two_syncs_at_once_the_later_one_wins(store_url: str, store: Database) -> None:
    other = open_database(store_url)

    def overtaken(row: int) -> None:
        if row == 50:
            sync(ListSource(renamed("later")), other, at=MOMENT)

    with pytest.raises(DirectoryUnusable, match="gives way"):
        sync(ListSource(renamed("earlier"), on_row=overtaken), store, at=MOMENT)
    assert names(store) == {"later"}
    other.close()


def test_other_writers_get_their_turn_during_a_sync(store_url: str, store: Database) -> None:
    other = open_database(store_url, patience=0.2)

    def writing(_row: int) -> None:
        with other.writing() as connection:
            connection.exec_driver_sql("DELETE FROM watermarks")

    sync(ListSource(MANY, on_row=writing), store, at=MOMENT)
    other.close()


def test_progress_is_told(store: Database) -> None:
    told: list[int] = []
    sync(ListSource(MANY), store, at=MOMENT, progress=told.append)
    assert told == list(range(10, 101, 10))


def test_a_postgresql_that_sorts_by_a_language_looks_up_by_index(postgres: Postgres) -> None:
    name = "in_a_language"
    with psycopg.connect(postgres.url(postgres.database()), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'")
    store = open_database(postgres.url(name))
    sync(ListSource(MANY), store, at=MOMENT)
    with store.reading() as connection:
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        for asked in ("directory_keys_b WHERE key = 'c:5'", "directory_clients_b WHERE street = 1 AND house = '6'"):
            plan = "\n".join(line for (line,) in connection.exec_driver_sql(f"EXPLAIN SELECT 1 FROM {asked}"))
            assert "Index Cond" in plan
            assert asked.rpartition(" ")[2] in plan, "the text is looked up, and not only the street"
    assert names(store) == {""}
    store.close()
    postgres.drop(name)
