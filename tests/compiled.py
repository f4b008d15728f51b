"""What SQLAlchemy has compiled for one SQLite database serves the next: tests open thousands, and each would begin anew.

SQLAlchemy keeps a statement's text by the dialect it was compiled for, and makes a dialect for each engine. All of SQLite's
are alike, so here the engines have one, and one memory of texts.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import URL, Dialect, Engine, create_engine

from otrs_bridge.journal import engines

_compiled: dict[Any, Any] = {}


@cache
def _dialect() -> Dialect:
    engine = create_engine("sqlite+pysqlite://")
    engine.connect().close()  # by which it learns SQLite's version
    engine.dispose()
    return engine.dialect


def _create_engine(url: URL, **options: Any) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, **options)
    engine = create_engine(url, execution_options={"compiled_cache": _compiled}, **options)
    engine.dialect = _dialect()
    return engine


def share_compiled_statements() -> None:
    """For the rest of this process, in the bridge's own databases."""
    engines.create_engine = _create_engine  # type: ignore[attr-defined,assignment] # it is SQLAlchemy's there
