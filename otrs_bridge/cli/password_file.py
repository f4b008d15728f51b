"""The password that a command takes from a file, because everybody on the machine sees its arguments."""

from __future__ import annotations

from pathlib import Path

from otrs_bridge.errors import UsageMistake
from otrs_bridge.small_file import NoSmallFileError, read_small
from otrs_bridge.words import Words

_LONGEST = 4096  # bytes


def password_in(file: Path) -> str:
    """Raises UsageMistake for a file that is not there, or no small one."""
    try:
        return read_small(file, _LONGEST).decode(errors="replace").strip()
    except (FileNotFoundError, NoSmallFileError) as broken:
        raise UsageMistake(
            Words(ru=f"--password-file {file}: не читается", en=f"--password-file {file}: cannot be read")
        ) from broken
