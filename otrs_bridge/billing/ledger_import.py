"""Filling a ledger file: a whole feed goes in, beside the old file, and takes its place at the very end or never."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime, tzinfo
from pathlib import Path

from otrs_bridge.billing.account_row import ALWAYS, ENTRY_COLUMNS, account_id, read_account
from otrs_bridge.billing.contract_writings import ZeroWritings
from otrs_bridge.billing.doubles import DoubledRows, Doubles
from otrs_bridge.billing.entry_rows import entry_row
from otrs_bridge.billing.ledger_layout import DOUBLED, INSERT_ACCOUNT, INSERT_ENTRY, MAKE, MARK, SHARED_CONTRACTS
from otrs_bridge.billing.ledger_opening import is_ledger, translated
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.domain.batched import batched
from otrs_bridge.domain.billing.accounts import Account, Hold, Since
from otrs_bridge.domain.billing.faults import NO_ACCOUNT, NOBODYS, FaultLog, InsaneRow
from otrs_bridge.domain.billing.money import from_kopecks, whole_kopecks
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.words import Words

NamedRows = Iterable[tuple[str, Mapping[str, str] | Unreadable]]
"""Where a row stands (`entries.csv, line 5`), and the row by our names."""

_AT_ONCE = 10_000
_QUICKLY = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768;"  # a new file: all or none
_NOT_EVERYBODY = 0o600  # names and addresses of clients


class LedgerBuilder:
    """A new ledger file being filled. `faults` are the rows left out, each with its place and reason."""

    def __init__(self, path: Path, zone: tzinfo) -> None:
        self.path = path
        self.zone = zone
        self.faults = FaultLog()
        self.doubled = DoubledRows()
        self.accounts = 0
        self.entries = 0
        self._zeros = ZeroWritings()
        self._doubted: set[str] = set()  # looked at already, as to these zeros
        path.unlink(missing_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, _NOT_EVERYBODY))
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.executescript(_QUICKLY + MARK + MAKE)
        self._connection.execute("CREATE TEMP TABLE met (id TEXT PRIMARY KEY) WITHOUT ROWID")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def fill(self, accounts: NamedRows, entries: NamedRows | None, *, as_of: datetime | None, origin: str) -> None:
        """Put a whole feed in; `entries` None: there are balances alone."""
        with translated(str(self.path)):
            self._connection.execute("BEGIN")
            moment = None if as_of is None else int(as_of.timestamp())
            told = [moment, origin, int(entries is None)]
            self._connection.execute("UPDATE feed SET as_of = ?, checked = 1, origin = ?, by_balance = ?", told)
            for place, row in self._read_accounts(accounts):
                if self._connection.execute(INSERT_ACCOUNT, row).rowcount == 0:
                    self._twice("account", str(row[0]), place)
                else:
                    self.accounts += 1
            self._tell_zeros()
            known = {account for (account,) in self._connection.execute("SELECT account FROM account")}
            nameless = Doubles()
            rows = self._read_entries(entries or (), known, nameless)
            for portion in batched(rows, _AT_ONCE):
                self._connection.executemany(INSERT_ENTRY, portion)
            if nameless.found():
                self._doubt_doubles()
            self._connection.execute("COMMIT")

    def _look_at_zeros(self, place: str, row: Mapping[str, str], account: Account) -> None:
        """Refuse a contract that differs from an earlier one of another client in the zeros before its number alone. It is
        kept all the same: whoever asks for that contract has to meet it.
        """
        if self._zeros.note(row["contract"], account.client):
            self._doubted.add(account.id)
        if doubt := self._zeros.doubt(account.contract, row["contract"], account.client):
            self._doubted.add(account.id)
            self._fault(place, row, doubt)

    def _tell_zeros(self) -> None:
        """The same of earlier ones, once all are known."""
        rows = self._connection.execute(SHARED_CONTRACTS) if self._zeros else ()
        for account, contract, name in rows:
            if account not in self._doubted and (doubt := self._zeros.doubt(contract, contract, name)):
                self.faults.add(doubt.row(account))

    def _doubt_doubles(self) -> None:
        """Tell of entries without an id that repeat others."""
        for account, kind, dated, kopecks, times in self._connection.execute(DOUBLED):
            day = datetime.fromtimestamp(dated, self.zone)
            for _ in range(times - 1):
                self.doubled.add(account, (kind, f"{day:%Y-%m-%d %H:%M}", from_kopecks(kopecks)))
        rows = [(told.ru, told.en) for told in self.doubled.told]
        self._connection.executemany("INSERT INTO doubt VALUES (?, ?)", rows)

    def _twice(self, what: str, name: str, place: str) -> None:
        words = Words(ru=f"{place}: второй раз: {name}", en=f"{place}: {what} {name} comes twice")
        reason = Words(ru=f"второй раз ({what})", en=f"{what} twice")
        account = name if what == "account" else ""
        self.faults.add(InsaneRow(account=account, why=words, reason=reason, place=place, found=name))

    def _read_accounts(self, rows: NamedRows) -> Iterator[tuple[str, tuple[object, ...]]]:
        for place, row in rows:
            try:
                if isinstance(row, Unreadable):
                    raise row
                account = read_account(row, self.zone)
                self._look_at_zeros(place, row, account)
                yield place, account_columns(account)
            except Unreadable as wrong:
                self._fault(place, row, wrong)

    def _read_entries(self, rows: NamedRows, known: set[str], nameless: Doubles) -> Iterator[tuple[object, ...]]:
        for place, row in rows:
            try:
                if isinstance(row, Unreadable):
                    raise row
                entry = _entry(row, self.zone)
                if entry[0] not in known:
                    reason = NOBODYS if entry[0] else NO_ACCOUNT
                    raise Unreadable(ru=reason.ru, en=reason.en, found=repr(row["account"]))  # noqa: TRY301 - told below
                if row.get("id") and not self._is_new(row["id"]):
                    self._twice("entry", row["id"], place)
                    continue
            except Unreadable as wrong:
                self._fault(place, row, wrong)
                continue
            self.entries += 1
            if not row.get("id"):
                nameless.add_all([entry])
            yield entry[0], self.entries, *entry[1:]

    def _is_new(self, id_: str) -> bool:
        return self._connection.execute("INSERT INTO met VALUES (?) ON CONFLICT DO NOTHING", [id_]).rowcount == 1

    def _fault(self, place: str, row: Mapping[str, str] | Unreadable, wrong: Unreadable) -> None:
        account = "" if isinstance(row, Unreadable) else account_id(row.get("account"))
        self.faults.add(wrong.row(account, place=place))


def import_ledger(
    path: Path, accounts: NamedRows, entries: NamedRows | None, *, as_of: datetime, zone: tzinfo, origin: str
) -> LedgerBuilder:
    """Put a whole feed into the ledger at `path`, in place of what was there.

    Raises BillingUnusable for a file that is no ledger, and leaves it alone. Nothing happens to a ledger when a single
    row cannot be read (see `faults` of what is returned) or the feed is empty (`accounts` is 0): then the old one stays.
    """
    if path.exists() and not is_ledger(path):
        raise BillingUnusable(_something_else(path))
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with closing(LedgerBuilder(beside, zone)) as builder:
            builder.fill(accounts, entries, as_of=as_of, origin=origin)
        if not builder.faults.count and builder.accounts:
            put_in_place(beside, path)
    except OSError as broken:
        raise BillingUnusable(_unwritable(path, broken)) from broken
    finally:
        beside.unlink(missing_ok=True)
    return builder


def put_in_place(new: Path, path: Path) -> None:
    """Let a finished file take the place of the ledger, with the ledger's mode, durably."""
    if path.exists():
        new.chmod(path.stat().st_mode & 0o777)
    with new.open("rb") as file:
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def make_ledger(path: Path) -> None:
    """A new ledger with nothing in it; raises BillingUnusable when something is there."""
    if path.exists():
        raise BillingUnusable(Words(ru=f"{path}: такой файл уже есть", en=f"{path}: is there already"))
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with translated(str(path)), closing(LedgerBuilder(beside, UTC)):
            pass
        put_in_place(beside, path)
    except OSError as broken:
        raise BillingUnusable(_unwritable(path, broken)) from broken
    finally:
        beside.unlink(missing_ok=True)


