"""Everybody who is in debt, read in the background, and paged from memory."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.feed_gate import FeedRefused
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.service.background import Answer, Background
from otrs_bridge.service.queries.billing_desk import BillingDesk, DebtorList
from otrs_bridge.words import Words

EVERYBODY = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtPage:
    """Some debts, the greatest first; `next` leads on, "" at the end. `count` and `amount` are of all of them."""

    count: int
    amount: Decimal
    debts: Sequence[Debt]
    next: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sorted:
    """Debts by what they are paged by, the smallest first."""

    marks: Sequence[str]
    debts: Sequence[Debt]
    amount: Decimal

    def page(self, after: str, limit: int) -> DebtPage:
        end = bisect_left(self.marks, after) if after else len(self.marks)
        first = max(0, end - limit)
        found = self.debts[first:end][::-1]
        return DebtPage(
            count=len(self.debts), amount=self.amount, debts=found, next=self.marks[first] if first and found else ""
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtLists:
    """One reading of billing: how many owe since which month and in which district, and who. `refused`: why these data are
    not to be relied on.
    """

    refused: Sequence[Words]
    by_month: Sequence[tuple[str, int]]
    by_district: Sequence[tuple[str, int]]
    lists: Mapping[str, _Sorted]

    def page(self, district: str, after: str, limit: int) -> DebtPage:
        """Those of a district, or all, behind a mark."""
        return self.lists.get(district, _NOBODY).page(after, limit)


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtBoard:
    """Reads all of billing, behind the page."""

    billing: BillingDesk | None
    background: Background

    def now(self) -> Answer[DebtLists] | None:
        """The last reading, and whether a newer one is on its way; None without billing."""
        billing = self.billing
        if billing is None:
            return None
        return self.background.ask("debts", lambda: debt_lists(billing.debtors()))


def debt_lists(found: DebtorList) -> DebtLists:
    """In the order of the pages."""
    by_mark = sorted(((_mark(one), one) for one in found.debtors), key=lambda pair: pair[0])
    districts: dict[str, list[tuple[str, Debt]]] = {EVERYBODY: by_mark}
    for mark, debt in by_mark:
        if debt.account.district:
            districts.setdefault(debt.account.district, []).append((mark, debt))
    return DebtLists(
        refused=found.verdict.reasons if isinstance(found.verdict, FeedRefused) else (),
        by_month=sorted(Counter(str(one.arose) for one in found.debtors).items()),
        by_district=sorted(Counter(one.account.district for one in found.debtors).items()),
        lists={district: _sorted(pairs) for district, pairs in districts.items()},
    )


def _sorted(pairs: Sequence[tuple[str, Debt]]) -> _Sorted:
    debts = [debt for _, debt in pairs]
    return _Sorted(
        marks=[mark for mark, _ in pairs], debts=debts, amount=sum((one.amount for one in debts), start=NOTHING)
    )


def _mark(debt: Debt) -> str:
    """What debts are sorted and paged by: the sum, then the account. Sums of up to ten digits compare as texts."""
    return f"{debt.amount:015.2f} {debt.account.service} {debt.account.id}"


_NOBODY = _Sorted(marks=(), debts=(), amount=NOTHING)
