"""The tables about people: who may log in, who has, and what they did. The rest, and their metadata, are in `tables.py`."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Table

from otrs_bridge.journal import tables
from otrs_bridge.journal.columns import BigNumber, Moment, WordsColumn

metadata = tables.metadata  # whoever takes it from here has all tables in it

users = Table(
    "users",
    metadata,
    Column("name", WordsColumn, primary_key=True),
    Column("role", WordsColumn, nullable=False),
    Column("password", WordsColumn, nullable=False),
    Column("added_at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", WordsColumn, primary_key=True),
    Column("user", WordsColumn, nullable=False, index=True),
    Column("source", WordsColumn, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
)

acts = Table(
    "acts",
    metadata,
    Column("id", BigNumber, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", WordsColumn, nullable=False),
    Column("act", WordsColumn, nullable=False),
    Column("run", BigNumber, ForeignKey("runs.id"), index=True),
    Column("said", WordsColumn, nullable=False),
    sqlite_autoincrement=True,
)
