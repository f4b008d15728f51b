"""What is mailed to whom: people must not hear from the bridge unless it means it."""

from collections.abc import Callable

import pytest

from tests.contract.otrs.server import Json, Server, article, field_list

CUSTOMER = "ivanov@mtel.ru"
AGENT = "agent@mtel.ru"


@pytest.fixture
def mailed(server: Server) -> Callable[[], list[str]]:
    """Who has been mailed since the test began."""
    before = len(server.recipients_of_mail())
    return lambda: server.recipients_of_mail()[before:]


@pytest.fixture(scope="module")
def agents_ticket(server: Server) -> int:
    """A ticket that belongs to a person."""
    return server.create(Owner="agent", Lock="unlock", login="agent")


@pytest.mark.parametrize("note", [{}, {"IsVisibleForCustomer": 0}])
def test_a_new_ticket_is_answered_automatically_even_when_its_article_is_hidden(
    server: Server, mailed: Callable[[], list[str]], note: Json
) -> None:
    ticket = server.create(Queue="Support", note=note)
    assert mailed() == [CUSTOMER]
    answer = server.one(ticket)["Article"][1]
    assert (answer["SenderType"], answer["CommunicationChannelID"]) == ("system", 1)
    assert answer["Body"] == "Здравствуйте! Ваша заявка принята."
    assert answer["Subject"].startswith("[Ticket#")


def test_the_placeholder_is_answered_automatically_too(server: Server, mailed: Callable[[], list[str]]) -> None:
    server.create(Queue="Support", CustomerUser='"ул. Летная, д. 5" <test@mtel.ru>')
    assert mailed() == ["test@mtel.ru"]


@pytest.mark.parametrize(
    "request_",
    [{"note": {"AutoResponseType": "auto remove"}}, {"note": {"AutoResponseType": "auto reject"}},
     {"State": "closed successful"},
     {"Queue": "Billing"}],
)  # fmt: skip
def test_nothing_is_mailed_when_it_says_so_or_is_closed_or_the_queue_has_no_answer(
    server: Server, mailed: Callable[[], list[str]], request_: Json
) -> None:
    server.create(**{"Queue": "Support", **request_})
    assert mailed() == []


@pytest.mark.parametrize(
    "body",
    [{"Ticket": {"State": "new"}}, {"Ticket": {"Priority": "1 very low"}}, {"Ticket": {"Title": "neu"}},
     {"Ticket": {"CustomerUser": "smirnov", "CustomerID": "Ф-15240"}}, {"DynamicField": field_list(District="Юг")},
     {"Ticket": {"Queue": "Billing"}}],
)  # fmt: skip
def test_changing_attributes_and_fields_mails_nobody(
    server: Server, mailed: Callable[[], list[str]], agents_ticket: int, body: Json
) -> None:
    server.update(agents_ticket, **body)
    assert mailed() == []


def test_a_note_is_mailed_to_the_owner_unless_told_not_to(
    server: Server, mailed: Callable[[], list[str]], agents_ticket: int
) -> None:
    server.update(agents_ticket, Article=article(NoAgentNotify=1))
    assert mailed() == []
    server.update(agents_ticket, Article=article())
    assert mailed() == [AGENT]


def test_a_new_owner_is_told(server: Server, mailed: Callable[[], list[str]]) -> None:
    server.update(server.create(), Ticket={"Owner": "agent"})
    assert mailed() == [AGENT]


@pytest.mark.parametrize("wanted", [{"Lock": "unlock"}, {"State": "closed successful"}])
def test_an_owner_whose_lock_is_taken_away_is_told(
    server: Server, mailed: Callable[[], list[str]], wanted: Json
) -> None:
    ticket = server.create(Lock="lock", login="agent")
    server.update(ticket, Ticket=wanted)
    assert mailed() == [AGENT]


def test_ones_own_doing_is_told_to_nobody(server: Server, mailed: Callable[[], list[str]]) -> None:
    ticket = server.create(Lock="lock")
    server.update(ticket, Ticket={"Lock": "unlock", "Owner": "bridge"}, Article=article())
    assert mailed() == []
