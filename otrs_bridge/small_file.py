"""Files that the operator names and that are read whole: a configuration, a password.

Whatever else a path may lead to is refused before it is read: a pipe is waited for without end, a device has none, and a
disk image would be held in memory. Links are followed, because secrets are often mounted as such.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from otrs_bridge.words import Words


class NoSmallFileError(Exception):
    """It cannot be read whole. `words` is why, as a sentence's end."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.en)
        self.words = words


def at_home(path: Path) -> Path:
    """The path with a leading `~` or `~user` replaced. Raises NoSmallFileError where nobody is called so."""
    try:
        return path.expanduser()
    except (RuntimeError, ValueError) as nobody:  # ValueError: a NUL in the name
        raise NoSmallFileError(_NO_HOME) from nobody


def read_small(path: Path, at_most: int) -> bytes:
    """The bytes of a regular file, or one more than `at_most` of a longer one.

    Raises NoSmallFileError, and FileNotFoundError when there is no file.
    """
    try:
        # O_NONBLOCK: to open a pipe would be to wait for whoever writes into it.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            kind = os.fstat(handle).st_mode
            if not stat.S_ISREG(kind):
                raise NoSmallFileError(_FOLDER if stat.S_ISDIR(kind) else _NO_FILE)
            return file.read(at_most + 1)
    except FileNotFoundError:
        raise
    except IsADirectoryError as folder:
        raise NoSmallFileError(_FOLDER) from folder
    except OSError as broken:
        why = broken.strerror
        raise NoSmallFileError(Words(ru=f"не читается: {why}", en=f"cannot be read: {why}")) from broken
    except ValueError as wrong:  # a NUL in the path
        raise NoSmallFileError(Words(ru="это не имя файла", en="is no name of a file")) from wrong


_FOLDER = Words(ru="это папка, а не файл", en="cannot be read: it is a folder, not a file")
_NO_HOME = Words(
    ru="начинается с пользователя, которого на этой машине нет",
    en="must not begin with a user whom this machine does not know",
)
_NO_FILE = Words(ru="это не обычный файл", en="cannot be read: it is no regular file")
