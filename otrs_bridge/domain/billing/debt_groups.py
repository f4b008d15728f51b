"""Debts added up for a person to see where they are: by district, by age or by sum.

An age is counted in days from the day on which the debt arose; one that an opening balance hides may be older.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import day_at
from otrs_bridge.words import Words

DebtsBy = Literal["district", "age", "sum"]

_AGES: Final = (30, 60, 90)
_SUMS: Final = (100, 500, 1_000, 5_000)
_NOWHERE: Final = Words(ru="район не указан", en="no district")


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtGroup:
    """What has this name in common: how many lines, and what they owe together, in roubles."""

    name: Words
    lines: int
    roubles: Decimal


def grouped(debts: Iterable[Debt], by: DebtsBy, day: date) -> tuple[DebtGroup, ...]:
    """The groups: districts by name, the unknown one last; ages and sums from the smallest on. Empty ones are left out."""
    found: dict[tuple[object, ...], list[Debt]] = {}
    for debt in debts:
        found.setdefault(_place(debt, by, day), []).append(debt)
    return tuple(
        DebtGroup(
            name=_name(place, by), lines=len(several), roubles=sum((debt.amount for debt in several), start=NOTHING)
        )
        for place, several in sorted(found.items(), key=lambda item: item[0])
    )


def _place(debt: Debt, by: DebtsBy, day: date) -> tuple[object, ...]:
    match by:
        case "district":
            return (not debt.account.district, debt.account.district)
        case "age":
            return (_step((day - day_at(debt.since, debt.rules.zone)).days, _AGES),)
        case "sum":
            return (_step(debt.amount, _SUMS),)


def _step(value: int | Decimal, limits: tuple[int, ...]) -> int:
    return sum(value > limit for limit in limits)


def _name(place: tuple[object, ...], by: DebtsBy) -> Words:
    if by == "district":
        return Words.alike(str(place[1])) if place[1] else _NOWHERE
    limits, ru, en = (_AGES, "дней", "days") if by == "age" else (_SUMS, "₽", "₽")
    step = int(str(place[0]))
    if step == 0:
        return Words(ru=f"до {limits[0]} {ru}", en=f"up to {limits[0]} {en}")
    if step == len(limits):
        return Words(ru=f"больше {limits[-1]} {ru}", en=f"over {limits[-1]} {en}")
    low = limits[step - 1] + 1 if by == "age" else limits[step - 1]
    return Words(ru=f"{low}–{limits[step]} {ru}", en=f"{low}–{limits[step]} {en}")
