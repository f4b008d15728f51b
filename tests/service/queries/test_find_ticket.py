"""docs/field-rules.md: tickets by full or short number, by contract, by text."""

from __future__ import annotations

import pytest

from otrs_bridge.directory.memory import MemoryDirectory
from otrs_bridge.domain.dialect import FieldNames
from otrs_bridge.domain.ticket_number import short_number
from otrs_bridge.domain.ticket_query import TOO_LITTLE
from otrs_bridge.sandbox.sandbox import Sandbox
from otrs_bridge.service.queries.client_card import client_card
from otrs_bridge.service.queries.find_ticket import TicketFinder, TicketsFound
from tests.builders import a_client
from tests.service.conftest import MakeWorkplace

CLIENT = a_client("Ф-15236", login="sidorova", email="anna@mtel.ru")
PLACEHOLDER = '"ул. Летная (подъезд 2), д. 5, Иванов Иван Иванович, {}" <test@mtel.ru>'


@pytest.fixture
def finder(workplace: MakeWorkplace) -> TicketFinder:
    return TicketFinder(
        helpdesk=workplace().outside.helpdesk,
        directory=MemoryDirectory([CLIENT]),
        fields=FieldNames(contract="BridgeKey"),
    )


def ids(answer: TicketsFound) -> list[int]:
    return [ticket.id for ticket in answer.tickets]


def by_contract(desk: Sandbox) -> list[int]:
    """Every way in which a ticket says that it is of Ф-15236."""
    made = [
        desk.add_ticket("Логин", customer_user="sidorova", customer_id="x"),
        desk.add_ticket("Почта", customer_user="Anna@mtel.ru", customer_id="y"),
        desk.add_ticket("Договор", customer_user="somebody", customer_id="Ф-15236"),
        desk.add_ticket("Заглушка", customer_user=PLACEHOLDER.format("Ф-15236")),
        desk.add_ticket("Поле", fields={"BridgeKey": "f15236"}),
        desk.add_ticket("Отключение (Ф-15236) & прочее"),
    ]
    return [ticket.ticket_id for ticket in made]


def others(desk: Sandbox) -> None:
    """Tickets with the same digits, which are of somebody else."""
    desk.add_ticket("Юр. лицо", customer_user="z", customer_id="Ю-15236")
    desk.add_ticket("Длиннее", customer_user=PLACEHOLDER.format("Ф-152361"))
    desk.add_ticket("Телефон 8 495 152-36-00, касса 15236")
    desk.add_ticket("Не сидорова", customer_user="sidorova2", customer_id="x")


def test_a_ticket_is_found_by_its_full_and_its_short_number(finder: TicketFinder, sandbox: Sandbox) -> None:
    made = sandbox.add_ticket("Одна")
    for query in (made.number, short_number(made.number), f"Ticket#{made.number}"):
        answer = finder.find(query, limit=9)
        assert ids(answer) == [made.ticket_id]
        assert answer.attempts[-1].words.en.startswith("ticket number")


def test_a_contract_finds_the_clients_tickets_and_those_that_name_it(finder: TicketFinder, sandbox: Sandbox) -> None:
    wanted = by_contract(sandbox)
    others(sandbox)
    for query in ("Ф-15236", "f 15236", "договор № Ф-15236"):
        assert ids(finder.find(query, limit=50)) == wanted[::-1]
    cut = finder.find("Ф-15236", limit=2)
    assert (ids(cut), cut.cut_off) == (wanted[:-3:-1], True)


def test_without_a_directory_a_contract_is_what_tickets_say_of_it(finder: TicketFinder, sandbox: Sandbox) -> None:
    wanted = by_contract(sandbox)
    alone = TicketFinder(helpdesk=finder.helpdesk, directory=None, fields=finder.fields)
    assert ids(alone.find("Ф-15236", limit=50)) == wanted[:1:-1]


def test_bare_digits_are_a_ticket_else_a_contract_else_text(finder: TicketFinder, sandbox: Sandbox) -> None:
    company = sandbox.add_ticket("Фирма", customer_user="z", customer_id="Ю-15236").ticket_id
    answer = finder.find("15236", limit=9)
    assert ids(answer) == [company]
    assert [attempt.hits for attempt in answer.attempts] == [0, 1]
    written = sandbox.add_ticket("Счёт", body="Счёт 777888 не пришёл").ticket_id
    assert ids(finder.find("777888", limit=9)) == [written]


def test_text_with_percent_finds_titles_and_articles(finder: TicketFinder, sandbox: Sandbox) -> None:
    title = sandbox.add_ticket("НЕТ интернета (срочно!)").ticket_id
    body = sandbox.add_ticket("Жалоба", body="Соседка Иванова: нет ни тв, ни интернета").ticket_id
    assert ids(finder.find("нет%интернет", limit=9)) == [body, title]
    assert ids(finder.find("Иванова", limit=9)) == [body], "a name in a text is a word like any other"
    assert ids(finder.find("интернета (срочно!)", limit=9)) == [title]
    assert finder.find("роутер%", limit=9).tickets == ()


def test_nothing_to_look_for_is_said_and_not_asked(finder: TicketFinder) -> None:
    assert finder.find(" % ", limit=9) == TicketsFound(refused=TOO_LITTLE)


def test_an_address_that_is_another_clients_login_finds_that_clients_tickets_only(
    finder: TicketFinder, sandbox: Sandbox
) -> None:
    daughter = a_client("Ф-30001", login="kotova@mail.ru", email="kotova@mail.ru")
    mother = a_client("Ф-30002", login="mama", email="Kotova@mail.ru")
    family = TicketFinder(helpdesk=finder.helpdesk, directory=MemoryDirectory([daughter, mother]), fields=finder.fields)
    hers = sandbox.add_ticket("Дочь", customer_user="kotova@mail.ru", customer_id="x").ticket_id
    mothers = sandbox.add_ticket("Мама", customer_user="mama", customer_id="y").ticket_id
    assert [ticket.id for ticket in client_card(daughter, family).open_tickets] == [hers]
    assert [ticket.id for ticket in client_card(mother, family).open_tickets] == [mothers]
    assert ids(family.find("Ф-30002", limit=9)) == [mothers]


def test_the_card_shows_the_open_tickets_and_that_no_debt_is_known(finder: TicketFinder, sandbox: Sandbox) -> None:
    wanted = by_contract(sandbox)
    others(sandbox)
    sandbox.edit(wanted[0], state="closed successful")
    sandbox.merge(wanted[-1])
    card = client_card(CLIENT, finder)
    assert [ticket.id for ticket in card.open_tickets] == wanted[-2:0:-1]
    assert card.debts is None
    assert client_card(CLIENT, finder, lambda _client: ()).debts == ()
