"""rules/required_fields.py: what is missing and no rule can fill is asked for, once and all together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.client import ClientType
from otrs_bridge.domain.dialect import Categories, Dialect, FieldNames
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import WrongOptions
from otrs_bridge.domain.ticket import Value
from rules import required_fields
from tests.builders import a_client, a_ticket, facts_of, found

EMPTY: dict[str, Value] = {"ClientType": "", "District": "", "Category": ()}
FULL: dict[str, Value] = {"ClientType": "legal", "District": "Южный", "Category": ("tv",)}
NO_FIELDS = FieldNames(client_type="", district="", category="")
NOTHING = a_ticket(title="", body="", customer="", queue="", priority="", dynamic_fields=EMPTY)

LEAVES_ALONE = {
    "a ticket that has everything": facts_of(a_ticket(body="Помогите", dynamic_fields=FULL), client=found(a_client())),
    "what the directory can fill": facts_of(
        a_ticket(body="Прошу помочь", dynamic_fields=EMPTY), client=found(a_client())
    ),
    "a type that the contract tells": facts_of(
        a_ticket(body="Договор Ф-15236", dynamic_fields={**FULL, "ClientType": ""}), known=False
    ),
    "a client for whom the placeholder has something to say": facts_of(
        a_ticket(customer="test@mtel.ru", body="ул. Летная, д. 5, кв. 132", dynamic_fields=FULL), known=False
    ),
    "a login where there is no directory to ask": facts_of(a_ticket(body="Помогите", dynamic_fields=FULL), known=None),
    "a company that only its name tells": facts_of(
        a_ticket(customer="ООО «Ромашка»", body="Помогите", dynamic_fields=FULL), known=False
    ),
    "fields that this OTRS does not have": facts_of(
        a_ticket(body="Помогите"), client=found(a_client()), fields=NO_FIELDS
    ),
    "a closed ticket": facts_of(replace(NOTHING, state="closed successful", state_type="closed")),
    "a merged ticket": facts_of(replace(NOTHING, state="merged", state_type="merged")),
}

ASKS_FOR = {
    "a ticket of nothing": (
        facts_of(NOTHING, known=False),
        "от клиента (договор, адрес или ФИО), очередь, тема, текст, приоритет, тип клиента, район, категория",
    ),
    "a bare placeholder and nothing to fill it with": (
        facts_of(a_ticket(customer='"" <test@mtel.ru>', body="Помогите", dynamic_fields=FULL), known=False),
        "от клиента (договор, адрес или ФИО)",
    ),
    "a login nobody knows and nothing else": (
        facts_of(a_ticket(customer="petrov77", body="Помогите", dynamic_fields=FULL), known=False),
        "от клиента (договор, адрес или ФИО)",
    ),
    "a client of whom the directory knows neither type nor district": (
        facts_of(
            a_ticket(body="Помогите", dynamic_fields=EMPTY), client=found(a_client("123456", kind=None, district=""))
        ),
        "тип клиента, район",
    ),
    "a text without a category": (
        facts_of(a_ticket(title="Вопрос", body="Перезвоните", dynamic_fields={**FULL, "Category": ""})),
        "категория",
    ),
    "a subject that only shouts": (facts_of(a_ticket(title="СРОЧНО!!!", body="Помогите", dynamic_fields=FULL)), "тема"),
    "an attachment alone": (
        facts_of(a_ticket(body="no text message => see attachment", dynamic_fields=FULL)),
        "текст",
    ),
    "an empty text": (facts_of(a_ticket(body=" \n", dynamic_fields=FULL)), "текст"),
}


@pytest.mark.parametrize("facts", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(facts: Facts) -> None:
    assert list(required_fields.check(facts, required_fields.Options())) == []


@pytest.mark.parametrize(("facts", "missing"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(facts: Facts, missing: str) -> None:
    (remark,) = required_fields.check(facts, required_fields.Options())
    assert remark.text.ru == f"Не хватает: {missing}. Заполните, пожалуйста"


def test_the_operator_says_what_is_asked_for() -> None:
    options = required_fields.Options(fields=("district", "queue"))
    (remark,) = required_fields.check(facts_of(NOTHING, known=False), options)
    assert remark.text.en == "Missing: district, queue. Please fill in"


def test_only_what_the_rule_knows_can_be_asked_for() -> None:
    with pytest.raises(WrongOptions, match=r"fields\.1 must be one of client, queue") as refused:
        required_fields.Options(fields=("queue", "colour"))
    assert refused.value.mistakes[0][1].ru.startswith("допустимы: client, queue")


def test_a_company_without_a_priority_gets_one_by_rule() -> None:
    company = found(a_client("Ю-204", kind=ClientType.LEGAL))
    facts = facts_of(a_ticket(priority="", body="Помогите", dynamic_fields=FULL), client=company)
    assert list(required_fields.check(facts, required_fields.Options())) == []


TWO = replace(
    a_ticket(title="Заявка", body="Не работает интернет, кот перегрыз кабель"), dynamic_fields={**FULL, "Category": ""}
)


def test_a_category_that_is_one_of_two_is_asked_for_where_the_field_takes_one() -> None:
    one = facts_of(TWO, dialect=Dialect(categories=Categories(several=False)))
    (remark,) = required_fields.check(one, required_fields.Options())
    assert remark.text.ru == "Не хватает: категория. Заполните, пожалуйста"
    shared = Categories(several=False, keys=(("internet", "Линия"), ("cable", "Линия")))
    for reading in (shared, Categories()):
        assert not list(
            required_fields.check(replace(one, dialect=Dialect(categories=reading)), required_fields.Options())
        )
