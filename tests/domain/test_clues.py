"""What is read in a ticket: by trust, nothing twice, nobody's contacts but the client's."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from otrs_bridge.domain.clue import Source
from otrs_bridge.domain.clues import Clues
from otrs_bridge.domain.dialect import Contacts
from tests.builders import read_clues
from tests.depth import deep
from tests.patterns.linear import is_linear

PLACEHOLDER = '"ул. Летная, д. 5, кв. 132, Иванов Иван Иванович, Ф-15236" <test@mtel.ru>'


def test_an_empty_ticket_says_nothing() -> None:
    assert read_clues() == Clues()


def test_clues_come_by_trust_and_each_once() -> None:
    clues = read_clues(
        customer="Ф-1001",
        sender="Петров Ф-1002 <petrov@example.org>",
        fields=["Ф-1003", "Ф-1001"],
        title="Ф-1004 и Ф-1002",
        body="Ф-1005, Ф-1003",
    )
    assert [(clue.value.canonical, clue.source) for clue in clues.contracts] == [
        ("Ф-1001", Source.CUSTOMER),
        ("Ф-1002", Source.SENDER),
        ("Ф-1003", Source.FIELD),
        ("Ф-1004", Source.TITLE),
        ("Ф-1005", Source.BODY),
    ]


def test_a_number_without_letter_becomes_the_full_contract_in_the_better_place() -> None:
    clues = read_clues(fields=["15236"], body="договор Ф-15236")
    assert [(clue.value.canonical, clue.source) for clue in clues.contracts] == [("Ф-15236", Source.FIELD)]


def test_the_placeholder_is_read_and_is_no_login() -> None:
    clues = read_clues(customer=PLACEHOLDER)
    assert [clue.value.canonical for clue in clues.contracts] == ["Ф-15236"]
    assert [clue.value.human for clue in clues.addresses] == ["ул. Летная, д. 5, кв. 132"]
    assert (clues.login, clues.name, clues.emails) == ("", "Иванов Иван Иванович", ())


@pytest.mark.parametrize("customer", ["test@mtel.ru", '"" <test@mtel.ru>', "", " "])
def test_a_customer_that_says_nothing_gives_nothing(customer: str) -> None:
    assert read_clues(customer=customer) == Clues()


@pytest.mark.parametrize("customer", ["ivanov", "Иванов", "ivanov@example.org"])
def test_any_other_customer_may_be_a_login(customer: str) -> None:
    assert read_clues(customer=customer).login == customer


def test_quoted_history_counts_only_where_the_writer_tells_nothing() -> None:
    quoted = "\n\n10.02.2024, Служба <s@mtel.ru> пишет:\nФ-15236, 8 495 123-45-67"
    clues = read_clues(body=f"спасибо{quoted}")
    assert [clue.source for clue in clues.contracts] == [Source.QUOTED]
    assert clues.phones == (), "a city's number in an answer is the operator's own"
    assert [clue.value.number for clue in read_clues(body=f"Ф-15237{quoted}").contracts] == ["15237"]


def test_a_signature_gives_phones_but_no_address() -> None:
    clues = read_clues(body="нет связи\n-- \nООО Вектор, г. Москва, ул. Арбат, д. 10\nтел. 8 495 123-45-67")
    assert [clue.value.e164 for clue in clues.phones] == ["+74951234567"]
    assert clues.addresses == ()


def test_the_operators_own_contacts_are_nobodys() -> None:
    ours = Contacts(own=("700-00-00", "ул. Главная, 1", "@mtel.ru", "Ф-1000"), area_code="495")
    clues = read_clues(body="МТел, ул. Главная, д. 1, (495) 700-00-00, info@mtel.ru, Ф-1000, a@b.ru", contacts=ours)
    assert [clue.value for clue in clues.emails] == ["a@b.ru"]
    assert (clues.contracts, clues.addresses, clues.phones) == ((), (), ())


def test_one_of_our_own_who_wrote_for_a_client_is_not_the_caller() -> None:
    sender = "Петров Иван Ильич, 8 916 555-01-01 <petrov@mtel.ru>"
    for own, name in (((), "Петров Иван Ильич"), (("@mtel.ru",), "Сидоров П. А.")):
        clues = read_clues(sender=sender, body="Звонил Сидоров П. А., нет связи", contacts=Contacts(own=own))
        assert clues.name == name
        assert len(clues.phones) == 1


def test_a_local_phone_is_read_where_the_area_is_known() -> None:
    assert read_clues(body="не работает телефон 123-45-67").phones == ()
    (found,) = read_clues(body="не работает телефон 123-45-67", contacts=Contacts(area_code="495")).phones
    assert found.value.e164 == "+74951234567"


@pytest.mark.parametrize(
    ("title", "subject"), [("Автоматический ответ: Ф-15236", ""), ("Ф-15236", "Автоматический ответ: Ф-15236")]
)
def test_an_automatic_reply_names_nobody(title: str, subject: str) -> None:
    away = "В отпуске. Обращайтесь к коллеге: Петров Иван Ильич, Ф-15236, ул. Летная 5-132, 8 916 555-01-01"
    clues = read_clues(customer="dir@romashka.ru", title=title, subject=subject, body=away)
    assert (clues.contracts, clues.addresses, clues.phones, clues.name) == ((), (), (), "")
    assert clues.login == "dir@romashka.ru", "who sent it is told by his own address"


@pytest.mark.parametrize(
    ("body", "contracts", "phones", "addresses"),
    [
        ("Ф-8916 123-45-67", ["Ф-8916"], ["+74951234567"], []),
        ("Иванов Ф 8903 577-14-20", [], ["+79035771420"], []),
        ("договор 8916 123-45-67", [], ["+79161234567"], []),
        ("договор Ф-15236, 8 (903) 577-14-20", ["Ф-15236"], ["+79035771420"], []),
        ("ул. Мира 8 (903) 577-14-20", [], ["+79035771420"], []),
        ("ул. Мира, д. 5, 8 (903) 577-14-20", [], ["+79035771420"], ["ул. Мира, д. 5"]),
        ("ул. Мира, 8 903 577 14 20", [], ["+79035771420"], []),
        ("ул. Летная 15-13-22", [], [], ["ул. Летная, д. 15, корп. 13, кв. 22"]),
        ("ул. Летная 5-132, 581-22-33", [], ["+74955812233"], ["ул. Летная, д. 5, кв. 132"]),
        ("не могу дозвониться на 8 (903) 577-14-20", [], [], []),
    ],
)
def test_what_was_read_as_one_number_is_not_read_as_another(
    body: str, contracts: list[str], phones: list[str], addresses: list[str]
) -> None:
    area = "4852" if "15-13-22" in body else "495"
    clues = read_clues(body=body, contacts=Contacts(area_code=area))
    assert [clue.value.canonical for clue in clues.contracts] == contracts
    assert [clue.value.e164 for clue in clues.phones] == phones
    assert [clue.value.human for clue in clues.addresses] == addresses


def test_only_both_ends_of_a_long_body_count() -> None:
    story = "слово " * 1000
    assert read_clues(body=f"{story}Ф-15236{story}").contracts == ()
    assert [clue.value.number for clue in read_clues(body=f"{story}Ф-15236").contracts] == ["15236"]


@settings(max_examples=deep(200, 30))
@given(customer=st.text(), sender=st.text(), fields=st.lists(st.text(), max_size=3), title=st.text(), body=st.text())
def test_noise_never_raises(customer: str, sender: str, fields: list[str], title: str, body: str) -> None:
    read_clues(customer=customer, sender=sender, fields=fields, title=title, body=body)


@pytest.mark.parametrize(
    "piece",
    ["1", " ", "\n", "1 ", "ул ", "> ", "От: \n", "пишет: ", ".", "a@", "Иванов ", "А.А. ", "(8", '"', "<", "\\"],
)
def test_a_megabyte_everywhere_hangs_nobody(piece: str) -> None:
    def read(text: str) -> object:
        return read_clues(customer=text, sender=text, fields=[text], title=text, body=text)

    read(piece * (1_000_000 // len(piece)))
    assert is_linear(read, piece)
