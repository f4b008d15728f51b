"""What the ledgers of one service say of its accounts, and one walk through a whole feed.

An account is decided on when its turn comes among the accounts, long after its rows went by; so the ledgers are read
first, and asked then. `Rehearsal` is the other way of reading them, for a day to come.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

import structlog

from otrs_bridge.domain.billing.accounts import SERVICES, Account, BillingRules, Service
from otrs_bridge.domain.billing.balances import Reconciler
from otrs_bridge.domain.billing.faults import FaultLog
from otrs_bridge.domain.billing.feed_gate import FeedFacts, FeedLimits, is_over
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import day_at
from otrs_bridge.domain.billing.scan import DebtScan, StandingDebt
from otrs_bridge.ports.billing import BillingFeed

log = structlog.get_logger(__name__)

Rows = Iterable[Sequence[Any]]


class ServiceLedgers(Protocol):
    """The ledgers of one service: read once, for debts or for what is payable, then asked once for each account."""

    @property
    def most(self) -> Decimal:
        """The greatest fees, in roubles, that `debt` presumes of any account: who owes nothing with them may be left out."""

    def read_debts(self, scan: DebtScan, rows: Rows) -> None:
        """Read them, for `debt`."""

    def debt(self, account: Account) -> StandingDebt | None:
        """What the account owes."""

    def foreseen(self, account: Account) -> Account:
        """The account as it will be: its balance without the fees that `debt` presumes."""

    def read_payable(self, scan: DebtScan, rows: Rows) -> None:
        """Read them, for `payable`."""

    def payable(self, account: Account) -> Decimal:
        """What it has to pay by the next pay-by day, in roubles; see `DebtScan.payable`."""


class AsCharged:
    """ServiceLedgers as billing has them, nothing presumed."""

    def __init__(self) -> None:
        self._owing: dict[str, StandingDebt] = {}
        self._payable: dict[str, Decimal] = {}

    @property
    def most(self) -> Decimal:
        """Nothing is presumed."""
        return NOTHING

    def read_debts(self, scan: DebtScan, rows: Rows) -> None:
        """Keeps the few who owe."""
        self._owing = {debt.account: debt for debt in scan.debts(rows)}

    def debt(self, account: Account) -> StandingDebt | None:
        """What the account owes."""
        return self._owing.get(account.id)

    def foreseen(self, account: Account) -> Account:
        """The same: nothing is presumed."""
        return account

    def read_payable(self, scan: DebtScan, rows: Rows) -> None:
        """Keeps a sum for every account."""
        self._payable = dict(scan.payable(rows))

    def payable(self, account: Account) -> Decimal:
        """What was charged and is not paid; a fee of the period to come is not in it."""
        return self._payable.get(account.id, NOTHING)


@dataclass(kw_only=True, slots=True)
class FeedWalk:
    """One way through a feed: the ledgers of each service, then the accounts. Counts what the feed's gate wants to know.

    `subscribers`: served on the day looked at; complete when the accounts are through.
    """

    feed: BillingFeed
    moment: datetime
    rules: BillingRules
    by_service: Mapping[Service, ServiceLedgers]
    limits: FeedLimits = field(default_factory=FeedLimits)
    subscribers: Counter[Service] = field(default_factory=Counter)
    _scans: list[DebtScan] = field(default_factory=list)
    _accounts: int = 0
    _reconciler: Reconciler | None = None

    def services(self, *, full: bool = False) -> Iterator[tuple[Service, DebtScan, Rows]]:
        """The ledgers of every service in turn, to be read: one stream is open at a time. `full`: everybody's, whatever the
        source can tell of who owes nothing.
        """
        # Of a day that is over nobody knows the balances.
        if self.feed.has_balances and not is_over(self.moment, self.feed.as_of, self.rules.zone):
            self._reconciler = Reconciler(tolerance=self.limits.balance_tolerance)
        for service in SERVICES:
            most = None if full else self.by_service[service].most
            scan, rows = self.feed.ledgers(service, moment=self.moment, rules=self.rules, most=most)
            if self._reconciler is not None:
                scan.add_up(self.feed.as_of)  # that of the balances
            self._scans.append(scan)
            yield service, scan, rows

    def accounts(self) -> Iterator[tuple[Account, ServiceLedgers]]:
        """Every account, and whom to ask about it."""
        today, scans = day_at(self.moment, self.rules.zone), dict(zip(SERVICES, self._scans, strict=False))
        over = not self.feed.by_balance and is_over(self.moment, self.feed.as_of, self.rules.zone)
        accounts, served = 0, dict.fromkeys(SERVICES, 0)
        for account in self.feed.accounts():
            accounts += 1
            if over and account.balance is not None:
                account = replace(account, balance=None)  # noqa: PLW2901 - nobody knows what it was on that day
            if account.serves_on(today):
                served[account.service] += 1
            if self._reconciler is not None:
                self._reconciler.look(account, *scans[account.service].total_of(account.id))
            yield account, self.by_service[account.service]
        self._accounts = accounts
        self.subscribers.update(served)
        for told in self.feed.unmet_holds(today):
            log.warning("hold of no account", said=told.en)
        for told in self.feed.doubts(self.moment):
            log.warning("billing feed looks odd", said=told.en)

    def facts(
        self,
        *,
        last_good_rows: int | None,
        taken_after: datetime | None = None,
        ticketed: Collection[Service] = (),
    ) -> FeedFacts:
        """What the walk came by; complete when it is done. `ticketed`: the services of which debts have tickets."""
        scans, faults = self._scans, FaultLog()
        for log_ in (self.feed.faults, *(scan.faults for scan in scans)):
            faults.add_all(log_)
        return FeedFacts(
            as_of=self.feed.as_of,
            rows=self._accounts + sum(scan.rows for scan in scans),
            silent=self._silent(ticketed),
            last_good_rows=last_good_rows,
            insane=faults.count,
            faults=faults.faults,
            taken_after=taken_after,
            balances=self._reconciler.result if self._reconciler is not None else None,
        )

    def _silent(self, ticketed: Collection[Service]) -> list[Service]:
        """The services of which nobody was charged and nobody paid, where that cannot be: one that has just begun may be
        silent beside another, but not one that has debts with tickets.
        """
        nothing = not any(scan.rows for scan in self._scans)
        return [
            service
            for service, scan in zip(SERVICES, self._scans, strict=True)
            if not scan.rows and self.subscribers[service] and (nothing or service in ticketed)
        ]
