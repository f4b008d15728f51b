"""The `directory:` section: one class for each source of clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Discriminator, Field
from pydantic_core import PydanticCustomError

from otrs_bridge.config.values import ConfigPath, DatabaseUrl, Secret, Section, url_with_password

# Defaults are given as a file would give them and are validated alike.
# mypy: disable-error-code="assignment"

COLUMNS = (
    *("contract", "type", "name", "address", "district", "phones", "email", "login"),
    *("customer_id", "services", "notes"),
)


def _known_columns(columns: Mapping[str, str]) -> Mapping[str, str]:
    unknown = sorted(set(columns) - set(COLUMNS))
    if unknown:
        text = "maps {unknown}; the columns are {known}"
        raise PydanticCustomError("columns", text, {"unknown": ", ".join(unknown), "known": ", ".join(COLUMNS)})
    return columns


Columns = Annotated[Mapping[str, str], AfterValidator(_known_columns)]


class _Source(Section):
    source: str  # here only for its place: the first key of every kind
    area_code: str = Field(
        default="", pattern="^[0-9]{0,5}$", description="completes local phone numbers", examples=["495"]
    )


class _Database(_Source):
    url: DatabaseUrl = Field(
        repr=False,
        description="the database (SQLAlchemy URL)",
        examples=["postgresql://reader@billing.example.org/billing"],
    )
    password: Secret | None = Field(
        default=None,
        description="its password, when the URL has none; or password_file",
        examples=["change-me"],
    )
    password_file: ConfigPath | None = Field(
        default=None, description="file with that password", examples=["billing-password"]
    )

    @property
    def full_url(self) -> str:
        """The URL with its password."""
        return url_with_password(self.url, self.password)


class CsvDirectory(_Source):
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
    delimiter: Literal["", ",", ";", "\t", "|"] = Field(
        default="", description='what parts the columns: , ; | or "\\t"; "" finds out by itself'
    )
    encoding: Literal["", "utf-8", "cp1251"] = Field(default="", description='utf-8 or cp1251; "" finds out by itself')


class SqlDirectory(_Database):
    """the clients come from any database by your own query"""

    source: Literal["sql"] = Field(default="sql", description="sql: any database, read only")
    query: str = Field(
        min_length=1,
        description="gives one row a client, with the columns contract,type,name,address,district,phones,"
        "email,login and, where known, customer_id,services,notes",
        examples=["SELECT number AS contract, kind AS type, name, address, phones, email FROM clients"],
    )
    columns: Columns = Field(
        default={},
        description="columns that the query calls otherwise: {our name: its name}",
        examples=[{"contract": "number"}],
    )


class OtrsDirectory(_Database):
    """the clients are OTRS's own customer users"""

    source: Literal["otrs"] = Field(
        default="otrs",
        description="otrs: the table customer_user of OTRS's database, read only; never its passwords",
    )


DirectorySettings = Annotated[CsvDirectory | SqlDirectory | OtrsDirectory, Discriminator("source")]
