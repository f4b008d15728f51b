"""What a placeholder is made of: nothing is chosen where the ticket says two things, and answers reach who wrote."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.client import Several
from otrs_bridge.domain.customer import placeholder_for, sender_of
from otrs_bridge.domain.dialect import Contacts, Dialect
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.placeholder import DEFAULT_EMAIL
from tests.builders import a_client, a_ticket, facts_of, found

WRITTEN = "Звонил Петров Пётр Петрович, ул. Садовая, д. 1, кв. 2, договор Ф-777."


def saying(body: str, *, customer: str = "") -> Facts:
    return facts_of(a_ticket(customer=customer, title="", body=body))


@pytest.mark.parametrize(
    ("facts", "quoted"),
    [
        pytest.param(saying(WRITTEN), "ул. Садовая, д. 1, кв. 2, Петров Пётр Петрович, Ф-777", id="all that it says"),
        pytest.param(saying("Помогите"), "", id="nothing when it says nothing"),
        pytest.param(saying("Ф-777 или Ф-778, ул. Садовая, д. 1"), "ул. Садовая, д. 1", id="neither of two contracts"),
        pytest.param(saying("ул. Садовая, д. 1; ул. Летная, д. 5; Ф-777"), "Ф-777", id="neither of two addresses"),
        pytest.param(saying("договор Ф-778", customer="договор Ф-777"), "Ф-777", id="the more trusted of two places"),
        pytest.param(saying("Ф-777", customer="ООО «Вектор»"), "ООО «Вектор», Ф-777", id="the company's name"),
    ],
)
def test_the_ticket_gives_the_parts(facts: Facts, quoted: str) -> None:
    assert placeholder_for(facts, email=DEFAULT_EMAIL) == f'"{quoted}" <test@mtel.ru>'


def test_what_the_directory_knows_goes_before_what_the_ticket_says() -> None:
    facts = facts_of(a_ticket(customer="", body=WRITTEN), client=found(a_client(login=""), "phone", "+7"))
    expected = '"ул. Летная, д. 5, кв. 132, Иванов Иван Иванович, Ф-15236" <a@b.ru>'
    assert placeholder_for(facts, email="a@b.ru") == expected


def test_none_of_several_candidates_lends_his_name() -> None:
    several = Several(candidates=(a_client(), a_client("Ф-2")), by="address", clue="…")
    facts = facts_of(a_ticket(customer="", title="", body=""), client=several)
    assert placeholder_for(facts, email=DEFAULT_EMAIL) == '"" <test@mtel.ru>'


def sent(sender: str, *, customer: str = "", channel: str = "Email", sender_type: str = "customer") -> Facts:
    ticket = a_ticket(customer=customer, sender=sender, channel=channel)
    assert ticket.article is not None
    return facts_of(replace(ticket, article=replace(ticket.article, sender_type=sender_type)))


@pytest.mark.parametrize(
    ("facts", "address"),
    [
        pytest.param(sent('"Пётр" <petr@mail.ru>'), "petr@mail.ru", id="the writer of the mail"),
        pytest.param(sent("a@mail.ru", customer="b@mail.ru"), "b@mail.ru", id="the customer before the From"),
        pytest.param(sent("a@mail.ru", customer="TEST@mtel.ru"), "a@mail.ru", id="not the placeholder's address"),
        pytest.param(sent("a@mail.ru", channel="Phone"), "", id="nobody wrote, somebody called"),
        pytest.param(sent("agent@isp.ru", sender_type="agent"), "", id="an agent is not the client"),
        pytest.param(sent(""), "", id="nobody"),
        pytest.param(sent("o'brien@firm.example"), "o'brien@firm.example", id="the whole of the address"),
        pytest.param(sent("Пётр <x=petrov@mtel.ru>"), "x=petrov@mtel.ru", id="the whole of the address, after a name"),
        pytest.param(sent("a@b@mtel.ru"), "", id="no address at all"),
        pytest.param(sent(f"{'a.' * 70}a@mail.ru"), "", id="more than a placeholder can hold"),
    ],
)
def test_answers_go_to_the_person_who_wrote(facts: Facts, address: str) -> None:
    assert sender_of(facts) == address


@pytest.mark.parametrize("customer", ["", "webform@our-domain.example", "Form@our-domain.example"])
def test_answers_never_go_to_ourselves(customer: str) -> None:
    facts = sent("webform@our-domain.example", customer=customer)
    ours = replace(facts, dialect=Dialect(contacts=Contacts(own=("@our-domain.example",))))
    assert sender_of(ours) == ""
    assert sender_of(replace(facts, dialect=Dialect(contacts=Contacts(own=("other@our-domain.example",))))) != ""


def test_a_phone_of_the_customer_line_stays_and_one_of_the_text_is_not_written() -> None:
    facts = facts_of(a_ticket(customer="8 916 123-45-67", title="", body="Договор Ю-9991, телефон 8 916 000-00-00"))
    assert placeholder_for(facts, email=DEFAULT_EMAIL) == '"+7 916 123-45-67, Ю-9991" <test@mtel.ru>'


def test_what_somebody_tells_who_calls_for_a_neighbour_is_not_written_as_the_clients() -> None:
    body = "Чернова А. Ю. (Ф-50002) звонит за соседа из 77-й, ул. Мира, д. 9"
    assert placeholder_for(facts_of(a_ticket(customer="", title="", body=body)), email=DEFAULT_EMAIL) == (
        '"Чернова А. Ю." <test@mtel.ru>'
    )


def test_a_ticket_without_its_article_has_the_sender_of_its_customer_line() -> None:
    facts = facts_of(replace(a_ticket(customer="b@mail.ru"), article=None))
    assert sender_of(facts) == "b@mail.ru"
