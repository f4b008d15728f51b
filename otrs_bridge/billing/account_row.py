"""From one row of accounts, whatever source it comes from, to an Account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import tzinfo
from typing import Final, cast

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
)
from otrs_bridge.domain.billing.accounts import Account, Hold, Service, Tariff
from otrs_bridge.domain.billing.faults import account_doubts
from otrs_bridge.domain.billing.period import Period

ACCOUNT_COLUMNS: Final = (
    *("account", "contract", "service", "name", "type", "address", "district"),
    *("fee", "next_fee", "next_fee_since", "starts", "ends", "ended", "promised_until", "do_not_cut"),
)
NEEDED_OF_ACCOUNTS: Final = ("account", "contract", "service")
ENTRY_COLUMNS: Final = ("account", "kind", "dated", "posted", "amount", "id")
NEEDED_OF_ENTRIES: Final = ("account", "kind", "dated", "amount")
SUMS_COLUMNS: Final = ("account", "period", "fees", "others", "paid_early", "paid_late")

ALWAYS: Final = Period(year=1990, month=1)
"""Since when the fee of an account holds whose beginning nobody told."""


def read_account(row: Mapping[str, object], zone: tzinfo) -> Account:
    """The account that a row tells of; absent columns are empty. Raises Unreadable."""
    name = read_text(row.get("name"))
    account = Account(
        id=account_id(row.get("account")),
        contract=read_contract(row.get("contract")),
        service=cast("Service", read_service(read_text(row.get("service")))),
        client=name,
        client_type=read_client_type(read_text(row.get("type"))),
        address=read_text(row.get("address")),
        district=read_text(row.get("district")),
        tariffs=tuple(_tariffs(row, zone)),
        starts=read_day(row.get("starts"), zone),
        ends=read_day(row.get("ends"), zone),
        ended=read_flag(row.get("ended")),
        holds=tuple(_holds(row, zone)),
    )
    if not account.id:
        raise Unreadable(ru="нет лицевого счёта", en="has no account")
    for doubt in account_doubts(account):
        raise Unreadable(ru=doubt.why.ru, en=doubt.why.en)
    return account


def account_id(value: object) -> str:
    """The billing system's own name of an account, letter by letter: the same of its entries."""
    return "" if value is None else str(value).strip()


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
