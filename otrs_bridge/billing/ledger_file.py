"""Reading the embedded ledger. Nothing is converted on the way: SQLite's own tuples go straight to the scan."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from otrs_bridge.billing import ledger_layout
from otrs_bridge.billing.account_row import ALWAYS
from otrs_bridge.billing.holds_file import Holds
from otrs_bridge.billing.later_entries import LaterEntries
from otrs_bridge.billing.ledger_opening import accounts_query, is_by_balance, opened, translated
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.domain.billing.accounts import Account, BillingRules, Hold, Service, Since, Tariff
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.faults import (
    FaultLog,
    InsaneRow,
    contract_doubt,
    is_believable,
    nobodys,
    row_doubt,
    unbelievable,
)
from otrs_bridge.domain.billing.money import NOTHING, from_kopecks
from otrs_bridge.domain.billing.period import parse_period
from otrs_bridge.domain.client import ClientType
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.ports.billing import ContractLedger, Ledgers
from otrs_bridge.words import Words

_TYPES: Final = {"": None, "legal": ClientType.LEGAL, "individual": ClientType.INDIVIDUAL}


class EmbeddedLedger:
    """The ledger in a file of the bridge's own making. `holds` is the operator's file of further holds."""

    def __init__(self, path: Path, *, zone: tzinfo = UTC, holds: Path | None = None) -> None:
        self._path = path
        self._zone = zone
        self._holds = holds

    @property
    def name(self) -> str:
        """The file."""
        return str(self._path)

    @contextmanager
    def reading(self) -> Iterator[LedgerFeed]:
        """One reading; it goes on with the old file when an import puts a new one in its place."""
        holds = Holds(self._holds, self._zone)
        with self._opened() as connection:
            yield LedgerFeed(connection, holds, self.name)

    def contract(self, contract: str) -> ContractLedger:
        """One contract, read afresh."""
        holds = Holds(self._holds, self._zone)
        with self._opened() as connection, translated(self.name):
            faults = FaultLog()
            rows = connection.execute(f"{accounts_query(connection)} WHERE contract = ? ORDER BY account", [contract])
            accounts = [
                (holds.on(account), tuple(_entries(connection, account.id, faults)))
                for account in _believed(rows.fetchall(), faults)
            ]
            return ContractLedger(
                contract=contract,
                as_of=_as_of(connection),
                accounts=tuple(accounts),
                faults=tuple(faults.first),
                by_balance=is_by_balance(connection),
            )

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        with translated(self.name), closing(opened(self._path)) as connection:
            connection.execute("BEGIN")
            yield connection


class LedgerFeed:
    """One reading of a ledger file."""

    def __init__(self, connection: sqlite3.Connection, holds: Holds, name: str) -> None:
        self._connection = connection
        self._holds = holds
        self.name = name
        self._checked = False
        self._orphans_met = False
        self.faults = FaultLog()
        self._later = LaterEntries()
        asked = ledger_layout.HAS_BALANCES.format(accounts=accounts_query(connection))
        self._has_balances: bool = connection.execute(asked).fetchone() == (1,)

    @property
    def as_of(self) -> datetime | None:
        """The moment that the import was told."""
        return _as_of(self._connection)

    @property
    def has_balances(self) -> bool:
        """Whether billing told a balance of any account."""
        return self._has_balances

    @property
    def by_balance(self) -> bool:
        """Whether the import was given no entries."""
        return is_by_balance(self._connection)

    def accounts(self) -> Iterator[Account]:
        """Every account, by id."""
        faults = self.faults if self._check() else FaultLog()  # read again, they are the same faults
        with translated(self.name), closing(self._connection.execute(accounts_query(self._connection))) as rows:
            found = _believed(rows, faults)
            yield from map(self._holds.on, found) if self._holds else found

    def unmet_holds(self, day: date) -> tuple[Words, ...]:
        """The operator's holds that hold nobody."""
        return self._holds.unmet(day)

    def doubts(self, now: datetime) -> tuple[Words, ...]:
        """What the file was given to tell when it was filled, and entries that are later than it."""
        del now
        if self._connection.execute(ledger_layout.HAS_DOUBTS).fetchone() == (0,):
            return self._later.doubts()
        told = (Words(ru=ru, en=en) for ru, en in self._connection.execute(ledger_layout.DOUBTS))
        return (*told, *self._later.doubts())

    def ledgers(
        self, service: Service, *, moment: datetime, rules: BillingRules, most: Decimal | None = None
    ) -> Ledgers:
        """The entries of one service, everybody's."""
        del most
        # The bridge's own import leaves no entry without its account, and says so; another program may.
        if self._orphans_met or self._connection.execute("SELECT checked FROM feed").fetchone() == (1,):
            rows: Iterable[Sequence[Any]] = self._connection.execute(ledger_layout.ENTRIES, [service])
        else:
            rows = self._with_orphans(service)
        return Ledgers(scan=self._later.scan(service, moment=moment, rules=rules, as_of=self.as_of), rows=rows)

    def _with_orphans(self, service: Service) -> Iterator[Sequence[Any]]:
        """The entries of one service; those of no account are faults."""
        faults = FaultLog()
        for *row, number, home in self._connection.execute(ledger_layout.ENTRIES_AND_ORPHANS, [service]):
            if home is not None:
                yield row
            else:
                faults.add(nobodys(row[0], Words(ru=f"запись {number}", en=f"entry {number}")))
        self.faults.add_all(faults)
        self._orphans_met = True

    def _check(self) -> bool:
        """Look for what only the whole file can tell, the first time. Returns whether it was the first."""
        if self._checked:
            return False
        self._checked = True
        # A file made by an older version of the bridge takes any moment; one of today refuses such rows itself.
        if ledger_layout.BELIEVED not in self._connection.execute(ledger_layout.HOW_ENTRY_WAS_MADE).fetchone()[0]:
            for account, moment in self._connection.execute(ledger_layout.UNBELIEVABLE):
                self.faults.add(InsaneRow(account=account, why=unbelievable(moment)))
        return True


