"""Keeping the mirror at what a client file says, without anybody having to think of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from otrs_bridge.directory.clients_csv import ClientsCsv
from otrs_bridge.directory.mirror import MirrorDirectory
from otrs_bridge.directory.reading import BadRow, ClientSource, Row
from otrs_bridge.directory.sync import SyncReport, sync
from otrs_bridge.directory.tables import Store
from otrs_bridge.errors import DirectoryUnusable
from otrs_bridge.words import Words

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionedCsv:
    """A client file under a name that changes with the file: size and time of the last change belong to it."""

    path: Path
    csv: ClientsCsv

    @property
    def name(self) -> str:
        """The file, and which version of it. Raises DirectoryUnusable when there is no such file."""
        try:
            status = self.path.stat()
        except OSError as error:
            raise DirectoryUnusable(
                Words(
                    ru=f"directory.path: {self.path} не читается: {error.strerror}",
                    en=f"directory.path: {self.path} cannot be read: {error.strerror}",
                )
            ) from error
        return f"{self.path} ({status.st_size} bytes, {status.st_mtime_ns})"

    @property
    def area_code(self) -> str:
        """That of the file."""
        return self.csv.area_code

    def read(self) -> Iterator[Row | BadRow]:
        """The rows of the file."""
        return self.csv.read()


class CurrentMirror:
    """Mirrors a file anew whenever it has changed. A version that was refused is not tried again and again."""

    def __init__(self, source: ClientSource, store: Store, now: Callable[[], datetime]) -> None:
        self._source = source
        self._store = store
        self._now = now
        self._mirror = MirrorDirectory(store)
        self._refused = ""

    def refresh(self) -> SyncReport | None:
        """Sync when the file is another than the mirror's; None when it is the same. Raises DirectoryUnusable."""
        version = self._source.name
        synced = self._mirror.synced()
        if version == self._refused or (synced is not None and synced.source == version):
            return None
        report = sync(self._source, self._store, at=self._now())
        self._refused = version if report.refused else ""
        _tell(report)
        return report


def _tell(report: SyncReport) -> None:
    if report.refused:
        log.warning("directory sync refused", source=report.source, reason=report.refused.en)
    elif report.bad_rows:
        first = f"line {report.first_bad[0].line}: {report.first_bad[0].reason.en}"
        log.warning("client rows left out", source=report.source, rows=report.bad_rows, first=first)
    if report.duplicates.contracts:
        said = {"contracts": report.duplicates.contracts, "first": report.duplicates.first}
        log.info("contracts on several client rows", source=report.source, **said)
