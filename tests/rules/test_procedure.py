"""The procedure, paragraph by paragraph: one sentence and one proof each, all rules at work together.

Where OTRS itself has a say, tests/live/test_field_rules.py proves the same on the real one.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.address.pattern import parse_address_pattern
from otrs_bridge.domain.note_text import compose_note
from otrs_bridge.domain.ticket import Customer, Ticket, Value
from otrs_bridge.domain.ticket_number import both, short_number
from otrs_bridge.service.judge import Judge
from rules import RULES
from tests.builders import a_ticket
from tests.contract.rules.judging import decision, make_judge, obeying

WITH_DIRECTORY, WITHOUT = make_judge(), make_judge(directory=False)
PERSON, COMPANY = "ivanov", "romashka"
EMPTY: dict[str, Value] = {"ClientType": "", "District": "", "Category": (), "MasterTicket": "", "ShortNumber": ""}


def made_right(ticket: Ticket, judge: Judge = WITH_DIRECTORY) -> Ticket:
    return obeying(ticket, decision(judge, ticket).planned)


def note(ticket: Ticket, judge: Judge = WITH_DIRECTORY) -> str:
    decided = decision(judge, ticket)
    composed = compose_note(decided.planned, decided.planned_remarks, run=7, language="ru")
    return composed[1] if composed else ""


@pytest.mark.parametrize(
    ("state", "state_type", "becomes"),
    [
        ("new", "new", "open"),
        ("pending reminder", "pending reminder", "open"),
        ("pending auto close+", "pending auto", "open"),
        ("closed unsuccessful", "closed", "closed successful"),
        ("closed with workaround", "closed", "closed successful"),
        ("merged", "merged", "merged"),
        ("removed", "removed", "removed"),
        ("испытание", "trial", "open"),
    ],
)
def test_1_1_only_the_states_open_and_closed_successful_are_used(state: str, state_type: str, becomes: str) -> None:
    assert made_right(a_ticket(state=state, state_type=state_type)).state == becomes


@pytest.mark.parametrize("found", ["1 very low", "2 low", "3 normal", "4 high", "5 very high"])
def test_1_2_priority_follows_the_clients_type_and_nothing_else(found: str) -> None:
    loud = "СРОЧНО!!! НЕМЕДЛЕННО!!!"
    assert made_right(a_ticket(customer=COMPANY, priority=found)).priority == "4 high"
    assert made_right(a_ticket(customer=PERSON, priority=found, body=loud)).priority == min(found, "3 normal")
    assert made_right(a_ticket(customer="nobody", priority=found, body=loud)).priority == min(found, "3 normal")


def test_1_2_the_directory_wins_over_the_field_and_the_field_is_corrected() -> None:
    right = made_right(a_ticket(customer=PERSON, priority="4 high", dynamic_fields={**EMPTY, "ClientType": "legal"}))
    assert (right.priority, right.dynamic_fields["ClientType"]) == ("3 normal", "individual")


@pytest.mark.parametrize(
    ("body", "login"),
    [
        ("дог. f 15236, Мира 7", "ivanov"),
        ("Летная 5-132, тел. 8 916 000-00-00", "ivanov"),
        ("перезвоните: 8 916 000-00-00", "nobody"),
        ("Летная 5-133", ""),
        ("Летная 5-133, дог ф 15240", "smirnov"),
    ],
)
def test_1_3_a_client_is_found_by_contract_then_address_then_phone(body: str, login: str) -> None:
    found = made_right(a_ticket(customer="test@mtel.ru", body=body)).customer.user
    assert found == login if login else "<test@mtel.ru>" in found


def test_1_3_never_by_name_and_several_candidates_are_listed() -> None:
    by_name = made_right(a_ticket(customer="test@mtel.ru", body="Звонил Иванов Иван Иванович"))
    assert by_name.customer.user == '"Иванов Иван Иванович" <test@mtel.ru>'
    assert "Подходят несколько клиентов" in note(a_ticket(customer="test@mtel.ru", body="Летная 5-133"))
    assert parse_address_pattern("%Летн%5%кв.132") is not None


@pytest.mark.parametrize(
    "body",
    [
        "Мне звонили с номера 8 495 123-45-67 и представились вами",
        "Не проходят вызовы на мобильный 8-916-123-45-67, абонент Фролов",
        "Соседи по ул. Летная, д. 5, кв. 132 шумят",
        "ул. Летная, д. 5, кв. 132, 133 нет интернета",
    ],
)
def test_1_3_what_the_text_says_to_be_other_peoples_finds_nobody(body: str) -> None:
    assert "<test@mtel.ru>" in made_right(a_ticket(customer="test@mtel.ru", body=body)).customer.user


def test_1_4_a_client_who_is_not_in_the_base_gets_the_placeholder() -> None:
    body = "Фролов Иван Ильич, ул. Полевая, д. 3, кв. 1, договор Ф-30001"
    full = '"ул. Полевая, д. 3, кв. 1, Фролов Иван Ильич, Ф-30001" <test@mtel.ru>'
    for customer in ("", "test@mtel.ru", '"" <test@mtel.ru>', "petrov77"):
        assert made_right(a_ticket(customer=customer, body=body)).customer.user == full
    mail = a_ticket(customer="x@mail.ru", sender="x@mail.ru", channel="Email", body="договор Ф-30001")
    assert made_right(mail).customer.user == '"Ф-30001" <x@mail.ru>'


def test_1_4_a_placeholder_whose_client_was_added_since_becomes_that_client() -> None:
    ticket = a_ticket(customer='"Летная 5-132, Ф-15236" <test@mtel.ru>')
    assert made_right(ticket).customer == Customer(user="ivanov", company="Ф-15236")


def test_1_4_a_second_person_of_a_company_stays_and_is_the_company() -> None:
    right = made_right(a_ticket(customer="romashka-dir", company="Ю-204", dynamic_fields=EMPTY))
    assert right.customer == Customer(user="romashka-dir", company="Ю-204")
    assert (right.priority, right.dynamic_fields["ClientType"]) == ("4 high", "legal")


def test_1_5_what_the_directory_and_the_text_know_is_filled_in() -> None:
    right = made_right(a_ticket(dynamic_fields={**EMPTY, "MasterTicket": "2013041610000001"}, body="Прошу помочь"))
    assert {name: value for name, value in right.dynamic_fields.items() if value} == {
        "ClientType": "individual",
        "District": "Центральный",
        "Category": ("internet",),
        "ShortNumber": "10000135",
    }


def test_1_5_the_master_tickets_old_value_is_kept_in_the_note() -> None:
    assert "«2013041610000001» → пусто" in note(a_ticket(dynamic_fields={**EMPTY, "MasterTicket": "2013041610000001"}))


def test_1_5_what_cannot_be_filled_is_reported_once_and_together() -> None:
    ticket = a_ticket(title="Вопрос", customer="nobody", body="Перезвоните", dynamic_fields=EMPTY)
    told = note(replace(ticket, customer=Customer(user="petrov77")))
    assert "• Не хватает: от клиента (договор, адрес или ФИО), тип клиента, район, категория." in told
    assert told.count("[required_fields]") == 1


def test_1_6_a_subject_is_brief_and_the_original_is_kept() -> None:
    long = "Re: СРОЧНО!!! Уважаемые сотрудники, у меня третий день подряд вечерами пропадает интернет"
    ticket = a_ticket(title=long, body="Помогите")
    assert made_right(ticket).title == "Уважаемые сотрудники, у меня третий день подряд вечерами…"
    assert f"«{long}»" in note(ticket)


def test_1_7_the_number_that_the_client_is_told_is_short() -> None:
    assert short_number("2013041610000135") == "10000135"
    assert both("2013041610000135") == "2013041610000135 (10000135)"
    assert made_right(a_ticket(dynamic_fields=EMPTY)).dynamic_fields["ShortNumber"] == "10000135"


@pytest.mark.parametrize(
    ("question", "category"),
    [
        ("Не работает интернет, у клиента один компьютер, перестал работать только что", "internet"),
        ("Нужно настроить новый компьютер", "setup"),
        ("Жалоба на низкую скорость", "speed"),
        ("Не проходят входящие вызовы на городской номер", "telephony-incoming"),
        ("При поднятии трубки тишина", "telephony-incoming"),
        ("Не проходят вызовы на мобильные номера", "telephony-outgoing"),
        ("Не проходят вызовы в Китай", "telephony-international"),
        ("Не работает ТВ, рябь по всем каналам", "tv"),
        ("Сломался коннектор, нужно переобжать", "cable"),
    ],
)
def test_1_8_what_clients_ask_has_its_category(question: str, category: str) -> None:
    ticket = a_ticket(title="Заявка", body=question, dynamic_fields=EMPTY)
    assert made_right(ticket).dynamic_fields["Category"] == (category,)


def test_1_9_a_ticket_about_a_phone_says_what_is_missing() -> None:
    ticket = a_ticket(title="Не работает телефон", customer="", body="Перезвоните")
    assert (
        "• Не работает телефон — уточните: что именно не так; точный адрес; номер, который не работает; ФИО абонента; "
        "контактный телефон, лучше мобильный [phone_fault]" in note(ticket)
    )
    assert "[phone_fault]" not in note(a_ticket(title="Нет гудка", customer=PERSON)), "the directory knows the rest"


def test_1_10_hints_are_given_where_the_text_calls_for_one() -> None:
    assert "нет линка" in note(a_ticket(body="На значке сети красный крест"))
    assert "роутер" in note(a_ticket(body="Мой вай-фай не работает"))
    assert "[hints]" not in note(a_ticket(body="Не работает интернет"))


def test_1_11_an_intake_queue_is_left_for_the_department_and_no_other_queue_is() -> None:
    assert made_right(a_ticket(queue="Raw")).queue == "Internet"
    assert made_right(a_ticket(queue="Support")).queue == "Support"
    assert made_right(a_ticket(queue="Raw", title="Вопрос")).queue == "Raw"


def test_1_12_every_text_of_the_bridge_speaks_of_one_note_at_most() -> None:
    worst = a_ticket(
        title="Re: СРОЧНО!!! Не работает телефон!!!", customer="", state="pending reminder", priority="5 very high"
    )
    said = note(replace(worst, dynamic_fields={**EMPTY, "MasterTicket": "1"}), WITHOUT)
    assert said.count("Внутренняя заметка") == 1
    assert all(f"[{name}]" in said for name in ("state", "priority", "customer", "subject", "master_ticket"))


def test_every_rule_is_at_work_in_this_file() -> None:
    assert {active.rule.name for active in WITH_DIRECTORY.rules} == {rule.name for rule in RULES}
