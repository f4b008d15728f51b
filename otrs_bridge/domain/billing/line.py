"""A line: one service on one contract, which the tickets are about. Most lines are one account; some are several.

A number that was moved to a new account, two city numbers of one firm: they are cut off and reconnected by tickets of
the same key, so one decision has to speak for all of them. Source: docs/field-rules.md#episodes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from otrs_bridge.domain.billing.debt import Debt, Decision, NoDebt
from otrs_bridge.domain.billing.settlement import Settlement


def decision_of_line(decisions: Sequence[Decision]) -> Decision:
    """What holds for the line, given what was decided about its accounts (one at least).

    Accounts that have ended do not count beside one that has not. The line owes as long as any of them does: then the
    debt speaks that is due, of several the oldest.
    """
    if len(decisions) == 1:
        return decisions[0]
    alive = [one for one in decisions if not one.account.has_ended_by(one.today)] or list(decisions)
    debts = [one for one in alive if isinstance(one, Debt)]
    if debts:
        spoken = min(debts, key=lambda debt: (not debt.due, debt.arose, debt.account.id))
        return replace(spoken, others=tuple(debt for debt in debts if debt is not spoken))
    nothing = [one for one in alive if isinstance(one, NoDebt)]
    return min(nothing, key=lambda one: (one.paid_while_off is None, one.account.id))


def decision_after(debt: Debt, settled: Collection[Settlement]) -> Decision:
    """What holds for the line of this debt if all that was settled was paid."""
    return decision_of_line([one.after(settled) for one in (debt, *debt.others)]) if settled else debt


def owed_on(debt: Debt) -> Decimal:
    """What all accounts of the line owe together, in roubles."""
    return sum((one.amount for one in debt.others), start=debt.amount)
