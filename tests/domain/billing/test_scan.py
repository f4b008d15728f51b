"""A stream of rows gives what deciding account by account gives, and never decides on what cannot be true."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from otrs_bridge.domain.billing.accounts import Service
from otrs_bridge.domain.billing.debt import decide
from otrs_bridge.domain.billing.entries import Entry
from otrs_bridge.domain.billing.faults import InsaneRow
from otrs_bridge.domain.billing.ledger import rows_of
from otrs_bridge.domain.billing.money import whole_kopecks
from otrs_bridge.domain.billing.row_format import (
    RowFormat,
    as_epoch_seconds,
    kopeck_rows,
    rouble_rows,
)
from otrs_bridge.domain.billing.scan import entry_scan, sums_scan
from tests.domain.billing.ledgers import (
    CALENDAR,
    RULES,
    account,
    at,
    charge,
    correction,
    entry,
    paid,
    period,
    refund,
)

MOMENT = at("2013-06-10")

LEDGERS: dict[str, list[Entry]] = {
    "А": [charge(500, "2013-05-01"), paid(500, "2013-04-20"), charge(500, "2013-06-01")],
    "Б": [charge(500, "2013-05-01"), paid(900, "2013-05-31 23:00", "2013-06-03")],
    "В": [],
    "Г": [charge(500, "2013-04-01"), correction(-100, "2013-04-05"), refund(50, "2013-05-05")],
}


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(rouble_rows(), id="aware moments"),
        pytest.param(rouble_rows(as_epoch_seconds), id="seconds"),
        pytest.param(kopeck_rows(as_epoch_seconds), id="kopecks"),
    ],
)
def test_the_writing_of_the_rows_makes_no_difference(written: RowFormat) -> None:
    rows = [
        (name, e.kind, written.moment(e.dated), e.posted and written.moment(e.posted), written.amount(e.amount))
        for name, ledger in LEDGERS.items()
        for e in ledger
    ]
    scan = entry_scan("internet", MOMENT, RULES, written)
    assert [(d.account, d.amount, str(d.arose)) for d in scan.debts(rows)] == [
        ("А", Decimal(500), "2013-06"),
        ("Г", Decimal(450), "2013-04"),
    ]
    assert (scan.rows, scan.accounts, scan.faults.count) == (8, 3, 0)


def test_what_has_to_be_paid_next_is_told_for_every_account() -> None:
    scan = entry_scan("internet", MOMENT, RULES)
    rows = [row for name, ledger in LEDGERS.items() for row in rows_of(name, ledger)]
    assert dict(scan.payable(rows)) == {"А": Decimal(500), "Б": Decimal(-400), "Г": Decimal(450)}


NEVER_TRUE: dict[str, tuple[Any, ...]] = {
    "an unknown kind": ("Ф", "gift", at("2013-05-01"), None, Decimal(1)),
    "a negative charge": ("Ф", "charge", at("2013-05-01"), None, Decimal(-1)),
    "a negative charge that is not due yet": ("Ф", "charge", at("2013-06-05"), None, Decimal(-1)),
    "a negative payment": ("Ф", "payment", at("2013-05-01"), None, Decimal(-1)),
    "a negative refund": ("Ф", "refund", at("2013-05-01"), None, Decimal(-1)),
    "no number": ("Ф", "charge", at("2013-05-01"), None, Decimal("NaN")),
    "no number that shouts": ("Ф", "correction", at("2013-05-01"), None, Decimal("sNaN")),
    "an infinite charge": ("Ф", "charge", at("2013-05-01"), None, Decimal("Infinity")),
    "an infinite payment": ("Ф", "payment", at("2013-05-01"), None, Decimal("Infinity")),
    "a float": ("Ф", "charge", at("2013-05-01"), None, 500.0),
    "a text for an amount": ("Ф", "charge", at("2013-05-01"), None, "500"),
    "no amount": ("Ф", "payment", at("2013-05-01"), None, None),
    "no date": ("Ф", "payment", None, None, Decimal(1)),
    "a date without a zone": ("Ф", "payment", datetime(2013, 5, 1), None, Decimal(1)),  # noqa: DTZ001 - that is the mistake
    "more money than there is": ("Ф", "charge", at("2013-05-01"), None, Decimal(10**15)),
}  # fmt: skip


@pytest.mark.parametrize("row", NEVER_TRUE.values(), ids=NEVER_TRUE.keys())
def test_nothing_is_decided_on(row: tuple[Any, ...]) -> None:
    good = ("Я", "charge", at("2013-05-01"), None, Decimal(500))
    scan = entry_scan("internet", MOMENT, RULES)
    assert [found.account for found in scan.debts([row, good])] == ["Я"]
    assert [fault.account for fault in scan.faults.first] == ["Ф"]
    assert scan.faults.count == 1
    assert scan.faults.first[0].why.ru


def test_a_single_decision_refuses_what_cannot_be_true_as_well() -> None:
    broken = [entry("payment", -5, "2013-05-01")]
    assert isinstance(decide(account(), broken, moment=MOMENT, rules=RULES, calendar=CALENDAR), InsaneRow)


def test_rows_of_an_account_that_do_not_stand_together_are_a_fault() -> None:
    rows = [*rows_of("А", [charge(500, "2013-05-01")]), *rows_of("Б", []), *rows_of("Ж", [charge(5, "2013-05-01")])]
    scan = entry_scan("internet", MOMENT, RULES)
    list(scan.debts([*rows, *rows_of("А", [paid(500, "2013-04-20")])]))
    assert [fault.account for fault in scan.faults.first] == ["А"]


def test_a_broken_feed_does_not_fill_the_memory_with_its_faults() -> None:
    rows = [(f"{n}", "gift", MOMENT, None, Decimal(1)) for n in range(1000)]
    scan = entry_scan("internet", MOMENT, RULES)
    assert list(scan.debts(rows)) == []
    assert scan.faults.count == 1000
    assert len(scan.faults.first) == 20


# --- sums per period ------------------------------------------------------------------------------------------------

SUMS: dict[str, tuple[Service, list[tuple[Any, ...]], str, str | None, str]] = {
    "nothing": ("internet", [("2013-05", 0, 0, 0, 0)], "2013-05-01", None, ""),
    "prepaid": ("internet", [("2013-04", 0, 0, 500, 0), ("2013-05", 500, 0, 0, 0)], "2013-05-01", None, ""),
    "paid late, in time": ("internet", [("2013-04", 0, 0, 0, 500), ("2013-05", 500, 0, 0, 0)], "2013-05-01", None, ""),
    "a mid-month charge": ("internet", [("2013-05", 0, 300, 0, 0)], "2013-05-31", None, ""),
    "the same on the next 1st": ("internet", [("2013-05", 0, 300, 0, 0)], "2013-06-01", "300", "2013-06"),
    "a fee": ("internet", [("2013-05", 500, 0, 100, 100)], "2013-05-31", "300", "2013-05"),
    "calls before the 26th": ("telephony", [("2013-04", 0, 300, 0, 0)], "2013-05-25", None, ""),
    "calls on the 26th": ("telephony", [("2013-04", 0, 300, 0, 0)], "2013-05-26", "300", "2013-05"),
    "an old debt paid by the 25th": (
        "telephony", [("2013-03", 0, 300, 0, 0), ("2013-04", 0, 200, 0, 0), ("2013-05", 0, 0, 300, 0)],
        "2013-05-26", "200", "2013-05",
    ),
    "an old debt paid on the 26th": (
        "telephony", [("2013-03", 0, 300, 0, 0), ("2013-04", 0, 200, 0, 0), ("2013-05", 0, 0, 0, 300)],
        "2013-05-26", "200", "2013-04",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("service", "sums", "moment", "amount", "arose"), SUMS.values(), ids=SUMS.keys())
def test_sums_per_period_decide(
    service: Service, sums: list[tuple[Any, ...]], moment: str, amount: str | None, arose: str
) -> None:
    rows = [("Ф", written, *(Decimal(part) for part in parts)) for written, *parts in sums]
    scan = sums_scan(service, at(moment), RULES)
    found = [(debt.amount, debt.arose) for debt in scan.debts(rows)]
    assert found == ([] if amount is None else [(Decimal(amount), period(arose))])
    assert scan.faults.count == 0


@pytest.mark.parametrize(
    "row", [("Ф", "2013-5", 0, 0, 0, 0), ("Ф", "2013-05", -1, 0, 0, 0), ("Ф", "2013-05", Decimal("NaN"), 0, 0, 0)]
)
def test_sums_that_cannot_be_true_are_not_decided_on(row: tuple[Any, ...]) -> None:
    scan = sums_scan("internet", MOMENT, RULES)
    assert list(scan.debts([row])) == []
    assert scan.faults.count == 1


def test_kopecks_and_roubles_are_the_same_money() -> None:
    assert whole_kopecks(kopeck_rows().roubles(12345)) == 12345
