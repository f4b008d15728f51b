"""Keys that every section reading other people's data shares: a database, a CSV file, columns by other names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from otrs_bridge.config.values import DatabaseUrl, Secret, SecretPath, Section, refusal, url_with_password


class ForeignDatabaseSettings(Section):
    """A database that is only read, with its password in the URL, beside it or in a file."""

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
    password_file: SecretPath | None = Field(
        default=None, description="file with that password", examples=["billing-password"]
    )

    @property
    def full_url(self) -> str:
        """The URL with its password."""
        return url_with_password(self.url, self.password)


class ForeignZone(Section):
    """Where the moments of other people's data are."""

    source: str  # here only for its place: the first key of every kind
    timezone: ZoneInfo | None = Field(
        default=None,
        description="time zone of dates and times that name none; the operator's, when it is not given",
        examples=["Asia/Yekaterinburg"],
    )


Delimiter = Annotated[
    Literal["", ",", ";", "\t", "|"],
    Field(description='what parts the columns: , ; | or "\\t"; "" finds out by itself'),
]
Encoding = Annotated[Literal["", "utf-8", "cp1251"], Field(description='utf-8 or cp1251; "" finds out by itself')]


def known_columns(*known: str) -> AfterValidator:
    """Refuses a mapping {our name: its name} that names a column of ours which there is not."""

    def check(columns: Mapping[str, str]) -> Mapping[str, str]:
        unknown, ours = ", ".join(sorted(set(columns) - set(known))), ", ".join(known)
        if set(columns) - set(known):
            raise refusal(ru=f"нет столбца {unknown}; столбцы: {ours}", en=f"maps {unknown}; the columns are {ours}")
        return columns

    return AfterValidator(check)
