"""Column types: how moments, texts and field values lie in the database."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, Text
from sqlalchemy.types import TypeDecorator

from otrs_bridge.domain.ticket import Value
from otrs_bridge.journal.values import decode, decode_counts, encode, encode_counts, storable

# Numbers of rows and of tickets. SQLite numbers rows by itself only in a column called INTEGER (64 bits too).
BigNumber = BigInteger().with_variant(Integer(), "sqlite")


class Moment(TypeDecorator[datetime]):
    """A moment: aware in the program, UTC in the database (timestamptz; in SQLite a text that sorts so)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without time zone: {value}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class WordsColumn(TypeDecorator[str]):
    """A text; what no database takes is replaced, so that no wording of OTRS can make the journal fail."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return None if value is None else storable(value)


class ValueColumn(TypeDecorator[Value]):
    """A field value as JSON (see `values`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Value | None, _dialect: Dialect) -> str | None:
        return None if value is None else encode(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Value | None:
        return None if value is None else decode(value)


class Counts(TypeDecorator[Mapping[str, int]]):
    """The counts of a run's closing line as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, int] | None, _dialect: Dialect) -> str | None:
        return None if value is None else encode_counts(value)

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Mapping[str, int] | None:
        return None if value is None else decode_counts(value)
