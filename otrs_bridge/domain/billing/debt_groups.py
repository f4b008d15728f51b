"""Debts added up for a person to see where they are: by district, by age, by sum or by the time since the cut-off.

An age is counted in days from the day on which the debt arose; one that an opening balance hides may be older. The time
since the cut-off is counted from when billing switched the line off, or else from the procedure's day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from otrs_bridge.domain.billing.debt import Debt
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import day_at
from otrs_bridge.words import Words

DebtsBy = Literal["district", "age", "sum", "cut"]

_AGES: Final = (30, 60, 90)
_SUMS: Final = (100, 500, 1_000, 5_000)
_NOT_CUT: Final = Words(ru="ещё не отключены", en="not cut off yet")
_NOWHERE: Final = Words(ru="район не указан", en="no district")


@dataclass(frozen=True, kw_only=True, slots=True)
class DebtGroup:
    """What has this name in common: how many lines, and what they owe together, in roubles."""

    name: Words
    lines: int
    roubles: Decimal


def grouped(debts: Iterable[Debt], by: DebtsBy, day: date) -> tuple[DebtGroup, ...]:
    """The groups: districts by name, the unknown one last; ages and sums from the smallest on. Empty ones are left out."""
    found: dict[tuple[Any, ...], list[Debt]] = {}
    for debt in debts:
        found.setdefault(_place(debt, by, day), []).append(debt)
    return tuple(
        DebtGroup(
            name=_name(place, by), lines=len(several), roubles=sum((debt.amount for debt in several), start=NOTHING)
        )
        for place, several in sorted(found.items(), key=lambda item: item[0])
    )


def _place(debt: Debt, by: DebtsBy, day: date) -> tuple[Any, ...]:
    match by:
        case "district":
            return (not debt.account.district, debt.account.district)
        case "age":
            return (_step((day - day_at(debt.since, debt.rules.zone)).days, _AGES),)
        case "sum":
            return (_step(debt.amount, _SUMS),)
        case "cut":
            days = _days_off(debt, day)
            limits = _ages_below(debt.rules.hopeless_days)
            return (0, limits) if days is None else (1 + _step(days, limits), limits)


def _ages_below(hopeless: int) -> tuple[int, ...]:
    """The last days of the ages that come before hopelessness."""
    return (*(age for age in _AGES if age < hopeless - 1), hopeless - 1)


def _days_off(debt: Debt, day: date) -> int | None:
    """Since the line was, or by the procedure had to be, cut off; None before that."""
    suspended = debt.account.suspended
    if suspended is True:
        return (day - day_at(debt.since, debt.rules.zone)).days
    cut = suspended if isinstance(suspended, date) and suspended <= day else debt.cut_off_on
    return (day - cut).days if isinstance(cut, date) and cut <= day else None


def _step(value: int | Decimal, limits: tuple[int, ...]) -> int:
    return sum(value > limit for limit in limits)


def _name(place: tuple[Any, ...], by: DebtsBy) -> Words:
    match by:
        case "district":
            return Words.alike(place[1]) if place[1] else _NOWHERE
        case "age":
            return _range(place[0], _AGES, Words(ru=" дней", en=" days"), apart=1)
        case "sum":
            return _range(place[0], _SUMS, Words.alike(" ₽"), apart=0)
        case "cut":
            step, limits = place
            if step == 0:
                return _NOT_CUT
            if step > len(limits):
                return Words(ru=f"безнадёжные, от {limits[-1] + 1} дней", en=f"hopeless, from {limits[-1] + 1} days on")
            return _range(step - 1, limits, Words(ru=" дней", en=" days"), apart=1)


def _range(step: int, limits: tuple[int, ...], unit: Words, *, apart: int) -> Words:
    """The name of one step: each begins `apart` above the limit of the one before."""
    if step == 0:
        return Words(ru=f"до {limits[0]}{unit.ru}", en=f"up to {limits[0]}{unit.en}")
    if step == len(limits):
        return Words(ru=f"больше {limits[-1]}{unit.ru}", en=f"over {limits[-1]}{unit.en}")
    span = f"{limits[step - 1] + apart}–{limits[step]}"
    return Words(ru=f"{span}{unit.ru}", en=f"{span}{unit.en}")
