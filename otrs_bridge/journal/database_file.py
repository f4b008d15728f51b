"""The file of a SQLite journal: made for its owner only, never somebody else's, and always the one that was opened.

A process keeps writing into a file that was deleted or moved away, and what it writes there is lost with the process. So
every transaction looks whether the path still leads to the file that was opened; one that does not, fails, and since
every write to OTRS begins with one, nothing is written there until the file is back.
"""

from __future__ import annotations

import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.words import Words

PRIVATE = 0o600

_Identity = tuple[int, int]


class DatabaseFile:
    """One SQLite file with its companions, -wal and -shm. Whatever is wrong with it is raised as JournalUnusable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._wal_path = path.with_name(f"{path.name}-wal")
        self._opened: _Identity | None = None
        self._wal: _Identity | None = None

    def create(self) -> None:
        """Make folder and file, where they are missing, for their owner only: the journal quotes tickets.

        Raises OSError, too. SQLite gives -wal and -shm the mode of the file.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, PRIVATE))
        except FileExistsError:
            self.demand_no_other()

    def demand_no_other(self) -> None:
        """Refuse what is no file of ours, before SQLite would change anything in it."""
        try:
            found = self.path.lstat()
        except FileNotFoundError:
            return
        if not stat.S_ISREG(found.st_mode):
            raise self._unusable(_NO_FILE.get(stat.S_IFMT(found.st_mode), _DEVICE))
        if found.st_size and self._is_of_another_program():
            raise self._unusable(_ANOTHERS)

    def make_private(self) -> None:
        """Close the file, once it is known to be a journal, to everybody else."""
        for name in (self.path, self._wal_path, self.path.with_name(f"{self.path.name}-shm")):
            found = _lstat(name)
            if found and stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid():
                name.chmod(PRIVATE)

    def remember(self) -> None:
        """This is the file, from now on."""
        self._opened = _identity(self.path)

    def forget_wal(self) -> None:
        """All connections have been closed: SQLite may begin another -wal."""
        self._wal = None

    def demand_same(self) -> None:
        """Refuse to go on when the file has been lost or replaced. Costs a stat."""
        if self._opened is not None and (found := _identity(self.path)) != self._opened:
            raise self._unusable(_REPLACED if found else _LOST)

    def demand_same_wal(self) -> None:
        """The same for -wal, which holds the newest transactions; within a transaction, when it is there for certain."""
        if self._opened is None:
            return
        found = _identity(self._wal_path)
        if self._wal is None:
            self._wal = found
        elif found != self._wal:
            raise self._unusable(_WAL_LOST)

    def _is_of_another_program(self) -> bool:
        try:
            with closing(sqlite3.connect(f"{self.path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
                tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        except (sqlite3.Error, ValueError):  # ValueError: a message that quotes bytes of the file
            return False  # whatever it is, SQLite will say so in a moment, and change nothing
        return bool(tables) and "alembic_version" not in tables

    def _unusable(self, why: Words) -> JournalUnusable:
        return JournalUnusable(Words(ru=f"журнал ({self.path}): {why.ru}", en=f"the journal ({self.path}): {why.en}"))


def _lstat(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except OSError:
        return None


def _identity(path: Path) -> _Identity | None:
    found = _lstat(path)
    return (found.st_dev, found.st_ino) if found else None


_NO_FILE = {
    stat.S_IFLNK: Words(
        ru="это символическая ссылка; укажите в `database` сам файл",
        en="is a symbolic link; name the file itself in `database`",
    ),
    stat.S_IFDIR: Words(ru="это папка, а не файл (Is a directory)", en="Is a directory, not a file"),
}
_DEVICE = Words(ru="это не обычный файл", en="is no regular file")
_ANOTHERS = Words(
    ru="это база данных другой программы; в ней ничего не изменено",
    en="is the database of another program; nothing in it was changed",
)
_LOST = Words(
    ru="файла больше нет; пока он не вернётся на место, в OTRS ничего не пишется. Если он пропал, восстановите его из "
    "копии и запустите otrs-bridge заново",
    en="the file is gone; until it is back in its place nothing is written to OTRS. If it is lost, restore a backup and "
    "start otrs-bridge anew",
)
_REPLACED = Words(
    ru="на месте файла лежит другой; пока прежний не вернётся, в OTRS ничего не пишется. Чтобы перейти на новый, "
    "запустите otrs-bridge заново",
    en="another file is in its place; until the former is back nothing is written to OTRS. To go on with the new one, "
    "start otrs-bridge anew",
)
_WAL_LOST = Words(
    ru="файл -wal рядом с ним удалён или заменён, а в нём последние записи; запустите otrs-bridge заново",
    en="the file -wal beside it, which holds the newest entries, was deleted or replaced; start otrs-bridge anew",
)
