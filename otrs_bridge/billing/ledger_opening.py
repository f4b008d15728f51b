"""Opening a ledger file, and telling it from other files."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from otrs_bridge.billing import ledger_layout
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.words import Words

SPOILT: Final = (sqlite3.Error, UnicodeDecodeError)  # SQLite's own message may quote bytes that are no text
_PAGES_IN_MEMORY: Final = "PRAGMA cache_size = -16384"  # KiB; the file is read once, from front to back


def opened(path: Path) -> sqlite3.Connection:
    """A ledger file, read only. Raises BillingUnusable when it is none."""
    if not path.is_file():
        raise BillingUnusable(_no_file(path))
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
    try:
        connection.execute(_PAGES_IN_MEMORY)
        application, layout = (connection.execute(f"PRAGMA {name}").fetchone()[0]
                               for name in ("application_id", "user_version"))  # fmt: skip
    except SPOILT as broken:
        connection.close()
        raise BillingUnusable(_no_ledger(path, broken)) from broken
    if application != ledger_layout.APPLICATION or layout not in ledger_layout.ACCOUNTS_OF:
        connection.close()
        raise BillingUnusable(_another_layout(path))
    return connection


def accounts_query(connection: sqlite3.Connection) -> str:
    """The query for the accounts of this file, whichever layout it has."""
    return ledger_layout.ACCOUNTS_OF[connection.execute("PRAGMA user_version").fetchone()[0]]


def is_by_balance(connection: sqlite3.Connection) -> bool:
    """Whether the file has balances and no entries."""
    if connection.execute("PRAGMA user_version").fetchone()[0] != ledger_layout.LAYOUT:
        return False
    found: tuple[int] | None = connection.execute(ledger_layout.BY_BALANCE).fetchone()
    return found == (1,)


def is_ledger(path: Path) -> bool:
    """Whether a file is a ledger of the bridge, of this version or another. It may not be there at all: then it is none."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            found: int = connection.execute("PRAGMA application_id").fetchone()[0]
    except SPOILT:
        return False
    return found == ledger_layout.APPLICATION


def _no_file(path: Path) -> Words:
    return Words(
        ru=f"{path}: книги нет; её создаёт `otrs-bridge billing init`",
        en=f"{path}: there is no ledger; `otrs-bridge billing init` makes one",
    )


def _no_ledger(path: Path, broken: Exception) -> Words:
    return Words(ru=f"{path}: это не книга моста: {broken}", en=f"{path}: is no ledger of the bridge: {broken}")


def _another_layout(path: Path) -> Words:
    return Words(
        ru=f"{path}: это не книга моста или книга другой версии; загрузите её заново: `billing import`",
        en=f"{path}: is no ledger of the bridge, or of another version; `billing import` it again",
    )


@contextmanager
def translated(name: str) -> Iterator[None]:
    """SQLite's errors as BillingUnusable."""
    try:
        yield
    except SPOILT as broken:
        raise BillingUnusable(Words.alike(f"{name}: {broken}")) from broken
