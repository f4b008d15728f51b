"""Changing tickets: checked first, applied in order, and left half-done when it breaks."""

from typing import Any

import pytest

from tests.contract.otrs.server import Json, Server, article, error_code, field_list


@pytest.fixture
def ticket(server: Server) -> int:
    return server.create("Нет связи", fields={"BridgeKey": "old", "Category": ["tv"], "ClientType": "legal"})


@pytest.fixture(scope="module")
def untouched(server: Server) -> int:
    """A ticket for the updates that must not change it."""
    return server.create("Нет связи", fields={"BridgeKey": "old", "Category": ["tv"], "ClientType": "legal"})


def seen(server: Server, ticket: int) -> Json:
    """The ticket without what only time changes."""
    return {key: value for key, value in server.one(ticket).items() if key != "Age"}


def leaves_alone(server: Server, ticket: int, **body: Any) -> Json:
    """The answer to an update after which the ticket is as it was, its history included."""
    before, history = seen(server, ticket), server.history(ticket)
    answer: Json = server.update(ticket, **body).json()
    assert (seen(server, ticket), server.history(ticket)) == (before, history)
    return answer


def test_one_call_changes_everything_at_once(server: Server, ticket: int) -> None:
    answer = server.update(
        ticket,
        Ticket={"Title": "neu", "State": "new", "Priority": "5 very high", "Queue": "TV", "Lock": "lock", "Owner": "agent",
                "Responsible": "agent", "CustomerUser": "smirnov", "CustomerID": "Ф-15240"},
        DynamicField=field_list(BridgeKey="new", ClientType="individual", Category=["speed", "tv"]),
        Article=article(),
    )  # fmt: skip
    assert set(answer.json()) == {"TicketID", "TicketNumber", "ArticleID"}
    found = server.one(ticket)
    keys = ("Title", "State", "Priority", "Queue", "Lock", "Owner", "Responsible", "CustomerUserID", "CustomerID")
    assert [found[key] for key in keys] == [
        "neu", "new", "5 very high", "TV", "lock", "agent", "agent", "smirnov", "Ф-15240",
    ]  # fmt: skip
    fields = found["Fields"]
    assert (fields["BridgeKey"], fields["ClientType"], fields["Category"]) == ("new", "individual", ["speed", "tv"])
    assert len(found["Article"]) == 2


@pytest.mark.parametrize(
    ("section", "code"),
    [({"Ticket": {"State": "Nope"}}, "InvalidParameter"), ({"Ticket": {"Priority": "Nope"}}, "InvalidParameter"),
     ({"Ticket": {"Queue": "Nope"}}, "InvalidParameter"), ({"Ticket": {"Owner": "Nope"}}, "InvalidParameter"),
     ({"Ticket": {"Lock": "Nope"}}, "InvalidParameter"), ({"Ticket": {"CustomerUser": "nobody"}}, "InvalidParameter"),
     ({"Ticket": {"PendingTime": {"Diff": "x"}}}, "InvalidParameter"),
     ({"DynamicField": field_list(Nope="x")}, "InvalidParameter"),
     ({"DynamicField": field_list(bridgekey="x")}, "InvalidParameter"),
     ({"DynamicField": field_list(ClientType="zz")}, "InvalidParameter"),
     ({"DynamicField": field_list(ClientType="Физическое лицо")}, "InvalidParameter"),
     ({"DynamicField": field_list(Category=["tv", "zz"])}, "InvalidParameter"),
     ({"DynamicField": field_list(Category=[""])}, "InvalidParameter"),
     ({"DynamicField": field_list(BridgeKey=None)}, "MissingParameter"), ({"DynamicField": []}, "MissingParameter"),
     ({"Article": article(ContentType=...)}, "MissingParameter"),
     ({"Article": article(Subject="")}, "MissingParameter"),
     ({"Article": article(AutoResponseType="none")}, "InvalidParameter"), ({"Article": []}, "InvalidParameter"),
     ({"Article": {}}, "InvalidParameter"), ({"Article": [article()]}, "InvalidParameter")],
)  # fmt: skip
def test_one_invalid_part_and_nothing_is_applied(server: Server, untouched: int, section: Json, code: str) -> None:
    body = {**section, "Ticket": {"Title": "neu", **section.get("Ticket", {})}}
    answer = leaves_alone(server, untouched, **body)
    assert answer["Error"]["ErrorCode"] == f"TicketUpdate.{code}"


