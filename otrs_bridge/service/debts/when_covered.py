"""Billing systems that charge only who can pay: what they do not charge counts as charged, in feeds and contracts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from otrs_bridge.domain.billing.accounts import Account, BillingRules
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import Period, period_of_day
from otrs_bridge.domain.billing.presumed import Presumed, fees_to_come
from otrs_bridge.domain.billing.scan import EMPTY_LEDGER, DebtScan, OpenLedger, StandingDebt
from otrs_bridge.domain.billing.uncharged import Charged, uncharged_entries, uncharged_fees
from otrs_bridge.ports.billing import Billing, BillingFeed, ContractLedger
from otrs_bridge.service.debts.ledgers import Rows


class Uncharged:
    """The internet ledgers of one reading (see `Ledgers`), with the fees that are not charged by `today`."""

    def __init__(self, feed: BillingFeed, *, today: date, through: Period, rules: BillingRules) -> None:
        """Reads the accounts once: before the ledgers, for one stream is read at a time."""
        self._today, self._through, self._rules = today, through, rules
        current = period_of_day(today)
        to_come = [current.plus(step) for step in range(through.number - current.number + 1)]
        fees = (sum((fee for _, fee in fees_to_come(account, to_come)), start=NOTHING) for account in feed.accounts())
        self._most = max(fees, default=NOTHING)
        self._to_come = tuple(to_come[1:])
        self._without_tariff = 0
        self._open: dict[str, OpenLedger] = {}
        self._payable: dict[str, Decimal] = {}
        self._scan: DebtScan | None = None

    @property
    def presumed(self) -> Presumed | None:
        """What a rehearsal takes for granted; None for a day that has come. Complete when every account was asked about."""
        return Presumed(periods=self._to_come, without_tariff=self._without_tariff) if self._to_come else None

    @property
    def most(self) -> Decimal:
        """The fees of the dearest tariff."""
        return self._most

    def read_debts(self, scan: DebtScan, rows: Rows) -> None:
        """Keeps what a fee could put into debt."""
        self._scan = scan
        self._open = dict(scan.uncharged_ledgers(rows, through=self._through, most=self._most))

    def debt(self, account: Account) -> StandingDebt | None:
        """What the account owes, or will owe."""
        self._count_tariff(account)
        known = self._open.get(account.id)
        if self._scan is None or (known is None and self._scan.met(account.id)):
            return None
        fees = {period.number: fee for period, fee in self._fees(account)}
        return self._scan.with_fees(account.id, known or EMPTY_LEDGER, fees)

    def foreseen(self, account: Account) -> Account:
        """The account with these fees charged."""
        return account.less(sum((fee for _, fee in self._fees(account)), start=NOTHING))

    def read_payable(self, scan: DebtScan, rows: Rows) -> None:
        """Keeps a sum for every account, and what tells which fees are not in it."""
        self._scan = scan
        for account, roubles, opened in scan.payable_ledgers(rows, through=self._through):
            self._payable[account] = roubles
            if opened is not None:
                self._open[account] = opened

    def payable(self, account: Account) -> Decimal:
        """What is charged, or counts as charged, and is not paid."""
        self._count_tariff(account)
        known = self._payable.get(account.id, NOTHING)
        return known + sum((fee for _, fee in self._fees(account)), start=NOTHING)

    def _fees(self, account: Account) -> list[tuple[Period, Decimal]]:
        opened = self._open.get(account.id)
        if self._scan is None or (opened is None and self._scan.met(account.id)):
            return []
        known = opened or EMPTY_LEDGER
        charged = Charged(last=known.last, first=known.first, money=-self._scan.roubles(known.total))
        return list(uncharged_fees(account, charged, today=self._today, through=self._through, rules=self._rules))

    def _count_tariff(self, account: Account) -> None:
        served = (one.first_day for one in (self._to_come or [self._through]))
        self._without_tariff += any(
            account.serves_on(day) and not account.frozen_on(day) and not account.tariffs for day in served
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class WithUncharged:
    """A billing source whose contracts come with the fee of this month that is not charged. Its feed stays as it is: see
    `Uncharged`.
    """

    billing: Billing
    rules: BillingRules
    now: Callable[[], datetime]

    @property
    def name(self) -> str:
        """That of the source."""
        return self.billing.name

    def reading(self) -> AbstractContextManager[BillingFeed]:
        """A reading of the source."""
        return self.billing.reading()

    def contract(self, contract: str) -> ContractLedger:
        """One contract, read afresh."""
        found, now = self.billing.contract(contract), self.now()
        if found.by_balance:
            return found
        pairs = []
        for account, entries in found.accounts:
            more = uncharged_entries(account, entries, now=now, moment=now, rules=self.rules)
            pairs.append((account.less(sum((one.amount for one in more), start=NOTHING)), (*entries, *more)))
        return replace(found, accounts=tuple(pairs))
