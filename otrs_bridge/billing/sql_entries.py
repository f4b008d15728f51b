"""The entries (or sums) of a foreign database, read in one pass and given to the accounts that they name.

The database only sorts. What its collation takes for equal (`ivanov`, `Ivanov` and `ivanov `; 1 and `00001`) are two
accounts or one account and a mistake, so who is who is decided here, letter for letter: an entry whose account nobody has
is a fault, and never falls out of a join unseen. Each row travels once: rows of another service wait until that is read.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import tzinfo
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, Select, Text, cast, select

from otrs_bridge.billing.account_row import ENTRY_COLUMNS, SUMS_COLUMNS, account_id
from otrs_bridge.billing.contract_writings import ZeroWritings
from otrs_bridge.billing.doubles import DoubledRows, Doubles
from otrs_bridge.billing.entry_rows import entry_row, sums_row
from otrs_bridge.billing.foreign_table import ForeignTable
from otrs_bridge.billing.row_spool import RowSpool
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.billing.values import read_service, read_text
from otrs_bridge.domain.billing.accounts import SERVICES, Service
from otrs_bridge.domain.billing.faults import FaultLog, InsaneRow, nobodys
from otrs_bridge.domain.billing.ledger import Row
from otrs_bridge.words import Words

Stream = Callable[[Select[Any]], Iterator[Sequence[Any]]]
Among = Callable[[Collection[str]], ColumnElement[bool]]

_TWICE = Words(ru="записи дважды", en="entries that come twice")
_PERIOD_TWICE = Words(
    ru="на период больше одной строки сумм, а нужна одна", en="a period has more than one row of sums, and needs one"
)
_LOGICAL_OR = Words(
    ru=" (разных id всего один или два; в MariaDB и MySQL || — логическое ИЛИ, пишите CONCAT('c', id))",
    en=" (the ids are but one or two; in MariaDB and MySQL || is a logical OR, write CONCAT('c', id))",
)
_ID = ENTRY_COLUMNS.index("id")
_NO_ID = frozenset({None, ""})
_ALIKE = 2  # ids: those of true and false
_TOLD = 20
_AT_ONCE = 50_000  # accounts asked for by name: without an index the database looks through the table for each such lot


class AccountIndex:
    """Which accounts there are, by the letters of their names, and of which service. `twice` are those that come twice,
    `zeros` what their contracts have before the number.
    """

    def __init__(self, rows: Iterable[Sequence[Any]]) -> None:
        """From `(account, service, contract, name)`; what names no account is left to whoever reads the accounts."""
        self.twice: set[str] = set()
        self.zeros = ZeroWritings()
        self._services: dict[str, dict[str, str]] = {}
        for account, service, contract, name in rows:
            own = account_id(account)
            self.zeros.note(contract, name)
            if own and self.find(own) is not None:
                self.twice.add(own)
            elif own:
                self._services.setdefault(read_service(read_text(service)), {})[own] = own

    def find(self, account: str) -> tuple[str, str] | None:
        """The account's name, always the same object, and its service; None when no account is called so."""
        for service, accounts in self._services.items():
            own = accounts.get(account)
            if own is not None:
                return own, service
        return None

    def like(self, account: str) -> str | None:
        """An account that somebody may have meant by a name that nobody has."""
        wanted = _folded(account)
        everybody = (own for accounts in self._services.values() for own in accounts)
        return next((own for own in everybody if wanted and _folded(own) == wanted), None)