@pytest.mark.parametrize("section", [{}, [], "x"])
def test_an_empty_ticket_section_is_invalid(server: Server, untouched: int, section: object) -> None:
    assert leaves_alone(server, untouched, Ticket=section)["Error"]["ErrorCode"] == "TicketUpdate.InvalidParameter"


@pytest.mark.parametrize("body", [{}, {"Ticket": None}, {"Ticket": {"Colour": "red"}}, {"Wish": 1}])
def test_nothing_to_do_or_only_unknown_keys_is_a_success(server: Server, untouched: int, body: Json) -> None:
    assert leaves_alone(server, untouched, **body)["TicketID"] == str(untouched)


@pytest.mark.parametrize("nothing", ["", "  ", None])
@pytest.mark.parametrize("key", ["Title", "State", "CustomerUser", "CustomerID", "Queue"])
def test_an_empty_value_is_ignored(server: Server, untouched: int, key: str, nothing: object) -> None:
    assert leaves_alone(server, untouched, Ticket={key: nothing})["TicketID"] == str(untouched)


def test_the_same_values_again_leave_no_trace(server: Server, untouched: int) -> None:
    leaves_alone(
        server,
        untouched,
        Ticket={"Title": " Нет связи ", "State": "open", "Priority": "3 normal", "Queue": "Misc",
                "CustomerUser": "иванов", "CustomerID": "Ф-10482", "Lock": "unlock", "Owner": "bridge"},
        DynamicField=field_list(BridgeKey="  old ", Category=["tv"], ClientType="legal"),
    )  # fmt: skip


def test_a_pending_state_needs_a_time_but_the_title_before_it_is_changed(server: Server, ticket: int) -> None:
    response = server.update(ticket, Ticket={"Title": "neu", "Priority": "1 very low", "State": "pending reminder"})
    assert error_code(response) == "TicketUpdate.MissingParameter"
    found = server.one(ticket)
    assert (found["Title"], found["State"], found["Priority"]) == ("neu", "open", "3 normal")


@pytest.mark.parametrize("state", ["pending reminder", "ждём клиента", "pending auto close+"])
def test_a_pending_time_is_minutes_from_now(server: Server, ticket: int, state: str) -> None:
    server.update(ticket, Ticket={"State": state, "PendingTime": {"Diff": "30"}})
    found = server.one(ticket)
    assert found["State"] == state
    assert 1700 < found["UntilTime"] <= 1800


def test_a_pending_time_may_be_a_moment_and_ends_with_the_state(server: Server, ticket: int) -> None:
    moment = {"Year": 2030, "Month": 1, "Day": 2, "Hour": 3, "Minute": 4}
    server.update(ticket, Ticket={"State": "pending reminder", "PendingTime": moment})
    assert server.one(ticket)["UntilTime"] > 0
    server.update(ticket, Ticket={"State": "open"})
    assert [server.one(ticket)[key] for key in ("UntilTime", "RealTillTimeNotUsed")] == [0, 0]


def test_a_title_too_long_is_a_500_with_nothing_changed(server: Server, ticket: int) -> None:
    response = server.update(ticket, Ticket={"Title": "я" * 256, "State": "new"})
    assert (response.status_code, response.headers["Content-Type"]) == (500, "text/plain; charset=UTF-8")
    assert set(response.json()) == {"faultcode", "faultstring"}
    found = server.one(ticket)
    assert (found["Title"], found["State"]) == ("Нет связи", "open")
    assert server.update(ticket, Ticket={"Title": "я" * 255}).status_code == 200


def test_a_queue_without_the_right_is_a_500_after_the_title_and_before_the_state(server: Server, ticket: int) -> None:
    response = server.update(ticket, Ticket={"Title": "neu", "Queue": "Secret", "State": "new"})
    assert response.status_code == 500
    found = server.one(ticket)
    assert (found["Title"], found["Queue"], found["State"]) == ("neu", "Misc", "open")


def test_a_field_too_long_is_a_500_after_the_state_and_deletes_the_old_value(server: Server, ticket: int) -> None:
    response = server.update(
        ticket, Ticket={"State": "new"}, DynamicField=field_list(BridgeKey="k" * (server.longest_text + 1))
    )
    assert response.status_code == 500
    found = server.one(ticket)
    assert (found["State"], found["Fields"]["BridgeKey"]) == ("new", None)


def test_a_list_for_a_text_field_is_a_500_and_deletes_the_old_value(server: Server, ticket: int) -> None:
    assert server.update(ticket, DynamicField=field_list(BridgeKey=["new"])).status_code == 500
    assert server.one(ticket)["Fields"]["BridgeKey"] is None


