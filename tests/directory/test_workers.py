"""A long source is understood in processes of its own, and nobody can tell the difference."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from otrs_bridge.directory import workers
from otrs_bridge.directory.clients_csv import ClientsCsv
from otrs_bridge.directory.mirror import MirrorDirectory
from otrs_bridge.directory.reading import BadRow, Row
from otrs_bridge.directory.sync import SyncReport, sync
from otrs_bridge.directory.table_rows import Portion, TableRows
from otrs_bridge.directory.tables import side_of
from otrs_bridge.errors import DirectoryUnusable
from otrs_bridge.journal.database import Database, open_database
from otrs_bridge.words import Words
from tests.directory.samples import CLIENTS, MOMENT, ListSource, client

PORTION = 10
HEADER = "contract,name,address,phones\n"
ODD = {
    9: "нет,плохой договор,,",
    10: "Ф-1,а,б,в,лишнее",
    11: "Ф-11,без адреса,где-то,нет",
    19: "Ф-19,\0,,",
    20: ",никто,,",
    21: ",никто,,",
    35: 'Ф-35,"две\nстроки",,',
    40: "Ф-40,\\N,Мира 1,123-45-67",
}
MANY = [client(f"Ф-{number}", f"Мира {number % 90 + 1}, кв. {number}") for number in range(1, 101)]

Tables = list[list[tuple[object, ...]]]


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PORTION", PORTION)  # workers start with a few rows, not with 15,000


@pytest.fixture
def odd_list(tmp_path: Path) -> ClientsCsv:
    """Good rows, and all kinds of bad ones where portions end and begin."""
    good = "Ф-{0},Иванов {0},г. Химки; ул. Летная; д. {0},8916123{0:04}"
    lines = [ODD.get(number, good.format(number).replace("; ", " ")) for number in range(1, 96)]
    path = tmp_path / "clients.csv"
    path.write_text(HEADER + "".join(f"{line}\n" for line in lines), encoding="utf-8")
    return ClientsCsv(path, area_code="495")


def mirrored(source: ClientsCsv | ListSource, store: Database, cores: int) -> tuple[SyncReport, Tables]:
    report = sync(source, store, at=MOMENT, cores=cores)
    synced = MirrorDirectory(store).synced()
    assert synced is not None
    with store.reading() as connection:
        tables = side_of(synced.edition).tables
        found = [[tuple(row) for row in connection.execute(select(table))] for table in tables]
    return report, [sorted(rows, key=repr) for rows in found]


def processes() -> list[int]:
    """The workers of this process."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
    return [
        int(one) for one in children if b"otrs_bridge.directory.worker" in Path(f"/proc/{one}/cmdline").read_bytes()
    ]


def at_row(number: int, act: Callable[[], None]) -> Callable[[int], None]:
    return lambda row: act() if row == number else None


def test_several_processes_give_what_one_gives(store: Database, odd_list: ClientsCsv) -> None:
    alone, expected = mirrored(odd_list, store, 1)
    together, found = mirrored(odd_list, store, 2)
    assert found == expected
    assert [one.line for one in together.first_bad] == [10, 11, 20, 21, 22]
    assert together.first_bad == alone.first_bad
    assert {one.reason.ru for one in together.first_bad} == {
        "столбцов 5, а в заголовке 4",
        "договор 'нет': это не номер договора",
        "знаки не из кодировки файла",
        "нет ни договора, ни адреса, ни телефона, ни e-mail, ни логина: найти такого клиента не по чему",
    }
    assert (together.clients, together.bad_rows, together.not_understood) == (90, 5, {"addresses": 1, "phones": 1})
    assert (alone.clients, alone.bad_rows, alone.not_understood) == (90, 5, {"addresses": 1, "phones": 1})


def test_clients_are_numbered_as_the_source_has_them(store: Database) -> None:
    _, (clients, *_) = mirrored(ListSource([BadRow(line=1, reason=Words.alike("bad")), *MANY]), store, 2)
    numbers = {row[9]: row[0] for row in clients}
    assert numbers == {f"Ф-{number}": number + 1 for number in range(1, 101)}


