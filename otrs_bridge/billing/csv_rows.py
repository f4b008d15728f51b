"""A CSV export of billing as numbered rows with our names, columns by their header. What is not exact is no row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.foreign.csv_file import BadCells, CsvFile, places_of
from otrs_bridge.words import Words

CsvRow = dict[str, str]


class CsvTable:
    """One file. `columns` maps our names to the file's own; of `known` columns `needed` must be there. `exported`: a program
    wrote it, not a person.
    """

    def __init__(
        self,
        path: Path,
        known: Sequence[str],
        needed: Sequence[str],
        *,
        columns: Mapping[str, str] = MappingProxyType({}),
        delimiter: str = "",
        encoding: str = "",
        exported: bool = False,
    ) -> None:
        self.path = path
        self._file = CsvFile(
            path, unusable=BillingUnusable, strict=True, delimiter=delimiter, encoding=encoding, exported=exported
        )
        self._known = known
        self._needed = needed
        self._columns = columns

    def rows(self) -> Iterator[tuple[int, CsvRow | Unreadable]]:
        """Line number and row; Unreadable where the line is no row of this table. Blank lines are left out.

        Raises BillingUnusable when the file as a whole is none of ours.
        """
        places: dict[str, int] = {}
        for row in self._file.rows():
            if isinstance(row, BadCells):
                yield row.line, Unreadable(ru=row.why.ru, en=row.why.en)
            elif not places:
                places = self._places(row[1])
            else:
                line, cells = row
                yield line, {name: cells[place] for name, place in places.items()}

    def _places(self, header: Sequence[str]) -> dict[str, int]:
        if len({name.strip().casefold() for name in header}) != len(header):
            raise BillingUnusable(_alike_columns(self.path, ", ".join(header)))
        wanted = {ours: self._columns.get(ours, ours) for ours in self._known}
        places = places_of(header, wanted)
        missing = [wanted[ours] for ours in self._known
                   if ours not in places and (ours in self._needed or ours in self._columns)]  # fmt: skip
        if missing:
            raise BillingUnusable(_no_columns(self.path, ", ".join(missing), ", ".join(header)))
        return places


def _alike_columns(path: Path, header: str) -> Words:
    return Words(
        ru=f"{path}: два столбца называются одинаково: {header}",
        en=f"{path}: two columns have the same name: {header}",
    )


def _no_columns(path: Path, missing: str, header: str) -> Words:
    return Words(
        ru=f"{path}: не хватает столбцов: {missing}; есть только {header}; "
        "другие названия столбцов задаются в billing.ledger",
        en=f"{path}: has no column {missing}, only {header}; other names are mapped by the columns of billing.ledger",
    )
