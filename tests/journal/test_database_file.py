"""The file of the journal: nobody else's is touched, and what was lost is not written into."""

from __future__ import annotations

import os
import random
import resource
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal.database import open_database, open_existing
from otrs_bridge.journal.store import SqlJournal
from tests.journal.samples import NOON, intent, start


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.db"


@pytest.fixture
def journal(file: Path) -> Iterator[SqlJournal]:
    """Opened, with one run in it."""
    with closing(open_database(f"sqlite:///{file}")) as database:
        opened = SqlJournal(database)
        start(opened)
        yield opened


def refusal(file: Path) -> str:
    """Why both ways of opening refuse the file, which stays as it is."""
    told = set()
    for way in (open_existing, open_database):
        with pytest.raises(JournalUnusable) as refused:
            way(f"sqlite:///{file}")
        assert refused.value.words.ru != refused.value.words.en
        told.add(str(refused.value))
    (sentence,) = told
    return sentence


def works(journal: SqlJournal) -> bool:
    """Whether the journal is read and written."""
    run = journal.start_run("sweep", at=NOON, selection="x")
    return journal.runs()[0].id == run


def stops(journal: SqlJournal) -> str:
    """The sentence with which both reading and writing are refused."""
    with pytest.raises(JournalUnusable) as reading:
        journal.runs()
    with pytest.raises(JournalUnusable) as writing:
        journal.start_run("sweep", at=NOON, selection="x")
    assert str(reading.value) == str(writing.value)
    return str(writing.value)


# --- lost, and back -------------------------------------------------------------------------------


def test_a_file_that_was_moved_away_is_missed_and_goes_on_when_it_is_back(journal: SqlJournal, file: Path) -> None:
    away = file.rename(file.with_name("away.db"))
    assert "the file is gone" in stops(journal)
    assert not file.exists(), "nothing new was made in its place"
    away.rename(file)
    assert works(journal)


def test_a_deleted_file_is_missed(journal: SqlJournal, file: Path) -> None:
    file.unlink()
    assert "the file is gone" in stops(journal)
    assert not file.exists()


def test_a_folder_that_was_moved_away_is_missed_and_goes_on_when_it_is_back(tmp_path: Path) -> None:
    folder = tmp_path / "made"
    with closing(open_database(f"sqlite:///{folder}/journal.db")) as database:
        journal = SqlJournal(database)
        away = folder.rename(tmp_path / "away")
        assert "the file is gone" in stops(journal)
        away.rename(folder)
        assert works(journal)


def test_another_file_in_its_place_is_not_written_into(journal: SqlJournal, file: Path) -> None:
    away = file.rename(file.with_name("away.db"))
    file.write_bytes(b"")
    assert "another file is in its place" in stops(journal)
    assert file.read_bytes() == b""
    away.rename(file)
    assert works(journal)


def test_a_copy_of_the_journal_is_another_file_too(journal: SqlJournal, file: Path) -> None:
    written = file.read_bytes()
    file.unlink()
    file.write_bytes(written)
    assert "another file is in its place" in stops(journal)


def test_the_newest_entries_that_were_deleted_beside_it_are_missed(journal: SqlJournal, file: Path) -> None:
    file.with_name("journal.db-wal").unlink()
    assert "file -wal" in stops(journal)


def test_a_disk_that_cannot_be_written_to_is_told_and_goes_on_when_it_can(journal: SqlJournal) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, hard))
    try:
        with pytest.raises(JournalUnusable, match="cannot be written"):
            start(journal)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert works(journal)


def test_another_process_that_comes_and_goes_changes_nothing(journal: SqlJournal, file: Path) -> None:
    for _ in range(3):
        with closing(open_database(f"sqlite:///{file}")) as other:
            assert works(SqlJournal(other))
        assert works(journal)


# --- somebody else's ------------------------------------------------------------------------------


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_target_of_a_symbolic_link_is_left_alone(tmp_path: Path, file: Path) -> None:
    target = tmp_path / "letter.txt"
    target.write_text("Dear diary")
    target.chmod(0o644)
    file.symlink_to(target)
    assert "symbolic link" in refusal(file)
    assert (target.read_text(), mode(target)) == ("Dear diary", 0o644)


