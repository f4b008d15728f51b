"""The bridge's own database: opened, brought up to date, and lent out one transaction at a time."""

from __future__ import annotations

import errno
import fcntl
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from otrs_bridge.errors import JournalUnusable
from otrs_bridge.journal.database_file import DatabaseFile
from otrs_bridge.journal.engines import (
    WRITES,
    engine_for,
    foreign_keys_held_back,
    parsed_url,
    place_of,
    secrets_of,
    sqlite_file,
)
from otrs_bridge.journal.schema import is_current, migrate
from otrs_bridge.words import Words

# Seconds that a write waits for another process's write (SQLite). Ours last milliseconds, a backup longer.
PATIENCE = 30.0

# What cannot be done with the journal, for complaints.
_OPENED = Words(ru="открыть", en="opened")
_READ = Words(ru="прочитать", en="read")
_WRITTEN = Words(ru="записать", en="written")
_BROUGHT_UP_TO_DATE = Words(ru="обновить", en="brought up to date")

_NOT_TO_WRITE = (errno.EROFS, errno.EACCES, errno.EPERM)
_PRIMARY_CODE = 0xFF  # SQLite's extended codes keep their kind in the lowest byte
_MAKE_IT_WRITABLE = Words(
    ru="; файл и его папка должны быть доступны на запись тому, кто запускает otrs-bridge: проверьте владельца, права и не "
    "смонтирован ли диск только для чтения. До тех пор в OTRS ничего не пишется",
    en="; whoever runs otrs-bridge has to be able to write the file and its folder: check their owner and mode, and whether "
    "the disk is mounted read only. Until then nothing is written to OTRS",
)

# What reading a row raises when its bytes are not what was written there.
_NO_VALUE = (ValueError, TypeError, LookupError, ArithmeticError)


class Fence(Protocol):
    """Says, at the beginning of a writing transaction, whether this process may write still."""

    @property
    def epoch(self) -> int:
        """The epoch in which it may."""

    def check(self, connection: Connection) -> None:
        """Raises LeadLost."""


class Database:
    """An engine and the manners of using it. Safe to use from several threads. A `fence` stands before every write.

    SQLite has one writer at a time: the threads of this process queue for a lock of ours, without polling;
    other processes are waited for by SQLite itself.
    """

    def __init__(self, url: str, *, patience: float = PATIENCE) -> None:
        """Does not connect yet; raises JournalUnusable when the URL makes no sense."""
        parsed = parsed_url(url)
        self.place = place_of(parsed)
        self.fence: Fence | None = None
        file = sqlite_file(parsed)
        self.file = DatabaseFile(file) if file else None
        self._secrets = secrets_of(parsed)
        self.engine: Engine = engine_for(parsed, patience=patience)
        self._writing = self.engine.execution_options(**{WRITES: True})
        sqlite = self.engine.dialect.name == "sqlite"
        self._writer = threading.Lock() if sqlite else nullcontext()
        # In memory there is one connection for everybody, and a reader must not see a writer's half.
        self._reader = self._writer if sqlite and self.file is None else nullcontext()

    @contextmanager
    def reading(self, done: Words = _READ) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing; `done` is for complaints."""
        with self._reader, self._clearly(done), self._undamaged(), self.engine.begin() as connection:
            self._demand_same_wal()
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is durable when the block ends, and never was when the block raises."""
        with self._writer, self._clearly(_WRITTEN), self._writing.begin() as connection:
            self._demand_same_wal()
            if self.fence is not None:
                self.fence.check(connection)
            yield connection

    @property
    def epoch(self) -> int:
        """The epoch in which whoever has opened it leads; 0 for everybody else."""
        return self.fence.epoch if self.fence else 0

    @contextmanager
    def updating(self) -> Iterator[Connection]:
        """Like `writing`, for what reads our rows first."""
        with self._undamaged(), self.writing() as connection:
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Like `writing`, but SQLite may rebuild a table that others refer to, which is how it changes columns."""
        with (
            self._writer,
            self._clearly(_BROUGHT_UP_TO_DATE),
            self._writing.connect() as connection,
            foreign_keys_held_back(connection),
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    def _demand_same_wal(self) -> None:
        if self.file:
            self.file.demand_same_wal()

    @contextmanager
    def _clearly(self, done: Words) -> Iterator[None]:
        if self.file:
            self.file.demand_same()
        try:
            yield
        except (DBAPIError, PoolTimeoutError) as error:
            self._connect_anew()
            raise _unusable(self.place, done, self._reason(error), read_only=_is_read_only(error)) from error

    @contextmanager
    def _undamaged(self) -> Iterator[None]:
        try:
            yield
        except _NO_VALUE as error:
            raise _damaged(self.place, error) from error

    def _connect_anew(self) -> None:
        """A connection that SQLite made while the disk could not be written to stays read only for ever."""
        if self.file:
            self.engine.dispose()
            self.file.forget_wal()

    def _reason(self, error: DBAPIError | PoolTimeoutError) -> str:
        words = " ".join(str(error.orig if isinstance(error, DBAPIError) else error).split())
        for secret in self._secrets:
            words = words.replace(secret, "***")
        return words


def _is_read_only(error: DBAPIError | PoolTimeoutError) -> bool:
    """SQLite's READONLY and CANTOPEN in all their forms: it cannot even read where it may not make -wal and -shm."""
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", None)
    return code is not None and code & _PRIMARY_CODE in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}


