"""What the mirror needs of a database: the bridge's own (journal) offers it, and bootstrap hands it in."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy import Connection


class Store(Protocol):
    """A database lent out one transaction at a time; it translates its driver's exceptions into the error tree."""

    def reading(self) -> AbstractContextManager[Connection]:
        """A transaction that changes nothing."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction that is durable when the block ends, and never was when the block raises."""
