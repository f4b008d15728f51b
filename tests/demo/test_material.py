"""The demo's data are what they claim to be: wrong in many ways, and with an answer that the procedure allows."""

from __future__ import annotations

from dataclasses import fields

import pytest

from otrs_bridge.demo import material
from otrs_bridge.demo.material import DemoTicket, TicketContent

TICKETS = material.tickets()
NAMED = pytest.mark.parametrize("ticket", TICKETS, ids=[ticket.about.en for ticket in TICKETS])
TECHNICAL = set(material.TECHNICAL_STATES)


def _after(ticket: DemoTicket, name: str) -> str:
    return str(ticket.afterwards.get(name, getattr(ticket.before, name)))


@NAMED
def test_the_answer_is_one_that_the_procedure_allows(ticket: DemoTicket) -> None:
    if ticket.before.state in TECHNICAL:
        assert not ticket.afterwards
        return
    assert _after(ticket, "state") in {"open", "closed successful"}
    if _after(ticket, "client_type") == "legal":
        assert _after(ticket, "priority") == "4 high"
    else:
        assert _after(ticket, "priority") in {"1 very low", "2 low", "3 normal"}


@NAMED
def test_the_customer_is_a_client_with_a_login_or_a_placeholder(ticket: DemoTicket) -> None:
    logins = {client.login for client in material.clients() if client.login}
    customer = _after(ticket, "customer")
    if ticket.before.state not in TECHNICAL and ticket.by == "phone":
        assert customer in logins or customer.startswith('"')


@NAMED
def test_an_answer_names_only_what_changes(ticket: DemoTicket) -> None:
    assert all(getattr(ticket.before, name) != value for name, value in ticket.afterwards.items())


def test_there_is_something_of_every_kind() -> None:
    assert len(TICKETS) >= 40
    assert sum(not ticket.afterwards for ticket in TICKETS) >= 4
    assert {ticket.by for ticket in TICKETS} == {"phone", "e-mail"}
    assert {ticket.before.priority[0] for ticket in TICKETS} == set("12345")
    assert {"", "test@mtel.ru"} < {ticket.before.customer for ticket in TICKETS}
    assert len({ticket.before.state for ticket in TICKETS}) >= 10
    assert len(material.clients()) == 25


@NAMED
def test_the_subject_is_brief_and_the_master_ticket_empty(ticket: DemoTicket) -> None:
    if ticket.before.state not in TECHNICAL:
        assert len(_after(ticket, "title")) <= 60
        assert "!" not in _after(ticket, "title")
        assert _after(ticket, "master_ticket") == ""


@NAMED
def test_a_client_who_is_known_gives_his_district(ticket: DemoTicket) -> None:
    districts = {client.login: client.district for client in material.clients() if client.login}
    if ticket.before.state not in TECHNICAL and (customer := _after(ticket, "customer")) in districts:
        assert _after(ticket, "district") == districts[customer]


def test_every_rule_has_something_to_do() -> None:
    changed = {name for ticket in TICKETS for name in ticket.afterwards}
    assert changed == {field.name for field in fields(TicketContent)}
    said = " ".join(words.en for ticket in TICKETS for words in ticket.note_says)
    assert all(words in said for words in ("Missing:", "please find out", "red cross"))


def test_nobody_real_is_in_it() -> None:
    texts = [material.clients_csv(), *(f"{ticket.sender} {ticket.text}" for ticket in TICKETS)]
    addresses = [word for text in texts for word in text.replace(",", " ").split() if "@" in word]
    assert all(address.rstrip(">").endswith("example.org") for address in addresses)
