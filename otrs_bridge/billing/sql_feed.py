"""One reading of a foreign database: what the operator's queries give, streamed and looked at row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, CursorResult, Select, String, cast, select

from otrs_bridge.billing.account_row import account_id, read_account
from otrs_bridge.billing.contract_writings import ContractWritings, LastWritings, ZeroWritings, longest_number
from otrs_bridge.billing.foreign_table import ForeignTable
from otrs_bridge.billing.holds_file import Holds
from otrs_bridge.billing.later_entries import LaterEntries
from otrs_bridge.billing.plain_rows import PlainRows
from otrs_bridge.billing.sql_contract import ContractEntries, Tables
from otrs_bridge.billing.sql_entries import AccountIndex, EntryPass
from otrs_bridge.billing.sql_prefilter import Prefilter
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.billing.values import ROWS, read_contract
from otrs_bridge.domain.billing.accounts import Account, BillingRules, Service
from otrs_bridge.domain.billing.faults import FaultLog, InsaneRow
from otrs_bridge.domain.billing.feed_gate import hours_off
from otrs_bridge.domain.billing.period import day_at
from otrs_bridge.domain.billing.scan import sums_scan
from otrs_bridge.foreign.database import ForeignDatabase
from otrs_bridge.ports.billing import ContractLedger, Ledgers
from otrs_bridge.words import Words

_AT_ONCE = 1000
_TEXT = String(255)
_INDEXED = ("account", "service", "contract", "name")
_TWICE = Words(ru="лицевой счёт дважды", en="the account comes twice")
_BEFORE_READING = timedelta(minutes=10)  # what a job does first, such as asking OTRS for every open ticket


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
        writings: LastWritings,
        has_zone: bool = True,
        prefilter: bool = False,
    ) -> None:
        """`has_zone`: the moment `as_of` came with an offset of its own, or as epoch seconds. `prefilter`: see `SqlBilling`.

        `writings`: how the reading before this one found contracts written; whoever reads all accounts here renews them.
        """
        self._database = database
        self._connection = connection
        self._tables = tables
        self._as_of = as_of
        self._zone = zone
        self._holds = holds
        self._writings = writings
        self._has_zone = has_zone
        self._may_filter = prefilter
        self._prefilter: Prefilter | None = None
        self._accounts_checked = False
        self._by_sums = False
        self._known: AccountIndex | None = None
        self._passes: dict[str, EntryPass] = {}
        self._open: CursorResult[*tuple[Any, ...]] | None = None
        self._accounts_wrong = FaultLog()
        self._later = LaterEntries()

    @property
    def name(self) -> str:
        """The database, and whether its sums were read: these are far fewer than the entries."""
        return f"{self._database.name} (sums)" if self._by_sums else self._database.name

    @property
    def as_of(self) -> datetime | None:
        """What the query `as_of` said when the reading began."""
        return self._as_of

    @property
    def has_balances(self) -> bool:
        """Whether the accounts have a column for it."""
        return "balance" in self._tables.accounts.names

    @property
    def by_balance(self) -> bool:
        """Whether there is no query for entries."""
        return self._tables.entries is None

    @property
    def faults(self) -> FaultLog:
        """What cannot be read or cannot be true, of the accounts and of each table once."""
        found = FaultLog()
        for log in (self._accounts_wrong, *(one.faults for one in self._passes.values())):
            found.add_all(log)
        return found

    def accounts(self) -> Iterator[Account]:
        """Every account that comes once."""
        accounts, twice, zeros = self._tables.accounts, self._index.twice, self._index.zeros
        faults = FaultLog() if self._accounts_checked else self._accounts_wrong  # read again, they are the same faults
        met = ContractWritings()
        for row in self._streamed(select(*accounts.columns)):
            named = dict(zip(accounts.names, row, strict=True))
            account = self._read(named, faults, zeros)
            if account is None:
                continue
            met.note(named["contract"], account.contract)
            if account.id not in twice:
                yield account
        self._writings.latest = met
        if not self._accounts_checked:
            for again in sorted(twice):
                faults.add(InsaneRow(account=again, why=_TWICE))
        self._accounts_checked = True

    @property
    def _index(self) -> AccountIndex:
        """The accounts by name, read before the first row that needs one."""
        if self._known is None:
            accounts = self._tables.accounts
            self._known = AccountIndex(self._streamed(select(*(accounts[name] for name in _INDEXED))))
        return self._known

    def unmet_holds(self, day: date) -> tuple[Words, ...]:
        """The operator's holds that hold nobody."""
        return self._holds.unmet(day)

    def ledgers(
        self, service: Service, *, moment: datetime, rules: BillingRules, most: Decimal | None = None
    ) -> Ledgers:
        """The entries of one service, or its sums; these know no moment but the feed's own, so not for the past."""
        sums = self._tables.sums
        self._by_sums = sums is not None and self._has_come(moment, rules.zone)
        if sums is not None and self._by_sums:
            return Ledgers(scan=sums_scan(service, moment, rules, ROWS), rows=self._pass(sums).rows(service))
        scan = self._later.scan(service, moment=moment, rules=rules, as_of=self._as_of)
        entries = self._tables.entries
        if entries is None:
            return Ledgers(scan=scan, rows=())
        prefilter = None if most is None else self._filter(entries, moment, rules)
        if prefilter is None or most is None:
            return Ledgers(scan=scan, rows=self._pass(entries).rows(service))
        return Ledgers(scan=scan, rows=prefilter.rows(service, scan, most))

    def doubts(self, now: datetime) -> tuple[Words, ...]:
        """Rows that look doubled or are later than the feed, and a moment that looks like that of another time zone."""
        doubled = (told for one in self._passes.values() for told in one.doubled.told)
        return (
            *doubled,
            *self._later.doubts(),
            *(() if self._has_zone or self._as_of is None else hours_off(self._as_of, now)),
        )

    def _filter(self, entries: ForeignTable, moment: datetime, rules: BillingRules) -> Prefilter | None:
        """What leaves out who owes nothing; None where the database cannot tell, or is asked about a day that is over."""
        plain = PlainRows(table=entries, dialect=self._connection.dialect.name, zone=self._zone)
        if not self._may_filter or self._as_of is None or not plain.possible or not self._has_come(moment, rules.zone):
            return None
        if self._prefilter is None or not self._prefilter.answers(moment, rules):
            if self._prefilter is not None:
                self._prefilter.close()
            self._prefilter = Prefilter(
                plain=plain,
                index=lambda: self._index,
                everything=self._pass(entries),
                stream=self._streamed,
                known=min(moment, self._as_of),
                moment=moment,
                rules=rules,
            )
        return self._prefilter

    def _pass(self, table: ForeignTable) -> EntryPass:
        known = self._passes.get(table.key)
        if known is None:
            dialect = self._connection.dialect.name
            known = EntryPass(table, self._index, self._streamed, zone=self._zone, dialect=dialect)
            self._passes[table.key] = known
        return known

    def _has_come(self, moment: datetime, zone: tzinfo) -> bool:
        """Whether the feed's own moment is not after this one. A job begins before it reads: to it both are now."""
        if self._as_of is None or day_at(moment, zone) < day_at(self._as_of, zone):
            return False
        return self._as_of - moment <= _BEFORE_READING

    def contract(self, contract: str) -> ContractLedger:
        """The accounts of one contract with all their entries."""
        faults, met = FaultLog(), self._writings.latest
        found = [] if met is None else self._of_contract(contract, self._written(contract, met), faults)
        if not found and not faults.count:
            found = self._of_contract(contract, self._with_its_number(contract), faults)
        ids = Counter(account.id for account in found)
        for twice in sorted(one for one, times in ids.items() if times > 1):
            faults.add(InsaneRow(account=twice, why=_TWICE))
        ledger = ContractEntries(self._tables, self._streamed, self._connection, zone=self._zone, faults=faults)
        found.sort(key=lambda account: account.id)
        pairs = tuple((account, tuple(ledger.of(account.id))) for account in found)
        wrong, by_balance = tuple(faults.first), self.by_balance
        return ContractLedger(contract=contract, as_of=self.as_of, accounts=pairs, faults=wrong, by_balance=by_balance)

    def _written(self, contract: str, met: ContractWritings) -> Select[Any]:
        """The accounts that write this contract in a way that was met: an index may be used."""
        accounts = self._tables.accounts
        column = accounts["contract"]
        text = cast(column, _TEXT) if met.has_numbers else column
        return select(*accounts.columns).where(text.in_(met.of(contract)))

    def _with_its_number(self, contract: str) -> Select[Any]:
        """The accounts that have this number in their contract, however it is written: the database looks at each."""
        accounts = self._tables.accounts
        return select(*accounts.columns).where(cast(accounts["contract"], _TEXT).like(f"%{longest_number(contract)}%"))

    def _of_contract(self, contract: str, query: Select[Any], faults: FaultLog) -> list[Account]:
        names, zeros, ours = self._tables.accounts.names, ZeroWritings(), []
        for row in self._streamed(query):
            named = dict(zip(names, row, strict=True))
            try:
                is_ours = read_contract(named["contract"]) == contract
            except Unreadable:
                continue
            if is_ours:
                ours.append(named)
                zeros.note(named["contract"], named.get("name"))
        read = (self._read(named, faults, zeros) for named in ours)
        return [account for account in read if account is not None]

    def _read(self, named: Mapping[str, object], faults: FaultLog, zeros: ZeroWritings) -> Account | None:
        try:
            account = read_account(named, self._zone)
            if zeros and (doubt := zeros.doubt(account.contract, named["contract"], named.get("name"))):
                raise doubt
            return self._holds.on(account)
        except Unreadable as wrong:
            faults.add(wrong.row(account_id(named["account"]), table=self._tables.accounts.key))
            return None

    def _streamed(self, query: Select[Any]) -> Iterator[Sequence[Any]]:
        with self._database.translated(), closing(self._connection.execute(query)) as result:
            self._open = result
            for rows in result.partitions(_AT_ONCE):
                yield from rows

    def close(self) -> None:
        """End a stream that was left in the middle: while it is open, some drivers answer nothing else."""
        if self._open is not None:
            with self._database.translated():
                self._open.close()
        if self._prefilter is not None:
            self._prefilter.close()
        for one in self._passes.values():
            one.close()