def _something_else(path: Path) -> Words:
    return Words(
        ru=f"{path}: это не книга моста, файл не тронут; назовите другой или уберите его",
        en=f"{path}: is no ledger of the bridge and was left as it is; name another file, or move it away",
    )


def _unwritable(path: Path, broken: OSError) -> Words:
    return Words(ru=f"{path}: не записывается: {broken.strerror}", en=f"{path}: cannot be written: {broken.strerror}")


def account_columns(account: Account) -> tuple[object, ...]:
    """The row of the table `account` that tells of this account; holds without an end are "do not cut"."""
    fee, next_fee, since = None, None, None
    for tariff in account.tariffs:
        if tariff.since == ALWAYS:
            fee = whole_kopecks(tariff.fee)
        else:
            next_fee, since = whole_kopecks(tariff.fee), str(tariff.since)
    return (
        *(account.id, account.contract, account.service, account.client, account.client_type or ""),
        *(account.address, account.district, fee, next_fee, since),
        *(account.starts and account.starts.isoformat(), account.ends and account.ends.isoformat(), int(account.ended)),
        *(_since(account.suspended), _since(account.frozen)),
        *_hold_columns(account.holds),
        None if account.balance is None else whole_kopecks(account.balance),
        *(whole_kopecks(account.credit), account.credit_until and account.credit_until.isoformat()),
    )


def _since(since: Since) -> str:
    return since.isoformat() if isinstance(since, date) else "1" if since else ""


def _hold_columns(holds: tuple[Hold, ...]) -> tuple[str | None, int]:
    promised = [hold.until.isoformat() for hold in holds if hold.kind == "promised payment" and hold.until]
    return max(promised, default=None), int(any(hold.kind == "do not cut" for hold in holds))


def _entry(row: Mapping[str, str], zone: tzinfo) -> tuple[str, str, int, int | None, int]:
    own = account_id(row["account"])
    _, kind, dated, posted, kopecks = entry_row(own, [row.get(name) for name in ENTRY_COLUMNS], zone)
    return own, kind, dated, posted, kopecks
