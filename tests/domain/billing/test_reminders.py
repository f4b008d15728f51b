"""Who is reminded five days before the 25th."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from otrs_bridge.domain.billing.accounts import Account, BillingRules, Hold
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.ledger import rows_of
from otrs_bridge.domain.billing.money import NOTHING
from otrs_bridge.domain.billing.reminders import reminder, reminder_day, reminder_list
from otrs_bridge.domain.billing.scan import entry_scan
from tests.domain.billing.ledgers import RULES, account, at, charge, paid, period, refund

MAY = charge(500, "2013-05-01")
CALLS = charge(300, "2013-04-30")

NOBODY: dict[str, tuple[Account, list[Entry], str]] = {
    "June is prepaid": (account(), [MAY, paid(1000, "2013-04-10")], "2013-05-20"),
    "the contract ends before June": (account(ends=date(2013, 5, 25)), [MAY, paid(500, "2013-04-10")], "2013-05-20"),
    "the contract is over, whatever it owes": (account(ends=date(2013, 5, 5)), [MAY], "2013-05-20"),
    "no tariff is known and nothing is owed": (account(tariffs=()), [], "2013-05-20"),
    "the calls are paid": (account("telephony"), [CALLS, paid(300, "2013-05-20")], "2013-05-20 12:00"),
    "calls of this month": (account("telephony"), [charge(300, "2013-05-02")], "2013-05-20"),
    "the 25th is over": (account(), [MAY], "2013-05-26"),
}  # fmt: skip


def reminded(who: Account, ledger: list[Entry], moment: str) -> Decimal | None:
    scan = entry_scan(who.service, at(moment), RULES)
    charged = dict(scan.payable(rows_of(who.id, ledger))).get(who.id, NOTHING)
    found = reminder(who, charged, moment=at(moment), rules=RULES)
    return None if found is None else found.amount


@pytest.mark.parametrize(("who", "ledger", "moment"), NOBODY.values(), ids=NOBODY.keys())
def test_nobody_is_reminded_when(who: Account, ledger: list[Entry], moment: str) -> None:
    assert reminded(who, ledger, moment) is None


SOMEBODY: dict[str, tuple[Account, list[Entry], str, str]] = {
    "June is not prepaid": (account(), [MAY, paid(500, "2013-04-10")], "2013-05-20", "500"),
    "June is prepaid in part": (account(), [MAY, paid(900, "2013-04-10")], "2013-05-20", "100"),
    "May is owed, too": (account(), [MAY], "2013-05-20", "1000"),
    "a refund took the prepayment away": (
        account(), [MAY, paid(1000, "2013-04-10"), refund(30, "2013-05-11")], "2013-05-20", "30",
    ),
    "there is no entry at all yet": (account(starts=date(2013, 5, 25)), [], "2013-05-20", "500"),
    "calls of last month": (account("telephony"), [CALLS], "2013-05-20", "300"),
    "on the very 25th": (account("telephony"), [CALLS], "2013-05-25 23:00", "300"),
    "a hold does not keep a reminder back": (
        account("telephony", holds=(Hold(kind="do not cut"),)), [CALLS], "2013-05-20", "300",
    ),
    "small change": (account("telephony"), [charge(1, "2013-04-30")], "2013-05-20", "1"),
}  # fmt: skip


@pytest.mark.parametrize(("who", "ledger", "moment", "amount"), SOMEBODY.values(), ids=SOMEBODY.keys())
def test_a_client_is_reminded_when(who: Account, ledger: list[Entry], moment: str, amount: str) -> None:
    assert reminded(who, ledger, moment) == Decimal(amount)


def test_the_list_goes_out_five_days_before() -> None:
    assert reminder_day(period("2013-05"), RULES) == date(2013, 5, 20)
    assert reminder_day(period("2013-05"), BillingRules(pay_by_day=15, reminder_days=0)) == date(2013, 5, 15)


def test_the_list_is_sorted_by_contract_and_adds_up() -> None:
    first, second = account(contract="Ф-2", client="Петров"), account(contract="Ф-1")
    moment = at("2013-05-20")
    found = reminder_list(
        "internet",
        [
            reminder(first, Decimal(100), moment=moment, rules=RULES),
            reminder(second, NOTHING, moment=moment, rules=RULES),
            reminder(account("telephony"), Decimal(5), moment=moment, rules=RULES),
            None,
        ],
    )
    assert found.total == 1100
    assert [one.account.contract for one in found.reminders] == ["Ф-1", "Ф-2"]
