"""One row of a foreign database, as the scan takes it. What cannot be read says so in the place of its kind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import Any

from otrs_bridge.billing.values import Unreadable, read_kind, read_kopecks, read_moment, read_text
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.ledger import Row
from otrs_bridge.domain.billing.money import from_kopecks
from otrs_bridge.domain.texts.contract import parse_contract

_LATIN = {"Ф": ("F", "f"), "Ю": ("U", "YU")}
_UNREADABLE_SINCE = 1  # before any moment: such a row is never skipped as not known yet


def entry_row(row: Sequence[Any], zone: tzinfo) -> Row:
    """`(account, kind, dated, posted, amount)` in `values.ROWS`."""
    account, kind, dated, posted, amount = row
    try:
        return (
            account,
            read_kind(kind if isinstance(kind, str) else read_text(kind)),
            read_moment(dated, zone),
            None if posted is None or posted == "" else read_moment(posted, zone),
            read_kopecks(amount),
        )
    except Unreadable as wrong:
        return (account, wrong.words, _UNREADABLE_SINCE, None, 0)


def sums_row(row: Sequence[Any]) -> Row:
    """`(account, period, fees, others, paid_early, paid_late)` in kopecks; what cannot be read stays as text."""
    account, period, *amounts = row
    return (account, read_text(period), *(_kopecks(amount) for amount in amounts))


def _kopecks(amount: object) -> int | str:
    try:
        return read_kopecks(0 if amount is None else amount)
    except Unreadable:
        return str(amount)


def entry_of(row: Row) -> Entry:
    """A row that can be true, as an Entry."""
    _, kind, dated, posted, kopecks = row
    return Entry(
        kind=kind,
        amount=from_kopecks(kopecks),
        dated=datetime.fromtimestamp(dated, UTC),
        posted=None if posted is None else datetime.fromtimestamp(posted, UTC),
    )


def writings(contract: str) -> list[str]:
    """The usual ways of writing a canonical contract number, so that an index of the database can find it."""
    known = parse_contract(contract)
    if known is None:
        return list(dict.fromkeys((contract, contract.lower(), contract.title(), contract.capitalize())))
    if not known.prefix:
        return [contract]
    letters = dict.fromkeys((known.prefix, known.prefix.lower(), *_LATIN.get(known.prefix, ())))
    return [f"{letter}{joint}{known.number}" for letter in letters for joint in ("-", "", " ")]
