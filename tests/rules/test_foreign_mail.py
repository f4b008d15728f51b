"""What 130 foreign mail files have shown, by the rules that act on it; invented names and addresses."""

from __future__ import annotations

import pytest

from otrs_bridge.domain.change import Change
from otrs_bridge.domain.texts.subject import brief
from otrs_bridge.domain.ticket import Customer, Ticket
from rules import category, customer, required_fields
from tests.builders import a_ticket, facts_of, read_clues


def mail(sender: str, body: str = "нет связи", title: str = "Вопрос") -> Ticket:
    address = sender.rpartition("<")[2].removesuffix(">")
    return a_ticket(customer=address, channel="Email", sender=sender, body=body, title=title)


@pytest.mark.parametrize(
    "sender",
    ["o'brien@firm.example", "a=b@firm.example", "a#b@firm.example", "-ab@firm.example", "ivan@xn--80aswg.xn--p1ai"],
)
def test_a_sender_of_odd_signs_is_nobody_whom_otrs_knows_and_keeps_his_address(sender: str) -> None:
    (change,) = customer.check(facts_of(mail(sender, "Договор Ф-15236"), known=False), customer.Options())
    assert isinstance(change, Change)
    assert change.new == Customer(user=f'"Ф-15236" <{sender}>')


@pytest.mark.parametrize(
    ("sender", "title", "body"),
    [
        ("MAILER-DAEMON@mx.example", "Undelivered Mail", "<a@b.example>: host not found"),
        ("noreply@shop.example", "Отчёт", "Заказ 5 собран"),
        ("calendar-notification@mail.example", "Приглашение: встреча", "BEGIN:VCALENDAR"),
        ("news@shop.example", "Новости", "Скидки!\nTo unsubscribe click here"),
    ],
)
def test_machines_bounces_lists_and_calendars_are_left_in_peace(sender: str, title: str, body: str) -> None:
    facts = facts_of(mail(sender, body, title), known=False)
    assert not list(customer.check(facts, customer.Options()))
    assert not list(required_fields.check(facts, required_fields.Options()))
    assert not list(category.check(facts, category.Options()))


@pytest.mark.parametrize(
    ("sender", "shown"),
    [
        ('ООО "Вектор Плюс" <a@b.example>', "ООО 'Вектор Плюс'"),
        ("ООО «Вектор Плюс» <a@b.example>", "ООО «Вектор Плюс»"),
        ("Анна Белова <a@b.example>", "Анна Белова"),
    ],
)
def test_company_and_person_of_a_from_line_stand_in_the_placeholder(sender: str, shown: str) -> None:
    (change,) = customer.check(facts_of(mail(sender), known=False), customer.Options())
    assert isinstance(change, Change)
    assert change.new == Customer(user=f'"{shown}" <a@b.example>')
    again = a_ticket(
        customer=f'"{shown}" <a@b.example>', channel="Email", sender=sender, body="нет связи", title="Вопрос"
    )
    assert not list(customer.check(facts_of(again, known=False), customer.Options()))


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("[EXTERNAL] Re: нет интернета", "нет интернета"),
        ("[Внешняя почта] нет интернета", "нет интернета"),
        ("HA: нет интернета", "нет интернета"),
        ("\u200bRe: нет интернета", "нет интернета"),
        ("\u202eСРОЧНО!!! нет интернета", "нет интернета"),
        ("🔥🔥 Срочно!!! нет интернета", "Нет интернета"),
        ("🔥 нет интернета", "🔥 нет интернета"),
        ("[Ticket#10005120] нет интернета", "нет интернета [Ticket#10005120]"),
    ],
)
def test_what_a_mail_server_and_a_loud_hand_put_before_a_subject_goes(title: str, short: str) -> None:
    assert brief(title).casefold() == short.casefold()


@pytest.mark.parametrize("title", ["Ｑ＆Ａ ＡＢＣＤＥＦ", "互联网坏了互联网坏了", "ÏÐÈÂÅÒ ÍÅÒ ÑÂßÇÈ"])
def test_another_script_and_the_wrong_encoding_do_not_shout(title: str) -> None:
    assert brief(title) == title


@pytest.mark.parametrize(
    "body", ["обращение F-15236 в другой системе", "тикет Ф-15236", "case F-15236", "см. https://x.example/?d=F-15236"]
)
def test_a_number_of_a_foreign_system_is_no_contract(body: str) -> None:
    assert read_clues(body=body).contracts == ()


def test_what_otrs_itself_writes_for_an_empty_mail_says_nothing() -> None:
    ticket = mail("a@b.example", "no text message => see attachment", title="")
    (remark,) = required_fields.check(facts_of(ticket, known=False), required_fields.Options())
    assert "text" in remark.items
