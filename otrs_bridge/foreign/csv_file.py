"""A CSV file that another program wrote: its encoding and delimiter found out, its rows numbered as an editor shows them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from os import SEEK_END
from pathlib import Path
from typing import BinaryIO, Protocol, TextIO

from otrs_bridge.errors import BridgeError
from otrs_bridge.words import Words

DELIMITERS = (",", ";", "\t", "|")

_CHUNK = 1 << 20
_ENOUGH_LETTERS = 2000
_IN_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")
_QUOTED = re.compile(r'"[^"]*"')
_NO_LETTER = "\ufffd"
_NUL = "\0"
_HEADER_LENGTH = 64 * 1024
_LONGEST_LINE = 1 << 20  # characters; what has none shorter is no table, and would be held in memory whole
_NUMBER = re.compile(r"[0-9]+")


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
    Otherwise quotes are taken as far as they can be understood, and empty cells at a row's end do not count. A quote that
    somebody forgot to close costs its own line, not those up to the next quote.

    A last row without an end of line may be cut off: it is bad in a file that a program wrote (`exported`), for a `450`
    may have been a `4500`; where people edit by hand, when cells are missing in it as well.
    """

    def __init__(
        self,
        path: Path,
        *,
        unusable: type[BridgeError],
        strict: bool,
        delimiter: str = "",
        encoding: str = "",
        exported: bool = False,
    ) -> None:
        self.path = path
        self._exported = exported
        self._cut_off = 0
        self._unusable = unusable
        self._strict = strict
        self._delimiter = delimiter
        self._encoding = encoding

    def rows(self) -> Iterator[Cells | BadCells]:
        """First the header, which is a row always, then the others, streaming. Blank lines are left out."""
        if self.path.exists() and not (self.path.is_file() or self.path.is_dir()):  # a pipe would be waited for
            raise self._unusable(Words(ru=f"{self.path}: это не файл", en=f"{self.path}: is no file"))
        try:
            encoding = self._encoding or _sniff_encoding(self.path)
            with self._opened(encoding) as file, self._opened(encoding) as again:
                delimiter = self._delimiter or _sniff_delimiter(file.readline(_HEADER_LENGTH))
                file.seek(0)
                rows = _numbered(self._reader(self._lines(file), delimiter))
                lines = _LinesAgain(self._lines(again))
                first, _last, header = next(rows, (0, 0, _NO_HEADER))
                if isinstance(header, Words):
                    raise self._unusable(_empty(self.path))
                yield first, header
                width = len(header)
                self._cut_off = 0 if _ends_a_line(self.path) else self._last_line(encoding)
                for first, last, cells in rows:
                    if last > first and _swallows_a_row(swallowed := lines.between(first, last), delimiter, width):
                        yield from self._singly(first, swallowed, delimiter, width)
                    elif isinstance(cells, Words):
                        yield BadCells(first, cells)
                    else:
                        yield self._checked(first, last, cells, width)
        except OSError as broken:
            raise self._unusable(unreadable(self.path, broken)) from broken

    def _opened(self, encoding: str) -> TextIO:
        return self.path.open(encoding=_with_bom(encoding), errors="replace", newline="")

    def _last_line(self, encoding: str) -> int:
        with self._opened(encoding) as file:
            return sum(1 for _ in self._lines(file))

    def _lines(self, file: TextIO) -> Iterator[str]:
        number = 0
        while line := file.readline(_LONGEST_LINE + 1):
            number += 1
            if len(line) > _LONGEST_LINE:
                raise self._unusable(_endless(self.path, number))
            yield line

    def _reader(self, lines: Iterable[str], delimiter: str) -> _CsvReader:
        return csv.reader(lines, delimiter=delimiter, strict=self._strict)

    def _singly(self, first: int, lines: Sequence[str], delimiter: str, width: int) -> Iterator[Cells | BadCells]:
        """Each of these lines as a row of its own; one with a quote that nothing closes there is bad."""
        for number, line in enumerate(lines, first):
            if line.count('"') % 2:
                yield BadCells(number, _OPEN_QUOTE)
                continue
            for _, _, cells in _numbered(self._reader([line], delimiter)):
                if isinstance(cells, Words):
                    yield BadCells(number, cells)
                else:
                    yield self._checked(number, number, cells, width)

    def _checked(self, line: int, last_line: int, cells: list[str], width: int) -> Cells | BadCells:
        if last_line == self._cut_off and (self._exported or len(cells) < width):
            return BadCells(line, _CUT_OFF)
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


