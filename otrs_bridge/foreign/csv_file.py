"""A CSV file that another program wrote: its encoding and delimiter found out, its rows numbered as an editor shows them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from otrs_bridge.errors import BridgeError
from otrs_bridge.words import Words

DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "cp1251")

_CHUNK = 1 << 20
_ENOUGH_LETTERS = 2000
_IN_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_QUOTED = re.compile(r'"[^"]*"')
_NO_LETTER = "\ufffd"
_NUL = "\0"
_HEADER_LENGTH = 64 * 1024


Cells = tuple[int, Sequence[str]]  # the line a row begins on, and what stands in it, as many as the header has


@dataclass(frozen=True, slots=True)
class BadCells:
    """What is no row: the line it begins on, and why, as a sentence's end."""

    line: int
    why: Words


class CsvFile:
    """One file. `delimiter` and `encoding` "": to be found out. Whatever is wrong with the file as a whole is raised as
    `unusable`.

    `strict`: a row with quotes that CSV does not allow is bad, and so is one with a cell more or fewer than the header.
    Otherwise quotes are taken as far as they can be understood, and empty cells at a row's end do not count.
    """

    def __init__(
        self, path: Path, *, unusable: type[BridgeError], strict: bool, delimiter: str = "", encoding: str = ""
    ) -> None:
        self.path = path
        self._unusable = unusable
        self._strict = strict
        self._delimiter = delimiter
        self._encoding = encoding

    def rows(self) -> Iterator[Cells | BadCells]:
        """First the header, which is a row always, then the others, streaming. Blank lines are left out."""
        try:
            encoding = self._encoding or _sniff_encoding(self.path)
            with self.path.open(encoding=_with_bom(encoding), errors="replace", newline="") as file:
                delimiter = self._delimiter or _sniff_delimiter(file.readline(_HEADER_LENGTH))
                file.seek(0)
                lines = _numbered(csv.reader(file, delimiter=delimiter, strict=self._strict))
                header = next(lines, None)
                if header is None or isinstance(header, BadCells):
                    raise self._unusable(_empty(self.path))
                width = len(header[2])
                yield header[0], header[2]
                for row in lines:
                    yield row if isinstance(row, BadCells) else self._checked(*row, width)
        except OSError as broken:
            raise self._unusable(unreadable(self.path, broken)) from broken

    def _checked(self, line: int, last_line: int, cells: list[str], width: int) -> Cells | BadCells:
        if len(cells) != width:
            # Empty cells may be missing at the end, or be too many there: a client list edited by hand is like that.
            if self._strict or last_line > line or any(cells[width:]):
                return BadCells(line, _wrong_width(line, last_line, len(cells), width))
            cells = [*cells[:width], *[""] * (width - len(cells))]
        written = "".join(cells)
        if _NO_LETTER in written or _NUL in written:
            return BadCells(line, _NOT_LETTERS)
        return line, cells


def places_of(header: Sequence[str], wanted: Mapping[str, str]) -> dict[str, int]:
    """Where each column of ours stands. `wanted`: our names, and what the file calls them; what it has not is left out."""
    found = {name.strip().casefold(): index for index, name in reversed(list(enumerate(header)))}
    names = {ours: theirs.strip().casefold() for ours, theirs in wanted.items()}
    return {ours: found[name] for ours, name in names.items() if name in found}


_NOT_LETTERS = Words(ru="знаки не из кодировки файла", en="holds bytes that are no letters in this file's encoding")


def unreadable(what: object, broken: OSError) -> Words:
    """That the system does not let `what` be read, in the system's words."""
    return Words(ru=f"{what}: не читается: {broken.strerror}", en=f"{what}: cannot be read: {broken.strerror}")


def _empty(path: Path) -> Words:
    return Words(
        ru=f"{path}: файл пуст; в первой строке должны быть названия столбцов",
        en=f"{path}: is empty; its first line has to name the columns",
    )


def _wrong_width(line: int, last_line: int, found: int, width: int) -> Words:
    ru = en = ""
    if last_line > line:
        ru = f", строки {line}–{last_line}: не закрыта кавычка?"
        en = f", lines {line} to {last_line}: is a quote not closed?"
    return Words(
        ru=f"столбцов {found}, а в заголовке {width}{ru}",
        en=f"has {found} columns, the header has {width}{en}",
    )


class _Reader(Protocol):
    """What csv.reader makes, which has no public type."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


def _numbered(reader: _Reader) -> Iterator[tuple[int, int, list[str]] | BadCells]:
    """Rows with their first and last line; blank ones are left out."""
    last = 0
    while True:
        try:
            for cells in reader:
                first, last = last + 1, reader.line_num
                if any(map(str.strip, cells)):
                    yield first, last, cells
        except csv.Error as broken:
            yield BadCells(last + 1, Words(ru=f"это не CSV: {broken}", en=f"is no CSV: {broken}"))
            last = reader.line_num
        else:
            return


def _sniff_encoding(path: Path) -> str:
    """UTF-8 when most bytes beyond ASCII are UTF-8's, a byte order mark among them, else CP1251.

    A few broken bytes change nothing: read as the other, every contract in the file would become another one.
    """
    inside = high = 0
    with path.open("rb") as file:
        for chunk in _chunks(file):
            inside += sum(map(len, _IN_UTF8.findall(chunk)))
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
