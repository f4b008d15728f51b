"""A client list as operators have them: whatever the encoding and delimiter, the rows that are good come in."""

from __future__ import annotations

from pathlib import Path

import pytest

from otrs_bridge.directory.clients_csv import ClientsCsv
from otrs_bridge.directory.reading import BadRow, NotUnderstood, read_clients
from otrs_bridge.domain.client import Client, ClientType
from otrs_bridge.errors import DirectoryUnusable

HEADER = "contract,type,name,address,district,phones,email,login"
ROW = 'Ф-15236,individual,Иванов Иван,"ул. Летная, д. 5, кв. 132",Центр,+7 495 123-45-67;89161234567,a@b.ru,ivanov'
ROWS = f'{HEADER}\n{ROW}\nЮ-200;Ю-201,юр. лицо,"ООО ""Ромашка""",Мира 1,Север,,office@romashka.ru,romashka\n'


def written(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "clients.csv"
    path.write_bytes(text.encode(encoding))
    return path


def rows(path: Path, **options: str) -> list[Client | BadRow]:
    return list(read_clients(ClientsCsv(path, **options), NotUnderstood()))  # type: ignore[arg-type] # only texts


def clients(path: Path) -> list[Client]:
    return [row for row in rows(path) if isinstance(row, Client)]


def test_a_row_becomes_a_client(tmp_path: Path) -> None:
    ivanov, romashka = clients(written(tmp_path, ROWS))
    assert ivanov.contract == "Ф-15236"
    assert ivanov.type is ClientType.INDIVIDUAL
    assert ivanov.name == "Иванов Иван"
    assert ivanov.address_text == "ул. Летная, д. 5, кв. 132"
    assert ivanov.address is not None
    assert (ivanov.address.street, ivanov.address.house, ivanov.address.flat) == ("летная", "5", "132")
    assert [phone.e164 for phone in ivanov.phones] == ["+74951234567", "+79161234567"]
    assert (ivanov.district, ivanov.email, ivanov.login) == ("Центр", "a@b.ru", "ivanov")
    assert [contract.canonical for contract in romashka.contracts] == ["Ю-200", "Ю-201"]
    assert romashka.type is ClientType.LEGAL
    assert romashka.name == 'ООО "Ромашка"'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_encoding_and_delimiter_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    cells = [HEADER.split(","), ["Ф-1", "физ. лицо", "Пётр", '"Мира, 1"', "Юг", '"89161234567;84951234567"', "", ""]]
    text = "".join(delimiter.join(row) + "\r\n" for row in cells)
    (client,) = clients(written(tmp_path, text, encoding))
    assert (client.name, client.address_text, len(client.phones)) == ("Пётр", "Мира, 1", 2)


@pytest.mark.parametrize("lines", [1, 5000])
def test_a_few_broken_bytes_do_not_change_the_encoding(tmp_path: Path, lines: int) -> None:
    path = tmp_path / "clients.csv"
    good = "Ф-2,,Сидоров Сидор Сидорович,,,,,\n".encode()
    path.write_bytes(f"{HEADER}\n".encode() + good * lines + b"\xd4-1,,\xcf,,,,,\n" + good)
    assert len(clients(path)) == lines + 1
    (bad,) = [row for row in rows(path) if isinstance(row, BadRow)]
    assert bad.line == lines + 2
    assert "no letters" in bad.reason.en


BAD = [
    ("abc,individual,,,,,,", "contract 'abc' is not a contract number"),
    ("Ф-1,собака,,,,,,", "type 'собака' is neither legal nor individual"),
    (",individual,Иванов,,Центр,,,", "has no contract, address, phone, e-mail or login to find the client by"),
    ("Ф-1,individual,,,,,,,,,x", "has 11 columns, the header has 8"),
    ('Ф-1,individual,"Иванов\nФ-2,individual,Петров,,,,,\n', "has a quote that is not closed"),
    ('Ф-1,individual,"Иванов,,,\nи Петров,,\n', "has 3 columns, the header has 8, lines 2 to 4: is a quo"),
    ("Ф-1,individual,\0,,,,,", "holds bytes that are no letters in this file's encoding"),
    ('Ф-1,individual,"' + "x" * 140_000 + '",,,,,', "is no CSV: field larger than field limit (131072)"),
]


@pytest.mark.parametrize(("row", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_a_bad_row_is_told_with_its_line_and_costs_no_other(tmp_path: Path, row: str, reason: str) -> None:
    before = rows(written(tmp_path, f"{HEADER}\n{row}\n"))
    assert isinstance(before[0], BadRow)
    assert before[0].line == 2
    assert before[0].reason.en.startswith(reason)
    if '"' not in row:
        assert isinstance(rows(written(tmp_path, f"{HEADER}\n{row}\n{ROW}\n"))[1], Client)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("abc,,,,,,,", "договор 'abc': это не номер договора"),
        ("Ф-1,dog,,,,,,", "тип 'dog': не юрлицо и не физлицо"),
        (",individual,,,,,,", "нет ни договора, ни адреса"),
        ("Ф-1,individual,,,,,,,,,x", "столбцов 11, а в заголовке 8"),
    ],
)
def test_a_bad_row_is_told_in_russian_too(tmp_path: Path, row: str, reason: str) -> None:
    (bad,) = rows(written(tmp_path, f"{HEADER}\n{row}\n"))
    assert isinstance(bad, BadRow)
    assert bad.reason.ru.startswith(reason)


def test_the_line_of_a_row_is_the_one_an_editor_shows(tmp_path: Path) -> None:
    text = f'{HEADER}\n\nФ-1,,"two\nlines",,,,,\n   \nbad!,,,,,,,\n'
    client, bad = rows(written(tmp_path, text))
    assert isinstance(client, Client)
    assert client.name == "two lines"
    assert isinstance(bad, BadRow)
    assert bad.line == 6


def test_what_is_not_understood_is_left_out_and_counted(tmp_path: Path) -> None:
    doubts = NotUnderstood()
    text = f"{HEADER}\nФ-1,,,где-то,,нет;89161234567,,\n"
    (client,) = read_clients(ClientsCsv(written(tmp_path, text)), doubts)
    assert isinstance(client, Client)
    assert (client.address, client.address_text, len(client.phones)) == (None, "где-то", 1)
    assert doubts.counts == {"addresses": 1, "phones": 1}


def test_more_columns_may_follow_in_any_order(tmp_path: Path) -> None:
    text = "notes;login;Contract ;services;customer_id;colour\nне отключать;i;Ф-1;internet, tv;firm;red\n"
    (client,) = clients(written(tmp_path, text))
    assert (client.contract, client.services, client.notes) == ("Ф-1", ("internet", "tv"), "не отключать")
    assert (client.customer_id, client.login) == ("firm", "i")


def test_a_header_of_other_names_is_mapped(tmp_path: Path) -> None:
    path = written(tmp_path, "Номер;Телефон\nФ-1;123-45-67\n", "cp1251")
    source = ClientsCsv(path, columns={"contract": "Номер", "phones": "телефон"}, area_code="495")
    (client,) = read_clients(source, NotUnderstood())
    assert isinstance(client, Client)
    assert (client.contract, client.phones[0].e164) == ("Ф-1", "+74951234567")


def test_a_short_row_has_empty_columns_at_its_end(tmp_path: Path) -> None:
    (client,) = clients(written(tmp_path, f"{HEADER}\nФ-1,individual,Иванов\n"))
    assert client.email == ""


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("Имя;Фамилия\nИван;Иванов\n", "its first line has to name the columns: contract,type"),
    ],
)
def test_a_file_that_is_no_client_list_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DirectoryUnusable, match=sentence) as refused:
        rows(written(tmp_path, text))
    assert "в первой строке должны быть названия столбцов" in refused.value.words.ru


