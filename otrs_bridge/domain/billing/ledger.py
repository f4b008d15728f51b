"""Summing one account's rows: the arithmetic that every decision, list and check shares.

A row is `(account id, kind, dated, posted, amount)` in the source's own writing, see `entries` for its
meaning; `posted` may be None. The order of the rows does not matter. Source: docs/field-rules.md#internet,
#telephony.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, Protocol

from otrs_bridge.domain.billing.accounts import BillingRules, Service
from otrs_bridge.domain.billing.deadlines import deadline_grid, last_deadline
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.faults import InsaneAmountError
from otrs_bridge.domain.billing.period import Period, midnight
from otrs_bridge.domain.billing.row_format import RowFormat, rouble_rows

Row = Sequence[Any]
Sums = dict[int, Any]

_ROUBLES: Final = rouble_rows()


class Reader(Protocol):
    """How the rows of one account are understood; `LedgerReader` and `period_sums.PeriodSumsReader`
    do. `minimum`: the smallest debt worth acting on, in the rows' units.
    """

    minimum: Any

    def due(self, ledger: Sequence[Row]) -> Any:
        """What is due less what was paid, in the rows' units."""

    def total(self, ledger: Sequence[Row], known: Any = None) -> Any:
        """Everything charged less everything paid, due or not, in the rows' units; `known`: by then, as they write it."""

    def sums(self, ledger: Sequence[Row]) -> tuple[Sums, Sums]:
        """What is due, and what was paid, by the number of the period."""

    def openings(self, ledger: Sequence[Row]) -> frozenset[int]:
        """The periods at whose deadlines opening balances were owed."""

    def months(self, ledger: Sequence[Row]) -> tuple[int | None, int | None]:
        """The newest period in which anything was charged, and that of the first row."""

    def fees_charged(self, ledger: Sequence[Row], first: int) -> frozenset[int]:
        """The periods from `first` on whose fee is charged already."""


@dataclass(kw_only=True, slots=True)
class LaterRows:
    """The rows known only after `beyond` (in the rows' own writing): how many, and account, kind and moment of the first."""

    beyond: Any
    count: int = 0
    first: tuple[str, str, Any] | None = None

    def note(self, account: str, kind: str, known: Any) -> None:
        """A row that is not known yet."""
        if known > self.beyond:
            self.count += 1
            self.first = self.first or (account, kind, known)


