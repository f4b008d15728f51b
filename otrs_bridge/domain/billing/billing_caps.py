"""How many disconnections one run may raise, or take back, before a person has to approve them.

Source: docs/field-rules.md#feed-gate.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from otrs_bridge.words import Words

FEW = 10  # paid debts that are nothing strange, whatever their share


@dataclass(frozen=True, kw_only=True, slots=True)
class BillingCaps:
    """At most `max_tickets` tickets, for at most `max_share` (0..1) of the subscribers of the service, in one run.

    `max_paid_share` (0..1): of the debts that have tickets so many may be paid at once. More look like a feed in which
    everybody paid. Up to `FEW` of them are believed always.
    """

    max_tickets: int = 200
    max_share: Fraction = Fraction(5, 100)
    max_paid_share: Fraction = Fraction(1, 2)

    def objection(self, *, raised: int, subscribers: int) -> Words | None:
        """Why a run that would raise so many tickets waits for an approval; None when it need not.

        Exactly the limit is still allowed. With no subscribers at all every ticket is too many.
        """
        if raised > self.max_tickets:
            return Words(
                ru=f"было бы создано заявок: {raised}, предел — {self.max_tickets}; нужно одобрение оператора",
                en=f"{raised} tickets would be raised, {self.max_tickets} are allowed; an operator has to approve",
            )
        if raised > subscribers * self.max_share:
            share = f"{float(self.max_share):.0%}"
            return Words(
                ru=f"было бы создано заявок: {raised} на {subscribers} абонентов, предел — {share}; "
                "нужно одобрение оператора",
                en=f"{raised} tickets would be raised for {subscribers} subscribers, {share} is allowed; "
                "an operator has to approve",
            )
        return None

    def too_many_paid(self, *, paid: int, standing: int) -> Words | None:
        """Why a run that would take so many of the standing debts for paid waits for an approval."""
        if paid <= FEW or paid <= standing * self.max_paid_share:
            return None
        share = f"{float(self.max_paid_share):.0%}"
        return Words(
            ru=f"сразу оплачены {paid} долгов из {standing}, предел — {share}: верны ли данные биллинга? "
            "нужно одобрение оператора",
            en=f"{paid} of {standing} debts are paid at once, {share} is allowed: is billing right? "
            "an operator has to approve",
        )