@pytest.mark.parametrize("again", ["login", " Login "])
def test_two_columns_of_one_name_are_refused_by_it(tmp_path: Path, again: str) -> None:
    """Whichever was taken, a ticket could be given to the customer user of the other: a stranger."""
    path = written(tmp_path, f"{HEADER},{again}\n{ROW},petrov\n")
    with pytest.raises(DirectoryUnusable, match=r"two columns have the same name \(login\): contract, type") as refused:
        rows(path)
    assert "два столбца называются одинаково (login): contract, type" in refused.value.words.ru


def test_a_doubled_column_that_is_mapped_is_refused_and_one_that_nobody_reads_is_not(tmp_path: Path) -> None:
    path = written(tmp_path, "contract;Телефон;телефон;login;login;;\nФ-1;89161234567;123;i;k;;\n")
    with pytest.raises(DirectoryUnusable, match=r"same name \(телефон\)"):
        list(ClientsCsv(path, columns={"phones": "Телефон", "login": "contract"}).read())
    (client,) = read_clients(ClientsCsv(path, columns={"login": "contract"}), NotUnderstood())
    assert isinstance(client, Client)
    assert client.login == "Ф-1"


def test_a_mapped_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    source = ClientsCsv(written(tmp_path, ROWS), columns={"contract": "Номер"})
    with pytest.raises(
        DirectoryUnusable, match=r"has no column Номер \(directory\.columns\), only contract, type"
    ) as refused:
        list(source.read())
    assert "не хватает столбцов: Номер (directory.columns), есть только contract, type" in refused.value.words.ru


def test_a_missing_file_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(DirectoryUnusable, match="cannot be read: No such file"):
        rows(tmp_path / "nowhere.csv")
