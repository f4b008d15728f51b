"""What an agent may do in a queue, from nothing over reading to everything."""

from collections.abc import Iterator

import pytest

from tests.contract.otrs.server import Json, Server, article, error_code, field_list


@pytest.fixture(scope="module")
def secret(server: Server) -> Iterator[int]:
    """A ticket in queue Secret, where the bridge may read and no more."""
    ticket = server.create("тайна", Queue="Secret", login="agent")
    server.set_rights_in_secret("bridge", ["ro"])
    yield ticket
    server.set_rights_in_secret("bridge", [])


@pytest.mark.parametrize(
    "wanted", [{"Title": "neu"}, {"State": "new"}, {"State": "removed"}, {"State": "open"}, {"Lock": "lock"},
               {"CustomerUser": "smirnov", "CustomerID": "Ф-15240"}],
)  # fmt: skip
def test_who_may_only_read_may_still_change_title_state_lock_and_customer(
    server: Server, secret: int, wanted: Json
) -> None:
    assert server.update(secret, Ticket=wanted).json()["TicketID"] == str(secret)
    key = {"CustomerUser": "CustomerUserID"}.get(next(iter(wanted)), next(iter(wanted)))
    assert server.one(secret)[key] == next(iter(wanted.values()))


@pytest.mark.parametrize(
    "body",
    [{"Ticket": {"State": "closed successful"}}, {"Ticket": {"Priority": "1 very low"}}, {"Ticket": {"Owner": "agent"}},
     {"Ticket": {"Queue": "Misc"}}, {"DynamicField": field_list(District="Юг")}, {"Article": article()}],
)  # fmt: skip
def test_who_may_only_read_is_denied_the_rest_and_nothing_is_applied(server: Server, secret: int, body: Json) -> None:
    before = server.one(secret)["Changed"], server.history(secret)
    body = {**body, "Ticket": {"Title": "mehr", **body.get("Ticket", {})}}
    response = server.update(secret, **body)
    assert error_code(response) == "TicketUpdate.AccessDenied"
    assert response.json()["Error"]["ErrorMessage"].startswith("TicketUpdate: Does not have permissions to")
    assert (server.one(secret)["Changed"], server.history(secret)) == before


def test_who_may_only_read_cannot_create(server: Server, secret: int) -> None:
    body = {"Ticket": {"Title": "t", "Queue": "Secret", "State": "open", "Priority": "3 normal", "CustomerUser": "иванов"},
            "Article": article()}  # fmt: skip
    assert error_code(server.ask("POST", "/Ticket", body)) == "TicketCreate.AccessDenied"


def test_a_right_taken_away_counts_at_once(server: Server, secret: int) -> None:
    assert server.search(Queues="Secret") == [secret]
    server.set_rights_in_secret("bridge", [])
    try:
        assert server.search(Queues="Secret") == []
        assert error_code(server.update(secret, Ticket={"Title": "x"})) == "TicketUpdate.AccessDenied"
    finally:
        server.set_rights_in_secret("bridge", ["ro"])
