"""Somebody else's database: connected to for one reading, in one read-only transaction, asked by queries not ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, column, create_engine, null, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from otrs_bridge.errors import BillingUnusable

_AT_ONCE = 2000  # rows of the source held in memory
_READ_ONLY = {  # and, where that is possible, everything as of one moment
    "postgresql": ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT"),
    "sqlite": ("PRAGMA query_only = ON", "BEGIN"),
}
_NAME_ALONE = re.compile(r"[\w.]+")


class ForeignDatabase:
    """A database by its URL. `name` is what a person may see of that."""

    def __init__(self, url: str) -> None:
        try:
            self._url = make_url(url)
        except (ArgumentError, ValueError):
            # Not `from`: the foreign message may quote the password.
            raise BillingUnusable("billing.ledger.url is no database URL; write postgresql://user@host/name") from None
        shown = self._url
        bare = URL.create(shown.drivername, shown.username, host=shown.host, port=shown.port, database=shown.database)
        self.name = bare.render_as_string()

    @contextmanager
    def connected(self) -> Iterator[Connection]:
        """One transaction that only reads. Raises BillingUnusable."""
        with self.translated():
            self._demand_file()
            engine = create_engine(self._url, hide_parameters=True, poolclass=NullPool)
            with engine.connect() as connection:
                for statement in _READ_ONLY.get(engine.dialect.name, ()):
                    connection.exec_driver_sql(statement)
                yield connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Foreign errors as BillingUnusable, without the password."""
        try:
            yield
        except (NoSuchModuleError, ModuleNotFoundError) as missing:
            raise BillingUnusable(
                f"{self.name}: no driver for this kind of database is installed ({missing}); "
                "for MariaDB and MySQL: pip install 'otrs-bridge[mysql]'"
            ) from missing
        except SQLAlchemyError as broken:
            reason = " ".join(str(getattr(broken, "orig", None) or broken).split())
            if self._url.password:
                reason = reason.replace(str(self._url.password), "***")
            raise BillingUnusable(f"{self.name}: {reason}") from broken

    def _demand_file(self) -> None:
        # SQLite would make an empty database, and an empty feed is a worse answer than no file.
        file = self._url.database if self._url.get_backend_name() == "sqlite" else None
        if file is not None and file != ":memory:" and not file.startswith("file:") and not Path(file).is_file():
            raise BillingUnusable(f"{self.name}: there is no such file")


class Table:
    """The operator's query, or view, as something that the bridge's own queries select from."""

    def __init__(
        self, connection: Connection, query: str, name: str, known: Sequence[str], needed: Sequence[str]
    ) -> None:
        """Ask which columns there are. Raises BillingUnusable when one of `needed` is missing."""
        bare = query.strip().removesuffix(";")
        selected = f"SELECT * FROM {bare}" if _NAME_ALONE.fullmatch(bare) else bare  # noqa: S608 # the operator's own
        # Colons are the operator's (times of day, casts): no parameter of ours.
        statement = text(selected.replace(":", r"\:") + "\n")
        nothing = text(f"SELECT * FROM ({statement.text}) AS {name} WHERE 1 = 0")  # noqa: S608 # as above
        with closing(connection.execute(nothing)) as result:
            found = {key.casefold(): key for key in result.keys()}  # noqa: SIM118 # a result is no mapping
        missing = [one for one in needed if one not in found]
        if missing:
            raise BillingUnusable(
                f"billing.ledger.{name} gives the columns {', '.join(found.values())}; "
                f"missing: {', '.join(missing)} (SELECT … AS {missing[0]})"
            )
        self.names = tuple(one for one in known if one in found)
        self.source: FromClause = statement.columns(*(column(found[one]) for one in self.names)).subquery(name)
        self._found = {one: self.source.c[found[one]] for one in self.names}

    def __getitem__(self, name: str) -> ColumnElement[Any]:
        """A column by our name; NULL where the query has none."""
        return self._found.get(name, null())

    @property
    def columns(self) -> list[ColumnElement[Any]]:
        """The columns of `names`."""
        return [self[name] for name in self.names]
