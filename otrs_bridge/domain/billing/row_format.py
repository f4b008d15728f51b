"""How a source writes moments and money in its rows, so that a million rows are compared as they come,
unconverted.

The bridge's own boundaries (midnights, mostly) are written in the source's form once; each row then costs
comparisons and additions only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from otrs_bridge.domain.billing.money import from_kopecks, to_kopecks, whole_kopecks


@dataclass(frozen=True, kw_only=True, slots=True)
class RowFormat:
    """`moment` writes an aware datetime as the rows do, keeping the order; `amount` writes roubles, `roubles`
    reads them.

    What `moment` gives is compared with the rows' own values and must not be empty or zero for any real
    moment.
    """

    moment: Callable[[datetime], Any]
    amount: Callable[[Decimal], Any]
    roubles: Callable[[Any], Decimal]


def as_utc(moment: datetime) -> datetime:
    """Aware datetimes (in any zone; UTC compares fastest)."""
    return moment.astimezone(UTC)


def as_epoch_seconds(moment: datetime) -> int:
    """Whole seconds since 1970: the fastest."""
    return int(moment.timestamp())


def rouble_rows(moment: Callable[[datetime], Any] = as_utc) -> RowFormat:
    """Amounts as Decimal roubles."""
    return RowFormat(moment=moment, amount=to_kopecks, roubles=_in_roubles)


def _in_roubles(amount: Decimal | int) -> Decimal:
    return to_kopecks(Decimal(amount))


def kopeck_rows(moment: Callable[[datetime], Any] = as_utc) -> RowFormat:
    """Amounts as whole kopecks."""
    return RowFormat(moment=moment, amount=whole_kopecks, roubles=from_kopecks)