_NO_HEADER = Words.alike("")
_OPEN_QUOTE = Words(ru="не закрыта кавычка", en="has a quote that is not closed")
_CUT_OFF = Words(
    ru="файл обрывается: у последней строки нет конца (выгрузка не дописана?)",
    en="is where the file breaks off: its last line has no end (is the export not finished?)",
)
_NOT_LETTERS = Words(ru="знаки не из кодировки файла", en="holds bytes that are no letters in this file's encoding")


def unreadable(what: object, broken: OSError) -> Words:
    """That the system does not let `what` be read, in the system's words."""
    return Words(ru=f"{what}: не читается: {broken.strerror}", en=f"{what}: cannot be read: {broken.strerror}")


def _empty(path: Path) -> Words:
    return Words(
        ru=f"{path}: файл пуст; в первой строке должны быть названия столбцов",
        en=f"{path}: is empty; its first line has to name the columns",
    )


def _endless(path: Path, line: int) -> Words:
    return Words(
        ru=f"{path}: строка {line} длиннее {_LONGEST_LINE} знаков: это не CSV, или в файле нет концов строк",
        en=f"{path}: line {line} is longer than {_LONGEST_LINE} characters: this is no CSV, or has no ends of lines",
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


class _CsvReader(Protocol):
    """What csv.reader makes, which has no public type."""

    @property
    def line_num(self) -> int: ...

    def __iter__(self) -> Iterator[list[str]]: ...


def _numbered(reader: _CsvReader) -> Iterator[tuple[int, int, list[str] | Words]]:
    """Rows with their first and last line, or why they are none; blank ones are left out."""
    last = 0
    while True:
        try:
            for cells in reader:
                first, last = last + 1, reader.line_num
                if any(map(str.strip, cells)):
                    yield first, last, cells
        except csv.Error as broken:
            first, last = last + 1, reader.line_num
            yield first, last, Words(ru=f"это не CSV: {broken}", en=f"is no CSV: {broken}")
        else:
            return


class _LinesAgain:
    """The lines of the file once more, for where a row reaches over several of them. Only ever forward."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._next = 1

    def between(self, first: int, last: int) -> list[str]:
        """The lines `first` to `last`, both inclusive."""
        found = list(islice(self._lines, first - self._next, last - self._next + 1))
        self._next = last + 1
        return found


def _swallows_a_row(lines: Sequence[str], delimiter: str, width: int) -> bool:
    """Whether a line that stands within a row's quotes is a row by itself, so that nobody meant them to reach so far.

    Such a line has all its own quotes closed, and either about as many cells as the header or a first cell like that of
    the row (`Ф-1001`, `Ф-1002`): what people write in several lines of one cell has not.
    """
    enough, key = width - width // 4, _shape_of_key(lines[0], delimiter)
    return any(
        line.count('"') % 2 == 0
        and ((key and _shape_of_key(line, delimiter) == key) or len(_cells_of(line, delimiter)) >= enough)
        for line in lines[1:]
    )


def _shape_of_key(line: str, delimiter: str) -> str:
    """What stands before the first delimiter, each number in it as 0; "" when no number does."""
    key, parted, _ = line.partition(delimiter)
    shape = _NUMBER.sub("0", key.strip())
    return shape if parted and "0" in shape else ""


def _cells_of(line: str, delimiter: str) -> Sequence[str]:
    """The cells of one line; none when it is longer than a cell may be."""
    try:
        return next(csv.reader([line], delimiter=delimiter), ())
    except csv.Error:
        return ()


def _ends_a_line(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, SEEK_END):
            return True
        file.seek(-1, SEEK_END)
        return file.read(1) in {b"\n", b"\r"}


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