class LedgerReader:
    """Reads ledgers as they were known at `moment`, with everything that is due up to the deadline of
    `through`.

    Without `fees` the internet fees that fall due at that very deadline are left out: the tariff tells them,
    when they are not charged yet.
    """

    def __init__(
        self,
        *,
        service: Service,
        moment: datetime,
        through: Period,
        rules: BillingRules,
        rows: RowFormat,
        fees: bool = True,
        later: LaterRows | None = None,
    ) -> None:
        """`later` takes note of what `due` leaves out."""
        self._later = later
        self._grid = deadline_grid(service, moment, rules, rows)
        self._through = through.number
        self._now = rows.moment(moment)
        self.minimum = rows.amount(rules.minimum_debt)
        index = self._through - self._grid.first
        self._others_before = self._grid.months[index]
        # The internet fee of the 1st is due as that day begins, at whatever hour it was posted.
        self._charges_before = self._others_before
        if service == "internet" and fees:
            self._charges_before = self._grid.second_days[index]
        # What was posted before the deadline is due at it, late or not; so is the fee of the 1st, if it came in time.
        self._in_time_before = self._grid.cuts[index]
        self._first = self._grid.months[index]
        late = through.first_day + timedelta(days=rules.late_posting_days + 1)
        self._fee_late_from = rows.moment(midnight(late, rules.zone))

    def due(self, ledger: Iterable[Row]) -> Any:
        """What is due less what was paid, in the rows' units; negative: paid ahead. The fast way, all rows in
        one loop.

        Raises InsaneAmountError for an unknown kind or a negative charge, payment or refund; TypeError,
        ValueError or decimal.InvalidOperation for rows that cannot be computed with.
        """
        now, charges_before, in_time_before = self._now, self._charges_before, self._in_time_before
        first, fee_late_from, is_late = self._first, self._fee_late_from, self._grid.is_late
        total: Any = 0
        for account, kind, dated, posted, amount in ledger:
            if (posted or dated) > now:
                if self._later is not None:
                    self._later.note(account, kind, posted or dated)
                continue
            if kind == "payment":
                total -= amount
            elif kind == "charge":
                if dated < charges_before and (
                    not posted
                    or posted < in_time_before
                    or (dated >= first and posted < fee_late_from)
                    or not is_late(dated, posted)
                ):
                    total += amount
            else:
                total += self._seldom(kind, dated, posted, amount)
                continue
            if amount < 0:
                raise InsaneAmountError
        return total

    def total(self, ledger: Iterable[Row], known: Any = None) -> Any:
        """Everything charged less everything paid, due or not, in the rows' units; `known`: by then, as they write it."""
        now = self._now if known is None else known
        return sum(
            (-amount if kind == "payment" else amount)
            for _, kind, dated, posted, amount in ledger
            if (posted or dated) <= now
        )

    def sums(self, ledger: Iterable[Row]) -> tuple[Sums, Sums]:
        """What is due by the period whose deadline makes it so, and what was paid by the period paid in."""
        debits: Sums = {}
        paid: Sums = {}
        grid, now, through = self._grid, self._now, self._through
        for _, kind, dated, posted, amount in ledger:
            if (posted or dated) > now:
                continue
            if kind == "payment" or (amount < 0):
                slot = grid.credit_slot(dated, posted)
                paid[slot] = paid.get(slot, 0) + (amount if kind == "payment" else -amount)
            else:
                slot = grid.debit_slot(kind, dated, posted)
                if slot <= through:
                    debits[slot] = debits.get(slot, 0) + amount
        return debits, paid

    def openings(self, ledger: Iterable[Row]) -> frozenset[int]:
        """The deadlines at which opening balances were owed: a debt that arose there may be older than the ledger."""
        return frozenset(
            self._grid.debit_slot(kind, dated, posted)
            for _, kind, dated, posted, amount in ledger
            if kind == "opening" and amount > 0
        )

    def months(self, ledger: Iterable[Row]) -> tuple[int | None, int | None]:
        """The newest period in which anything was charged, and that of the first row."""
        last: int | None = None
        first: int | None = None
        for _, kind, dated, posted, _ in ledger:
            if (posted or dated) <= self._now:
                number = self._grid.period_of(dated)
                first = number if first is None else min(first, number)
                if kind == "charge":
                    last = number if last is None else max(last, number)
        return last, first

    def fees_charged(self, ledger: Iterable[Row], first: int) -> frozenset[int]:
        """The periods from `first` on whose fee is charged already, by charges dated the 1st."""
        slots = (
            self._grid.fee_slot(dated)
            for _, kind, dated, posted, _ in ledger
            if kind == "charge" and (posted or dated) <= self._now
        )
        return frozenset(slot for slot in slots if slot is not None and slot >= first)

    def _seldom(self, kind: str, dated: Any, posted: Any, amount: Any) -> Any:
        if kind == "opening":
            return amount if amount < 0 or dated <= self._others_before else 0
        if kind == "correction":
            return amount if amount < 0 or max(dated, posted or dated) < self._others_before else 0
        if kind != "refund" or amount < 0:
            raise InsaneAmountError
        return amount if max(dated, posted or dated) < self._others_before else 0


def rows_of(account: str, entries: Iterable[Entry]) -> list[Row]:
    """Entries as rows of the account with this id, for `rouble_rows()`."""
    return [(account, entry.kind, entry.dated, entry.posted, entry.amount) for entry in entries]


def not_due(service: Service, entries: Iterable[Entry], moment: datetime, rules: BillingRules) -> Decimal:
    """In roubles, what is charged and known at `moment`, but due at a deadline to come."""
    grid, last = deadline_grid(service, moment, rules, _ROUBLES), last_deadline(service, moment, rules).number
    written = _ROUBLES.moment
    ahead = (
        entry.effect
        for entry in entries
        if entry.known_from <= moment
        and entry.effect > 0
        and grid.debit_slot(entry.kind, written(entry.dated), entry.posted and written(entry.posted)) > last
    )
    return sum(ahead, start=Decimal("0.00"))


def balance(entries: Iterable[Entry], moment: datetime) -> Decimal:
    """Everything charged less everything paid that the ledger knows at `moment`, due or not; negative: paid
    ahead.
    """
    return sum((entry.effect for entry in entries if entry.known_from <= moment), start=Decimal("0.00"))
