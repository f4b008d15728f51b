"""Rows that cannot be true. One of them is enough to distrust the feed it came in.

Source: docs/field-rules.md#feed-gate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from otrs_bridge.domain.billing.accounts import SERVICES, Account
from otrs_bridge.domain.billing.entries import ENTRY_KINDS, SIGNED_KINDS
from otrs_bridge.domain.billing.keys import is_searchable
from otrs_bridge.domain.billing.period import parse_period
from otrs_bridge.domain.texts.contract import canonical_contract
from otrs_bridge.domain.texts.mojibake import is_mojibake_number
from otrs_bridge.words import Words

EARLIEST_YEAR: Final = 1990
LATEST_YEAR: Final = 2200
"""The years in which the moment of an entry is believed, the last one exclusive: no milliseconds, no year 1970."""

NOBODYS: Final = Words(
    ru="такого лицевого счёта нет среди счетов, буква в букву",
    en="has no account among the accounts, letter for letter",
)
NO_ACCOUNT: Final = Words(ru="запись без лицевого счёта", en="an entry without an account")
LETTERS: Final = Words(
    ru="буквы не читаются: они не в той кодировке, что объявлена (CP1251 в столбце latin1?)",
    en="its letters are not readable: they are not in the encoding that is said (CP1251 in a latin1 column?)",
)

_NO_NUMBER: Final = Words(
    ru="в нём нет номера: это не номер договора", en="no number in it: it is not a contract number"
)
_NOT_CANONICAL: Final = Words(
    ru="он записан не так, как его пишет мост; правильно", en="it is not written as the bridge writes it; write"
)
_SHOWN = 20
_EXAMPLES = 3
_ENTRY_COLUMNS, _SUMS_COLUMNS = 5, 6
_ORDINARY = re.compile(r"(?:[А-ЯЁ]-)?[1-9][0-9]*")
_DIGIT = re.compile("[1-9]")
_EARLIEST, _LATEST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (EARLIEST_YEAR, LATEST_YEAR))
_A_DAY = 86_400  # a year begins at another moment in every zone


@dataclass(frozen=True, kw_only=True, slots=True)
class InsaneRow:
    """A row of `account` that cannot be true, and why. `account` is shown as it is, "" when nobody knows it.

    `why` says everything. Rows with one `reason` (`why`, when there is none) are told once, the others after the first by
    `place` (the account, when there is none) and by what was `found` there.
    """

    account: str
    why: Words
    reason: Words | None = None
    place: str = ""
    found: str = ""

    @property
    def short(self) -> str:
        """Where it is and what was found there."""
        where = self.place or self.account
        return f"{where}: {self.found}" if where and self.found else where or self.found


@dataclass(frozen=True, kw_only=True, slots=True)
class FaultyRows:
    """One reason, how many rows cannot be true for it, and the first three of them."""

    count: int
    examples: tuple[InsaneRow, ...]

    @property
    def words(self) -> Words:
        """As one sentence: the first row in full, the others by their places."""
        first, *others = self.examples
        ru, en = (f"{first.account}: {why}" if first.account else why for why in (first.why.ru, first.why.en))
        if self.count == 1:
            return Words(ru=ru, en=en)
        more = "; ".join(dict.fromkeys(other.short for other in others if other.short))
        shown = f" ({more})" if more else ""
        return Words(
            ru=f"{ru}; и ещё таких строк: {self.count - 1}{shown}", en=f"{en}; and {self.count - 1} more like it{shown}"
        )


def is_believable(moment: object) -> bool:
    """Whether a moment, aware or as epoch seconds, lies in years of which a ledger can tell; other writings pass."""
    match moment:
        case datetime():
            return EARLIEST_YEAR <= moment.year < LATEST_YEAR
        case int():
            return _EARLIEST - _A_DAY <= moment <= _LATEST + _A_DAY
        case _:
            return True


def nobodys(account: str, entry: Words, *, like: str | None = None) -> InsaneRow:
    """An entry whose account nobody has; `like` is one that may be meant."""
    reason = NOBODYS if account.strip() else NO_ACCOUNT
    ru, en = ("", "") if like is None else (f"; есть {like!r}", f"; there is {like!r}")
    return InsaneRow(
        account=account,
        why=Words(
            ru=f"{entry.ru}, счёт {account!r}: {reason.ru}{ru}", en=f"{entry.en}, account {account!r}: {reason.en}{en}"
        ),
        reason=reason,
        place=f"{entry.en}, {account!r}",
    )


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


def contract_doubt(account: Account) -> InsaneRow | None:
    """Why no ticket can be made for the contract of an account, None when one can: it names nobody, or OTRS cannot search
    for it.
    """
    contract = account.contract
    # Every account of a ledger is asked this at every reading.
    if _ORDINARY.fullmatch(contract):
        return None
    if not is_searchable(contract):
        return InsaneRow(account=account.id, why=unsearchable(contract))
    reason: Words | None = None
    right = ""
    if is_mojibake_number(contract):
        reason = LETTERS
    elif _DIGIT.search(contract) is None:
        reason = _NO_NUMBER
    elif (canonical := canonical_contract(contract)) != contract:
        reason, right = _NOT_CANONICAL, f": {canonical!r}"
    if reason is None:
        return None
    why = Words(ru=f"договор {contract!r}: {reason.ru}{right}", en=f"contract {contract!r}: {reason.en}{right}")
    return InsaneRow(account=account.id, why=why, reason=reason, found=repr(contract))


class FaultLog:
    """How many insane rows were met (`count`), the first twenty of them, and the first twenty `faults`."""

    def __init__(self) -> None:
        self.count = 0
        self.first: list[InsaneRow] = []
        self._by_reason: dict[Words, tuple[int, list[InsaneRow]]] = {}

    def add(self, row: InsaneRow) -> None:
        """Count one more."""
        self.count += 1
        if len(self.first) < _SHOWN:
            self.first.append(row)
        reason = row.reason or row.why
        count, examples = self._by_reason.get(reason, (0, []))
        if count or len(self._by_reason) < _SHOWN:
            self._by_reason[reason] = (count + 1, examples)
            if len(examples) < _EXAMPLES:
                examples.append(row)

    def add_all(self, other: FaultLog) -> None:
        """Take over what another log has."""
        self.count += other.count
        self.first = [*self.first, *other.first][:_SHOWN]
        for reason, (count, examples) in other._by_reason.items():
            known, mine = self._by_reason.get(reason, (0, []))
            if known or len(self._by_reason) < _SHOWN:
                self._by_reason[reason] = (known + count, [*mine, *examples][:_EXAMPLES])

    @property
    def faults(self) -> tuple[FaultyRows, ...]:
        """What was met, once for each reason."""
        return tuple(FaultyRows(count=count, examples=tuple(rows)) for count, rows in self._by_reason.values())


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
    """Why the row `(account, kind, dated, posted, amount)`, or a row of sums, cannot be true, None when it can."""
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
    """What cannot be true of an account: a contract that is none or that OTRS cannot search for, an unknown service, a fee
    that is negative or no number, a negative credit.
    """
    doubt = contract_doubt(account)
    if doubt is not None:
        yield doubt
    if account.service not in SERVICES:
        why = Words(ru=f"неизвестная услуга: {account.service}", en=f"unknown service: {account.service}")
        yield InsaneRow(account=account.id, why=why)
    for tariff in account.tariffs:
        if not tariff.fee.is_finite() or tariff.fee < 0:
            why = Words(ru=f"абонентская плата не может быть {tariff.fee}", en=f"a fee cannot be {tariff.fee}")
            yield InsaneRow(account=account.id, why=why)
    if account.credit < 0:
        why = Words(ru=f"кредит не может быть {account.credit}", en=f"a credit cannot be {account.credit}")
        yield InsaneRow(account=account.id, why=why)


def _row_reason(row: Sequence[Any]) -> Words | None:
    if len(row) == _SUMS_COLUMNS:
        return _sums_reason(row)
    if len(row) != _ENTRY_COLUMNS:
        return Words(ru=f"строка не может быть верной: {row!r}", en=f"not a row that can be true: {row!r}")
    _, kind, dated, posted, amount = row
    if kind not in ENTRY_KINDS:
        return Words(ru=f"неизвестный вид записи: {kind}", en=f"unknown kind of entry: {kind}")
    if dated is None or not (is_believable(dated) and is_believable(posted)):
        return _moment_reason(dated, posted)
    return _amount_reason(kind, amount)


def _amount_reason(kind: str, amount: object) -> Words | None:
    if not isinstance(amount, int | Decimal):
        return Words(ru=f"сумма не число в рублях и копейках: {amount!r}", en=f"not an exact amount: {amount!r}")
    if isinstance(amount, Decimal) and not amount.is_finite():
        return Words(ru=f"сумма не может быть {amount}", en=f"an amount cannot be {amount}")
    if kind not in SIGNED_KINDS and amount < 0:
        return Words(ru=f"отрицательная сумма ({kind}): {amount}", en=f"a negative {kind}: {amount}")
    return None


def _sums_reason(row: Sequence[Any]) -> Words | None:
    _, period, *amounts = row
    if (
        any(
            not isinstance(amount, int | Decimal) or not Decimal(amount).is_finite() or amount < 0 for amount in amounts
        )
        or parse_period(str(period)) is None
    ):
        shown = ", ".join(map(str, row[1:]))
        return Words(ru=f"суммы не могут быть верны: {shown}", en=f"not sums that can be true: {shown}")
    return None


def _moment_reason(dated: object, posted: object) -> Words:
    if dated is None:
        return Words(ru="запись без даты", en="an entry without a date")
    return unbelievable(posted if is_believable(dated) else dated)
