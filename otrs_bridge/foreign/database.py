"""Somebody else's database: connected to for one reading, in one transaction that only reads.

Billing and the client list may both live in one; what opens it, hides its password and says what is wrong is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError, StatementError
from sqlalchemy.pool import NullPool

from otrs_bridge.errors import BridgeError
from otrs_bridge.words import Words

_AT_ONCE = 2000  # rows of the source held in memory
_READ_ONLY = {  # and, where that is possible, everything as of one moment
    "postgresql": ("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY",),
    "mysql": ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT"),
    "mariadb": ("SET SESSION TRANSACTION READ ONLY", "START TRANSACTION WITH CONSISTENT SNAPSHOT"),
    "sqlite": ("PRAGMA query_only = ON", "BEGIN"),
}


class ForeignDatabase:
    """A database by its URL. `name` is what a person may see of that.

    `key` is where the URL stands in the configuration; whatever goes wrong is raised as `unusable`.
    """

    def __init__(self, url: str, *, key: str, unusable: type[BridgeError]) -> None:
        self._unusable = unusable
        try:
            self._url = make_url(url)
        except (ArgumentError, ValueError):
            # Not `from`: the foreign message may quote the password.
            raise unusable(_no_url(key)) from None
        shown = self._url
        bare = URL.create(shown.drivername, shown.username, host=shown.host, port=shown.port, database=shown.database)
        self.name = bare.render_as_string()

    @contextmanager
    def connected(self, zone: tzinfo | None = None) -> Iterator[Connection]:
        """One transaction that only reads, its results streaming. `zone`: where MariaDB and MySQL shall tell their moments,
        whatever zone the server lives in.
        """
        with self.translated():
            self._demand_file()
            engine = create_engine(self._url, hide_parameters=True, poolclass=NullPool, connect_args=self._faster())
            with engine.connect() as connection:
                for statement in _READ_ONLY.get(engine.dialect.name, ()):
                    connection.exec_driver_sql(statement)
                if zone is not None and engine.dialect.name in {"mysql", "mariadb"}:
                    _tell_moments_in(connection, zone)
                yield connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE)

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Foreign errors as one of ours, without the password."""
        try:
            yield
        except (NoSuchModuleError, ModuleNotFoundError) as missing:
            raise self._unusable(_no_driver(self.name, missing)) from missing
        except (SQLAlchemyError, UnicodeDecodeError) as broken:  # a text that is none in the encoding it claims
            reason = " ".join(str(getattr(broken, "orig", None) or broken).split())
            if self._url.password:
                reason = reason.replace(str(self._url.password), "***")
            asked = getattr(broken, "detail", [])  # see `naming`
            raise self._unusable(Words.alike(": ".join([self.name, *asked, reason]))) from broken

    def _faster(self) -> dict[str, object]:
        """For a driver written in Python that reads moments by a pattern: most of the time that millions of rows take."""
        if self._url.get_driver_name() != "pymysql":
            return {}
        from pymysql.constants import FIELD_TYPE
        from pymysql.converters import conversions, convert_datetime

        def moment(written: str) -> object:
            try:
                return datetime.fromisoformat(written)
            except ValueError:  # `0000-00-00 00:00:00`, and what else the driver knows
                return convert_datetime(written)

        return {"conv": {**conversions, FIELD_TYPE.DATETIME: moment, FIELD_TYPE.TIMESTAMP: moment}}

    def _demand_file(self) -> None:
        # SQLite would make an empty database, and an empty answer is worse than no file.
        file = self._url.database if self._url.get_backend_name() == "sqlite" else None
        if file is not None and file != ":memory:" and not file.startswith("file:") and not Path(file).is_file():
            raise self._unusable(Words(ru=f"{self.name}: нет такого файла", en=f"{self.name}: there is no such file"))


def _tell_moments_in(connection: Connection, zone: tzinfo) -> None:
    """By the offset of today: servers seldom know zones by their names."""
    now = connection.exec_driver_sql("SELECT UTC_TIMESTAMP()").scalar_one()
    minutes = int((now.replace(tzinfo=UTC).astimezone(zone).utcoffset() or timedelta()).total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    connection.exec_driver_sql(f"SET time_zone = '{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}'")


@contextmanager
def naming(query: str) -> Iterator[None]:
    """What the database says of this query of the operator's is told with its name in the configuration."""
    try:
        yield
    except StatementError as broken:
        broken.add_detail(query)
        raise


def _no_url(key: str) -> Words:
    return Words(
        ru=f"{key}: это не URL базы данных; нужен вида postgresql://user@host/name",
        en=f"{key} is no database URL; write postgresql://user@host/name",
    )


def _no_driver(name: str, missing: Exception) -> Words:
    return Words(
        ru=f"{name}: не установлен драйвер для базы данных такого вида ({missing}); "
        "для MariaDB и MySQL: pip install 'otrs-bridge[mysql]'",
        en=f"{name}: no driver for this kind of database is installed ({missing}); "
        "for MariaDB and MySQL: pip install 'otrs-bridge[mysql]'",
    )
