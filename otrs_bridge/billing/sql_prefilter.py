"""Which accounts of a foreign database may owe anything: it adds their entries up itself, and only theirs are read.

The sums leave an account out only when all its rows are plain (`plain_rows`) and known, by the feed's own moment and by the
one that is asked about. Then what was ever charged for a day up to the last deadline, less all that was ever paid, is at
least what the scan would call due: whatever it counts is among these rows, and what lowers a debt is all there. Where that,
with the greatest fees that may be presumed, is not above nothing, there is no debt. Every other account is read and decided
as if there were no sums.

What is wrong with a feed is not told from sums. Where the database finds an entry of nobody or an id that may come twice,
where a row cannot be true, or where what is read is not what was counted, everything is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import structlog
from sqlalchemy import ColumnElement, Select, case, func, select

from otrs_bridge.billing.account_row import account_id
from otrs_bridge.billing.doubles import DoubledRows
from otrs_bridge.billing.plain_rows import PlainRows
from otrs_bridge.billing.row_spool import RowSpool
from otrs_bridge.billing.sql_entries import AccountIndex, EntryPass, Stream, by_letters
from otrs_bridge.domain.billing.accounts import SERVICES, BillingRules, Service
from otrs_bridge.domain.billing.deadlines import due_before
from otrs_bridge.domain.billing.faults import FaultLog
from otrs_bridge.domain.billing.ledger import Row
from otrs_bridge.domain.billing.money import whole_kopecks
from otrs_bridge.domain.billing.scan import DebtScan

log = structlog.get_logger(__name__)

_MOST_ROWS: Final = 10_000  # of one account; see `plain_rows.MOST`
_FEW: Final = 0.4  # of the accounts with entries: of more, to read everything is less work
Sums = tuple[str, int, bool, int, int]
"""An account, its rows, whether all of them are plain, what is due at most and what all come to, in kopecks."""


@dataclass(kw_only=True, slots=True)
class Prefilter:
    """The sums of one table of entries, for one question. `everything` reads all its rows, or those of some accounts.

    `known`: the earlier of the moment asked about and the feed's own.
    """

    plain: PlainRows
    index: Callable[[], AccountIndex]
    everything: EntryPass
    stream: Stream
    known: datetime
    moment: datetime
    rules: BillingRules
    _sums: dict[str, RowSpool] = field(default_factory=dict)
    _given_up: bool = False

    def rows(self, service: Service, scan: DebtScan, most: Decimal) -> Iterator[Row]:
        """The rows of the accounts of a service that may owe, with `most` roubles of fees besides; `scan` counts others."""
        found, left = RowSpool(), RowSpool()
        try:
            if self._given_up or not self._read(service, whole_kopecks(most), found, left):
                self._given_up = True
                self.close()
                yield from self.everything.rows(service)
                return
            for account, count, total in left.rows():
                scan.leave_out(account, count, total)
            yield from found.rows()
        finally:
            found.close()
            left.close()

    def answers(self, moment: datetime, rules: BillingRules) -> bool:
        """Whether it is about this moment."""
        return (self.moment, self.rules) == (moment, rules)

    def close(self) -> None:
        """Forget the sums."""
        for spool in self._sums.values():
            spool.close()
        self._sums = {}

    def _read(self, service: Service, most: int, found: RowSpool, left: RowSpool) -> bool:
        """Set aside the rows of those who may owe, and who is left out; False when everything has to be read."""
        if not self._sums and not self._add_up():
            return False
        wanted: dict[str, int] = {}
        others = 0
        for account, count, is_plain, due, total in self._sums[service].rows():
            if is_plain and due + most <= 0:
                others += 1
                left.extend([(account, count, total)])
            else:
                wanted[account] = count
        log.info("billing prefilter", service=service, read=len(wanted), left_out=others)
        if len(wanted) > (len(wanted) + others) * _FEW:
            return False
        faults, doubled = FaultLog(), DoubledRows()
        for account, count, rows in self.everything.some(sorted(wanted), self.plain.among, faults, doubled):
            if wanted.pop(account, None) != count:
                return False
            found.extend(rows)
        return not (wanted or faults.count or doubled.count)

    def _add_up(self) -> bool:
        """Ask the database, and set each account's sums aside with its service."""
        if any(ids != different for ids, different in self.stream(self._ids())):
            return False
        index = self.index()
        spools = self._sums = {service: RowSpool() for service in SERVICES}
        for row in self.stream(self._query()):
            at_home = index.find(account_id(row[0]))
            if at_home is None:
                return False
            own, home = at_home
            if home in spools:
                spools[home].extend([_sums(own, row, home)])
        return True

    def _ids(self) -> Select[Any]:
        """How many ids there are, and how many of them the database takes for different ones; empty ones are no ids."""
        id_ = self.plain.id_for_comparison()
        counts: list[ColumnElement[Any]] = [func.count(id_), func.count(id_.distinct())]
        return select(*counts)

    def _query(self) -> Select[Any]:
        """By account: its rows, those that are plain, paid, charged by the last deadline of each service, and ever."""
        table, plain = self.plain.table, self.plain
        letters = by_letters(table["account"], plain.dialect)
        name = letters if plain.dialect == "postgresql" else func.min(table["account"])
        charged = ~plain.is_a("payment")
        return select(
            name,
            func.count(),
            func.sum(case((plain.plain(self.known), 1), else_=0)),
            self._sum(plain.is_a("payment")),
            self._sum(charged),
            *(self._sum(charged & self._due(service)) for service in SERVICES),
        ).group_by(letters)

    def _due(self, service: Service) -> ColumnElement[bool]:
        until = due_before(service, self.moment, self.rules)
        return (self.plain.table["amount"] < 0) | self.plain.until("dated", until, surely=False)

    def _sum(self, condition: ColumnElement[bool]) -> ColumnElement[Any]:
        return func.sum(case((condition, self.plain.table["amount"])))


def _sums(own: str, row: Sequence[Any], home: str) -> Sums:
    _, count, plain, *sums = row
    is_plain = plain == count and count < _MOST_ROWS
    if not is_plain:
        return own, count, False, 0, 0
    paid, ever, *due = (0 if one is None else int(one * 100) for one in sums)
    return own, count, True, due[SERVICES.index(home)] - paid, ever - paid
