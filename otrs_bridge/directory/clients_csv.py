"""The operator's client list as a CSV file: any usual delimiter, UTF-8 or CP1251, columns by their names."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO, Protocol

from otrs_bridge.directory.reading import COLUMNS, IDENTIFYING, BadRow, Row
from otrs_bridge.errors import DirectoryUnusable

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "cp1251")

_CHUNK = 1 << 20
_ENOUGH_LETTERS = 2000
_CYRILLIC_IN_UTF8 = re.compile(rb"[\xd0\xd1][\x80-\xbf]")
_HIGH = re.compile(rb"[\x80-\xff]")
_QUOTED = re.compile(r'"[^"]*"')
_UNREADABLE = "\ufffd"
_NUL = "\0"
_HEADER_LENGTH = 64 * 1024


class ClientsCsv:
    """A client list in a file. `columns` maps our column names to the file's own."""

    def __init__(
        self,
        path: Path,
        *,
        columns: Mapping[str, str] = MappingProxyType({}),
        delimiter: str = "",
        encoding: str = "",
        area_code: str = "",
    ) -> None:
        self._path = path
        self._columns = columns
        self._delimiter = delimiter
        self._encoding = encoding
        self.area_code = area_code

    @property
    def name(self) -> str:
        """The file."""
        return str(self._path)

    def read(self) -> Iterator[Row | BadRow]:
        """Every row of the file, streaming; raises DirectoryUnusable when it is no client list at all."""
        try:
            encoding = self._encoding or _sniff_encoding(self._path)
            with self._path.open(encoding=_with_bom(encoding), errors="replace", newline="") as file:
                delimiter = self._delimiter or _sniff_delimiter(file.readline(_HEADER_LENGTH))
                file.seek(0)
                rows = _numbered(csv.reader(file, delimiter=delimiter))
                header = next(rows, None)
                if header is None or isinstance(header, BadRow):
                    raise DirectoryUnusable(f"{self._path}: is empty; its first line has to name the columns")
                places = tuple(self._places(header[2]).items())
                for row in rows:
                    yield row if isinstance(row, BadRow) else _named(*row, places, len(header[2]))
        except OSError as broken:
            raise DirectoryUnusable(f"{self._path}: cannot be read: {broken.strerror}") from broken

    def _places(self, header: list[str]) -> dict[str, int]:
        """Which of our columns stands where."""
        found = {name.strip().casefold(): index for index, name in reversed(list(enumerate(header)))}
        wanted = {ours: self._columns.get(ours, ours) for ours in COLUMNS}
        missing = [theirs for ours, theirs in self._columns.items() if theirs.strip().casefold() not in found]
        if missing:
            raise DirectoryUnusable(
                f"{self._path}: has no column {', '.join(missing)} (directory.columns), only {', '.join(header)}"
            )
        places = {
            ours: found[theirs.strip().casefold()]
            for ours, theirs in wanted.items()
            if theirs.strip().casefold() in found
        }
        if not set(places) & set(IDENTIFYING):
            raise DirectoryUnusable(
                f"{self._path}: its first line has to name the columns: {','.join(COLUMNS[:8])}; "
                "other names are mapped by directory.columns"
            )
        return places


def _named(line: int, last_line: int, cells: list[str], places: Sequence[tuple[str, int]], width: int) -> Row | BadRow:
    if len(cells) != width:
        if (len(cells) > width or last_line > line) and any(cells[width:] or cells):
            lines = f", lines {line} to {last_line}: is a quote not closed?" if last_line > line else ""
            return BadRow(line=line, reason=f"has {len(cells)} columns, the header has {width}{lines}")
        cells += [""] * (width - len(cells))
    written = "".join(cells)
    if _UNREADABLE in written or _NUL in written:
        return BadRow(line=line, reason="holds bytes that are no letters in this file's encoding")
    return Row(line=line, columns={name: cells[place] for name, place in places})


class _Reader(Protocol):
    """What csv.reader makes, which has no public type."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


def _numbered(reader: _Reader) -> Iterator[tuple[int, int, list[str]] | BadRow]:
    """Rows with their first and last line; blank ones are left out."""
    last = 0
    while True:
        try:
            for cells in reader:
                first, last = last + 1, reader.line_num
                if any(map(str.strip, cells)):
                    yield first, last, cells
        except csv.Error as broken:
            yield BadRow(line=last + 1, reason=f"is no CSV: {broken}")
            last = reader.line_num
        else:
            return


def _sniff_encoding(path: Path) -> str:
    """UTF-8 when most letters beyond ASCII are UTF-8's, else CP1251; a few broken bytes change nothing."""
    inside = high = 0
    with path.open("rb") as file:
        for chunk in _chunks(file):
            inside += 2 * len(_CYRILLIC_IN_UTF8.findall(chunk))
            high += len(_HIGH.findall(chunk))
            if high > _ENOUGH_LETTERS:
                break
    return "utf-8" if inside * 2 >= high else "cp1251"


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def _with_bom(encoding: str) -> str:
    return "utf-8-sig" if encoding.casefold().replace("_", "-") in {"utf-8", "utf8"} else encoding


def _sniff_delimiter(header: str) -> str:
    """The one that parts the header's names the most."""
    bare = _QUOTED.sub('""', header)
    return max(DELIMITERS, key=bare.count)
