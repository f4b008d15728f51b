"""One reading of a foreign database: what the operator's queries give, streamed and looked at row by row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import ColumnElement, Connection, CursorResult, Select, String, cast, func, or_, select

from otrs_bridge.billing.account_row import (
    ACCOUNT_COLUMNS,
    ENTRY_COLUMNS,
    NEEDED_OF_ACCOUNTS,
    NEEDED_OF_ENTRIES,
    SUMS_COLUMNS,
    account_id,
    read_account,
)
from otrs_bridge.billing.foreign_table import ForeignTable
from otrs_bridge.billing.holds_file import Holds
from otrs_bridge.billing.sql_rows import entry_of, entry_row, sums_row, writings
from otrs_bridge.billing.values import ROWS, Unreadable, read_contract, read_service, read_text
from otrs_bridge.domain.billing.accounts import Account, BillingRules, Service
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.faults import FaultLog, InsaneRow, row_doubt
from otrs_bridge.domain.billing.ledger import Row
from otrs_bridge.domain.billing.period import day_at
from otrs_bridge.domain.billing.scan import entry_scan, sums_scan
from otrs_bridge.foreign.database import ForeignDatabase
from otrs_bridge.ports.billing import ContractLedger, Ledgers
from otrs_bridge.words import Words

_ORPHAN = Words(ru="записи без лицевого счёта", en="entries of an account that is not among the accounts")
_TWICE = Words(ru="лицевой счёт дважды", en="the account comes twice")
_BEFORE_READING = timedelta(minutes=10)  # what a job does first, such as asking OTRS for every open ticket


class Tables:
    """The operator's queries as tables. `sums` is None when there are none."""

    def __init__(self, connection: Connection, *, accounts: str, entries: str, sums: str) -> None:
        self.accounts = ForeignTable(connection, accounts, "accounts", ACCOUNT_COLUMNS, NEEDED_OF_ACCOUNTS)
        self.entries = ForeignTable(connection, entries, "entries", ENTRY_COLUMNS, NEEDED_OF_ENTRIES)
        self.sums = ForeignTable(connection, sums, "sums", SUMS_COLUMNS, SUMS_COLUMNS) if sums else None


