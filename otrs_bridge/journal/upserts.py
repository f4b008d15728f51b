"""INSERT … ON CONFLICT, which both databases have in the same words and SQLAlchemy keeps apart."""

from __future__ import annotations

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """The database's own INSERT for this table."""
    return postgresql.insert(table) if connection.dialect.name == "postgresql" else sqlite.insert(table)
