"""What was settled with a ticket: kept, so that a payment that vanishes brings back the debt it had paid, and no other.

At the moment of settling the ledger said what was still owed: nothing, or a newer debt. Of what it knew then no more than
that is owed, whatever it says later; the rest stays with a person. What became known after that moment, money and charges
alike, counts as ever: whoever prepays in time is no worse off than whoever pays late.
Source: docs/field-rules.md#episodes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from otrs_bridge.domain.billing.accounts import BillingRules, Service
from otrs_bridge.domain.billing.deadlines import deadline_grid, last_deadline
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.keys import EpisodeKey
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import Period, parse_period
from otrs_bridge.domain.billing.row_format import rouble_rows

_NOTHING_LEFT = "nothing left"
_LEFT = "left"


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """What was owed when a ticket was settled: `amount` in roubles, `since` the period in which that newer debt arose; None
    where nothing was.
    """

    amount: Decimal = NOTHING
    since: Period | None = None

    @property
    def mark(self) -> str:
        """As it is remembered: `nothing left`, `left 500.00 since 2013-06`."""
        return _NOTHING_LEFT if self.since is None else f"{_LEFT} {self.amount} since {self.since}"


def parse_left(mark: str) -> Left | None:
    """Read a mark back; None for any other text."""
    if mark == _NOTHING_LEFT:
        return Left()
    amount, _, since = mark.removeprefix(f"{_LEFT} ").partition(" since ")
    period = parse_period(since)
    if period is None or not mark.startswith(f"{_LEFT} "):
        return None
    try:
        return Left(amount=Decimal(amount), since=period)
    except InvalidOperation:
        return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settlement:
    """All that was due in `through` or before was paid. `at`: the moment when that was seen, and no more than `left` roubles
    were owed; None where it is not known, and then nothing was at the end of `through`.
    """

    through: Period
    at: datetime | None = None
    left: Decimal = NOTHING


def settlement_of(
    key: EpisodeKey, at: datetime | None, left: Left | None, *, live: Period | None, rules: BillingRules
) -> Settlement:
    """What the ticket `key` saw paid when it was settled. `live`: the period of the oldest ticket at work, None for none."""
    seen = key.period if at is None else last_deadline(key.service, at, rules)
    if at is None or seen < key.period:
        return Settlement(through=key.period)
    since, amount = (None, NOTHING) if left is None else (left.since, left.amount)
    through = seen if since is None else max(key.period, since.plus(-1))
    if left is None and live is not None and live <= through:
        return Settlement(through=live.plus(-1))  # what a live ticket is about was not paid with an earlier one
    return Settlement(through=through, at=at, left=amount)


@dataclass(frozen=True, slots=True)
class Move:
    """What one entry does: when the ledger learnt of it, the period (its number) at whose deadline it is due, or whose
    deadline was the last before money came in, and what it adds to what is owed, in roubles.
    """

    known: datetime
    slot: int
    effect: Decimal


def moves(service: Service, entries: Iterable[Entry], moment: datetime, rules: BillingRules) -> tuple[Move, ...]:
    """All that is due, and all that was paid, as known at `moment`."""
    grid = deadline_grid(service, moment, rules, rouble_rows())
    last = last_deadline(service, moment, rules).number
    found = []
    for one in entries:
        if one.known_from <= moment and one.effect:
            slot = (
                grid.debit_slot(one.kind, one.dated, one.posted)
                if one.effect > 0
                else grid.credit_slot(one.dated, one.posted)
            )
            found.append(Move(one.known_from, slot, one.effect))
    return tuple(one for one in found if one.slot <= last)


Ceilings = dict[int, list[tuple[Decimal, Decimal]]]


def ceilings(
    settled: Collection[Settlement], known: Collection[Move], service: Service, rules: BillingRules
) -> Ceilings:
    """What is owed at most at the end of a period (its number): `(roubles, what else was not known then)`."""
    found: Ceilings = {}
    for one in settled:
        seen = None if one.at is None else last_deadline(service, one.at, rules)
        if seen != one.through:
            found.setdefault(one.through.number, []).append((NOTHING, NOTHING))
        if one.at is not None and seen is not None:
            later = (move.effect for move in known if move.known > one.at and move.slot <= seen.number)
            found.setdefault(seen.number, []).append((one.left, sum(later, start=NOTHING)))
    return found
