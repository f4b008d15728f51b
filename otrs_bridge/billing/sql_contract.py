"""The entries of single accounts of a foreign database, as `billing show` and the last look before a ticket ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, CursorResult, Executable, bindparam, select, text
from sqlalchemy.exc import DataError
from sqlalchemy.types import NullType

from otrs_bridge.billing.account_row import (
    ACCOUNT_COLUMNS,
    ENTRY_COLUMNS,
    NEEDED_OF_ACCOUNTS,
    NEEDED_OF_ENTRIES,
    SUMS_COLUMNS,
    account_id,
)
from otrs_bridge.billing.entry_rows import entry_of, entry_row
from otrs_bridge.billing.foreign_table import ForeignTable
from otrs_bridge.billing.sql_entries import Stream, entry_twice
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.faults import NOBODYS, FaultLog, InsaneRow


class Tables:
    """The operator's queries as tables. `entries` and `sums` are None when there are none; without entries each account
    needs a balance.
    """

    def __init__(self, connection: Connection, *, accounts: str, entries: str, sums: str) -> None:
        needed = NEEDED_OF_ACCOUNTS if entries else (*NEEDED_OF_ACCOUNTS, "balance")
        self.accounts = ForeignTable(connection, accounts, "accounts", ACCOUNT_COLUMNS, needed)
        self.entries = (
            ForeignTable(connection, entries, "entries", ENTRY_COLUMNS, NEEDED_OF_ENTRIES) if entries else None
        )
        self.sums = ForeignTable(connection, sums, "sums", SUMS_COLUMNS, SUMS_COLUMNS) if sums else None


class ContractEntries:
    """Asks for the entries of one account after the other; what is wrong with them is added to `faults`."""

    def __init__(
        self, tables: Tables, stream: Stream, connection: Connection, *, zone: tzinfo, faults: FaultLog
    ) -> None:
        self._tables = tables
        self._stream = stream
        self._connection = connection
        self._zone = zone
        self._faults = faults
        self._others: dict[str, bool] = {}

    def of(self, account: str) -> Iterator[Entry]:
        """The entries that name this account letter for letter. What the database takes for its name besides is a fault,
        unless another account is called so.
        """
        entries, met = self._tables.entries, set()
        if entries is None:
            return
        for row in self._found(entries, account, ENTRY_COLUMNS):
            named = account_id(row[0])
            if named != account:
                if not self._is_account(named):
                    self._faults.add(InsaneRow(account=named, why=NOBODYS))
                continue
            if row[5] is not None and row[5] in met:
                self._faults.add(InsaneRow(account=account, why=entry_twice(row[5])))
            met.add(row[5])
            try:
                yield entry_of(entry_row(account, row, self._zone))
            except Unreadable as wrong:
                self._faults.add(wrong.row(account, table=entries.key))

    def _is_account(self, named: str) -> bool:
        if named not in self._others:
            same = self._found(self._tables.accounts, named, ("account",))
            self._others[named] = any(account_id(row[0]) == named for row in same)
        return self._others[named]

    def _found(self, table: ForeignTable, account: str, columns: Sequence[str]) -> list[Sequence[Any]]:
        """Rows whose account the database takes for this one, whatever type its column has: its index may be used.

        The name goes untyped, for the database to read as the column's own type; SQLite, where a column may have none,
        is asked for both.
        """
        names: list[object] = [account]
        if self._connection.dialect.name == "sqlite" and account.isdecimal() and str(int(account)) == account:
            names.append(int(account))
        binds = [bindparam(None, name, type_=NullType()) for name in names]
        query = select(*(table[name] for name in columns)).where(table["account"].in_(binds))
        if self._connection.dialect.name != "postgresql":
            return list(self._stream(query))
        self._execute(text("SAVEPOINT bridge"))
        try:
            return list(self._execute(query))
        except DataError:
            # A name that is no number is not that of any account where these are numbers.
            self._execute(text("ROLLBACK TO SAVEPOINT bridge"))
            return []

    def _execute(self, statement: Executable) -> CursorResult[Any]:
        return self._connection.execute(statement, execution_options={"stream_results": False})
