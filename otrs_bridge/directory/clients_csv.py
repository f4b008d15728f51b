"""The operator's client list as a CSV file: any usual delimiter, UTF-8 or CP1251, columns by their names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from otrs_bridge.directory.reading import COLUMNS, IDENTIFYING, BadRow, Row
from otrs_bridge.errors import DirectoryUnusable
from otrs_bridge.foreign.column_names import demand_single
from otrs_bridge.foreign.csv_file import BadCells, Cells, CsvFile, places_of
from otrs_bridge.words import Words


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
        self._file = CsvFile(path, unusable=DirectoryUnusable, strict=False, delimiter=delimiter, encoding=encoding)
        self._columns = columns
        self.area_code = area_code

    @property
    def name(self) -> str:
        """The file."""
        return str(self._file.path)

    def read(self) -> Iterator[Row | BadRow]:
        """Every row of the file, streaming; raises DirectoryUnusable when it is no client list at all."""
        places: tuple[tuple[str, int], ...] = ()
        for row in self._file.rows():
            if isinstance(row, BadCells):
                yield BadRow(line=row.line, reason=row.why)
            elif not places:
                places = tuple(self._places(row[1]).items())
            else:
                yield _named(row, places)

    def _places(self, header: Sequence[str]) -> dict[str, int]:
        """Which of our columns stands where."""
        missing = [theirs for ours, theirs in self._columns.items() if not places_of(header, {ours: theirs})]
        if missing:
            raise DirectoryUnusable(_no_columns(self.name, missing, header))
        wanted = {ours: self._columns.get(ours, ours) for ours in COLUMNS}
        demand_single(self.name, header, wanted.values(), DirectoryUnusable)
        places = places_of(header, wanted)
        if not set(places) & set(IDENTIFYING):
            raise DirectoryUnusable(_no_client_list(self.name))
        return places


def _no_columns(name: str, missing: Sequence[str], header: Sequence[str]) -> Words:
    wanted, found = ", ".join(missing), ", ".join(header)
    return Words(
        ru=f"{name}: не хватает столбцов: {wanted} (directory.columns), есть только {found}",
        en=f"{name}: has no column {wanted} (directory.columns), only {found}",
    )


def _no_client_list(name: str) -> Words:
    wanted = ",".join(COLUMNS[:8])
    return Words(
        ru=f"{name}: в первой строке должны быть названия столбцов: {wanted}; другие названия задаются в directory.columns",
        en=f"{name}: its first line has to name the columns: {wanted}; other names are mapped by directory.columns",
    )


def _named(row: Cells, places: Sequence[tuple[str, int]]) -> Row:
    line, cells = row
    return Row(line=line, columns={name: cells[place] for name, place in places})
