"""billing/values.py: nothing is guessed; what cannot be read exactly says why."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from otrs_bridge.billing.unreadable import Unreadable
from otrs_bridge.billing.values import read_contract, read_day, read_flag, read_kopecks, read_moment, read_month
from tests.billing.facts import MOSCOW


@pytest.mark.parametrize("text", ["1,500", "1.500", "999,999", "+1,500", "-1.500", " 12,000 ", "500.000", "1.005"])
def test_a_sum_that_may_be_thousands_or_a_fraction_is_neither(text: str) -> None:
    with pytest.raises(Unreadable, match="can be read in two ways") as refused:
        read_kopecks(text)
    assert "можно понять двояко" in refused.value.words.ru


def test_it_is_said_what_to_write_instead() -> None:
    with pytest.raises(
        Unreadable, match="'1,500' can be read in two ways: write thousands as 1500, kopecks with two d"
    ):
        read_kopecks("1,500")


@pytest.mark.parametrize(
    ("value", "kopecks"),
    [
        ("1500", 150000),
        ("1 500", 150000),
        ("1500,00", 150000),
        ("1,50", 150),
        ("1,5", 150),
        ("1500.000", 150000),
        ("1.5000", 150),
        ("0,500", 50),
        ("000.500", 50),
        ("1 234,500", 123450),
        (Decimal("1.500"), 150),
        (1500, 150000),
    ],
)
def test_what_can_be_read_in_one_way_is_read_so(value: object, kopecks: int) -> None:
    assert read_kopecks(value) == kopecks


@pytest.mark.parametrize("text", ["1,500.00", "1.500,00", "1,234,567", "5e2", "(500,00)", "500.", ""])
def test_other_writings_are_no_amount(text: str) -> None:
    with pytest.raises(Unreadable, match="is no exact amount"):
        read_kopecks(text)


@pytest.mark.parametrize("text", ["2201-05-01", "01.01.1970", "9999-12-31 23:59"])
def test_a_date_that_nobody_believes_is_told_as_it_is_written(text: str) -> None:
    with pytest.raises(Unreadable, match=f"is no date: '{text}'"):
        read_moment(text, UTC)


NO_DATES = [
    *(None, "", " ", "0", "0000-00-00", "0000-00-00 00:00:00", "00.00.0000", 0, Decimal(0), Decimal("0.000000"), 0.0),
    *(
        "1970-01-01",
        "1970-01-01 03:00:00",
        "01.01.1970",
        date(1970, 1, 1),
        datetime(1970, 1, 1, 3, tzinfo=UTC).replace(tzinfo=None),
        "0001-01-01",
    ),
    datetime(1970, 1, 1, tzinfo=UTC).astimezone(ZoneInfo("America/New_York")),
]


@pytest.mark.parametrize("value", NO_DATES, ids=map(repr, NO_DATES))
def test_what_databases_write_for_no_date_is_no_date(value: object) -> None:
    assert read_day(value, MOSCOW) is None
    assert read_month(value, MOSCOW) is None
    with pytest.raises(Unreadable, match="date"):
        read_moment(value, MOSCOW)


MAY = date(2013, 5, 1)
DAYS = [
    *(
        "2013-05-01",
        "01.05.2013",
        "1.5.2013",
        MAY,
        datetime(2013, 5, 1, 12, tzinfo=MOSCOW).replace(tzinfo=None),
        "2013-05-01 23:59:59",
    ),
    *(1367352000, "1367352000", Decimal("1367352000.000000"), "1367352000.5", 1367352000.0),
]


@pytest.mark.parametrize("value", DAYS, ids=map(repr, DAYS))
def test_a_day_is_read_however_a_database_gives_it(value: object) -> None:
    assert read_day(value, MOSCOW) == MAY


@pytest.mark.parametrize("value", ["9999-12-31", date(9999, 12, 31), "31.12.9999", "9999-12-31 23:59:59"])
def test_for_ever_is_a_day(value: object) -> None:
    assert read_day(value, MOSCOW) == date(9999, 12, 31)


@pytest.mark.parametrize("value", ["2013-02-30", "yesterday", "13670000000000", True, b"2013", "2013-00-00"])
def test_what_is_no_day_is_told(value: object) -> None:
    with pytest.raises(Unreadable):
        read_day(value, MOSCOW)


YES = [True, 1, Decimal(1), 1.0, b"\x01", b"\x00\x01", bytearray(b"\x01"), b"1", "1", "да", "Y", "+"]
NO = [False, 0, Decimal(0), b"\x00", b"\x00\x00", b"0", "0", "нет", "N", "-", "", None, b""]


@pytest.mark.parametrize(("value", "is_yes"), [*((one, True) for one in YES), *((one, False) for one in NO)])
def test_yes_and_no_are_read_as_bits_numbers_and_words(value: object, is_yes: bool) -> None:
    assert read_flag(value) is is_yes


@pytest.mark.parametrize("value", [2, b"\x02", b"\x01\x01", "maybe", Decimal("0.5")])
def test_what_is_neither_yes_nor_no_is_told(value: object) -> None:
    with pytest.raises(Unreadable, match="neither yes nor no"):
        read_flag(value)


@pytest.mark.parametrize("contract", ["Ô-15236", "Þ-7", "?-15236", "\ufffd-15236", b"\xd4-15236", "Р¤-15236", "\x94-1"])
def test_a_contract_whose_letters_were_lost_is_refused(contract: object) -> None:
    with pytest.raises(Unreadable, match="letters are not readable"):
        read_contract(contract)


def test_a_binary_float_is_told_what_to_write_instead() -> None:
    with pytest.raises(Unreadable, match=r"binary float; write CAST\(… AS DECIMAL\(14, 2\)\): 650\.0"):
        read_kopecks(650.0)