class EntryPass:
    """One pass over a table of entries or sums for all services. `faults` and `doubled` are complete when it is."""

    def __init__(self, table: ForeignTable, index: AccountIndex, stream: Stream, *, zone: tzinfo, dialect: str) -> None:
        self._table = table
        self._index = index
        self._stream = stream
        self._zone = zone
        self._dialect = dialect
        self._is_entries = "kind" in table.names
        self._read_row = entry_row if self._is_entries else sums_row
        self._has_ids = "id" in table.names
        self._checked = False
        self._waiting: dict[str, RowSpool] = {}
        self.faults = FaultLog()
        self.doubled = DoubledRows()

    def rows(self, service: Service) -> Iterator[Row]:
        """The rows of one service, those of an account together; the others wait on the way."""
        waiting = self._waiting.get(service)
        if waiting is not None:
            yield from waiting.rows()
            return
        self.close()
        spools: dict[str, RowSpool] = {other: RowSpool() for other in SERVICES if other != service}
        try:
            for home, rows in self._by_account():
                if home == service:
                    yield from rows
                elif home in spools:
                    spools[home].extend(rows)
            self._waiting, spools = spools, {}
        finally:
            for spool in spools.values():
                spool.close()

    def close(self) -> None:
        """Forget what waits."""
        for spool in self._waiting.values():
            spool.close()
        self._waiting = {}

    def _by_account(self) -> Iterator[tuple[str, list[Row]]]:
        """Each account's service and rows. What is wrong is counted once, however often the table is read."""
        faults, doubled = (FaultLog(), DoubledRows()) if self._checked else (self.faults, self.doubled)
        ids = Doubles()
        for account, group in groupby(self._stream(self._query()), _account_of):
            found = self._index.find(account)
            if found is None:
                for row in group:
                    faults.add(self._orphan(account, row, is_told=faults.count < _TOLD))
                continue
            own, home = found
            yield home, self._looked_at(own, list(group), ids, faults, doubled)
        if not self._checked and (again := ids.found()):
            self._tell_doubles(again, few=ids.kinds <= _ALIKE)
        self._checked = True

    def some(
        self, accounts: Sequence[str], among: Among, faults: FaultLog, doubled: DoubledRows
    ) -> Iterator[tuple[str, int, list[Row]]]:
        """Each of these accounts, how many rows the database has of it, and those that can be read."""
        ids = Doubles()
        for start in range(0, len(accounts), _AT_ONCE):
            portion = frozenset(accounts[start : start + _AT_ONCE])
            query = self._query().where(among(portion))
            for account, group in groupby(self._stream(query), _account_of):
                if account in portion:
                    rows = list(group)
                    yield account, len(rows), self._looked_at(account, rows, ids, faults, doubled)

    def _looked_at(
        self, own: str, rows: list[Sequence[Any]], ids: Doubles, faults: FaultLog, doubled: DoubledRows
    ) -> list[Row]:
        """The rows of an account, as the scan takes them."""
        read = self._read(own, rows, faults)
        if not self._is_entries:
            self._tell_periods(own, read, faults)
        elif not self._has_ids:
            doubled.look(own, read)
        elif not ids.add_all([row[_ID] for row in rows]):
            doubled.look(own, self._read(own, [row for row in rows if row[_ID] in _NO_ID], FaultLog()))
        return read

    def _query(self) -> Select[Any]:
        table = self._table
        columns = [table[name] for name in (ENTRY_COLUMNS if self._is_entries else SUMS_COLUMNS)]
        return select(*columns).order_by(by_letters(table["account"], self._dialect))

    def _read(self, own: str, rows: Sequence[Sequence[Any]], faults: FaultLog) -> list[Row]:
        read, zone = self._read_row, self._zone
        try:
            return [read(own, row, zone) for row in rows]
        except Unreadable:
            return list(self._readable(own, rows, faults))

    def _readable(self, own: str, rows: Iterable[Sequence[Any]], faults: FaultLog) -> Iterator[Row]:
        for row in rows:
            try:
                yield self._read_row(own, row, self._zone)
            except Unreadable as wrong:
                faults.add(wrong.row(own, table=self._table.key, place=self._place(own, row)))

    def _place(self, account: str, row: Sequence[Any]) -> str:
        return f"{account}, id {row[_ID]}" if self._has_ids and row[_ID] not in _NO_ID else ""

    def _orphan(self, account: str, row: Sequence[Any], *, is_told: bool) -> InsaneRow:
        """An entry of nobody. Who may be meant is looked for only where somebody will read it."""
        shown = f"id {row[_ID]}" if self._has_ids else ", ".join(map(str, row[1:5]))
        like = self._index.like(account) if is_told else None
        return nobodys(account, Words.alike(f"{self._table.key}, {shown}"), like=like)

    def _tell_periods(self, own: str, rows: Sequence[Row], faults: FaultLog) -> None:
        """Refuse sums of a period that come twice: added up, a join too many would owe, or pay, everything twice."""
        if len({row[1] for row in rows}) == len(rows):
            return
        for period, times in Counter(row[1] for row in rows).items():
            if times > 1:
                told = f"{period} × {times} ({self._table.key}, GROUP BY account, period)"
                why = Words(ru=f"{_PERIOD_TWICE.ru}: {told}", en=f"{_PERIOD_TWICE.en}: {told}")
                faults.add(InsaneRow(account=own, why=why, reason=_PERIOD_TWICE, place=own, found=period))

    def _tell_doubles(self, again: frozenset[int], *, few: bool) -> None:
        """Name what is there twice: the table is read once more, for the feed is refused anyway."""
        hint = _LOGICAL_OR if few else Words.alike("")
        met: set[object] = set()
        for id_, account in self._stream(select(self._table["id"], self._table["account"])):
            if hash(id_) not in again or id_ in _NO_ID:
                continue
            if id_ in met:
                words, key = entry_twice(id_), self._table.key
                where = Words(ru=f"{words.ru}{hint.ru} ({key})", en=f"{words.en}{hint.en} ({key})")
                own = account_id(account)
                self.faults.add(InsaneRow(account=own, why=where, reason=_TWICE, place=own, found=str(id_)))
            met.add(id_)


def entry_twice(id_: object) -> Words:
    """That two entries have one id."""
    return Words(ru=f"запись дважды: {id_}", en=f"the entry {id_} comes twice")


def _account_of(row: Sequence[Any]) -> str:
    account = row[0]
    return account if type(account) is str else account_id(account)


def by_letters(account: ColumnElement[Any], dialect: str) -> ColumnElement[Any]:
    """An order in which the rows of one account stand together, whatever its column takes for equal."""
    match dialect:
        case "postgresql":
            return cast(account, Text).collate("C")
        case "mysql" | "mariadb":
            return cast(account, LargeBinary)
        case "sqlite":
            return cast(account, Text).collate("BINARY")
        case _:
            return account


def _folded(account: str) -> str:
    """An account as collations and number columns read it: no letter case, no accents, no zeros before."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", account) if not unicodedata.combining(char))
    return plain.casefold().strip().lstrip("0")
