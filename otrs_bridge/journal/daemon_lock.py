"""One daemon on a SQLite journal: a lock on a file beside it, which the kernel lifts with the process, however that ends.

The file stays where it is and says who wrote it last; only the lock counts. `filelock` is not used: it empties the file
before it tries for the lock, and so what the holder wrote there.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from otrs_bridge.errors import AlreadyRunning, JournalUnusable
from otrs_bridge.journal.database_file import PRIVATE
from otrs_bridge.journal.owners import is_gone, this_owner
from otrs_bridge.ports.leading import Leader
from otrs_bridge.words import Words

_OPENING = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
_LONGEST = 4096


class DaemonLock:
    """Held from its making until `close`, or the end of the process."""

    def __init__(self, journal: Path, *, now: datetime, zone: ZoneInfo) -> None:
        """Raises AlreadyRunning, saying who works on this journal, and JournalUnusable when no file can be made there."""
        path = _beside(journal)
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._file = os.open(path, _OPENING, PRIVATE)
        except OSError as error:
            why = f"{path}: {error.strerror}"
            raise JournalUnusable(
                Words(ru=f"журнал не удаётся занять: {why}", en=f"the journal cannot be locked: {why}")
            ) from error
        try:
            self._take(journal, now, zone)
        except BaseException:  # Ctrl-C included: the lock goes with the file, and the caller is told the same
            os.close(self._file)
            raise

    def _take(self, journal: Path, now: datetime, zone: ZoneInfo) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise _already_running(journal, _read(_beside(journal)), zone) from held
        mine = {"host": socket.gethostname(), "process": os.getpid(), "since": now.isoformat(), "owner": this_owner()}
        os.ftruncate(self._file, 0)
        os.write(self._file, json.dumps(mine, ensure_ascii=False).encode())

    def close(self) -> None:
        """Another daemon may begin."""
        os.close(self._file)


def running_daemon(journal: Path) -> Leader | None:
    """The daemon that works on this journal, for questions; None when there is none, or nobody can tell."""
    found = _read(_beside(journal))
    return None if found is None or is_gone(found[1]) else found[0]


def _beside(journal: Path) -> Path:
    return journal.with_name(f"{journal.name}-daemon")


def _read(path: Path) -> tuple[Leader, str] | None:
    """Who wrote the file, and under which name of an owner; None when there is nothing to be read."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_LONGEST))
        since = datetime.fromisoformat(found["since"])
        return Leader(host=str(found["host"]), process=int(found["process"]), since=since), str(found["owner"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def _already_running(journal: Path, found: tuple[Leader, str] | None, zone: ZoneInfo) -> AlreadyRunning:
    who = found[0].told(zone) if found else Words(ru="какая, не сказано", en="it does not say which")
    return AlreadyRunning(
        Words(
            ru=f"с журналом {journal} уже работает другая служба ({who.ru}); остановите её или дайте этой свой журнал: "
            "двум службам сразу нужен PostgreSQL",
            en=f"another daemon works on the journal {journal} already ({who.en}); stop it, or give this one a journal of "
            "its own: two daemons at once need PostgreSQL",
        )
    )
