"""Phones: what is one, what is none, and that one phone has one value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.texts.phone import Phone, find_phones, locate_phones, parse_phone
from tests.patterns.linear import is_linear

LEAVES_ALONE = {
    "a tax number": "ИНН 7701234567",
    "a tax number that begins as a mobile": "ИНН 9102012345",
    "tax and registration numbers": "ИНН/КПП 9201234567/920101001, ОГРН 1027700132195",
    "a person's tax number": "ИНН 500123456789",
    "an account of eleven digits": "л/с 74955812233, лицевой счёт клиента 74955812234",
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
    "a company's tax number": "ИНН компании 9102012345",
    "the second of two tax numbers": "ИНН 7701234567, 9102012345",
    "a contract by another word": "контракт 4951234567",
    "ten digits after the end of another word": "отель 4951234567, для посетителя 4951234568",
    "a subscriber's account": "абонент 4955814410",
    "an IP address that has a mobile's digits": "нет связи с 95.158.144.10",
    "a date and a count": "звонили 30.11.2026 14 раз, 2026-11-30 1405, 8.9.2026 123-45",
    "a number that lacks its last digit": "тел. 8 (416) 123-45-6",
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
    "a mistaken plus in one piece": ("+89161234567", ["+79161234567"]),
    "a country whose code begins with an 8": ("+84 912 345 678", ["+84912345678"]),
    "another one": ("+855 12 345 678", ["+85512345678"]),
    "twice the same": ("89161234567, +7 916 123-45-67", ["+79161234567"]),
    "two through a comma": ("89161234567,89037654321", ["+79161234567", "+79037654321"]),
    "a name that ends as an account does": ("Алекс: 89031112233, вечером", ["+79031112233"]),
    "a word that ends so": ("ООО Пульс: 89031112233", ["+79031112233"]),
    "a name that ends as a bank's number does": ("Бобик: 89031112233", ["+79031112233"]),
    "a fax": ("ресурс недоступен, мой тел/факс 8-498-720-15-15", ["+74987201515"]),
    "a subscriber's, grouped": ("номер абонента 495 581 44 10 молчит", ["+74955814410"]),
    "after a number sign": ("тел. № 4951234567", ["+74951234567"]),
    "a line wrapped behind the code": ("звоните 8 (903)\n577-14-20", ["+79035771420"]),
    "a line wrapped behind a dash": ("звоните 8-903-\n577-14-20", ["+79035771420"]),
    "a line wrapped behind a blank": ("звоните +7 916\r\n588-31-07", ["+79165883107"]),
    "a bank account before": ("р/с 40702810900000012345, БИК 044525225, тел 89161234567", ["+79161234567"]),
}

# Texts in which a local number of area 495 (of seven digits) or 4852 (of six) might be seen.
NOT_LOCAL = {
    "after a flat": ("кв. 132, тел. 577-14-20", ["+74955771420"]),
    "after a flat like a mobile's code": (
        "кв. 932, 577-14-20, Летная 5-932, 577-14-21",
        ["+74955771420", "+74955771421"],
    ),
    "after a house and a flat": ("ул. Летная 8-132, 581-22-33", ["+74955812233"]),
    "after an amount": ("долг 950 руб., тел. 577-14-20", ["+74955771420"]),
    "after a number of something else": ("договор 916, тел. 577-14-20", ["+74955771420"]),
    "after a contract in brackets": ("Иванов (15236), тел. 577-14-20", ["+74955771420"]),
    "after the code of a door": ("код домофона 132, тел. 577-14-20", ["+74955771420"]),
    "the end of a mobile number in brackets": ("8 (903) 577-14-20", ["+79035771420"]),
    "the end of one with a plus": ("моб. +7 (916) 588-31-07, после шести", ["+79165883107"]),
    "the end of one without its 8": ("(916) 588-31-07", ["+79165883107"]),
    "the end of one with wide brackets": ("8 ( 903 ) 577-14-20", ["+79035771420"]),
    "the end of one on the next line": ("8 (903)\n577-14-20", ["+79035771420"]),
    "the end of one that nobody has": ("8 (000)\n577-14-20, +7 (016) 577-14-20", []),
    "the end of one with a digit too much": ("+7 (916) 588-31-077", []),
    "an extension": ("8 (495) 123-45-67 доб. 581-22-33", ["+74951234567"]),
    "a contract": ("договор № 581-22-33, дог. Ф 581-22-34, л/с 581 22 35, заявка 581-22-36", []),
    "speeds, prices, ports": ("тариф 150 20 30, скорость 100 50 25, порты 100 20 30, оплатил 500-00-00 руб", []),
    "a bank account": ("р/с 581-22-33, счёт 581-22-34", []),
    "a MAC address": ("00-11-22-33-44-55", []),
    "a moment": ("в 18:00-581-22-33", []),
    "the account of a subscriber": ("договор абонента 495 581 44 10, лицевой счёт клиента 495 581 44 11", []),
    "behind a mobile's code in a cell of its own": ("<td>8 (903)</td><td>577-14-20</td>", []),
    "behind one with a word of its own": ("оператор 903 а номер 577-14-20, 8 (903) или 577-14-21", []),
    "behind one on the line above": ("Телефон: 8 (903)\nДом. телефон: 577-14-20", []),
    "behind a code abroad": ("+375 (29), 577-14-20", []),
    "behind a code of another length": ("8 (4852), 577-14-20", []),
}
# Read as what they are: a code, something that is neither blank nor dash, and the number.
CODED = {
    "a comma": ("8 (903), 577-14-20", ["+79035771420"]),
    "a colon": ("8 (903): 577-14-20", ["+79035771420"]),
    "a slash": ("8 (903)/577-14-20, моб 916 / 588-31-07", ["+79035771420", "+79165883107"]),
    "slashes around": ("8 /903/ 577-14-20", ["+79035771420"]),
    "square brackets": ("8 [903] 577-14-20", ["+79035771420"]),
    "asterisks": ("8*903*577-14-20", ["+79035771420"]),
    "no brackets": ("8 903, 577-14-20", ["+79035771420"]),
    "no blank behind the 8": ("8903, 577-14-20", ["+79035771420"]),
    "no 8": ("моб. 903, 577-14-20", ["+79035771420"]),
    "a word": ("8 (903) тел. 577-14-20", ["+79035771420"]),
    "the word code": ("код (903), номер 577-14-20", ["+79035771420"]),
    "a line": ("Код: 903\nТелефон: 577-14-20", ["+79035771420"]),
    "a bar": ("8 (903) | 577-14-20", ["+79035771420"]),
    "a blank of no width": ("8 (903)\u200b577-14-20", ["+79035771420"]),
    "another city": ("Код города 498, тел. 720-15-15, 720-15-16", ["+74987201515", "+74987201516"]),
    "another city in brackets": ("581-22-33; (498), 720-15-15", ["+74955812233", "+74987201515"]),
}
LOCAL = {
    "after a flat": ("кв. 132, тел. 577-14-20", ["+74955771420"]),
    "after a flat like a mobile's code": (
        "кв. 932, 577-14-20, Летная 5-932, 577-14-21",
        ["+74955771420", "+74955771421"],
    ),
    "after a house and a flat": ("ул. Летная 8-132, 581-22-33", ["+74955812233"]),
    "after an amount": ("долг 950 руб., тел. 577-14-20", ["+74955771420"]),
    "after a number of something else": ("договор 916, тел. 577-14-20", ["+74955771420"]),
    "after a contract in brackets": ("Иванов (15236), тел. 577-14-20", ["+74955771420"]),
    "after the code of a door": ("код домофона 132, тел. 577-14-20", ["+74955771420"]),
    "beside a mobile number": ("8 903 577-14-20, 720-15-16", ["+79035771420", "+74957201516"]),
    "of the city of the number before": ("8 (498) 720-15-15, 720-15-16", ["+74987201515", "+74987201516"]),
    "beside a number of no city": ("8 800 555-35-35, 581-22-33", ["+78005553535", "+74955812233"]),
    "of that city, through a slash": ("8-498-720-15-15/720-15-16", ["+74987201515", "+74987201516"]),
    "one below the other": ("123-45-67\n234-56-78", ["+74951234567", "+74952345678"]),
    "after a flat on the line above": ("кв. 5\n581-22-33", ["+74955812233"]),
    "after a word with a slash": ("тел/факс 581-22-33, Алекс", ["+74955812233"]),
    "after a colon": ("тел.:581-22-33", ["+74955812233"]),
    "with blanks after its word": ("не работает телефон 581 22 33", ["+74955812233"]),
    "with blanks on a line of its own": ("581 22 33", ["+74955812233"]),
    "a person's initial before": ("Иванов Ф 581-22-33", ["+74955812233"]),
}


@pytest.mark.parametrize("text", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(text: str) -> None:
    assert find_phones(text) == ()


@pytest.mark.parametrize(("text", "expected"), READS.values(), ids=READS.keys())
def test_reads(text: str, expected: list[str]) -> None:
    assert [phone.e164 for phone in find_phones(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"), [*NOT_LOCAL.values(), *CODED.values(), *LOCAL.values()], ids=[*NOT_LOCAL, *CODED, *LOCAL]
)
def test_no_digit_of_one_number_is_read_as_a_local_one(text: str, expected: list[str]) -> None:
    assert [phone.e164 for phone in find_phones(text, area_code="495")] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("пропал 30-11-26, с 26-11-30", []),
        ("тел 30-11-26", ["+74852301126"]),
        ("кв. 2-15-15, звонок с 2-11-26", []),
        ("не работает 73-15-20", ["+74852731520"]),
        ("8 (4852) 73-15-20, 73-15-21", ["+74852731520", "+74852731521"]),
        ("8 (4852)\n73-15-20", ["+74852731520"]),
    ],
)
def test_six_digits_may_be_a_date(text: str, expected: list[str]) -> None:
    assert [phone.e164 for phone in find_phones(text, area_code="4852")] == expected


@given(st.text(alphabet=st.sampled_from("0123456789 +-()/,.\nтел"), max_size=60))
def test_no_digit_is_read_twice(text: str) -> None:
    end = 0
    for written in locate_phones(text, area_code="495"):
        assert end <= written.start < written.end
        end = written.end


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
    find_phones(piece * (200_000 // len(piece)))
    assert is_linear(find_phones, piece)
