"""The plan of a sweep on the disk, in a file without a name: it is gone with the process, and nobody else can open it."""

from __future__ import annotations

import io
import pickle
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import SpooledTemporaryFile
from types import MappingProxyType
from typing import Any

from otrs_bridge.domain.decision import Decision
from otrs_bridge.errors import JournalUnusable
from otrs_bridge.words import Words

PORTION = 50  # decisions
_IN_MEMORY = 1 << 20
_LENGTH = 8
_FAST = 1  # zlib's level: a fifth of the room for a few milliseconds a thousand tickets


class PlanFile:
    """`ports.sweeps.Plan` in a temporary file (0600, without a name) in `folder`; raises JournalUnusable when it is full."""

    def __init__(self, folder: Path | None) -> None:
        self.writes = 0
        self._folder = folder
        self._waiting: list[Decision] = []
        self._file = SpooledTemporaryFile(max_size=_IN_MEMORY, dir=str(folder) if folder else None)  # noqa: SIM115 # closed by `plan_file`

    def add(self, decisions: Sequence[Decision]) -> None:
        """Set these aside; the tickets' articles are left out."""
        for decision in decisions:
            self.writes += decision.wants_write
            self._waiting.append(replace(decision, ticket=replace(decision.ticket, article=None)))
            if len(self._waiting) == PORTION:
                self._write()

    def portions(self) -> Iterator[Sequence[Decision]]:
        """All of them in portions, in the order they came; nothing may be set aside any more."""
        self._file.seek(0)
        while length := int.from_bytes(self._file.read(_LENGTH)):
            # Written by this very object, into a file that nobody else can open.
            yield pickle.loads(zlib.decompress(self._file.read(length)))  # noqa: S301 - our own nameless file
        if self._waiting:
            yield self._waiting

    def close(self) -> None:
        """Forget them."""
        self._file.close()

    def _write(self) -> None:
        portion = _packed(self._waiting)
        try:
            self._file.write(len(portion).to_bytes(_LENGTH) + portion)
        except OSError as broken:
            raise JournalUnusable(_no_room(self._folder, broken)) from broken
        self._waiting = []


@contextmanager
def plan_file(folder: Path | None) -> Iterator[PlanFile]:
    """Room for one plan, in the folder of the journal, or where the system keeps temporary files."""
    plan = PlanFile(folder)
    try:
        yield plan
    finally:
        plan.close()


class _Packer(pickle.Pickler):
    def reducer_override(self, value: object) -> Any:
        """The read-only mappings of our values; everything else goes as it does."""
        if isinstance(value, MappingProxyType):
            return _read_only, (dict(value),)
        return NotImplemented


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


def _packed(decisions: Sequence[Decision]) -> bytes:
    written = io.BytesIO()
    _Packer(written, pickle.HIGHEST_PROTOCOL).dump(list(decisions))
    return zlib.compress(written.getbuffer(), _FAST)


def _no_room(folder: Path | None, broken: OSError) -> Words:
    where = folder or "temporary folder"
    return Words(
        ru=f"план прохода не помещается на диск ({where}): {broken.strerror}; в OTRS ничего не изменено",
        en=f"the plan of the sweep does not fit onto the disk ({where}): {broken.strerror}; nothing was changed in OTRS",
    )
