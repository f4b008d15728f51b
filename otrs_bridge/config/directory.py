"""The `directory:` section: one class for each source of clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Field

from otrs_bridge.config.foreign_data import Delimiter, Encoding, ForeignDatabaseSettings, known_columns
from otrs_bridge.config.values import ConfigPath, Section

# Defaults are given as a file would give them and are validated alike.
# mypy: disable-error-code="assignment"

COLUMNS = (
    *("contract", "type", "name", "address", "district", "phones", "email", "login"),
    *("customer_id", "services", "notes"),
)


Columns = Annotated[Mapping[str, str], known_columns(*COLUMNS)]


class _DirectorySource(Section):
    source: str  # here only for its place: the first key of every kind
    area_code: str = Field(
        default="", pattern="^[0-9]{0,5}$", description="completes local phone numbers", examples=["495"]
    )


class CsvDirectory(_DirectorySource):
    """the clients come from a file"""

    source: Literal["csv"] = Field(default="csv", description="csv: a file that the billing system writes")
    path: ConfigPath = Field(
        description="the file; header: contract,type,name,address,district,phones,email,login "
        "and, where known, customer_id,services,notes; several contracts or phones are parted by ;",
        examples=["clients.csv"],
    )
    columns: Columns = Field(
        default={},
        description="columns that the file calls otherwise: {our name: its name}",
        examples=[{"contract": "Договор", "phones": "Телефоны"}],
    )
    delimiter: Delimiter = ""
    encoding: Encoding = ""


class SqlDirectory(ForeignDatabaseSettings, _DirectorySource):
    """the clients come from any database by your own query"""

    source: Literal["sql"] = Field(default="sql", description="sql: any database, read only")
    query: str = Field(
        min_length=1,
        description="gives one row a client, with the columns contract,type,name,address,district,phones,"
        "email,login and, where known, customer_id,services,notes",
        examples=["SELECT number AS contract, kind AS type, name, address, phones, email, login FROM clients"],
    )
    columns: Columns = Field(
        default={},
        description="columns that the query calls otherwise: {our name: its name}",
        examples=[{"contract": "number"}],
    )


class OtrsDirectory(ForeignDatabaseSettings, _DirectorySource):
    """the clients are OTRS's own customer users"""

    source: Literal["otrs"] = Field(
        default="otrs",
        description="otrs: the table customer_user of OTRS's database, read only; never its passwords",
    )


class MappedDirectory(ForeignDatabaseSettings, _DirectorySource):
    """the clients come from the database of a billing system that the bridge has a map of"""

    source: Literal["abills", "bgbilling", "lanbilling", "mikbill", "ubilling", "utm5"] = Field(
        default="abills",
        description="abills, bgbilling, lanbilling, mikbill, ubilling, utm5: that system's database, read only, by the "
        "bridge's own queries",
    )


DirectorySettings = Annotated[CsvDirectory | SqlDirectory | OtrsDirectory | MappedDirectory, Discriminator("source")]
