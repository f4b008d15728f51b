"""Rows that cannot be true. One of them is enough to distrust the feed it came in.

Source: docs/field-rules.md#feed-gate.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from otrs_bridge.domain.billing.accounts import SERVICES, Account
from otrs_bridge.domain.billing.entries import ENTRY_KINDS, SIGNED_KINDS
from otrs_bridge.domain.billing.keys import is_searchable
from otrs_bridge.words import Words

EARLIEST_YEAR: Final = 1990
LATEST_YEAR: Final = 2200
"""The years in which the moment of an entry is believed, the last one exclusive: no milliseconds, no year 1970."""

_SHOWN = 20
_ENTRY_COLUMNS = 5
_EARLIEST, _LATEST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (EARLIEST_YEAR, LATEST_YEAR))
_A_DAY = 86_400  # a year begins at another moment in every zone


@dataclass(frozen=True, kw_only=True, slots=True)
class InsaneRow:
    """A row of `account` that cannot be true, and why."""

    account: str
    why: Words


def is_believable(moment: object) -> bool:
    """Whether a moment, aware or as epoch seconds, lies in years of which a ledger can tell; other writings pass."""
    match moment:
        case datetime():
            return EARLIEST_YEAR <= moment.year < LATEST_YEAR
        case int():
            return _EARLIEST - _A_DAY <= moment <= _LATEST + _A_DAY
        case _:
            return True


def unbelievable(moment: object) -> Words:
    """Why a moment is not believed."""
    return Words(
        ru=f"дата вне {EARLIEST_YEAR}–{LATEST_YEAR} годов: {moment}",
        en=f"a date outside the years {EARLIEST_YEAR} to {LATEST_YEAR}: {moment}",
    )


def unsearchable(contract: str) -> Words:
    """Why no ticket can be made for a contract."""
    return Words(
        ru=f"по договору {contract!r} в OTRS ничего не найти: в номере недопустимые знаки (* и % там подстановочные)",
        en=f"OTRS cannot search for the contract {contract!r}: characters that cannot stand there (* and % are wildcards)",
    )


class FaultLog:
    """How many insane rows were met (`count`), and the first twenty of them."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[InsaneRow] = []

    def add(self, row: InsaneRow) -> None:
        """Count one more."""
        self.count += 1
        if len(self.first) < _SHOWN:
            self.first.append(row)


class InsaneAmountError(Exception):
    """Raised and caught inside the scan only: a row whose kind or sign cannot be."""


def scattered(account: str) -> InsaneRow:
    """The rows of one account did not stand together, so its payments may have been missed."""
    return InsaneRow(
        account=account,
        why=Words(
            ru="строки лицевого счёта идут не подряд: источник должен сортировать их по счёту",
            en="the rows of the account do not stand together: the source has to sort them by account",
        ),
    )


def row_doubt(account: str, row: Sequence[Any]) -> InsaneRow | None:
    """Why the row `(account, kind, dated, posted, amount)` cannot be true, None when it can.

    A source that cannot even read a row puts the reason, as Words, in the place of its kind.
    """
    why = _row_reason(row)
    return None if why is None else InsaneRow(account=account, why=why)


def ledger_doubt(account: str, ledger: Sequence[Sequence[Any]]) -> InsaneRow:
    """The first row of an account's ledger that cannot be true, or that it cannot be added up at all."""
    for row in ledger:
        found = row_doubt(account, row)
        if found is not None:
            return found
    why = Words(ru="суммы или даты не складываются", en="amounts or dates cannot be added up")
    return InsaneRow(account=account, why=why)


def account_doubts(account: Account) -> Iterator[InsaneRow]:
    """What cannot be true of an account: a contract that OTRS cannot search for, an unknown service, a fee that is negative
    or no number.
    """
    if not is_searchable(account.contract):
        yield InsaneRow(account=account.id, why=unsearchable(account.contract))
    if account.service not in SERVICES:
        why = Words(ru=f"неизвестная услуга: {account.service}", en=f"unknown service: {account.service}")
        yield InsaneRow(account=account.id, why=why)
    for tariff in account.tariffs:
        if not tariff.fee.is_finite() or tariff.fee < 0:
            why = Words(ru=f"абонентская плата не может быть {tariff.fee}", en=f"a fee cannot be {tariff.fee}")
            yield InsaneRow(account=account.id, why=why)


def _row_reason(row: Sequence[Any]) -> Words | None:
    if len(row) != _ENTRY_COLUMNS:  # sums per period, or not even that
        return Words(ru=f"строка не может быть верной: {row!r}", en=f"not a row that can be true: {row!r}")
    _, kind, dated, posted, amount = row
    if isinstance(kind, Words):
        return kind
    if kind not in ENTRY_KINDS:
        return Words(ru=f"неизвестный вид записи: {kind}", en=f"unknown kind of entry: {kind}")
    if dated is None or not (is_believable(dated) and is_believable(posted)):
        return _moment_reason(dated, posted)
    if not isinstance(amount, int | Decimal):
        return Words(ru=f"сумма не число в рублях и копейках: {amount!r}", en=f"not an exact amount: {amount!r}")
    if isinstance(amount, Decimal) and not amount.is_finite():
        return Words(ru=f"сумма не может быть {amount}", en=f"an amount cannot be {amount}")
    if kind not in SIGNED_KINDS and amount < 0:
        return Words(ru=f"отрицательная сумма ({kind}): {amount}", en=f"a negative {kind}: {amount}")
    return None


def _moment_reason(dated: object, posted: object) -> Words:
    if dated is None:
        return Words(ru="запись без даты", en="an entry without a date")
    return unbelievable(posted if is_believable(dated) else dated)
