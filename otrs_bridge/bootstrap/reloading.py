"""A changed configuration, read anew while the daemon runs: a wrong one is refused, and the old one stays."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
from pydantic import BaseModel

from otrs_bridge.config import Config
from otrs_bridge.config.loading import FILES_OF_SECRETS
from otrs_bridge.errors import BridgeError
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)

_Stamps = dict[Path, tuple[int, int, int] | None]


class Reloader:
    """Looked at between turns. `load` reads and checks the file; `asked` is set by whoever wants it read now.

    `refused`: why the newest one was not taken.
    """

    def __init__(self, config: Config, load: Callable[[], Config]) -> None:
        self.asked = threading.Event()
        self.refused: Words | None = None
        self._load = load
        self._next: Config | None = None
        self._files: tuple[Path, ...] = ()
        self._known: _Stamps = {}
        self._last: _Stamps = {}
        self._watch(config)

    def look(self) -> bool:
        """Whether there is a new configuration to go on with; what is being written still is waited for."""
        if self._next is not None:
            return True
        stamps = _stamps(self._files)
        settled, self._last = stamps == self._last, stamps
        if self.asked.is_set() or (settled and stamps != self._known):
            self.asked.clear()
            self._known = stamps
            self._read()
        return self._next is not None

    @property
    def has_new(self) -> bool:
        """Whether `look` has found one."""
        return self._next is not None

    def take(self) -> Config | None:
        """The new configuration, once; from now on its files are watched."""
        taken, self._next = self._next, None
        if taken is not None:
            self._watch(taken)
        return taken

    def refuse(self, error: BridgeError) -> None:
        """The new configuration could not be used after all."""
        self.refused = error.words
        log.error("configuration refused, the old one stays", mistakes=str(error))

    def _read(self) -> None:
        try:
            self._next = self._load()
        except BridgeError as error:
            self.refuse(error)
        else:
            self.refused = None
            log.info("configuration read anew")

    def _watch(self, config: Config) -> None:
        self._files = (config.path, *_files_in(config))
        self._known = self._last = _stamps(self._files)


def _files_in(section: BaseModel) -> Iterator[Path]:
    for name in type(section).model_fields:
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from _files_in(value)
        elif name in FILES_OF_SECRETS and isinstance(value, Path):
            yield value


def _stamps(files: tuple[Path, ...]) -> _Stamps:
    return {file: _stamp(file) for file in files}


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
