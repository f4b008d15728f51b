"""Billing's own balance of an account beside the sum of its entries: where the two part, one of them is not what it says.

A payment without its account, a bill that is counted once for each of its users, rows that a join doubled, a balance that
was read as a payment: none of these can be seen in a single row, and each of them shows here.
Source: docs/field-rules.md#feed-gate.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from otrs_bridge.domain.billing.accounts import Account
from otrs_bridge.domain.billing.money import NOTHING, format_money
from otrs_bridge.words import Words

SHOWN: Final = 10
_HUNDRED: Final = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Parting:
    """An account whose entries and whose balance do not agree; roubles, below zero is owed."""

    account: str
    contract: str
    by_entries: Decimal
    balance: Decimal

    @property
    def difference(self) -> Decimal:
        """By how much the balance is above what the entries come to."""
        return self.balance - self.by_entries

    @property
    def words(self) -> Words:
        """As an operator is told of it."""
        ru, en = (
            tuple(format_money(one, language) for one in (self.by_entries, self.balance, self.difference))
            for language in ("ru", "en")
        )
        return Words(
            ru=f"счёт {self.account}, договор {self.contract}: по записям {ru[0]}, баланс {ru[1]}, разница {ru[2]}",
            en=f"account {self.account}, contract {self.contract}: {en[0]} by its entries, balance {en[1]}, {en[2]} apart",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Reconciliation:
    """How many accounts have a balance (`compared`), how many of them part from their entries, and the ten worst."""

    compared: int
    parted: int
    worst: tuple[Parting, ...] = ()

    @property
    def words(self) -> Words:
        """The summary."""
        return Words(
            ru=f"балансы: сверено счетов {self.compared}, расходятся с записями {self.parted}",
            en=f"balances: {self.compared} accounts compared, {self.parted} part from their entries",
        )


def parting(account: Account, owed: Decimal, entries: int, tolerance: Decimal) -> Parting | None:
    """Where the balance of an account parts from its entries, which come to `owed` roubles; None where both agree, or it has
    no balance.

    `tolerance` is what every hundred entries begun may drift by: billing systems that charge by the day keep more than
    two decimals.
    """
    if account.balance is None:
        return None
    hundreds = max(-(-entries // _HUNDRED), 1)
    if abs(account.balance + owed) <= tolerance * hundreds:
        return None
    return Parting(account=account.id, contract=account.contract, by_entries=NOTHING - owed, balance=account.balance)


@dataclass(kw_only=True, slots=True)
class Reconciler:
    """Compares account by account."""

    tolerance: Decimal
    compared: int = 0
    parted: int = 0
    _worst: list[Parting] = field(default_factory=list)

    def look(self, account: Account, owed: Decimal, entries: int) -> None:
        """Compare one more account."""
        if account.balance is None:
            return
        self.compared += 1
        found = parting(account, owed, entries, self.tolerance)
        if found is not None:
            self.parted += 1
            self._worst.append(found)
            if len(self._worst) > 2 * SHOWN:
                self._worst = self._sorted()

    @property
    def result(self) -> Reconciliation:
        """What it came to."""
        return Reconciliation(compared=self.compared, parted=self.parted, worst=tuple(self._sorted()))

    def _sorted(self) -> list[Parting]:
        return sorted(self._worst, key=lambda one: (-abs(one.difference), one.account))[:SHOWN]
