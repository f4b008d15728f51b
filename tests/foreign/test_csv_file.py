"""A file that another program wrote is read as it was meant: one broken byte must not turn every contract into another."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from otrs_bridge.errors import BillingUnusable, BridgeError, DirectoryUnusable
from otrs_bridge.foreign.csv_file import BadCells, Cells, CsvFile
from otrs_bridge.foreign.database import ForeignDatabase


def rows(folder: Path, content: bytes, *, strict: bool = True) -> list[Cells | BadCells]:
    path = folder / "export.csv"
    path.write_bytes(content)
    return list(CsvFile(path, unusable=BillingUnusable, strict=strict).rows())


@pytest.mark.parametrize("lines", [1, 5000])
def test_a_name_cut_in_the_middle_of_a_letter_costs_its_row_alone(tmp_path: Path, lines: int) -> None:
    good, cut = "Ф-2;Петров\n".encode(), "Ф-3;Сидоров".encode()[:-1] + b"\n"
    found = rows(tmp_path, "договор;имя\n".encode() + cut + good * lines)
    assert found[0] == (1, ["договор", "имя"])
    assert isinstance(found[1], BadCells)
    assert found[2:] == [(line, ["Ф-2", "Петров"]) for line in range(3, lines + 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("text", ["contract;name\n1;Ivanov\n", "договор;имя\nФ-1;ООО «Ёж» № 1\n", "a;b\n1;«»№\n"])
def test_the_encoding_is_found_out_from_the_letters_there_are(tmp_path: Path, text: str, encoding: str) -> None:
    header, row = text.splitlines()
    assert rows(tmp_path, text.encode(encoding)) == [(1, header.split(";")), (2, row.split(";"))]


@pytest.mark.parametrize(
    ("row", "strictly", "kindly"),
    [
        ("1;2;", None, ["1", "2"]),
        ("1", None, ["1", ""]),
        ("1;2;3", None, None),
        ('1;"ООО "Ромашка""', None, ["1", 'ООО Ромашка""']),
        ('1;"ООО ""Ромашка"""', ["1", 'ООО "Ромашка"'], ["1", 'ООО "Ромашка"']),
    ],
)
def test_money_is_read_strictly_and_a_client_list_kindly(
    tmp_path: Path, row: str, strictly: list[str] | None, kindly: list[str] | None
) -> None:
    for strict, wanted in ((True, strictly), (False, kindly)):
        _, found = rows(tmp_path, f"a;b\n{row}\n".encode(), strict=strict)
        assert (None if isinstance(found, BadCells) else found[1]) == wanted


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1251"])
def test_an_export_that_breaks_off_has_a_bad_last_row(tmp_path: Path, end: str, encoding: str) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(f"счёт;имя;сумма\n1;Ф;450\n1;Ю;4{end}".encode(encoding))
    _, first, last = CsvFile(path, unusable=BillingUnusable, strict=True, exported=True).rows()
    assert first == (2, ["1", "Ф", "450"])
    if end:
        assert last == (3, ["1", "Ю", "4"])
    else:
        assert isinstance(last, BadCells)
        assert (last.line, "breaks off" in last.why.en, "обрывается" in last.why.ru) == (3, True, True)


@pytest.mark.parametrize(("row", "is_bad"), [("1;Летная", True), ("1;Летная 5;", False), ("1;Летная 5;к", False)])
def test_a_list_that_people_edit_may_lack_its_last_end_of_line_but_not_cells_as_well(
    tmp_path: Path, row: str, is_bad: bool
) -> None:
    _, found = rows(tmp_path, f"a;b;c\n{row}".encode(), strict=False)
    assert isinstance(found, BadCells) is is_bad


@pytest.mark.parametrize("before", ["", "a;b\n1;2\n"])
@pytest.mark.parametrize("exported", [True, False])
def test_what_has_no_end_of_line_is_not_held_in_memory(tmp_path: Path, before: str, exported: bool) -> None:
    """Three gigabytes of it, of which the disk has none: read whole, they would be the process's end."""
    path = tmp_path / "export.csv"
    path.write_text(before, encoding="utf-8")
    with path.open("r+b") as export:
        export.truncate(3 << 30)
    file = CsvFile(path, unusable=BillingUnusable, strict=True, encoding="utf-8", exported=exported)
    with pytest.raises(BillingUnusable, match=rf"line {3 if before else 1} is longer than 1048576 characters"):
        list(file.rows())


def test_a_header_alone_may_lack_its_end(tmp_path: Path) -> None:
    assert rows(tmp_path, b"a;b") == [(1, ["a", "b"])]


