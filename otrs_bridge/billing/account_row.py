"""From one row of accounts, whatever source it comes from, to an Account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from typing import Final, TypeVar, cast

from otrs_bridge.billing.values import (
    Unreadable,
    read_client_type,
    read_contract,
    read_day,
    read_flag,
    read_month,
    read_roubles,
    read_service,
    read_text,
    read_words,
)
from otrs_bridge.domain.billing.accounts import Account, Hold, Service, Since, Tariff
from otrs_bridge.domain.billing.faults import account_doubts
from otrs_bridge.domain.billing.period import Period

ACCOUNT_COLUMNS: Final = (
    *("account", "contract", "service", "name", "type", "address", "district"),
    *("fee", "next_fee", "next_fee_since", "starts", "ends", "ended", "suspended", "frozen"),
    *("promised_until", "do_not_cut"),
)
NEEDED_OF_ACCOUNTS: Final = ("account", "contract", "service")
ENTRY_COLUMNS: Final = ("account", "kind", "dated", "posted", "amount", "id")
NEEDED_OF_ENTRIES: Final = ("account", "kind", "dated", "amount")
SUMS_COLUMNS: Final = ("account", "period", "fees", "others", "paid_early", "paid_late")

_Read = TypeVar("_Read")

ALWAYS: Final = Period(year=1990, month=1)
"""Since when the fee of an account holds whose beginning nobody told."""


def read_account(row: Mapping[str, object], zone: tzinfo) -> Account:
    """The account that a row tells of; absent columns are empty. Raises Unreadable, its column named."""
    account = Account(
        id=account_id(row.get("account")),
        contract=_column(row, "contract", read_contract),
        service=cast("Service", read_service(read_text(row.get("service")))),
        client=_column(row, "name", read_words),
        client_type=read_client_type(read_text(row.get("type"))),
        address=_column(row, "address", read_words),
        district=_column(row, "district", read_words),
        tariffs=tuple(_tariffs(row, zone)),
        starts=_column(row, "starts", read_day, zone),
        ends=_column(row, "ends", read_day, zone),
        ended=_column(row, "ended", read_flag),
        suspended=_column(row, "suspended", read_since, zone),
        frozen=_column(row, "frozen", read_since, zone),
        holds=tuple(_holds(row, zone)),
    )
    if not account.id:
        raise Unreadable(ru="нет лицевого счёта", en="has no account")
    for doubt in account_doubts(account):
        raise Unreadable.because(doubt)
    return account


def read_since(value: object, zone: tzinfo) -> Since:
    """Yes, no, or the day since when; an empty value is no. Raises Unreadable."""
    try:
        return read_flag(value)
    except Unreadable:
        pass
    try:
        return read_day(value, zone) or False
    except Unreadable as wrong:
        ru, en = "ни да, ни нет, ни дата", "is neither yes nor no nor a date"
        raise Unreadable(ru=ru, en=en, found=wrong.found) from None


def account_id(value: object) -> str:
    """The billing system's own name of an account, letter by letter, blanks included: the same of its entries. Blanks alone
    are none.
    """
    if not isinstance(value, str):
        if value is None:
            return ""
        value = bytes(value).decode(errors="replace") if isinstance(value, bytes | bytearray) else str(value)
    return "" if value.isspace() else value


def _column(row: Mapping[str, object], name: str, read: Callable[..., _Read], *zone: tzinfo) -> _Read:
    """What stands in a column; whatever is wrong with it knows the column's name."""
    try:
        return read(row.get(name), *zone)
    except Unreadable as wrong:
        wrong.column = name
        raise


def _tariffs(row: Mapping[str, object], zone: tzinfo) -> Iterator[Tariff]:
    fee = _column(row, "fee", read_roubles)
    if fee is not None:
        yield Tariff(since=ALWAYS, fee=fee)
    next_fee = _column(row, "next_fee", read_roubles)
    since = _column(row, "next_fee_since", read_month, zone)
    if next_fee is not None and since is not None:
        yield Tariff(since=since, fee=next_fee)


def _holds(row: Mapping[str, object], zone: tzinfo) -> Iterator[Hold]:
    until = _column(row, "promised_until", read_day, zone)
    if until is not None:
        yield Hold(kind="promised payment", until=until)
    if _column(row, "do_not_cut", read_flag):
        yield Hold(kind="do not cut")
