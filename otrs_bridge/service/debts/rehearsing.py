"""Internet accounts on a day to come: what they will owe with the fees that are not charged yet, if nobody pays any more.

The fees of an account are known only when its turn comes among the accounts, long after its rows went by. So the accounts
are looked at once more beforehand, for the greatest of all fees, and only those ledgers are kept (each in a few words)
that such a fee could put into debt: who has prepaid costs no memory. Source: docs/field-rules.md#internet.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from otrs_bridge.domain.billing.accounts import Account
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import Period, period_of_day
from otrs_bridge.domain.billing.presumed import Presumed, fees_to_come
from otrs_bridge.domain.billing.scan import EMPTY_LEDGER, DebtScan, OpenLedger, StandingDebt
from otrs_bridge.ports.billing import BillingFeed
from otrs_bridge.service.debts.ledgers import Rows


class Rehearsal:
    """The internet ledgers of one reading (see `ServiceLedgers`), with the fees of `periods` (one at least) presumed."""

    def __init__(self, feed: BillingFeed, periods: Sequence[Period]) -> None:
        """Reads the accounts once: before the ledgers, for one stream is read at a time."""
        self._periods = tuple(periods)
        fees = (sum((fee for _, fee in fees_to_come(account, periods)), start=NOTHING) for account in feed.accounts())
        self._most = max(fees, default=NOTHING)
        self._without_tariff = 0
        self._open: dict[str, OpenLedger] = {}
        self._payable: dict[str, Decimal] = {}
        self._scan: DebtScan | None = None

    @property
    def presumed(self) -> Presumed:
        """What was taken for granted; complete when every account was asked about."""
        return Presumed(periods=self._periods, without_tariff=self._without_tariff)

    @property
    def most(self) -> Decimal:
        """The fees of the dearest tariff."""
        return self._most

    def read_debts(self, scan: DebtScan, rows: Rows) -> None:
        """Keeps what a fee could put into debt."""
        self._scan = scan
        self._open = dict(scan.open_ledgers(rows, first=self._periods[0], most=self._most))

    def debt(self, account: Account) -> StandingDebt | None:
        """What the account will owe."""
        self._count_tariff(account)
        fees = self._fees(account)
        known = self._open.get(account.id)
        if self._scan is None or (known is None and self._scan.met(account.id)):
            return None
        return self._scan.with_fees(account.id, known or EMPTY_LEDGER, fees)

    def foreseen(self, account: Account) -> Account:
        """The account when the fees to come are charged."""
        known = self._open.get(account.id, EMPTY_LEDGER)
        return account.less(
            sum((fee for slot, fee in self._fees(account).items() if slot not in known.charged), NOTHING)
        )

    def read_payable(self, scan: DebtScan, rows: Rows) -> None:
        """Keeps a sum for every account, and which fees are in it already."""
        self._scan = scan
        self._payable = dict(scan.payable(rows, first=self._periods[0]))

    def payable(self, account: Account) -> Decimal:
        """What is charged and not paid, with the fees that are not charged yet."""
        self._count_tariff(account)
        charged = self._scan.charged.get(account.id, ()) if self._scan else ()
        to_come = sum((fee for slot, fee in self._fees(account).items() if slot not in charged), start=NOTHING)
        return self._payable.get(account.id, NOTHING) + to_come

    def _fees(self, account: Account) -> dict[int, Decimal]:
        return {period.number: fee for period, fee in fees_to_come(account, self._periods)}

    def _count_tariff(self, account: Account) -> None:
        fees = self._fees(account)
        days = (period.first_day for period in self._periods)
        served = (period_of_day(day) for day in days if account.serves_on(day) and not account.frozen_on(day))
        self._without_tariff += any(period.number not in fees for period in served)
