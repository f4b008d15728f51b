"""rules/phone_fault.py: a ticket about a phone that does not work says five things."""

from __future__ import annotations

from dataclasses import replace

import pytest

from otrs_bridge.domain.facts import Facts
from rules import phone_fault
from tests.builders import a_client, a_ticket, facts_of, found

COMPLETE = """\
Тишина при поднятии трубки. ул. Летная, д. 5, кв. 132. Не работает 8 (495) 123-45-67.
Иванов Иван Иванович, для связи 8 916 123-45-67
"""
KNOWN = found(a_client(phones=("8 495 123-45-67", "8 916 123-45-67")))


def saying(text: str, state: str = "open") -> Facts:
    return facts_of(a_ticket(title="Заявка", body=text, customer="", state=state))


LEAVES_ALONE = {
    "all five things": saying(COMPLETE),
    "a complaint about something else": saying("Не работает интернет"),
    "no complaint": saying("Перезвоните на мобильный"),
    "a mobile phone": saying("Не работает мобильный телефон"),
    "what the directory knows": facts_of(a_ticket(title="Нет гудка"), client=KNOWN),
    "a local number and another one": saying(
        "Нет гудка. Летная 5-132, Иванов Иван Иванович. Номер 5-12-34, звонить на 8 916 123-45-67"
    ),
    "a closed ticket": saying("Нет гудка", state="closed successful"),
    "a merged ticket": saying("Нет гудка", state="merged"),
}

ALL = "точный адрес; номер, который не работает; ФИО абонента; контактный телефон, лучше мобильный"
ASKS_FOR = {
    "a bare complaint": (saying("Не работает телефон"), f"что именно не так; {ALL}"),
    "a complaint that says what is wrong": (saying("Нет гудка"), ALL),
    "a category that somebody chose": (
        facts_of(
            a_ticket(title="Заявка", body="Помогите", dynamic_fields={"Category": ("telephony-incoming",)}, customer="")
        ),
        f"что именно не так; {ALL}",
    ),
    "only a mobile number": (
        saying("Нет гудка, Летная 5-132, Иванов Иван Иванович, 8 916 123-45-67"),
        "номер, который не работает",
    ),
    "only the number that does not work": (
        saying("Нет гудка, Летная 5-132, Иванов Иван Иванович, 8 495 123-45-67"),
        "контактный телефон, лучше мобильный",
    ),
    "no address": (saying("Нет гудка, Иванов Иван Иванович, 8 495 123-45-67, 8 916 123-45-67"), "точный адрес"),
    "no name": (saying("Нет гудка, Летная 5-132, 8 495 123-45-67, 8 916 123-45-67"), "ФИО абонента"),
}


@pytest.mark.parametrize("facts", LEAVES_ALONE.values(), ids=LEAVES_ALONE.keys())
def test_leaves_alone(facts: Facts) -> None:
    assert list(phone_fault.check(facts, phone_fault.Options())) == []


@pytest.mark.parametrize(("facts", "missing"), ASKS_FOR.values(), ids=ASKS_FOR.keys())
def test_asks_for(facts: Facts, missing: str) -> None:
    (remark,) = phone_fault.check(facts, phone_fault.Options())
    assert remark.text.ru == f"Не работает телефон — уточните: {missing}"


def test_a_company_needs_no_full_name() -> None:
    ticket = a_ticket(title="Нет гудка", customer='"ООО «Ромашка»" <test@mtel.ru>')
    (remark,) = phone_fault.check(facts_of(ticket), phone_fault.Options())
    assert "ФИО" not in remark.text.ru


@pytest.mark.parametrize(("sender_type", "asked"), [("customer", False), ("agent", True), ("system", True)])
def test_the_operators_own_company_is_no_subscribers_name(sender_type: str, asked: bool) -> None:
    ticket = a_ticket(title="Нет гудка", customer="test@mtel.ru", sender='"ООО «МТЕЛ»" <support@mtel.ru>')
    assert ticket.article is not None
    ticket = replace(ticket, article=replace(ticket.article, sender_type=sender_type))
    (remark,) = phone_fault.check(facts_of(ticket), phone_fault.Options())
    assert ("ФИО" in remark.text.ru) is asked


def test_the_categories_that_mean_a_phone_can_be_named_otherwise() -> None:
    options = phone_fault.Options(categories=("Телефония",))
    ticket = a_ticket(title="Заявка", dynamic_fields={"Category": "Телефония"})
    assert list(phone_fault.check(facts_of(ticket), options))
