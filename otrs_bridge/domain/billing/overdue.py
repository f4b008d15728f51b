"""One account's debt, found by one walk over its deadlines.

An episode begins at the deadline that finds money owing and lasts until everything due is paid; its name is
the period of that deadline. Source: docs/field-rules.md#episodes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Episode:
    """A debt that stands: `amount` in the source's units, `arose` and `ripe` as period numbers.

    `ripe` is the period in which the debt last rose to the minimum worth acting on, None while it is below:
    three roubles forgotten in March do not make the fee that is late since yesterday two months old.
    """

    amount: Any
    arose: int
    ripe: int | None


@dataclass(frozen=True, slots=True)
class Walk:
    """How far a walk has come: what is owed (negative: paid ahead), and the `arose` and `ripe` of an `Episode`.

    `over`: of the last episode that was worth acting on and is paid, the periods in which it arose and was paid.
    """

    owed: Any = 0
    arose: int | None = None
    ripe: int | None = None
    over: tuple[int, int] | None = None


BEGINNING: Final = Walk()
NO_CEILINGS: Final[Mapping[int, Sequence[tuple[Any, Any]]]] = MappingProxyType({})


def standing_episode(
    debits: Mapping[int, Any],
    credits_: Mapping[int, Any],
    minimum: Any,
    *,
    after: Walk = BEGINNING,
    ceilings: Mapping[int, Sequence[tuple[Any, Any]]] = NO_CEILINGS,
) -> Episode | None:
    """The episode that stands after the last slot, None when nothing is owed; arguments as of `walked`."""
    end = walked(debits, credits_, minimum, after=after, ceilings=ceilings)
    return None if end.arose is None else Episode(end.owed, end.arose, end.ripe)


def walked(
    debits: Mapping[int, Any],
    credits_: Mapping[int, Any],
    minimum: Any,
    *,
    after: Walk = BEGINNING,
    ceilings: Mapping[int, Sequence[tuple[Any, Any]]] = NO_CEILINGS,
) -> Walk:
    """Walk on over these slots, all of them later than those of `after`.

    `debits` are sums by the period whose deadline makes them due; `credits_` by the period whose deadline was
    the last before them. All must be due, or paid, by the moment asked about. Within a slot the deadline
    comes first and the order of the payments cannot matter. `minimum` is in the units of the sums. `ceilings`: what is
    owed at most at the end of a slot, whatever the ledger says, for somebody has seen the rest paid, and what else
    was due and paid by then, though nobody knew: that counts besides.
    """
    owed, arose, ripe, over = after.owed, after.arose, after.ripe, after.over
    was_ripe = ripe is not None
    for slot in sorted({*debits, *credits_, *ceilings}):
        owed += debits.get(slot, 0)
        if owed > 0:
            arose = slot if arose is None else arose
            ripe = slot if ripe is None and owed >= minimum else ripe
            was_ripe = was_ripe or ripe is not None
        owed -= credits_.get(slot, 0)
        for most, unknown in ceilings.get(slot, ()):
            known = min(owed - unknown, most)
            owed = known + unknown
            if known <= 0 < owed:  # what was known is paid: this is a debt of its own
                over = (arose, slot) if arose is not None and was_ripe else over
                arose, ripe = slot, slot if owed >= minimum else None
                was_ripe = ripe is not None
        if owed <= 0:
            over = (arose, slot) if arose is not None and was_ripe else over
            arose = ripe = None
            was_ripe = False
        elif owed < minimum:
            ripe = None
    return Walk(owed, arose, ripe, over)
