"""Contract numbers: what is one, what is none, and that one contract has one value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.texts.contract import (
    ContractNumber,
    canonical_contract,
    find_contracts,
    locate_contracts,
    parse_contract,
)
from tests.patterns.linear import is_linear

F_15236 = ContractNumber(prefix="Ф", number="15236")

LEAVES_ALONE = {
    "a flat number": "кв. 132",
    "a law": "требует по ФЗ-152 и 152-ФЗ",
    "the word for full name": "Ф.И.О. 15236",
    "a router's model": "роутер F660, потом ZTE F6600",
    "a router's model in Cyrillic": "роутер ф660",
    "a D-Link": "DIR-300 и DIR-615",
    "a printer": "HP DeskJet F2180",
    "a phone": "8 916 123-45-67, 89161234567",
    "a ticket's number": "2013041610000135 и 10000135",
    "an amount": "по договору 15000 руб",
    "an amount with kopecks": "по договору 15236,50",
    "a date": "договор от 12.03.2015",
    "a year": "договор 2015 года, договор 2016",
    "a tariff": "тариф Ф-100",
    "an e-mail": "f15236@mail.ru",
    "a page": "https://mtel.ru/f15236",
    "a waybill": "накладная № Ф-15236",
    "an invoice": "счет-фактура № Ф-15236",
    "another paper's contract": "кредитный договор № 15236",
    "a fraction": "договор Ф-15236/2",
    "digits that end nobody knows where": "договор Ф-15 236",
    "a letter in a word": "шарф15236",
    "a lone number": "15236",
    "a year after initials": "Петров Ф 1985 г.р.",
    "zeros": "договор Ф-00000",
    "nothing": "",
}

READS = {
    "the canonical writing": ("Ф-15236", ["Ф-15236"]),
    "a small letter and a blank": ("ф 15236", ["Ф-15236"]),
    "a Latin letter": ("F-15236", ["Ф-15236"]),
    "no joint at all": ("Ф15236", ["Ф-15236"]),
    "a long dash": ("Ф–15236 и Ф—15237", ["Ф-15236", "Ф-15237"]),
    "the word and the sign": ("договор № Ф-15236", ["Ф-15236"]),
    "the word cut short": ("дог. Ф 15236", ["Ф-15236"]),
    "a company's letter in Latin": ("YU-1236, Iu 12345, U-4410", ["Ю-1236", "Ю-12345", "Ю-4410"]),
    "leading zeros": ("Ф-00731", ["Ф-731"]),
    "bare digits after the word": ("договор 15236", ["15236"]),
    "bare digits told with the letter elsewhere": ("договор 15236 (Ф-15236)", ["Ф-15236"]),
    "the full name of the contract": ("договор об оказании услуг связи № 15236 от 01.02.2013", ["15236"]),
    "a list of bare numbers": ("по договорам № 15236, 15237 и 15238", ["15236", "15237", "15238"]),
    "several with letters": ("Ф-15236; Ю-200, ф15236", ["Ф-15236", "Ю-200"]),
    "a short one by its dash": ("Ф-152 сменить пароль", ["Ф-152"]),
    "a short one after the word": ("дог Ф-7", ["Ф-7"]),
}


@pytest.mark.parametrize("text", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(text: str) -> None:
    assert find_contracts(text) == ()


@pytest.mark.parametrize(("text", "expected"), READS.values(), ids=READS.keys())
def test_reads(text: str, expected: list[str]) -> None:
    assert [contract.canonical for contract in find_contracts(text)] == expected


@pytest.mark.parametrize(
    "text", ["Ф-15236", "ф 15236", "F-15236", "f15236", "Ф–15236", "договор № Ф-15236", "дог. Ф 15236", " Ф.15236 "]
)
def test_whole_strings_in_any_writing_are_one_contract(text: str) -> None:
    assert parse_contract(text) == F_15236


@pytest.mark.parametrize(
    "text", ["", "Ф", "Ф-15236, Ф-15237", "д. 5", "кв 3", "8 916 123-45-67", "Ф-0", "Ф-12345678901"]
)
def test_whole_strings_that_are_no_contract(text: str) -> None:
    assert parse_contract(text) is None


def test_other_letters_count_only_when_the_operator_has_them() -> None:
    assert find_contracts("К-1523") == ()
    assert [str(found) for found in find_contracts("К-1523", prefixes=frozenset("К"))] == ["К-1523"]


def test_the_offset_points_at_the_number() -> None:
    text = "звонил, дог Ф-15236"
    ((_, offset),) = locate_contracts(text)
    assert text[offset:] == "15236"


numbers = st.integers(min_value=1, max_value=9_999_999).map(str)


@given(st.sampled_from("ФЮКА"), numbers)
def test_the_canonical_writing_is_a_fixed_point(prefix: str, number: str) -> None:
    contract = ContractNumber(prefix=prefix, number=number)
    assert parse_contract(contract.canonical) == contract


@given(
    st.sampled_from(["Ф", "ф", "F", "f"]),
    st.sampled_from(["-", " ", "", "–", " - ", "—", " -"]),
    st.sampled_from(["", "договор ", "Договор № ", "дог. ", "дог.№"]),
    st.integers(min_value=10_000, max_value=999_999),
)
def test_every_writing_is_the_same_contract(letter: str, joint: str, word: str, number: int) -> None:
    text = f"{word}{letter}{joint}{number}"
    expected = ContractNumber(prefix="Ф", number=str(number))
    assert parse_contract(text) == expected
    assert find_contracts(f"не работает, {text}, тел. нет") == (expected,)


@given(st.text())
def test_noise_never_raises_and_whatever_is_found_is_a_fixed_point(text: str) -> None:
    for contract in find_contracts(text):
        assert parse_contract(contract.canonical) == contract
    parse_contract(text)


@pytest.mark.parametrize("piece", ["1", " ", "ф", "ф-", "договор ", "договор № ", "Ф-15236 "])
def test_hostile_texts_take_linear_time(piece: str) -> None:
    find_contracts(piece * (200_000 // len(piece)))
    assert is_linear(find_contracts, piece)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [("ф 15236", "Ф-15236"), ("договор № 15236", "15236"), ("аб-12", "АБ-12"), (" Аб-12  / 3 ", "АБ-12 / 3"), ("", "")],
)
def test_a_contract_of_any_make_is_written_in_one_way(written: str, canonical: str) -> None:
    assert canonical_contract(written) == canonical
