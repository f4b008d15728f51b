"""A caller's card opens by his number; debts are listed; what cannot be asked just now keeps nothing else away."""

from __future__ import annotations

import pytest

from otrs_bridge.demo import material
from tests.web.conftest import Browser, Office

CALLER = next(client for client in material.clients() if client.contract == "Ф-13001")


@pytest.fixture
def browser(held: Office) -> Browser:
    """Of somebody who reads, in an office that knows of debts."""
    return held.browser("reader")


@pytest.mark.parametrize("written", ["+7 (495) 555-13-01", "84955551301", "4955551301"])
def test_a_call_opens_the_callers_card(browser: Browser, written: str) -> None:
    page = browser.get("/call", params={"phone": written}).text
    assert CALLER.name in page
    assert "450.00" in page.replace("\u00a0", " ")
    assert "Receipt for May 2013, contract Ф-13001" in page


def test_a_number_that_two_share_lists_both(browser: Browser) -> None:
    page = browser.get("/call", params={"phone": "+7 (495) 555-12-03"}).text
    assert "Гусев Павел Андреевич" in page
    assert "Гусева Елена Викторовна" in page


@pytest.mark.parametrize("written", ["", "hello", "<script>", "1", "'; DROP TABLE clients --"])
def test_what_is_no_phone_is_told(browser: Browser, written: str) -> None:
    page = browser.get("/call", params={"phone": written})
    assert page.status_code == 200
    assert "This is no phone number" in page.text
    assert "<script>" not in page.text


def test_a_card_has_the_open_tickets(held: Office, browser: Browser) -> None:
    ticket = held.sandbox.add_ticket("Нет интернета", customer_user=CALLER.login, customer_id=CALLER.contract)
    page = browser.get("/clients", params={"q": "Ф-13001"}).text
    assert f'href="/tickets/{ticket.ticket_id}"' in page
    assert "Open tickets: 1" in page


def test_while_otrs_is_away_the_rest_of_the_card_is_there(held: Office, browser: Browser) -> None:
    held.sandbox.stop()
    page = browser.get("/contract", params={"number": "ф 13001"})
    assert page.status_code == 200
    assert CALLER.name in page.text
    assert "Receipt for May 2013" in page.text
    assert 'role="alert"' in page.text


def test_a_contract_that_nobody_has_is_told(browser: Browser) -> None:
    page = browser.get("/contract", params={"number": "Ф-99999"}).text
    assert "not found in the client list" in page


def test_several_clients_are_listed(browser: Browser) -> None:
    page = browser.get("/clients", params={"q": "%Лётная%15%"}).text
    assert page.count('href="/contract?number=') >= 2


def test_clients_are_not_looked_for_by_name(browser: Browser) -> None:
    assert "never looked for by name" in browser.get("/clients", params={"q": "Гусев"}).text


def test_everybody_in_debt_is_listed_with_what_is_next(browser: Browser) -> None:
    page = browser.get("/debts").text
    for contract in ("Ф-11203", "Ф-12077", "Ф-13001", "Ф-13340"):
        assert contract in page
    assert "to be cut off today" in page
    assert browser.get("/debts", params={"after": "x", "district": "nowhere"}).status_code == 200


def test_without_billing_the_page_says_so(office: Office) -> None:
    assert "There is no billing" in office.browser("reader").get("/debts").text


def test_without_a_client_list_the_page_says_so(office: Office) -> None:
    office.services.cards.directory = None
    assert "There is no client list" in office.browser("reader").get("/clients", params={"q": "Ф-11203"}).text
