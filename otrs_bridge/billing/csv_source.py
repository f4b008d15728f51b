"""CSV exports as a billing source: read into a ledger file of one reading's own, and decided on there.

So they are sorted, complete and of one moment, whatever order the billing system writes them in; the
operator's files are only read. For big exports `billing import` does the same once and keeps the result.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from types import MappingProxyType

from otrs_bridge.billing.account_row import (
    ACCOUNT_COLUMNS,
    ENTRY_COLUMNS,
    NEEDED_OF_ACCOUNTS,
    NEEDED_OF_ENTRIES,
)
from otrs_bridge.billing.csv_rows import CsvRow, CsvTable
from otrs_bridge.billing.ledger_file import EmbeddedLedger, LedgerFeed
from otrs_bridge.billing.ledger_import import LedgerBuilder
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.domain.billing.faults import FaultLog, InsaneRow
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.foreign.csv_file import unreadable
from otrs_bridge.ports.billing import ContractLedger
from otrs_bridge.words import Words


@dataclass(frozen=True, kw_only=True, slots=True)
class CsvExport:
    """Two files (one where billing tells balances alone) and how they are written; `account_columns` and
    `entry_columns` map our names to theirs.
    """

    accounts: Path
    entries: Path | None = None
    account_columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    entry_columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    delimiter: str = ""
    encoding: str = ""

    def account_rows(self) -> Iterator[tuple[str, CsvRow | Unreadable]]:
        """The rows of the accounts, each with its place."""
        needed = NEEDED_OF_ACCOUNTS if self.entries else (*NEEDED_OF_ACCOUNTS, "balance")
        return self._rows(self.accounts, ACCOUNT_COLUMNS, needed, self.account_columns)

    @property
    def files(self) -> tuple[Path, ...]:
        """All there are."""
        return (self.accounts, *([self.entries] if self.entries else []))

    def entry_rows(self) -> Iterator[tuple[str, CsvRow | Unreadable]] | None:
        """The rows of the entries, each with its place; None where there are none."""
        if self.entries is None:
            return None
        return self._rows(self.entries, ENTRY_COLUMNS, NEEDED_OF_ENTRIES, self.entry_columns)

    def written_at(self) -> datetime:
        """When the older of both files was written: what they hold is as of then, at best."""
        return datetime.fromtimestamp(min(path.stat().st_mtime for path in self.files), UTC)

    def traces(self) -> tuple[tuple[int, int, int], ...]:
        """What changes when a file is written again."""
        stats = [path.stat() for path in self.files]
        return tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in stats)

    def _rows(
        self, path: Path, known: tuple[str, ...], needed: tuple[str, ...], columns: Mapping[str, str]
    ) -> Iterator[tuple[str, CsvRow | Unreadable]]:
        table = CsvTable(
            path, known, needed, columns=columns, delimiter=self.delimiter, encoding=self.encoding, exported=True
        )
        return ((f"{path.name}:{line}", row) for line, row in table.rows())


class CsvBilling:
    """Billing out of CSV exports. Their own moment is when the older file was written.

    What was read is kept in a temporary file, as long as this object lives and the exports stay as they are.
    """

    def __init__(self, export: CsvExport, *, zone: tzinfo = UTC, holds: Path | None = None) -> None:
        self._export = export
        self._zone = zone
        self._holds = holds
        self._folder: Path | None = None
        self._traces: object = None
        self._faults = FaultLog()
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The files."""
        return ", ".join(map(str, self._export.files))

    @contextmanager
    def reading(self) -> Iterator[LedgerFeed]:
        """Read both files as a whole; raises BillingUnusable when they change meanwhile."""
        ledger, faults = self._ledger()
        with ledger.reading() as feed:
            feed.faults.add_all(faults)
            feed.name = self.name
            yield feed

    def contract(self, contract: str) -> ContractLedger:
        """One contract, with both files read anew when they have changed."""
        ledger, faults = self._ledger()
        found = ledger.contract(contract)
        accounts = {account.id for account, _ in found.accounts}
        # A row whose account cannot be told may be anybody's.
        ours = [fault for fault in faults.first if not fault.account or fault.account in accounts]
        if faults.count > len(faults.first):
            many = Words(ru=f"непрочитанных строк: {faults.count}", en=f"rows that cannot be read: {faults.count}")
            ours.append(InsaneRow(account="", why=many))
        return replace(found, faults=tuple(ours))

    def _ledger(self) -> tuple[EmbeddedLedger, FaultLog]:
        """A ledger of what the files hold now, and the rows that are not in it."""
        try:
            with self._lock:
                if self._folder is None:
                    self._folder = Path(tempfile.mkdtemp(prefix="otrs-bridge-billing-"))
                    weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
                if self._traces != self._export.traces():
                    self._read(self._folder / "ledger.db")
                ledger = EmbeddedLedger(self._folder / "ledger.db", zone=self._zone, holds=self._holds)
                return ledger, self._faults
        except OSError as broken:
            where = broken.filename or self.name
            raise BillingUnusable(unreadable(where, broken)) from broken

    def _read(self, path: Path) -> None:
        self._traces = None
        traces, as_of = self._export.traces(), self._export.written_at()
        with closing(LedgerBuilder(path, self._zone)) as builder:
            rows = self._export.account_rows(), self._export.entry_rows()
            builder.fill(*rows, as_of=as_of, origin=self.name)
        if self._export.traces() != traces:
            raise BillingUnusable(
                Words(
                    ru=f"{self.name}: выгрузка переписана, пока её читали; повторите",
                    en=f"{self.name}: was written anew while it was read; try again",
                )
            )
        self._traces, self._faults = traces, builder.faults
