"""Clients, and a source that gives them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime

from otrs_bridge.directory.reading import BadRow, NotUnderstood, Row, read_row
from otrs_bridge.directory.table_rows import texts_of
from otrs_bridge.domain.client import Client

MOMENT = datetime(2026, 3, 1, 4, 30, tzinfo=UTC)


def client(contract: str = "", address: str = "", phones: str = "", **texts: str) -> Client:
    """A client as a row of a source would give it."""
    row = {"contract": contract, "address": address, "phones": phones, **texts}
    found = read_row(1, row, NotUnderstood())
    assert isinstance(found, Client), found
    return found


def columns_of(one: Client) -> dict[str, str]:
    """The texts of a row that tells of this client."""
    names = ("contract", "type", "name", "address", "district", "phones")
    more = ("email", "login", "customer_id", "services", "notes")
    return dict(zip((*names, *more), texts_of(one), strict=True))


class ListSource:
    """Rows from a list; `on_row` is called before each, so that a test can act in the middle of a sync."""

    name = "a list"
    area_code = ""

    def __init__(self, rows: Sequence[Client | BadRow], on_row: Callable[[int], None] = lambda _row: None) -> None:
        self._rows = rows
        self._on_row = on_row

    def read(self) -> Iterator[Row | BadRow]:
        """The rows."""
        for number, row in enumerate(self._rows):
            self._on_row(number)
            yield row if isinstance(row, BadRow) else Row(line=number + 1, columns=columns_of(row))


CLIENTS = (
    client(
        "Ф-15236",
        "ул. Летная, д. 5, кв. 132",
        "+7 495 123-45-67; 8 916 123-45-67",
        type="individual",
        name="Иванов Иван Иванович",
        district="Центр",
        email="Ivanov@Example.org",
        login="Иванов",
        services="internet;tv",
        notes="не отключать\nдо 1 мая\t\\N",
    ),
    client("Ю-15236; Ю-200", "Летная 5-133", "84951234567", type="legal", name="ООО «Ромашка»", customer_id="romashka"),
    client("300", "г. Мытищи, ул. Кольцевая, д. 14, кв. 15", login="ivanov@example.org"),
    client("Ф-301", "г. Пушкино, Кольцевая улица, 14, кв 15"),
    client("Ф-302", "Кольцевой проезд, 14, кв. 15"),
    client("Ф-303", "ул. Кольцевая, д. 14А, кв. 15"),
    client("Ф-304", "ул. Кольцевая, д. 14 к. 2, кв. 15"),
    client("Ф-305", "ул. Кольцевая, д. 114, кв. 15"),
    client("Ф-306", "ул. Кольцевая, д. 14, оф. 15"),
    client("Ф-400", "не адрес"),
    client("Ф-401", "проспект Ленина, 1", email="x@y.ru", login="x@y.ru"),
)