def _unusable(place: str, done: Words, reason: str, *, read_only: bool = False) -> JournalUnusable:
    """What could not be `done` with the journal, and why: in the words of the database or the operating system."""
    what_to_do = _MAKE_IT_WRITABLE if read_only else Words.alike("")
    return JournalUnusable(
        Words(
            ru=f"журнал ({place}) не удаётся {done.ru}: {reason}{what_to_do.ru}",
            en=f"the journal ({place}) cannot be {done.en}: {reason}{what_to_do.en}",
        )
    )


def _not_opened(place: str, error: OSError) -> JournalUnusable:
    return _unusable(place, _OPENED, str(error.strerror), read_only=error.errno in _NOT_TO_WRITE)


def _damaged(place: str, found: Exception) -> JournalUnusable:
    reason = " ".join(f"{type(found).__name__}: {found}".split())
    return JournalUnusable(
        Words(
            ru=f"журнал ({place}) повреждён: в нём записано то, что мост не писал ({reason}); восстановите его из копии",
            en=f"the journal ({place}) is damaged: it holds what the bridge never wrote ({reason}); restore a backup",
        )
    )


def open_database(url: str, *, patience: float = PATIENCE, fence: Fence | None = None) -> Database:
    """Open the database of this URL and create what is missing; raises JournalUnusable with one sentence."""
    database = Database(url, patience=patience)
    try:
        with _first_start(database):
            with database.reading(_OPENED) as connection:
                current = is_current(connection)
            if not current:
                with database.migrating() as connection:
                    migrate(connection)
            if database.file:
                _make_private(database.file)
                database.file.remember()
    except BaseException:  # Ctrl-C included: no connection stays behind, and the caller is told the same
        database.close()
        raise
    database.fence = fence
    return database


def _make_private(file: DatabaseFile) -> None:
    try:
        file.make_private()
    except OSError as error:  # a disk that is mounted read only
        raise _not_opened(str(file.path), error) from error


def open_existing(url: str, *, patience: float = PATIENCE) -> Database | None:
    """The database of this URL as it stands, None when it has not been made or brought up to date yet.

    Nothing is created or changed, so a question may use it. Raises JournalUnusable when it cannot be read.
    """
    database = Database(url, patience=patience)
    try:
        # SQLite would begin to write into a file that is empty still.
        if database.file is None or _holds_something(database.file):
            with database.reading(_OPENED) as connection:
                if is_current(connection):
                    if database.file:
                        database.file.remember()
                    return database
    except BaseException:  # Ctrl-C included: no connection stays behind, and the caller is told the same
        database.close()
        raise
    database.close()
    return None


def _holds_something(file: DatabaseFile) -> bool:
    file.demand_no_other()
    return file.path.exists() and file.path.stat().st_size > 0


@contextmanager
def _first_start(database: Database) -> Iterator[None]:
    """One process at a time makes a SQLite file and its tables; PostgreSQL has its own lock (`migrate`)."""
    if database.file is None:
        yield
        return
    try:
        database.file.create()
        lock = os.open(database.file.path.absolute().parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise _not_opened(database.place, error) from error
    try:
        # The folder is locked, not the file: closing a second handle of the file would drop SQLite's locks.
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
