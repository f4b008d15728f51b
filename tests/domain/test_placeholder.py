"""The placeholder: what OTRS accepts, in the handbook's order, and readable again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otrs_bridge.domain.otrs_limits import SMALLEST, WIDEST
from otrs_bridge.domain.placeholder import Placeholder, build_placeholder, is_bare, parse_placeholder
from otrs_bridge.domain.texts.contract import ContractNumber, parse_contract

HANDBOOK = '"ул. Летная, д. 5, кв. 132, Иванов Иван Иванович, Ф-15236" <test@mtel.ru>'


@pytest.mark.parametrize(
    "text",
    ["", "ivanov", "ivanov@example.org", '"Иванов Иван" <ivan@example.org>', "<>", '"x" <y>', "a@b, c@d", "x" * 5000],
)
def test_ordinary_customers_are_no_placeholders(text: str) -> None:
    assert parse_placeholder(text) is None


def test_the_handbooks_example_is_built_and_read() -> None:
    assert build_placeholder("ул. Летная, д. 5, кв. 132", "Иванов Иван Иванович", "Ф-15236") == HANDBOOK
    assert parse_placeholder(HANDBOOK) == Placeholder(
        address="ул. Летная, д. 5, кв. 132",
        name="Иванов Иван Иванович",
        contract=ContractNumber(prefix="Ф", number="15236"),
        email="test@mtel.ru",
    )


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("", "", ""), '"" <test@mtel.ru>'),
        (("", "Иванов Иван Иванович", ""), '"Иванов Иван Иванович" <test@mtel.ru>'),
        (("ул. Летная, д. 5", "", "Ф-1"), '"ул. Летная, д. 5, Ф-1" <test@mtel.ru>'),
        (('ООО "Ром\\ашка" <x>', "a\nb\x00c", ""), "\"ООО 'Ром/ашка' (x), a b c\" <test@mtel.ru>"),
    ],
)
def test_what_is_not_known_is_left_out(parts: tuple[str, str, str], expected: str) -> None:
    assert build_placeholder(*parts) == expected


@pytest.mark.parametrize("contract", ["МТ\\191-15", "МТ/191-15", "A\\\\b-7", "№ 191\\15-" + "7" * 70, "б/н-1, доп. 2"])
def test_a_contract_is_written_letter_for_letter(contract: str) -> None:
    assert build_placeholder("ул. Лётная\\5", "", contract).endswith(f', договор {contract}" <test@mtel.ru>')


def test_a_backslash_at_the_end_of_a_contract_does_not_take_the_quote_with_it() -> None:
    assert build_placeholder("", "", "МТ\\").endswith('МТ\\ " <test@mtel.ru>')


@pytest.mark.parametrize("text", ["test@mtel.ru", "<test@mtel.ru>", '"" <test@mtel.ru>', "TEST@mtel.ru"])
def test_the_bare_address_is_an_empty_placeholder(text: str) -> None:
    found = parse_placeholder(text)
    assert found is not None
    assert found.is_bare


@pytest.mark.parametrize(
    "email",
    ["ivan@example.org", "o'brien@firm.example", "x=petrov@mtel.ru", "#5@a.ru", "-i@a.ru", "i@xn--80a.xn--p1ai"],
)
def test_the_senders_own_address_is_kept(email: str) -> None:
    text = build_placeholder("ул. Летная, д. 5", "", "Ф-15236", email)
    assert text == f'"ул. Летная, д. 5, Ф-15236" <{email}>'
    found = parse_placeholder(text)
    assert found is not None
    assert found.email == email


@pytest.mark.parametrize(
    "email", ["", "no address", "a@b", "a@b.ru>", 'a"b@c.ru', "a" * 300 + "@b.ru", "a@b.ru\nx", "a@b@c.ru", ".a@b.ru"]
)
def test_an_address_that_otrs_would_refuse_is_replaced(email: str) -> None:
    assert build_placeholder("", "", "Ф-1", email) == '"Ф-1" <test@mtel.ru>'


@given(
    st.text(),
    st.text(),
    st.sampled_from(["", "Ф-15236", "Ю-1"]),
    st.sampled_from(["test@mtel.ru", "i" * 60 + "@e.org", f"{'i' * 90}@{'h' * 50}.ru"]),
    st.sampled_from([WIDEST.customer_user, SMALLEST.customer_user]),
)
def test_whatever_goes_in_one_short_address_comes_out(
    address: str, name: str, contract: str, email: str, longest: int
) -> None:
    text = build_placeholder(address * 20, name, contract, email, longest=longest)
    assert len(text) <= longest
    assert text.endswith(f'{contract}" <{email}>')
    assert text.count('"') == 2
    assert text.isprintable() or "\u00ad" in text or not text.isascii()
    assert "\n" not in text
    assert "\\" not in text
    found = parse_placeholder(text)
    if email == "test@mtel.ru" or contract:
        assert found is not None
        assert found.email == email
        assert (found.contract.canonical if found.contract else "") == contract or not contract


def test_too_long_a_name_does_not_push_out_the_address() -> None:
    text = build_placeholder("ул. Летная, д. 5, кв. 132", "Иван " * 100, "Ф-15236")
    assert text.startswith('"ул. Летная, д. 5, кв. 132, Иван')
    assert text.endswith('…, Ф-15236" <test@mtel.ru>')


@pytest.mark.parametrize("user", ["", "test@mtel.ru", "TEST@mtel.ru", '"" <test@mtel.ru>', "<test@mtel.ru>"])
def test_a_bare_customer_says_nothing_about_a_client(user: str) -> None:
    assert is_bare(user)


@pytest.mark.parametrize("user", ["ivanov", HANDBOOK, '"Ф-1" <a@b.ru>', "ivan@mail.ru"])
def test_a_customer_who_says_something_is_not_bare(user: str) -> None:
    assert not is_bare(user)


def test_the_fallback_address_is_the_operators_own() -> None:
    assert is_bare("nobody@isp.ru", email="nobody@isp.ru")
    assert not is_bare("nobody@isp.ru")


_STREETS = (
    "ул. Летная",
    "Летная ул.",
    "ул. 9 Января",
    "пр-т Мира",
    "Олимпийский пр-т",
    "1-я Парковая",
    "г. Мытищи, ул. Мира",
)
_HOUSES = ("д. 5", "5", "д. 2, корп. В", "д. 5к2", "д. 12/1, стр. 3", "дом 7, литера Б", "вл. 4")
_FLATS = ("", "кв. 132", "132", "оф. 4А", "подъезд 2, этаж 3", "кв. 1320")
_ODD_ADDRESSES = ("", "участок у леса", "дер. Вешки, уч. 5", "Московская обл, СНТ Дружба, 14", "д. 5, Мытищи", "60202")
_NAMES = (
    *(
        "",
        "Гусейнов Тимур",
        "Иванов Иван Иванович",
        "Алиева Севда Мамед кызы",
        "Ли В.",
        "Нгуен Ван Тхань",
        "ПЕТРЕНКО А.В.",
    ),
    *(
        "ООО «Вектор 2000»",
        "ООО «Ромашка», филиал",
        "МБОУ СОШ № 7",
        "ТСЖ «Лесная, 7»",
        "ИП Ким",
        "Zoya O'Brien",
        "Д'Артаньян",
    ),
    *("Магазин 24 часа", "Иванова-Петрова Анна", "Кв. Иван", "Мира", "Корпус"),
)
_CONTRACTS = ("", "Ф-20011", "Ю-7", "60202", "7", "123", "15236012", "К-55", "AB/123")


@given(
    st.builds(lambda *parts: ", ".join(filter(None, parts)), *map(st.sampled_from, (_STREETS, _HOUSES, _FLATS)))
    | st.sampled_from(_ODD_ADDRESSES),
    st.sampled_from(_NAMES),
    st.sampled_from(_CONTRACTS),
)
def test_what_was_written_is_read_back_as_the_same_parts(address: str, name: str, contract: str) -> None:
    found = parse_placeholder(build_placeholder(address, name, contract))
    assert found is not None
    assert found.address.replace(",", "") == address.replace(",", "")
    assert found.name.replace(",", "") == name.replace(",", "")
    assert found.contract == parse_contract(contract)


def test_a_phone_stands_where_nothing_else_tells_who_it_is() -> None:
    text = build_placeholder("", "", "Ю-9991", phones=["+7 916 123-45-67"])
    assert text == '"+7 916 123-45-67, Ю-9991" <test@mtel.ru>'
    found = parse_placeholder(text)
    assert found is not None
    assert [str(phone) for phone in found.phones] == ["+7 916 123-45-67"]
    assert (found.address, found.name, found.is_bare) == ("", "", False)
