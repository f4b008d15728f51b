"""One row of entries or sums, whatever source it comes from, as the scan takes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from otrs_bridge.billing.account_row import SUMS_COLUMNS
from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.billing.values import is_no_moment, read_kind, read_kopecks, read_moment, read_text
from otrs_bridge.domain.billing.entries import SIGNED_KINDS, Entry
from otrs_bridge.domain.billing.ledger import Row
from otrs_bridge.domain.billing.money import from_kopecks


def entry_row(own: str, row: Sequence[Any], zone: tzinfo) -> Row:
    """`(account, kind, dated, posted, amount)` in `values.ROWS`, from the same columns; `own` is the account's name.

    Raises Unreadable, its column named, for what cannot be read or cannot be true.
    """
    _, kind, dated, posted, amount, _ = row
    try:
        read = read_kind(kind if type(kind) is str else read_text(kind))
        kopecks = read_kopecks(amount)
        moment = _seconds(dated, zone) if type(dated) is datetime else read_moment(dated, zone)
        known = _known(posted, zone) if posted is not None else None
    except Unreadable as wrong:
        wrong.column = _column_of(row, zone)
        raise
    if kopecks < 0 and read not in SIGNED_KINDS:
        negative = Unreadable(
            ru=f"отрицательная сумма ({read})", en=f"a negative {read}", found=str(from_kopecks(kopecks))
        )
        negative.column = "amount"
        raise negative
    return (own, read, moment, known, kopecks)


# Entries are millions, and many are of one moment, that of a billing run.
_seconds = lru_cache(maxsize=1 << 14)(read_moment)


def _known(posted: object, zone: tzinfo) -> int | None:
    try:
        return _seconds(posted, zone) if type(posted) is datetime else read_moment(posted, zone)
    except Unreadable:
        if is_no_moment(posted):
            return None
        raise


def _column_of(row: Sequence[Any], zone: tzinfo) -> str:
    """Which column of an entry cannot be read: looked for only when one cannot."""
    _, kind, dated, posted, *_ = row
    reading: tuple[tuple[str, Callable[[], object]], ...] = (
        ("kind", lambda: read_kind(read_text(kind))),
        ("dated", lambda: read_moment(dated, zone)),
        ("posted", lambda: _known(posted, zone)),
    )
    for name, read in reading:
        try:
            read()
        except Unreadable:
            return name
    return "amount"


def sums_row(own: str, row: Sequence[Any], zone: tzinfo) -> Row:
    """`(account, period, fees, others, paid_early, paid_late)` in kopecks. Raises Unreadable, its column named."""
    del zone
    kopecks = []
    for name, amount in zip(SUMS_COLUMNS[2:], row[2:6], strict=True):
        try:
            kopecks.append(read_kopecks(0 if amount is None else amount))
        except Unreadable as wrong:
            wrong.column = name
            raise
    return (own, read_text(row[1]), *kopecks)


def entry_of(row: Row) -> Entry:
    """A row that can be true, as an Entry."""
    _, kind, dated, posted, kopecks = row
    return Entry(
        kind=kind,
        amount=from_kopecks(kopecks),
        dated=datetime.fromtimestamp(dated, UTC),
        posted=None if posted is None else datetime.fromtimestamp(posted, UTC),
    )
