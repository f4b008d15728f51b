"""From one row of accounts, whatever source it comes from, to an Account."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from typing import Final, cast

from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.billing.values import (
    read_balance,
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
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.period import Period

ACCOUNT_COLUMNS: Final = (
    *("account", "contract", "service", "name", "type", "address", "district"),
    *("fee", "next_fee", "next_fee_since", "starts", "ends", "ended", "suspended", "frozen"),
    *("promised_until", "do_not_cut", "balance", "credit", "credit_until"),
)
NEEDED_OF_ACCOUNTS: Final = ("account", "contract", "service")
ENTRY_COLUMNS: Final = ("account", "kind", "dated", "posted", "amount", "id")
NEEDED_OF_ENTRIES: Final = ("account", "kind", "dated", "amount")
SUMS_COLUMNS: Final = ("account", "period", "fees", "others", "paid_early", "paid_late")

ALWAYS: Final = Period(year=1990, month=1)
"""Since when the fee of an account holds whose beginning nobody told."""


def read_account(row: Mapping[str, object], zone: tzinfo) -> Account:
    """The account that a row tells of; absent columns are empty. Raises Unreadable, its column named."""
    try:
        account = _account(row, zone)
    except Unreadable as wrong:
        wrong.column = _column_of(row, zone)
        raise
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


def _account(row: Mapping[str, object], zone: tzinfo) -> Account:
    told = row.get
    return Account(
        id=account_id(told("account")),
        contract=read_contract(told("contract")),
        service=cast("Service", read_service(read_text(told("service")))),
        client=read_words(told("name")),
        client_type=read_client_type(read_text(told("type"))),
        address=read_words(told("address")),
        district=read_words(told("district")),
        tariffs=tuple(_tariffs(row, zone)),
        starts=read_day(told("starts"), zone),
        ends=read_day(told("ends"), zone),
        ended=read_flag(told("ended")),
        suspended=read_since(told("suspended"), zone),
        frozen=read_since(told("frozen"), zone),
        holds=tuple(_holds(row, zone)),
        balance=read_balance(told("balance")),
        credit=read_roubles(told("credit")) or NOTHING,
        credit_until=read_day(told("credit_until"), zone),
    )


def _column_of(row: Mapping[str, object], zone: tzinfo) -> str:
    """Which column cannot be read: looked for only when one cannot."""
    reading: dict[str, Callable[[object], object]] = {
        "contract": read_contract,
        **dict.fromkeys(("name", "address", "district"), read_words),
        **dict.fromkeys(("fee", "next_fee", "credit"), read_roubles),
        "balance": read_balance,
        "next_fee_since": lambda value: read_month(value, zone),
        **dict.fromkeys(("starts", "ends", "promised_until", "credit_until"), lambda value: read_day(value, zone)),
        **dict.fromkeys(("ended", "do_not_cut"), read_flag),
        **dict.fromkeys(("suspended", "frozen"), lambda value: read_since(value, zone)),
    }
    for name, read in reading.items():
        try:
            read(row.get(name))
        except Unreadable:
            return name
    return ""


def _tariffs(row: Mapping[str, object], zone: tzinfo) -> Iterator[Tariff]:
    fee = read_roubles(row.get("fee"))
    if fee is not None:
        yield Tariff(since=ALWAYS, fee=fee)
    next_fee = read_roubles(row.get("next_fee"))
    since = read_month(row.get("next_fee_since"), zone)
    if next_fee is not None and since is not None:
        yield Tariff(since=since, fee=next_fee)


def _holds(row: Mapping[str, object], zone: tzinfo) -> Iterator[Hold]:
    until = read_day(row.get("promised_until"), zone)
    if until is not None:
        yield Hold(kind="promised payment", until=until)
    if read_flag(row.get("do_not_cut")):
        yield Hold(kind="do not cut")