FORGOTTEN = """\
contract,type,name,address
Ф-1001,individual,"Иванов,Летная 5-1
Ф-1002,individual,Петров,Летная 5-2
Ф-1003,individual,"Сидоров, И. И.",Летная 5-3
Ф-1004,individual,Орлов,"Летная 5,
кв. 4"
"""


@pytest.mark.parametrize("strict", [True, False])
def test_a_quote_that_nobody_closed_costs_its_own_line_alone(tmp_path: Path, strict: bool) -> None:
    _, broken, *good = rows(tmp_path, FORGOTTEN.encode(), strict=strict)
    assert isinstance(broken, BadCells)
    assert broken.line == 2
    assert [row if isinstance(row, BadCells) else (row[0], row[1][0], row[1][3]) for row in good] == [
        (3, "Ф-1002", "Летная 5-2"),
        (4, "Ф-1003", "Летная 5-3"),
        (5, "Ф-1004", "Летная 5,\nкв. 4"),
    ]


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("lines", [3, 20_000])
def test_a_quote_that_nothing_closes_any_more_costs_its_own_line_alone(
    tmp_path: Path, strict: bool, lines: int
) -> None:
    text = "договор;имя;адрес\n" + 'Ф-1;"Иванов;Летная 5-1\n' + "Ф-2;Петров;Летная 5-2\n" * lines
    _, broken, *good = rows(tmp_path, text.encode(), strict=strict)
    assert isinstance(broken, BadCells)
    assert good == [(line, ["Ф-2", "Петров", "Летная 5-2"]) for line in range(3, lines + 3)]


def test_rows_that_end_early_are_no_part_of_a_cell_either(tmp_path: Path) -> None:
    short = 'Ф-1;фл;"Иванов\nФ-2;фл;Петров\nФ-3;фл;"Сидоров"\n'
    _, broken, *good = rows(tmp_path, f"договор;тип;имя;адрес;район;тел;почта\n{short}".encode(), strict=False)
    assert isinstance(broken, BadCells)
    assert [row if isinstance(row, BadCells) else row[1][:3] for row in good] == [
        ["Ф-2", "фл", "Петров"],
        ["Ф-3", "фл", "Сидоров"],
    ]


def test_what_people_write_in_several_lines_of_a_cell_is_one_cell(tmp_path: Path) -> None:
    note = "Звонить после 18, кроме среды,\nсобака, код 15, этаж 3\n\nдолг, рассрочка"
    text = f'contract,type,name,address,district,notes\nФ-1,individual,Иванов,Летная 5-1,,"{note}"\nФ-2,,,,,\n'
    _, first, second = rows(tmp_path, text.encode(), strict=True)
    assert first == (2, ["Ф-1", "individual", "Иванов", "Летная 5-1", "", note])
    assert second == (6, ["Ф-2", "", "", "", "", ""])


def test_a_database_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "clients.db"
    database = ForeignDatabase(f"sqlite:///{file}", key="directory.url", unusable=DirectoryUnusable)
    with pytest.raises(DirectoryUnusable, match="there is no such file"), database.connected():
        pass
    assert not file.exists()


def opened(url: str) -> None:
    """Open a database and close it."""
    with ForeignDatabase(url, key="directory.url", unusable=DirectoryUnusable).connected():
        pass


def rows_of_a_pipe(folder: Path) -> object:
    os.mkfifo(folder / "pipe.csv")
    return list(CsvFile(folder / "pipe.csv", unusable=BillingUnusable, strict=True).rows())


@pytest.mark.parametrize(
    ("act", "russian"),
    [
        (lambda folder: rows(folder, b""), "export.csv: файл пуст"),
        (lambda folder: list(CsvFile(folder, unusable=BillingUnusable, strict=True).rows()), ": не читается: "),
        (rows_of_a_pipe, "pipe.csv: это не файл"),
        (lambda _folder: opened("nonsense"), "directory.url: это не URL базы данных"),
        (lambda _folder: opened("foo://host/name"), "foo://host/name: не установлен драйвер"),
        (lambda folder: opened(f"sqlite:///{folder}/x.db"), "x.db: нет такого файла"),
    ],
    ids=["an empty file", "a folder", "a pipe", "no URL", "no driver", "no database file"],
)
def test_what_is_wrong_is_told_in_russian_too(tmp_path: Path, act: Callable[[Path], object], russian: str) -> None:
    with pytest.raises(BridgeError) as refused:
        act(tmp_path)
    assert russian in refused.value.words.ru
