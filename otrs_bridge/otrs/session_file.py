"""The session on disk, so that a restart needs no new login. Only its owner can read it."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from otrs_bridge.otrs.connection import OtrsConnection

_PRIVATE = 0o600
_LONGEST = 1 << 16  # bytes
_BEGINS = b'{"url":'  # every file of ours


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredSession:
    """A session's id and when it was created (seconds since the epoch, by our clock)."""

    id: str = field(repr=False)
    created: float


class SessionFile:
    """One user's session at one web service. A file of somebody else, or that others can read, is ignored."""

    def __init__(self, path: Path, connection: OtrsConnection) -> None:
        self._path = path
        self._owner = {
            "url": connection.address,
            "webservice": connection.webservice,
            "user": connection.user,
            "login": _mark_of(connection),
        }

    def load(self) -> StoredSession | None:
        """The stored session, or None: a file that is missing or makes no sense is no error, only no help."""
        try:
            kept = self._kept()
            if kept is None or any(kept[key] != value for key, value in self._owner.items()):
                return None
            return StoredSession(id=str(kept["session"]), created=float(kept["created"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def save(self, session: StoredSession) -> None:
        """Replace the file in one step. A disk that refuses costs one login at the next start."""
        text = json.dumps({**self._owner, "session": session.id, "created": session.created})
        draft = self._path.with_name(f"{self._path.name}.{os.getpid()}.new")
        with suppress(OSError):
            if not self._may_be_replaced():
                return
            draft.unlink(missing_ok=True)
            handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _PRIVATE)
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            draft.replace(self._path)

    def _kept(self) -> Any:
        """What the file holds as JSON; None when nobody but us could have put it there is not certain.

        Neither a link is followed nor a pipe waited for.
        """
        handle = os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            found = os.fstat(handle)
            if not stat.S_ISREG(found.st_mode) or found.st_uid != os.getuid() or found.st_mode & 0o077:
                return None
            return json.loads(file.read(_LONGEST))

    def _may_be_replaced(self) -> bool:
        """Whether nothing is lost with what is there: nothing, or a session. A path may be given by mistake."""
        try:
            found = self._path.lstat()
        except FileNotFoundError:
            return True
        if not stat.S_ISREG(found.st_mode):
            return False
        with self._path.open("rb") as file:
            return file.read(len(_BEGINS)) in {b"", _BEGINS}


def _mark_of(connection: OtrsConnection) -> str:
    """Tells that the password is still the one of the session. Two bytes: useless to whoever wants to guess it."""
    login = f"{connection.address}\0{connection.user}\0{connection.password}"
    return hashlib.sha256(login.encode()).hexdigest()[:4]