def test_a_symbolic_link_that_leads_nowhere_makes_nothing(tmp_path: Path, file: Path) -> None:
    file.symlink_to(tmp_path / "nowhere.db")
    assert "symbolic link" in refusal(file)
    assert not (tmp_path / "nowhere.db").exists()


def test_what_is_no_regular_file_is_refused_at_once(file: Path) -> None:
    os.mkfifo(file, 0o644)
    assert "is no regular file" in refusal(file)
    assert mode(file) == 0o644


def test_a_file_that_is_no_database_keeps_its_mode(file: Path) -> None:
    file.write_text("Dear diary, " * 1000)
    file.chmod(0o644)
    assert "not a database" in refusal(file)
    assert mode(file) == 0o644


def test_the_database_of_another_program_is_not_changed_at_all(file: Path) -> None:
    with closing(sqlite3.connect(file)) as theirs:
        theirs.execute("CREATE TABLE bookmarks (url TEXT)")
        theirs.commit()
    file.chmod(0o644)
    before = file.read_bytes()
    assert "another program" in refusal(file)
    assert (file.read_bytes(), mode(file), sorted(path.name for path in file.parent.iterdir())) == (
        before, 0o644, ["journal.db"],
    )  # fmt: skip


def test_an_empty_file_becomes_a_private_journal(file: Path) -> None:
    file.touch(0o644)
    open_database(f"sqlite:///{file}").close()
    assert mode(file) == 0o600


# --- damaged --------------------------------------------------------------------------------------


def damaged(file: Path, statement: str) -> SqlJournal:
    """A journal in which somebody wrote what the bridge never writes."""
    with closing(open_database(f"sqlite:///{file}")) as database:
        journal = SqlJournal(database)
        journal.intend(start(journal), [intent()], at=NOON)
    with closing(sqlite3.connect(file)) as other:
        other.execute(statement)
        other.commit()
    return SqlJournal(open_database(f"sqlite:///{file}"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE runs SET started_at = '2026-13-45 99:00:00.000000'",
        "UPDATE runs SET kind = 'swe' || char(7) || 'p'",
        'UPDATE runs SET summary = \'{"applied": "many"}\'',
        "UPDATE runs SET selection = CAST(x'ff00fe' AS TEXT)",
        "UPDATE entries SET state = 'applLed'",
        "UPDATE entries SET new = '{\"user\":'",
        "UPDATE entries SET intended_at = 'noon'",
    ],
)
def test_what_the_bridge_never_wrote_is_one_sentence(file: Path, statement: str) -> None:
    journal = damaged(file, statement)
    with pytest.raises(JournalUnusable) as told:
        (journal.runs(), journal.entries())
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("seed", range(40))
def test_random_bytes_are_told_in_a_sentence_or_do_no_harm_and_stay(file: Path, seed: int) -> None:
    with closing(open_database(f"sqlite:///{file}")) as database:
        journal = SqlJournal(database)
        journal.intend(start(journal), [intent()], at=NOON)
    chance = random.Random(seed)
    written = bytearray(file.read_bytes())
    begins = chance.choice([0, 0, chance.randrange(len(written))])
    spoilt = chance.choice([16, 100, 4096, len(written)])
    written[begins : begins + spoilt] = chance.randbytes(len(written[begins : begins + spoilt]))
    file.write_bytes(written)
    told = reading(file)
    assert told is None or "\n" not in told
    if told and begins == 0:
        assert file.read_bytes() == bytes(written), "what is refused is not written into"


def reading(file: Path) -> str | None:
    """The sentence with which the journal is refused, if it is."""
    try:
        with closing(open_database(f"sqlite:///{file}")) as database:
            journal = SqlJournal(database)
            (journal.runs(), journal.entries(), journal.pins(), journal.sightings(), journal.memory_of(range(10)))
    except JournalUnusable as refused:
        return str(refused)
    return None