class SqlFeed:
    """One reading of a database."""

    def __init__(
        self,
        database: ForeignDatabase,
        connection: Connection,
        tables: Tables,
        *,
        as_of: datetime | None,
        zone: tzinfo,
        holds: Holds,
    ) -> None:
        self._database = database
        self._connection = connection
        self._tables = tables
        self._as_of = as_of
        self._zone = zone
        self._holds = holds
        self._ids_checked = "id" not in tables.entries.names
        self._accounts_checked = False
        self._by_sums = False
        self._open: CursorResult[*tuple[Any, ...]] | None = None
        self.faults = FaultLog()

    @property
    def name(self) -> str:
        """The database, and whether its sums were read: these are far fewer than the entries."""
        return f"{self._database.name} (sums)" if self._by_sums else self._database.name

    @property
    def as_of(self) -> datetime | None:
        """What the query `as_of` said when the reading began."""
        return self._as_of

    def accounts(self) -> Iterator[Account]:
        """Every account, by id."""
        accounts = self._tables.accounts
        faults = FaultLog() if self._accounts_checked else self.faults  # read again, they are the same faults
        met: object = None
        for row in self._streamed(select(*accounts.columns).order_by(accounts["account"])):
            named = dict(zip(accounts.names, row, strict=True))
            if met is not None and named["account"] == met:
                faults.add(InsaneRow(account=account_id(met), why=_TWICE))
                continue
            met = named["account"]
            account = self._read(named, faults)
            if account is not None:
                yield account
        self._accounts_checked = True

    def unmet_holds(self, day: date) -> tuple[Words, ...]:
        """The operator's holds that hold nobody."""
        return self._holds.unmet(day)

    def ledgers(self, service: Service, *, moment: datetime, rules: BillingRules) -> Ledgers:
        """The entries of one service, or its sums; these know no moment but the feed's own, so not for the past."""
        sums = self._tables.sums
        self._by_sums = sums is not None and self._has_come(moment, rules.zone)
        if sums is not None and self._by_sums:
            rows = (sums_row(row) for row in self._of_service(sums, SUMS_COLUMNS, service))
            return Ledgers(scan=sums_scan(service, moment, rules, ROWS), rows=rows)
        return Ledgers(scan=entry_scan(service, moment, rules, ROWS), rows=self._entry_rows(service))

    def _has_come(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether the feed's own moment is not after this one. A job begins before it reads: to it both are now."""
        if self._as_of is None or day_at(moment, zone) < day_at(self._as_of, zone):
            return False
        return self._as_of - moment <= _BEFORE_READING

    def contract(self, contract: str) -> ContractLedger:
        """The accounts of one contract with all their entries."""
        accounts = self._tables.accounts
        everybody = select(*accounts.columns).order_by(accounts["account"])
        found = self._of_contract(contract, everybody.where(accounts["contract"].in_(writings(contract))))
        if not found and not self.faults.count:
            found = self._of_contract(contract, everybody)
        ids = [account.id for account, _ in found]
        for twice in sorted({one for one in ids if ids.count(one) > 1}):
            self.faults.add(InsaneRow(account=twice, why=_TWICE))
        pairs = tuple((account, tuple(self._entries_of(account.id, raw))) for account, raw in found)
        return ContractLedger(contract=contract, as_of=self.as_of, accounts=pairs, faults=tuple(self.faults.first))

    def _of_contract(self, contract: str, query: Select[*tuple[Any, ...]]) -> list[tuple[Account, object]]:
        found: list[tuple[Account, object]] = []
        for row in self._streamed(query):
            named = dict(zip(self._tables.accounts.names, row, strict=True))
            try:
                is_ours = read_contract(named["contract"]) == contract
            except Unreadable:
                continue
            account = self._read(named, self.faults) if is_ours else None
            if account is not None:
                found.append((account, named["account"]))
        return found

    def _read(self, named: Mapping[str, object], faults: FaultLog) -> Account | None:
        try:
            return self._holds.on(read_account(named, self._zone))
        except Unreadable as wrong:
            faults.add(InsaneRow(account=account_id(named["account"]), why=wrong.words))
            return None

    def _entry_rows(self, service: Service) -> Iterator[Row]:
        self._check_ids()
        for row in self._of_service(self._tables.entries, ENTRY_COLUMNS[:-1], service):
            yield entry_row(row, self._zone)

    def _of_service(self, table: ForeignTable, columns: Sequence[str], service: Service) -> Iterator[Sequence[Any]]:
        """The rows of the accounts of one service, account by account; rows without an account are faults."""
        accounts = self._tables.accounts
        account = table["account"]
        has_none = accounts["account"].is_(None)
        query = (
            select(*_as_text(table, columns), has_none)
            .select_from(table.source.outerjoin(accounts.source, account == accounts["account"]))
            .where(or_(accounts["service"].in_(self._writings_of(service)), has_none))
            .order_by(account)
        )
        met: object = None
        for *row, orphan in self._streamed(query):
            if not orphan:
                yield row
            elif row[0] != met:
                met = row[0]
                self.faults.add(InsaneRow(account=read_text(met), why=_ORPHAN))

    def _writings_of(self, service: Service) -> list[str]:
        """How this database calls a service."""
        found = self._streamed(select(self._tables.accounts["service"]).distinct())
        return [
            written for (written,) in found if isinstance(written, str) and read_service(read_text(written)) == service
        ]

    def _entries_of(self, account: str, raw: object) -> Iterator[Entry]:
        entries = self._tables.entries
        query = select(*_as_text(entries, ENTRY_COLUMNS[:-1])).where(entries["account"] == raw)
        for found in self._streamed(query):
            row = entry_row(found, self._zone)
            doubt = row_doubt(account, row)
            if doubt is None:
                yield entry_of(row)
            else:
                self.faults.add(doubt)

    def _check_ids(self) -> None:
        """A join too many in the operator's query doubles entries: where they have an id, it comes once."""
        if self._ids_checked:
            return
        self._ids_checked = True
        entries = self._tables.entries
        query = select(entries["id"], func.min(entries["account"])).group_by(entries["id"]).having(func.count() > 1)
        for found, account in self._streamed(query):
            words = Words(ru=f"запись дважды: {found}", en=f"the entry {found} comes twice")
            self.faults.add(InsaneRow(account=account_id(account), why=words))

    def _streamed(self, query: Select[*tuple[Any, ...]]) -> Iterator[Sequence[Any]]:
        with self._database.translated(), closing(self._connection.execute(query)) as result:
            self._open = result
            yield from result

    def close(self) -> None:
        """End a stream that was left in the middle: while it is open, some drivers answer nothing else."""
        if self._open is not None:
            with self._database.translated():
                self._open.close()


def _as_text(table: ForeignTable, columns: Sequence[str]) -> list[ColumnElement[Any]]:
    """These columns, the account as text: as `account_id` writes it."""
    return [cast(table["account"], String(255)), *(table[name] for name in columns[1:])]