def test_a_subject_too_long_is_a_500_before_the_fields(server: Server, ticket: int) -> None:
    response = server.update(
        ticket,
        Ticket={"Title": "neu"},
        Article=article(Subject="s" * (server.longest_text + 1)),
        DynamicField=field_list(BridgeKey="new"),
    )
    assert response.status_code == 500
    found = server.one(ticket)
    assert (found["Title"], found["Fields"]["BridgeKey"]) == ("neu", "old")
    assert [one.get("Subject") for one in found["Article"]] == ["Обращение", None]


@pytest.mark.parametrize(
    ("field", "nothing"), [("BridgeKey", ""), ("ClientType", ""), ("Category", ""), ("Category", [])]
)
def test_a_field_is_emptied_by_an_empty_value(server: Server, ticket: int, field: str, nothing: object) -> None:
    server.update(ticket, DynamicField=field_list(**{field: nothing}))
    assert server.one(ticket)["Fields"][field] is None


def test_another_order_of_a_multiselect_is_a_change(server: Server, ticket: int) -> None:
    server.update(ticket, DynamicField=field_list(Category=["cable", "tv"]))
    lines = len(server.history(ticket))
    server.update(ticket, DynamicField=field_list(Category=["tv", "cable"]))
    assert server.one(ticket)["Fields"]["Category"] == ["tv", "cable"]
    assert len(server.history(ticket)) == lines + 1


def test_a_multiselect_as_a_scalar_is_a_change_every_time(server: Server, ticket: int) -> None:
    lines = len(server.history(ticket))
    server.update(ticket, DynamicField=field_list(Category="tv"))
    server.update(ticket, DynamicField=field_list(Category="tv"))
    assert len(server.history(ticket)) == lines + 2


def test_one_field_may_come_without_a_list_around_it(server: Server, ticket: int) -> None:
    server.update(ticket, DynamicField={"Name": "BridgeKey", "Value": 12})
    assert server.one(ticket)["Fields"]["BridgeKey"] == "12"


def test_a_title_ends_at_a_nul_on_postgresql_alone_and_keeps_its_line_ends(server: Server, ticket: int) -> None:
    server.update(ticket, Ticket={"Title": "до\0после"})
    assert server.one(ticket)["Title"] == ("до\0после" if server.on_mariadb else "до")
    server.update(ticket, Ticket={"Title": "две\nстроки"})
    assert server.one(ticket)["Title"] == "две\nстроки"


def test_a_lock_of_somebody_else_stops_nothing(server: Server) -> None:
    ticket = server.create(Owner="agent", Lock="lock", login="agent")
    server.update(ticket, Ticket={"Title": "neu", "Priority": "1 very low", "State": "new"}, Article=article())
    found = server.one(ticket)
    assert (found["Title"], found["Priority"], found["State"], found["Lock"]) == ("neu", "1 very low", "new", "lock")


def test_closing_unlocks(server: Server) -> None:
    ticket = server.create(Lock="lock")
    server.update(ticket, Ticket={"State": "closed successful"})
    assert server.one(ticket)["Lock"] == "unlock"


def test_a_merged_ticket_can_be_opened_again(server: Server) -> None:
    ticket = server.create(State="merged")
    server.update(ticket, Ticket={"State": "open"})
    assert server.one(ticket)["StateType"] == "open"


def test_a_note_is_visible_to_the_customer_unless_it_says_no(server: Server, ticket: int) -> None:
    server.update(ticket, Article=article())
    server.update(ticket, Article=article(IsVisibleForCustomer=0))
    _, shown, hidden = server.one(ticket)["Article"]
    assert (shown["IsVisibleForCustomer"], hidden["IsVisibleForCustomer"]) == (1, 0)
    assert (shown["SenderType"], shown["CommunicationChannelID"], shown["From"]) == ("agent", 3, "Bridge Test")


def test_a_missing_ticket_and_a_forbidden_one_are_denied_alike(server: Server) -> None:
    secret = server.create(Queue="Secret", login="agent")
    answers = [server.update(number, Ticket={"Title": "neu"}).json() for number in (secret, 999_999)]
    denied = {
        "ErrorCode": "TicketUpdate.AccessDenied",
        "ErrorMessage": "TicketUpdate: User does not have access to the ticket!",
    }
    assert answers == [{"Error": denied}] * 2
