"""A billing system in memory, with a town of debtors; `ports.billing.Billing` as the job runner uses it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from otrs_bridge.domain.billing.accounts import Account, BillingRules, Hold, Service
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.faults import FaultLog
from otrs_bridge.domain.billing.ledger import rows_of
from otrs_bridge.domain.billing.scan import entry_scan
from otrs_bridge.errors import BillingUnusable
from otrs_bridge.ports.billing import ContractLedger, Ledgers
from otrs_bridge.ports.clock import Clock
from otrs_bridge.words import Words

MOSCOW = ZoneInfo("Europe/Moscow")


AWAY = Words(ru="база биллинга недоступна", en="the billing database cannot be reached")


@dataclass(kw_only=True)
class MemoryBilling:
    """Accounts and their entries. `broken`: it cannot be read; `lagging`: it is as of this moment, not as of now;
    `by_balance`: it tells no entries.
    """

    clock: Clock
    name: str = "memory"
    accounts: dict[str, Account] = field(default_factory=dict)
    entries: dict[str, list[Entry]] = field(default_factory=dict)
    broken: bool = False
    lagging: datetime | None = None
    by_balance: bool = False

    def debtor(self, contract: str, service: Service = "internet", *, charged: datetime, fee: int = 500) -> Account:
        """An account that was charged and has not paid."""
        account = Account(id=f"{contract}/{service}", contract=contract, service=service, client="Иванов Иван Иванович")
        self.accounts[account.id] = account
        self.charge(account.id, charged, fee)
        return account

    def charge(self, account: str, moment: datetime, fee: int = 500) -> None:
        """One more charge."""
        self.entries.setdefault(account, []).append(Entry(kind="charge", amount=Decimal(fee), dated=moment))

    def pay(self, account: str, amount: int | None = None) -> None:
        """Pay everything that is known now, or so much, now."""
        now = self.clock.now()
        known = [entry for entry in self.entries[account] if entry.known_from <= now]
        owed = sum((entry.effect for entry in known), start=Decimal(0))
        paid = owed if amount is None else Decimal(amount)
        self.entries[account].append(Entry(kind="payment", amount=paid, dated=now))

    def hold(self, account: str, hold: Hold) -> None:
        """Something that keeps the account connected."""
        self.accounts[account] = replace(self.accounts[account], holds=(hold,))

    @contextmanager
    def reading(self) -> Iterator[MemoryFeed]:
        """One reading."""
        if self.broken:
            raise BillingUnusable(AWAY)
        yield MemoryFeed(billing=self)

    def contract(self, contract: str) -> ContractLedger:
        """One contract, afresh."""
        if self.broken:
            raise BillingUnusable(AWAY)
        found = [account for account in self.accounts.values() if account.contract == contract]
        return ContractLedger(
            contract=contract,
            as_of=self.clock.now(),
            accounts=tuple((account, tuple(self.entries.get(account.id, ()))) for account in found),
            by_balance=self.by_balance,
        )


@dataclass(kw_only=True)
class MemoryFeed:
    """One reading of it."""

    billing: MemoryBilling
    faults: FaultLog = field(default_factory=FaultLog)

    @property
    def name(self) -> str:
        return self.billing.name

    @property
    def as_of(self) -> datetime | None:
        return self.billing.lagging or self.billing.clock.now()

    @property
    def by_balance(self) -> bool:
        return self.billing.by_balance

    @property
    def has_balances(self) -> bool:
        return any(one.balance is not None for one in self.billing.accounts.values())

    def accounts(self) -> Iterator[Account]:
        yield from self.billing.accounts.values()

    def unmet_holds(self, day: date) -> tuple[Words, ...]:
        del day
        return ()

    def doubts(self, now: datetime) -> tuple[Words, ...]:
        del now
        return ()

    def ledgers(
        self, service: Service, *, moment: datetime, rules: BillingRules, most: Decimal | None = None
    ) -> Ledgers:
        del most
        mine = sorted(one.id for one in self.billing.accounts.values() if one.service == service)
        rows = (row for name in mine for row in rows_of(name, self.billing.entries.get(name, ())))
        return Ledgers(entry_scan(service, moment, rules), rows)
