"""A CSV export as numbered rows with our names: UTF-8 or CP1251, any usual delimiter, columns by their header."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from otrs_bridge.billing.values import Unreadable
from otrs_bridge.errors import BillingUnusable

DELIMITERS = (";", ",", "\t", "|")
_CHUNK = 1 << 20
_HEADER_LENGTH = 64 * 1024

CsvRow = dict[str, str]


class CsvTable:
    """One file. `columns` maps our names to the file's own; of `known` columns `needed` must be there."""

    def __init__(
        self,
        path: Path,
        known: Sequence[str],
        needed: Sequence[str],
        *,
        columns: Mapping[str, str] = MappingProxyType({}),
        delimiter: str = "",
        encoding: str = "",
    ) -> None:
        self.path = path
        self._known = known
        self._needed = needed
        self._columns = columns
        self._delimiter = delimiter
        self._encoding = encoding

    def rows(self) -> Iterator[tuple[int, CsvRow | Unreadable]]:
        """Line number and row; Unreadable where the line is no row of this table. Blank lines are left out.

        Raises BillingUnusable when the file as a whole is none of ours.
        """
        try:
            encoding = self._encoding or _encoding_of(self.path)
            errors = "strict" if encoding == "utf-8" else "replace"
            with self.path.open(encoding=encoding.replace("utf-8", "utf-8-sig"), errors=errors, newline="") as file:
                delimiter = self._delimiter or _delimiter_of(file.readline(_HEADER_LENGTH))
                file.seek(0)
                reader = csv.reader((line.replace("\0", "\ufffd") for line in file), delimiter=delimiter, strict=True)
                yield from self._numbered(reader)
        except OSError as broken:
            raise BillingUnusable(f"{self.path}: cannot be read: {broken.strerror}") from broken
        except UnicodeDecodeError as broken:
            raise BillingUnusable(f"{self.path}: is not written in {self._encoding or 'UTF-8'}") from broken

    def _numbered(self, reader: Iterable[list[str]]) -> Iterator[tuple[int, CsvRow | Unreadable]]:
        numbered = _cells(reader)
        _, header = next(numbered, (1, None))
        if header is None or isinstance(header, Unreadable):
            raise BillingUnusable(f"{self.path}: is empty; its first line has to name the columns")
        places = self._places(header)
        width = len(header)
        for line, cells in numbered:
            if isinstance(cells, Unreadable):
                yield line, cells
            elif len(cells) != width:
                yield line, Unreadable(ru=f"столбцов {len(cells)}, а в заголовке {width}",
                                       en=f"has {len(cells)} columns, the header has {width}")  # fmt: skip
            elif any("\ufffd" in cell for cell in cells):
                yield line, Unreadable(ru="знаки не из кодировки файла", en="holds bytes that are no letters here")
            else:
                yield line, {name: cells[place] for name, place in places.items()}

    def _places(self, header: Sequence[str]) -> dict[str, int]:
        at = {name.strip().casefold(): index for index, name in enumerate(header)}
        if len(at) != len(header):
            raise BillingUnusable(f"{self.path}: two columns have the same name: {', '.join(header)}")
        wanted = {ours: self._columns.get(ours, ours) for ours in self._known}
        places = {ours: at[name.strip().casefold()] for ours, name in wanted.items() if name.strip().casefold() in at}
        missing = [wanted[ours] for ours in self._known
                   if ours not in places and (ours in self._needed or ours in self._columns)]  # fmt: skip
        if missing:
            raise BillingUnusable(
                f"{self.path}: has no column {', '.join(missing)}, only {', '.join(header)}; "
                "other names are mapped by the columns of billing.ledger"
            )
        return places


def _cells(reader: Iterable[list[str]]) -> Iterator[tuple[int, list[str] | Unreadable]]:
    """Rows with the line that they begin on."""
    rows = iter(reader)
    last = 0
    while True:
        try:
            cells = next(rows, None)
        except csv.Error as broken:
            yield last + 1, Unreadable(ru=f"это не CSV: {broken}", en=f"is no CSV: {broken}")
            last = int(reader.line_num)  # type: ignore[attr-defined] # csv's reader has no public type
            continue
        if cells is None:
            return
        first, last = last + 1, int(reader.line_num)  # type: ignore[attr-defined] # as above
        if any(cell.strip() for cell in cells):
            yield first, cells


def _encoding_of(path: Path) -> str:
    """UTF-8 when the whole file is; otherwise CP1251."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1251"
    return "utf-8"


def _delimiter_of(header: str) -> str:
    return max(DELIMITERS, key=header.count)