def _as_of(connection: sqlite3.Connection) -> datetime | None:
    found = connection.execute("SELECT as_of FROM feed").fetchone()
    if found is None or found[0] is None:
        return None
    if not is_believable(found[0]):
        raise BillingUnusable(
            Words(
                ru=f"книга говорит, что она на момент {found[0]}: это не секунды с 1970 года",
                en=f"the ledger says that it is as of {found[0]}: these are no seconds since 1970",
            )
        )
    return datetime.fromtimestamp(found[0], UTC)


def _entries(connection: sqlite3.Connection, account: str, faults: FaultLog) -> Iterator[Entry]:
    """Everything on one account, in the order of the import, but for what cannot be true."""
    sql = "SELECT kind, dated, posted, amount FROM entry WHERE account = ? ORDER BY number"
    for kind, dated, posted, amount in connection.execute(sql, [account]):
        doubt = row_doubt(account, (account, kind, dated, posted, from_kopecks(amount)))
        if doubt is not None:
            faults.add(doubt)
            continue
        yield Entry(
            kind=kind,
            amount=from_kopecks(amount),
            dated=datetime.fromtimestamp(dated, UTC),
            posted=None if posted is None else datetime.fromtimestamp(posted, UTC),
        )


def _believed(rows: Iterable[Sequence[Any]], faults: FaultLog) -> Iterator[Account]:
    """The accounts of the file, without those that it must refuse: others than the bridge may have filled it."""
    for row in rows:
        try:
            account = _read_account(row)
        except Unreadable as wrong:
            faults.add(wrong.row(str(row[0]), table="account"))
            continue
        except (LookupError, TypeError, ValueError, ArithmeticError) as broken:
            told = f"{row[0]!r}: {broken}"
            words = Words(ru=f"в книге не читается счёт {told}", en=f"the ledger holds an unreadable account {told}")
            raise BillingUnusable(words) from broken
        doubt = contract_doubt(account)
        if doubt is None:
            yield account
        else:
            faults.add(doubt)


def _read_account(row: Sequence[Any]) -> Account:
    (account, contract, service, name, kind, address, district, fee, next_fee, since, starts, ends, ended,
     suspended, frozen, promised, do_not_cut, balance, credit, credit_until) = row  # fmt: skip
    return Account(
        id=account,
        contract=contract,
        service=service,
        client=name,
        tariffs=_tariffs(fee, next_fee, since),
        starts=_day(starts) if starts else None,
        ends=_day(ends) if ends else None,
        ended=bool(ended),
        suspended=_since(suspended) if suspended else False,
        frozen=_since(frozen) if frozen else False,
        holds=_holds(promised, do_not_cut) if promised or do_not_cut else (),
        client_type=_TYPES[kind],
        address=address,
        district=district,
        balance=None if balance is None else from_kopecks(balance),
        credit=from_kopecks(credit) if credit else NOTHING,
        credit_until=_day(credit_until) if credit_until else None,
    )


@lru_cache(maxsize=1 << 12)
def _tariffs(fee: int | None, next_fee: int | None, since: str | None) -> tuple[Tariff, ...]:
    tariffs = [] if fee is None else [Tariff(since=ALWAYS, fee=from_kopecks(fee))]
    period = parse_period(since) if since else None
    if next_fee is not None and period is not None:
        tariffs.append(Tariff(since=period, fee=from_kopecks(next_fee)))
    return tuple(tariffs)


@lru_cache(maxsize=1 << 12)
def _holds(promised: str | None, do_not_cut: int) -> tuple[Hold, ...]:
    holds = [Hold(kind="promised payment", until=_day(promised))] if promised else []
    if do_not_cut:
        holds.append(Hold(kind="do not cut"))
    return tuple(holds)


@lru_cache(maxsize=1 << 12)
def _since(text: str) -> Since:
    return text == "1" if text in {"0", "1"} else _day(text) or False


@lru_cache(maxsize=1 << 14)
def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Unreadable(
            ru="такого дня нет (нужен день вида 2013-05-01 или ничего)",
            en="there is no such day (write a day like 2013-05-01, or nothing)",
            found=repr(text),
        ) from None
