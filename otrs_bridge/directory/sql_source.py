"""Clients out of any database by the operator's own query, and out of OTRS's customer_user. Read only."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, CursorResult, inspect

from otrs_bridge.directory.reading import COLUMNS, IDENTIFYING, BadRow, Row
from otrs_bridge.domain.texts.contract import parse_contract
from otrs_bridge.domain.texts.legal_form import has_legal_form
from otrs_bridge.errors import DirectoryUnusable
from otrs_bridge.foreign.column_names import demand_single
from otrs_bridge.foreign.database import ForeignDatabase
from otrs_bridge.words import Words

# Every column by name: the agent's role need not be allowed to read `pw`, and must not.
_CUSTOMERS = (
    "SELECT u.login, u.email, u.customer_id, u.first_name, u.last_name, u.phone, u.mobile, u.street, u.city, "
    "c.name AS company FROM customer_user u LEFT JOIN customer_company c ON c.customer_id = u.customer_id "
    "WHERE u.valid_id = 1"
)
_MORE_CUSTOMERS = "SELECT user_id, customer_id FROM customer_user_customer"


class SqlSource:
    """The rows of a query whose columns are called as ours, or are mapped by `columns` (ours: theirs)."""

    def __init__(
        self,
        url: str,
        query: str,
        *,
        columns: Mapping[str, str] = MappingProxyType({}),
        area_code: str = "",
    ) -> None:
        self._database = ForeignDatabase(url, key="directory.url", unusable=DirectoryUnusable)
        self._query = query
        self._columns = columns
        self.area_code = area_code

    @property
    def name(self) -> str:
        """The database, without its password."""
        return self._database.name

    def read(self) -> Iterator[Row | BadRow]:
        """Every row that the query gives, streaming; raises DirectoryUnusable when it cannot be asked."""
        with self._database.connected() as connection, closing(_streamed(connection, self._query)) as result:
            places = self._places(list(result.keys()))
            for line, row in enumerate(result, start=1):
                yield Row(line=line, columns={name: _text(row[place]) for name, place in places.items()})

    def _places(self, found: list[str]) -> dict[str, int]:
        at = {name.casefold(): index for index, name in enumerate(found)}
        wanted = {ours: self._columns.get(ours, ours).casefold() for ours in COLUMNS}
        demand_single(self.name, found, wanted.values(), DirectoryUnusable)
        missing = [theirs for theirs in self._columns.values() if theirs.casefold() not in at]
        places = {ours: at[theirs] for ours, theirs in wanted.items() if theirs in at}
        if missing or not set(places) & set(IDENTIFYING):
            raise DirectoryUnusable(_no_columns(self.name, ", ".join(found), ", ".join(missing or COLUMNS[:8])))
        return places


class OtrsCustomers:
    """OTRS's customer users. Their contract is the customer ID or the login, where written like one."""

    def __init__(self, url: str, *, area_code: str = "") -> None:
        self._database = ForeignDatabase(url, key="directory.url", unusable=DirectoryUnusable)
        self.area_code = area_code

    @property
    def name(self) -> str:
        """The database, without its password."""
        return f"{self._database.name} (customer_user)"

    def read(self) -> Iterator[Row | BadRow]:
        """Every valid customer user, streaming; raises DirectoryUnusable when the database cannot be asked."""
        with self._database.connected() as connection:
            more = _more_customer_ids(connection)
            with closing(_streamed(connection, _CUSTOMERS)) as result:
                for line, row in enumerate(result.mappings(), start=1):
                    texts = {name: _text(value).strip() for name, value in row.items()}
                    yield Row(line=line, columns=_customer(texts, more))


def _no_columns(name: str, found: str, wanted: str) -> Words:
    return Words(
        ru=f"{name}: запрос даёт столбцы {found}; нужны {wanted} (SELECT … AS contract или directory.columns)",
        en=f"{name}: the query gives the columns {found}; wanted are {wanted} "
        "(SELECT … AS contract, or directory.columns)",
    )


def _customer(row: Mapping[str, str], more: Mapping[str, list[str]]) -> dict[str, str]:
    """OTRS's columns as ours."""
    company = row["company"]
    is_legal = has_legal_form(company)
    numbers = [row["customer_id"], *more.get(row["login"], []), row["login"]]
    contracts = [number for number in numbers if (found := parse_contract(number)) and found.prefix]
    return {
        "contract": ";".join(contracts),
        "type": "legal" if is_legal else "",
        "name": company if is_legal else f"{row['last_name']} {row['first_name']}",
        "address": ", ".join(part for part in (row["city"], row["street"]) if part),
        "phones": ";".join(part for part in (row["phone"], row["mobile"]) if part),
        "email": row["email"],
        "login": row["login"],
        "customer_id": row["customer_id"],
    }


def _more_customer_ids(connection: Connection) -> dict[str, list[str]]:
    """Customer IDs beyond the first; OTRS has the table since version 6."""
    found: dict[str, list[str]] = {}
    if inspect(connection).has_table("customer_user_customer"):
        for row in _streamed(connection, _MORE_CUSTOMERS):
            found.setdefault(_text(row[0]), []).append(_text(row[1]))
    return found


def _streamed(connection: Connection, query: str) -> CursorResult[*tuple[Any, ...]]:
    """A result that comes in portions. The query goes to the driver as it is, with its % and :."""
    return connection.execution_options(no_parameters=True).exec_driver_sql(query)


def _text(value: object) -> str:
    """What a column holds, as text: lists (arrays, JSON) are parted by `;`, as in a CSV."""
    match value:
        case None:
            return ""
        case str():
            return value.replace("\0", "")  # MariaDB may hold what no other database takes
        case bytes() | bytearray() | memoryview():
            return bytes(value).decode(errors="replace")
        case list() | tuple():
            return ";".join(map(_text, value))
        case dict():
            return json.dumps(value, ensure_ascii=False)
    return str(value)