def test_every_kind_of_client_comes_through(store: Database) -> None:
    many = [*CLIENTS, *MANY]
    _, expected = mirrored(ListSource(many), store, 1)
    assert mirrored(ListSource(many), store, 3)[1] == expected


@pytest.mark.parametrize(("rows", "cores", "started"), [(30, 2, 0), (31, 2, 2), (100, 1, 0), (100, 8, 3)])
def test_processes_are_started_for_a_long_source_and_several_cores(rows: int, cores: int, started: int) -> None:
    seen: list[int] = []
    store = open_database("sqlite://")
    sync(ListSource(MANY[:rows]), store, at=MOMENT, cores=cores, progress=lambda _rows: seen.append(len(processes())))
    assert set(seen) == {started}
    assert processes() == [], "they end with the sync"


def test_few_rows_are_held_at_a_time() -> None:
    done, ahead = [0], list[int]()
    source = ListSource(MANY * 5, on_row=lambda row: ahead.append(row + 1 - done[-1]))
    sync(source, open_database("sqlite://"), at=MOMENT, cores=2, progress=done.append)
    assert max(ahead) == 5 * PORTION


@pytest.mark.parametrize("row", [55, 75])
def test_a_worker_that_dies_leaves_the_old_clients_in_use(store: Database, row: int) -> None:
    sync(ListSource(MANY), store, at=MOMENT, cores=1)
    before = MirrorDirectory(store).synced()

    def kill() -> None:
        os.kill(processes()[0], signal.SIGKILL)

    with pytest.raises(DirectoryUnusable, match="was ended by SIGKILL") as told:
        sync(ListSource(MANY, on_row=at_row(row, kill)), store, at=MOMENT, cores=2)
    assert "завершён сигналом SIGKILL (не хватило памяти?); справочник клиентов остался" in told.value.words.ru
    assert MirrorDirectory(store).synced() == before
    assert processes() == []


def test_a_source_that_breaks_ends_the_workers(store: Database) -> None:
    def breaking() -> None:
        assert len(processes()) == 2
        raise DirectoryUnusable(Words.alike("the line went dead"))

    with pytest.raises(DirectoryUnusable, match="the line went dead"):
        sync(ListSource(MANY, on_row=at_row(60, breaking)), store, at=MOMENT, cores=2)
    assert processes() == []


def test_a_python_that_cannot_be_started_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere"))  # as after an upgrade of Python
    with pytest.raises(DirectoryUnusable, match="cannot start: No such file"):
        sync(ListSource(MANY), open_database("sqlite://"), at=MOMENT, cores=2)


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_worker_ends_with_its_parent_and_by_no_other_word(told: signal.Signals) -> None:
    command = (sys.executable, "-P", "-m", "otrs_bridge.directory.worker", "495")
    portion = pickle.dumps(Portion(before=7, lines=[9], told=[{"contract": "Ф-5", "phones": "123-45-67"}]))
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        for _ in range(2):
            worker.stdin.write(portion)
            worker.stdin.flush()
            answer = pickle.load(worker.stdout)  # noqa: S301 # from our own worker
            assert isinstance(answer, TableRows)
            assert answer.key_cells == ["c:5", 8, "p:+74951234567", 8]
            worker.send_signal(told)
        worker.stdin.close()
        assert worker.wait() == 0


class NumbersSource(ListSource):
    """A source that breaks its word: a column holds no text."""

    def read(self) -> Iterator[Row | BadRow]:
        """As many rows as are worth workers."""
        for line in range(1, 101):
            yield Row(line=line, columns={"contract": line})  # type: ignore[dict-item] # that is the mistake


def test_a_worker_that_stumbles_is_told_with_its_traceback(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(DirectoryUnusable, match="ended by itself with status 1"):
        sync(NumbersSource([]), open_database("sqlite://"), at=MOMENT, cores=2)
    assert "in read_row" in capfd.readouterr().err
