"""One thing that a ticket says of its client, and where it stands.

Source: docs/field-rules.md#client.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Source(StrEnum):
    """Where a clue stands, the most trusted first."""

    CUSTOMER = "customer"
    SENDER = "sender"
    FIELD = "field"
    TITLE = "title"
    BODY = "body"
    QUOTED = "quoted"


TOLD = frozenset({Source.TITLE, Source.BODY, Source.QUOTED})
"""Where people tell of others, too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Clue(Generic[Value]):
    """One thing that was read, and the most trusted place that says it."""

    value: Value
    source: Source
