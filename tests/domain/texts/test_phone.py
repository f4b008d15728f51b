"""Phones: what is one, what is none, and that one phone has one value."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.texts.phone import Phone, find_phones, parse_phone

LEAVES_ALONE = {
    "a tax number": "ИНН 7701234567",
    "a tax number that begins as a mobile": "ИНН 9102012345",
    "tax and registration numbers": "ИНН/КПП 9201234567/920101001, ОГРН 1027700132195",
    "a person's tax number": "ИНН 500123456789",
    "a bank account": "р/с 40702810900000012345",
    "a bank account with blanks": "р/с 407 028 109 000 000 123 45",
    "a card": "карта 4276 8380 1234 5678",
    "a passport": "паспорт 4508 123456",
    "an insurance number": "812-345-678 90",
    "a contract": "договор № 9161234567",
    "a ticket": "тикет 2013041610000135, заявка 10000135",
    "an amount": "8 500 000 000 руб",
    "ports": "порты 8 10 12 15 20 30",
    "an IP address": "192.168.100.100, 8.8.8.8",
    "a device": "IMEI 356938035643809, s/n 9123456780",
    "a shop's order": "заказ № 9161234567",
    "a local number without a city": "581-22-33",
    "too few digits": "тел 8916123456",
    "too many digits": "тел 891612345678",
    "a number the plan does not have": "8 000 123 45 67",
    "ten city digits out of the blue": "4951234567",
    "a range of hours": "10-12, 18-20",
}

READS = {
    "with plus and brackets": ("+7 (495) 123-45-67", ["+74951234567"]),
    "with eight": ("8 495 1234567", ["+74951234567"]),
    "with brackets and blanks": ("8(495)123 45 67", ["+74951234567"]),
    "ten digits of a mobile": ("моб 9161234567", ["+79161234567"]),
    "ten digits of a city after the word": ("тел 4951234567", ["+74951234567"]),
    "grouped without a code": ("495-123-45-67", ["+74951234567"]),
    "dots": ("8.916.444.55.66", ["+79164445566"]),
    "a small town": ("8 (4852) 73-15-20", ["+74852731520"]),
    "after a flat": ("кв 1 89161234567", ["+79161234567"]),
    "two through a slash": ("89161234567/89037654321", ["+79161234567", "+79037654321"]),
    "two in a row": ("8 916 123 45 67 8 903 765 43 21", ["+79161234567", "+79037654321"]),
    "with an extension": ("8 (499) 270-11-12 доб. 305", ["+74992701112"]),
    "abroad": ("+375 29 612 34 56", ["+375296123456"]),
    "a mistaken plus": ("+8 916 123 45 67", ["+79161234567"]),
    "twice the same": ("89161234567, +7 916 123-45-67", ["+79161234567"]),
}


@pytest.mark.parametrize("text", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(text: str) -> None:
    assert find_phones(text) == ()


@pytest.mark.parametrize(("text", "expected"), READS.values(), ids=READS.keys())
def test_reads(text: str, expected: list[str]) -> None:
    assert [phone.e164 for phone in find_phones(text)] == expected


def test_people_see_the_usual_writing() -> None:
    assert Phone(e164="+74951234567").human == "+7 495 123-45-67"


def test_local_numbers_need_the_area_code() -> None:
    assert [phone.e164 for phone in find_phones("не работает 123-45-67", area_code="495")] == ["+74951234567"]
    assert [phone.e164 for phone in find_phones("12-34-56", area_code="4852")] == ["+74852123456"]
    assert parse_phone("1234567", area_code="495") == Phone(e164="+74951234567")
    assert parse_phone("1234567") is None


@pytest.mark.parametrize("text", ["", "+", "не знает", "12345", "89161234567, 89037654321", "7701234567", "x" * 1000])
def test_whole_strings_that_are_no_phone(text: str) -> None:
    assert parse_phone(text) is None


mobiles = st.integers(min_value=9_050_000_000, max_value=9_299_999_999).map(str)


@given(mobiles)
def test_every_writing_is_the_same_phone(digits: str) -> None:
    a, b, c, d = digits[:3], digits[3:6], digits[6:8], digits[8:]
    writings = [
        f"+7{digits}",
        f"8{digits}",
        digits,
        f"8 {a} {b} {c} {d}",
        f"8({a}){b}{c}{d}",
        f"+7 ({a}) {b}-{c}-{d}",
        f"8-{a}-{b}-{c}-{d}",
        f"8 {a} {b}{c}{d}",
        f"8{a} {b}-{c}-{d}",
    ]
    parsed = {parse_phone(writing) for writing in writings}
    if parsed != {None}:  # some codes are not in use
        assert parsed == {Phone(e164=f"+7{digits}")}
        assert {find_phones(f"тел. {writing}, Мария") for writing in writings} == {(Phone(e164=f"+7{digits}"),)}


@given(st.text(alphabet=st.sampled_from("0123456789 +-()./№abтел"), max_size=80))
def test_noise_never_raises_and_whatever_is_found_is_a_fixed_point(text: str) -> None:
    for phone in find_phones(text, area_code="495"):
        assert parse_phone(phone.human) == phone == parse_phone(phone.e164)
    parse_phone(text)


@pytest.mark.parametrize("piece", ["1", " ", "1 ", "8 ", "+", "(8", "8-916-", "123 456 78 90 "])
def test_hostile_texts_take_linear_time(piece: str) -> None:
    started = time.process_time()
    find_phones(piece * (200_000 // len(piece)))
    assert time.process_time() - started < 10
