"""The same debts from sums per account and period, for sources whose database adds up faster than rows can
travel.

A row is `(account id, period, fees, others, paid_early, paid_late)`: the period as `2013-05`, then four sums,
none of them negative, over the entries of the period (by the day each one counts from, see `entries`) that
the ledger knew:

* `fees`: charges dated the 1st and not posted late; `others`: all other charges, refunds, and corrections to the
  subscriber's cost;
* `paid_early`: payments and corrections in the subscriber's favour up to the pay-by day, inclusive;
  `paid_late`: after.

What was posted late (see `entries`) is never a fee and stands among `others`: internet in the period of its
posting; telephony in the period before, when it stands for one and was posted up to the pay-by day, inclusive, and in that
of its posting otherwise. No column tells the two moments of an entry, so only the query that adds up can see to it.

The sums have to reach back to the account's first entry: an opening balance has no column, for adding is
cheap. Source: docs/field-rules.md#internet, #telephony.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from otrs_bridge.domain.billing.accounts import BillingRules, Service
from otrs_bridge.domain.billing.faults import InsaneAmountError
from otrs_bridge.domain.billing.ledger import Row, Sums
from otrs_bridge.domain.billing.period import Period, parse_period
from otrs_bridge.domain.billing.row_format import RowFormat


class PeriodSumsReader:
    """Reads sums per period, with everything due up to the deadline of `through`; `fees` as in
    `LedgerReader`.
    """

    def __init__(
        self, *, service: Service, through: Period, rules: BillingRules, rows: RowFormat, fees: bool = True
    ) -> None:
        self._fees = fees
        self._internet = service == "internet"
        self._through = through.number
        self.minimum = rows.amount(rules.minimum_debt)
        self._numbers: dict[str, int] = {}

    def due(self, ledger: Iterable[Row]) -> Any:
        """What is due less what was paid, in the rows' units; negative: paid ahead.

        Raises InsaneAmountError for a negative sum, ValueError for a period that is none.
        """
        total: Any = 0
        for _, written, fees, others, early, late in ledger:
            if fees < 0 or others < 0 or early < 0 or late < 0:
                raise InsaneAmountError
            period = self._number(written)
            total -= early + late
            if period < self._through:
                total += fees + others
            elif period == self._through and self._internet and self._fees:
                total += fees
        return total

    def total(self, ledger: Iterable[Row], known: Any = None) -> Any:
        """Everything charged less everything paid, due or not, in the rows' units; sums are of one moment alone."""
        del known
        return sum(fees + others - early - late for _, _, fees, others, early, late in ledger)

    def sums(self, ledger: Iterable[Row]) -> tuple[Sums, Sums]:
        """What is due by the period whose deadline makes it so, and what was paid by the period paid in."""
        debits: Sums = {}
        paid: Sums = {}
        for _, written, fees, others, early, late in ledger:
            period = self._number(written)
            fees_due = period if self._internet else period + 1
            early_paid = period if self._internet else period - 1
            for sums, slot, amount in (
                (debits, fees_due, fees),
                (debits, period + 1, others),
                (paid, early_paid, early),
                (paid, period, late),
            ):
                if sums is paid or slot <= self._through:
                    sums[slot] = sums.get(slot, 0) + amount
        return debits, paid

    def openings(self, ledger: Iterable[Row]) -> frozenset[int]:
        """None: sums reach back to the first entry."""
        del ledger
        return frozenset()

    def months(self, ledger: Iterable[Row]) -> tuple[int | None, int | None]:
        """The newest period in which anything was charged, and the first one."""
        rows = [(self._number(row[1]), row[2] + row[3]) for row in ledger]
        charged = (number for number, sum_ in rows if sum_ > 0)
        return max(charged, default=None), min((number for number, _ in rows), default=None)

    def fees_charged(self, ledger: Iterable[Row], first: int) -> frozenset[int]:
        """The periods from `first` on whose fee is charged already."""
        numbers = (self._number(written) for _, written, fees, *_ in ledger if fees)
        return frozenset(number for number in numbers if number >= first)

    def _number(self, written: str) -> int:
        number = self._numbers.get(written)
        if number is None:
            period = parse_period(written)
            if period is None:
                raise ValueError(f"not a period: {written!r}")
            number = self._numbers[written] = period.number
        return number
