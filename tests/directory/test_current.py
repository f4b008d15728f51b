"""directory/current.py: a changed client file is read anew by itself, and only then."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from otrs_bridge.directory.clients_csv import ClientsCsv
from otrs_bridge.directory.current import CurrentMirror, VersionedCsv
from otrs_bridge.directory.mirror import MirrorDirectory
from otrs_bridge.domain.texts.contract import ContractNumber
from otrs_bridge.errors import DirectoryUnusable
from otrs_bridge.journal.database import Database, open_database

HEADER = "contract,type,name,address,district,phones,email,login\n"
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def row(number: int) -> str:
    return f'Ф-{number},individual,Иванов {number},"ул. Летная, д. {number % 90 + 1}",Северный,,,u{number}\n'


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clients.csv"
    path.write_text(HEADER + "".join(row(n) for n in range(15000, 15020)), encoding="utf-8")
    return path


@pytest.fixture
def database() -> Database:
    return open_database("sqlite://")


def current(file: Path, database: Database) -> CurrentMirror:
    return CurrentMirror(VersionedCsv(path=file, csv=ClientsCsv(file)), database, lambda: NOW)


def knows(database: Database, number: int) -> bool:
    return bool(MirrorDirectory(database).by_contract(ContractNumber(prefix="Ф", number=str(number))))


def test_a_file_is_read_once_and_again_when_it_has_changed(file: Path, database: Database) -> None:
    watched = current(file, database)
    assert watched.refresh() is not None
    assert watched.refresh() is None
    assert current(file, database).refresh() is None, "another process finds the mirror as it should be"
    with file.open("a", encoding="utf-8") as more:
        more.write(row(16000))
    assert watched.refresh() is not None
    assert knows(database, 16000)


def test_a_file_of_the_same_size_but_a_later_time_is_another_file(file: Path, database: Database) -> None:
    watched = current(file, database)
    watched.refresh()
    file.write_text(file.read_text(encoding="utf-8").replace("Ф-15003", "Ф-77777"), encoding="utf-8")
    os.utime(file, ns=(1, 2))
    watched.refresh()
    assert knows(database, 77777)


def test_a_file_cut_in_half_is_refused_once_and_the_old_clients_stay(file: Path, database: Database) -> None:
    watched = current(file, database)
    watched.refresh()
    file.write_text(HEADER + row(15000), encoding="utf-8")
    report = watched.refresh()
    assert report is not None
    assert report.refused is not None
    assert watched.refresh() is None, "the same short file is not read again and again"
    assert knows(database, 15019)


def test_a_missing_file_is_told(tmp_path: Path, database: Database) -> None:
    with pytest.raises(DirectoryUnusable, match=r"directory\.path") as told:
        current(tmp_path / "none.csv", database).refresh()
    assert "не читается: No such file" in told.value.words.ru
