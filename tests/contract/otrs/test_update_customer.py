"""Changing the customer: two strings that harm each other when they travel alone."""

import pytest

from tests.contract.otrs.server import Server, error_code

PLACEHOLDER = '"ул. Летная, д. 5, кв. 132, Ф-15236" <test@mtel.ru>'


@pytest.fixture
def ticket(server: Server) -> int:
    return server.create()


def customer_of(server: Server, ticket: int) -> tuple[object, object]:
    found = server.one(ticket)
    return found["CustomerUserID"], found["CustomerID"]


def test_both_strings_together_are_written_as_they_are(server: Server, ticket: int) -> None:
    server.update(ticket, Ticket={"CustomerUser": PLACEHOLDER, "CustomerID": "Ф-15236"})
    assert customer_of(server, ticket) == (PLACEHOLDER, "Ф-15236")


def test_the_same_customer_without_the_id_is_written_again_every_time(server: Server, ticket: int) -> None:
    before = server.history(ticket)
    for _ in range(2):
        server.update(ticket, Ticket={"CustomerUser": "иванов"})
    assert server.history(ticket) == [*before, "CustomerUpdate", "CustomerUpdate"]
    assert customer_of(server, ticket) == ("иванов", "Ф-10482")


def test_the_same_customer_with_the_id_leaves_no_trace(server: Server, ticket: int) -> None:
    before = server.history(ticket)
    server.update(ticket, Ticket={"CustomerUser": "иванов", "CustomerID": "Ф-10482"})
    assert server.history(ticket) == before


def test_the_id_alone_erases_the_customer_user(server: Server, ticket: int) -> None:
    server.update(ticket, Ticket={"CustomerID": "X-1"})
    assert customer_of(server, ticket) == ("", "X-1")


@pytest.mark.parametrize(
    ("customer", "stored"),
    [("smirnov", ("smirnov", "Ф-15240")), ("SMIRNOV", ("SMIRNOV", "Ф-15240")),
     ("smirnov@mtel.ru", ("smirnov@mtel.ru", "")),
     ("who@mtel.ru", ("who@mtel.ru", "")), (PLACEHOLDER, (PLACEHOLDER, "")), ("<>", ("<>", "")), (",", (",", ""))],
)  # fmt: skip
def test_a_customer_user_alone_is_stored_verbatim_with_the_id_of_that_login_or_none(
    server: Server, ticket: int, customer: str, stored: tuple[str, str]
) -> None:
    server.update(ticket, Ticket={"CustomerUser": customer})
    assert customer_of(server, ticket) == stored


@pytest.mark.parametrize("customer", ["nobody", "ул. Летная, д. 5 <test@mtel.ru>", "a@example.com", ["smirnov"], '""'])
def test_an_unknown_login_without_an_address_is_invalid(server: Server, ticket: int, customer: object) -> None:
    assert error_code(server.update(ticket, Ticket={"CustomerUser": customer})) == "TicketUpdate.InvalidParameter"
    assert customer_of(server, ticket) == ("иванов", "Ф-10482")


def test_a_customer_user_too_long_is_a_success_that_keeps_the_old_one_and_applies_the_rest(
    server: Server, ticket: int
) -> None:
    longer = f'"{"a" * (251 - 14)}" <t@mtel.ru>'
    response = server.update(ticket, Ticket={"CustomerUser": longer, "CustomerID": "Q", "Priority": "1 very low"})
    assert response.json()["TicketID"] == str(ticket)
    assert customer_of(server, ticket) == ("иванов", "Q")
    assert server.one(ticket)["Priority"] == "1 very low"


def test_a_customer_id_too_long_is_a_success_that_keeps_the_old_one(server: Server, ticket: int) -> None:
    server.update(ticket, Ticket={"CustomerUser": "smirnov", "CustomerID": "c" * 151})
    assert customer_of(server, ticket) == ("smirnov", "Ф-10482")


@pytest.mark.parametrize("nothing", ["0", False, " \t", "\xa0"])
def test_zero_false_and_blanks_of_any_kind_are_ignored(server: Server, ticket: int, nothing: object) -> None:
    server.update(ticket, Ticket={"CustomerUser": nothing, "CustomerID": nothing})
    assert customer_of(server, ticket) == ("иванов", "Ф-10482")


def test_a_nul_is_the_only_thing_that_empties_the_user_and_on_postgresql_both(server: Server, ticket: int) -> None:
    server.update(ticket, Ticket={"CustomerID": "\0"})
    assert customer_of(server, ticket) == ("", "\0" if server.on_mariadb else "")
