"""Standard output and standard error, as a program needs them whose work somebody relies on.

What a command has to say is its result: where that cannot be written, it ends with a sentence and not with status 0. What
is said on standard error goes beside the work: a full disk under a log, or a reader that is gone, stops nobody.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper

from otrs_bridge.errors import NeedsAPerson
from otrs_bridge.words import Words

_STREAMS = (0, 1, 2)


class OutputLost(NeedsAPerson):
    """Standard output cannot be written."""


class ReaderGone(Exception):  # noqa: N818 - it is no error
    """Whoever reads standard output has seen enough: `otrs-bridge history | head`."""


def open_streams() -> None:
    """Put our own in place of Python's, not of what a caller put there; what was closed leads nowhere from then on.

    A closed standard output takes nothing: what a command has to say would be lost, and no file may get its number.
    """
    for number in _STREAMS:
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDONLY if number == 1 else os.O_RDWR)  # the lowest number that is free
    # A terminal of another alphabet must not hide what was done.
    if sys.stdout is sys.__stdout__:
        sys.stdout = _Output(os.fdopen(1, "wb", closefd=False), errors="backslashreplace", line_buffering=os.isatty(1))
    if sys.stderr is sys.__stderr__:
        sys.stderr = _Errors(os.fdopen(2, "wb", closefd=False), errors="backslashreplace", line_buffering=True)


def give_up_output() -> None:
    """Nobody can read what is still to be written: it goes nowhere, and the end of the program does not stumble over it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


class _Output(TextIOWrapper):
    """Raises ReaderGone or OutputLost; of an OSError the libraries of the commands would make an exit of their own."""

    def write(self, text: str, /) -> int:
        """As every text file does."""
        with _clearly():
            return super().write(text)

    def flush(self) -> None:
        """As every text file does."""
        with _clearly():
            super().flush()


class _Errors(TextIOWrapper):
    """Loses what it cannot write."""

    def write(self, text: str, /) -> int:
        """As every text file does, but for failures."""
        with suppress(OSError):
            return super().write(text)
        return len(text)

    def flush(self) -> None:
        """As every text file does, but for failures."""
        with suppress(OSError):
            super().flush()


@contextmanager
def _clearly() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as gone:
        raise ReaderGone from gone
    except OSError as error:
        why = error.strerror or errno.errorcode.get(error.errno or 0, "")
        raise OutputLost(
            Words(
                ru=f"отчёт не удаётся вывести ({why}); что сделано в OTRS, показывает `otrs-bridge history`",
                en=f"the output cannot be written ({why}); what was done in OTRS, `otrs-bridge history` shows",
            )
        ) from error
