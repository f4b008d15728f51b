"""The judge lets rules see and change what there is, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.change import Change
from otrs_bridge.domain.dialect import Contacts, Dialect, FieldNames
from otrs_bridge.domain.facts import Facts
from otrs_bridge.domain.rule import ActiveRule, Mode, Rule
from otrs_bridge.domain.ticket import Customer, Ticket, Value
from otrs_bridge.journal.database import open_database
from otrs_bridge.journal.store import SqlJournal
from otrs_bridge.service.judge import Judge
from otrs_bridge.words import Words
from rules import RULES, customer, state, subject
from tests.builders import a_client, a_ticket
from tests.service.conftest import MovableClock

ALL: dict[str, Value] = {"ClientType": "", "District": "", "Category": (), "MasterTicket": ""}


LIST = "Напоминания интернет 2013-05"


def judge(*rules: Rule[Any], fields: FieldNames | None = None, contacts: Contacts | None = None) -> Judge:
    return Judge(
        rules=[ActiveRule(rule=rule, mode=Mode.ENFORCE, options=rule.options()) for rule in rules or RULES],
        dialect=lambda: Dialect(fields=fields or FieldNames(), contacts=contacts or Contacts()),
        directory=MemoryDirectory([a_client()]),
        journal=SqlJournal(open_database("sqlite://")),
        clock=MovableClock(),
    )


def written(ticket: Ticket, of: Judge) -> dict[str, Value]:
    (decision,) = of.decide([ticket])
    return {change.field: change.new for change in decision.planned}


def test_every_field_that_otrs_lists_is_filled() -> None:
    assert written(a_ticket(dynamic_fields=ALL), judge()) == {
        "DynamicField_ClientType": "individual",
        "DynamicField_District": "Центральный",
        "DynamicField_Category": ("internet",),
    }


def test_a_configured_field_that_otrs_does_not_list_is_no_field() -> None:
    listed = {name: value for name, value in ALL.items() if name != "District"}
    assert "DynamicField_District" not in written(a_ticket(dynamic_fields=listed), judge())


def test_a_field_that_is_not_configured_is_no_field() -> None:
    fields = FieldNames(category="", client_type="", short_number="")
    assert set(written(a_ticket(dynamic_fields=ALL), judge(fields=fields))) == {"DynamicField_District"}


def test_a_ticket_without_any_dynamic_field_says_nothing_about_names() -> None:
    assert "DynamicField_District" in written(a_ticket(), judge())


def test_the_name_of_the_client_is_read_in_the_subject_that_was_cut() -> None:
    long = "Уважаемая поддержка, у нас третий день нет связи, ответьте, договор Ф-15236"
    short = a_ticket(customer="", title="Уважаемая поддержка, у нас третий день…")
    assert short.article is not None
    facts = judge().facts(a_ticket(customer="", title=long))
    cut = judge().facts(_with_subject(short, long))
    assert [clue.value.canonical for clue in cut.clues.contracts] == ["Ф-15236"]
    assert cut.clues.contracts == facts.clues.contracts


def _with_subject(ticket: Ticket, subject: str) -> Ticket:
    assert ticket.article is not None
    return replace(ticket, article=replace(ticket.article, subject=subject))


def test_a_rule_that_writes_what_is_not_its_own_costs_its_own_answer_and_nothing_else() -> None:
    def check(facts: Facts, _options: state.Options) -> Iterator[Change]:
        why = Words(ru="захотелось", en="for fun")
        yield Change(rule="greedy", field="queue", old=facts.ticket.queue, new="Raw", why=why)

    greedy = Rule(name="greedy", options=state.Options, writes=("title",), check=check)
    (decision,) = judge(greedy, state.RULE).decide([a_ticket(state="new")])
    assert [change.field for change in decision.planned] == ["state"]
    assert ["does not own queue" in broken.error for broken in decision.broken] == [True]


def test_an_agents_name_is_not_taken_for_the_callers_but_what_a_line_tells_of_the_client_is_read() -> None:
    said = {
        "Петров Пётр Петрович <agent@isp.ru>": "",
        '"ул. Летная, д. 5, кв. 132, Иванов Иван Иванович, Ф-15236" <test@mtel.ru>': "Иванов Иван Иванович",
    }
    for sender, name in said.items():
        ticket = a_ticket(customer="", sender=sender)
        assert ticket.article is not None
        ticket = replace(ticket, article=replace(ticket.article, sender_type="agent"))
        assert judge().facts(ticket).clues.name == name


def by_an_agent(ticket: Ticket) -> Ticket:
    assert ticket.article is not None
    return replace(ticket, article=replace(ticket.article, sender_type="agent"))


def test_a_client_who_writes_the_subject_of_a_list_hides_his_ticket_from_no_rule() -> None:
    mail = a_ticket(title=LIST, body="Договор Ф-15236", dynamic_fields=ALL)
    assert "DynamicField_ClientType" in written(mail, judge())
    assert written(by_an_agent(mail), judge()) == {}


@pytest.mark.parametrize(("key", "title"), [("reminder:internet:2013-05", "Переименована"), ("", LIST)])
def test_no_rule_takes_a_list_of_many_clients_for_a_ticket_of_one_of_them(key: str, title: str) -> None:
    """Known by its key, or by its title where OTRS hides the key."""
    body = (
        "Ещё не оплатили: 1\n\nФ-15236: 500,00 ₽, ООО «Ромашка», ул. Летная, д. 5, кв. 132. Телефон не работает, Wi-Fi"
    )
    listing = by_an_agent(
        a_ticket(
            title=title,
            customer='"Напоминания об оплате" <test@mtel.ru>',
            body=body,
            dynamic_fields={**ALL, "Category": ("billing",), "BridgeKey": key},
        )
    )
    assert written(listing, judge()) == {}
    assert judge().decide([listing])[0].remarks == ()
    urgent = replace(listing, priority="5 very high", state="new", state_type="new")
    assert written(urgent, judge()) == {"priority": "3 normal", "state": "open"}
    somebodys = replace(
        listing, title="Не оплатили", dynamic_fields=MappingProxyType({**ALL, "Category": ("billing",)})
    )
    assert "customer" in written(somebodys, judge())


def test_an_automatic_reply_stays_one_under_another_title() -> None:
    ticket = a_ticket(customer="x@mail.ru", body="Добрый день. Договор Ф-15236, счёт получен.", title="Счёт")
    assert ticket.article is not None
    reply = replace(ticket, article=replace(ticket.article, subject="Автоматический ответ: счёт", sender="x@mail.ru"))
    assert written(ticket, judge(customer.RULE))["customer"] == a_client().customer
    assert written(reply, judge(customer.RULE))["customer"] == Customer(user='"" <x@mail.ru>')


def test_a_local_phone_is_not_cut_from_the_title_of_a_list_of_reminders_either() -> None:
    renamed = a_ticket(
        title="Напоминания интернет: список, по которому сегодня обзванивает Анна, тел. 123 45 67",
        dynamic_fields={**ALL, "BridgeKey": "reminder:internet:2013-05"},
    )
    renamed = replace(renamed, article=None)
    assert "title" in written(renamed, judge(subject.RULE))
    assert written(renamed, judge(subject.RULE, contacts=Contacts(area_code="495"))) == {}
