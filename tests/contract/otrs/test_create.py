"""Creating tickets: what is required, what is cut, and what stays behind a failure."""

import json
import socket
from urllib.parse import urlsplit

import pytest

from tests.contract.otrs.server import Json, Server, article, error_code, ticket_request

PLACEHOLDER = '"ул. Летная, д. 5, кв. 132, Иванов Иван Иванович, Ф-15236" <test@mtel.ru>'


def refused(server: Server, request: Json) -> str:
    """The code of a refusal after which there is no new ticket."""
    before = server.search()
    code = error_code(server.ask("POST", "/Ticket", request))
    assert server.search() == before
    return code


def customer_of(server: Server, ticket: int) -> tuple[object, object]:
    found = server.one(ticket)
    return found["CustomerUserID"], found["CustomerID"]


@pytest.mark.parametrize("key", ["Title", "Queue", "State", "Priority", "CustomerUser"])
@pytest.mark.parametrize("value", [..., "", "  ", "0", None])
def test_a_ticket_needs_title_queue_state_priority_and_customer(server: Server, key: str, value: object) -> None:
    changes: Json = {key: value}
    assert refused(server, ticket_request("t", **changes)) == "TicketCreate.MissingParameter"


@pytest.mark.parametrize("key", ["Subject", "Body", "ContentType"])
def test_its_article_needs_subject_body_and_content_type(server: Server, key: str) -> None:
    assert refused(server, ticket_request("t", note={key: ...})) == "TicketCreate.MissingParameter"


@pytest.mark.parametrize("section", ["Ticket", "Article"])
@pytest.mark.parametrize("value", [None, {}, [], "x"])
def test_a_section_that_is_no_filled_object_counts_as_missing(server: Server, section: str, value: object) -> None:
    assert refused(server, {**ticket_request("t"), section: value}) == "TicketCreate.MissingParameter"


@pytest.mark.parametrize(
    "changes",
    [{"Queue": "Nope"}, {"State": "Nope"}, {"Priority": "Nope"}, {"CustomerUser": "nobody"}, {"Lock": "Nope"},
     {"Owner": "Nope"},
     {"Responsible": "Nope"}, {"Type": "Nope"}, {"QueueID": 99}, {"PendingTime": "soon"},
     {"PendingTime": {"Diff": "x"}}],
)  # fmt: skip
def test_an_unknown_name_is_an_invalid_parameter(server: Server, changes: Json) -> None:
    assert refused(server, ticket_request("t", **changes)) == "TicketCreate.InvalidParameter"


@pytest.mark.parametrize(
    "note",
    [{"ContentType": "text/plain"}, {"SenderType": "Nope"}, {"CommunicationChannel": "Nope"}, {"HistoryType": "Nope"},
     {"AutoResponseType": "none"}, {"From": "no address"}],
)  # fmt: skip
def test_an_article_with_an_unknown_word_is_an_invalid_parameter(server: Server, note: Json) -> None:
    assert refused(server, ticket_request("t", note=note)) == "TicketCreate.InvalidParameter"


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"Nope": "x"}, "InvalidParameter"), ({"bridgekey": "x"}, "InvalidParameter"),
     ({"ClientType": "zz"}, "InvalidParameter"),
     ({"ClientType": "Юридическое лицо"}, "InvalidParameter"), ({"Category": ["tv", "zz"]}, "InvalidParameter"),
     ({"Category": [""]}, "InvalidParameter"), ({"BridgeKey": None}, "MissingParameter")],
)  # fmt: skip
def test_an_unknown_field_or_value_is_refused(server: Server, fields: Json, code: str) -> None:
    assert refused(server, ticket_request("t", fields=fields)) == f"TicketCreate.{code}"


def test_a_queue_without_the_right_to_create_denies_access(server: Server) -> None:
    assert refused(server, ticket_request("t", Queue="Secret")) == "TicketCreate.AccessDenied"


def test_mime_type_and_charset_serve_instead_of_a_content_type(server: Server) -> None:
    server.create(note={"ContentType": ..., "MimeType": "text/plain", "Charset": "utf-8"})


def test_numbers_serve_instead_of_names_and_beat_them(server: Server) -> None:
    ticket = server.create(Queue="Misc", QueueID=9, StateID="1", State=..., PriorityID=5, Priority=...)
    found = server.one(ticket)
    assert (found["Queue"], found["State"], found["Priority"]) == ("Billing", "new", "5 very high")


@pytest.mark.parametrize(
    ("customer", "stored"),
    [("иванов", ("иванов", "Ф-10482")), ("SMIRNOV", ("smirnov", "Ф-15240")),
     ("Smirnov@MTEL.ru", ("smirnov", "Ф-15240")),
     (" smirnov ", ("smirnov", "Ф-15240")), ("who@mtel.ru", ("who@mtel.ru", "")),
     ("a@x.ru, b@x.ru", ("a@x.ru, b@x.ru", "")),
     ("<>", ("<>", "")), (PLACEHOLDER, (PLACEHOLDER, "")),
     ('"Смирнов" <smirnov@mtel.ru>', ('"Смирнов" <smirnov@mtel.ru>', ""))],
)  # fmt: skip
def test_a_known_login_or_bare_address_is_resolved_and_anything_with_an_address_kept(
    server: Server, customer: str, stored: tuple[str, str]
) -> None:
    assert customer_of(server, server.create(CustomerUser=customer)) == stored


@pytest.mark.parametrize(
    "customer",
    ["ул. Летная, д. 5, Ф-15236 <test@mtel.ru>", "Иван Иванов", "someone@example.com", "a@@b", ["иванов"], '""'],
)
def test_a_placeholder_without_quotes_or_without_address_is_refused(server: Server, customer: object) -> None:
    assert refused(server, ticket_request("t", CustomerUser=customer)) == "TicketCreate.InvalidParameter"


@pytest.mark.parametrize("inside", [r"дом \"Б\", кв. 1", "дом (2), кв. [3]", "дом; кв."])
def test_a_placeholder_may_hold_anything_inside_its_quotes(server: Server, inside: str) -> None:
    customer = f'"{inside}" <test@mtel.ru>'
    assert customer_of(server, server.create(CustomerUser=customer)) == (customer, "")


def test_the_placeholder_is_also_the_articles_sender(server: Server) -> None:
    assert server.one(server.create(CustomerUser=PLACEHOLDER))["Article"][0]["From"] == PLACEHOLDER


def test_a_known_customers_article_comes_from_name_and_address(server: Server) -> None:
    first = server.one(server.create())["Article"][0]
    assert (first["From"], first["To"]) == ('"Иван Петрович Иванов" <ivanov@mtel.ru>', "Misc")


def test_a_sender_of_ones_own_is_kept(server: Server) -> None:
    ticket = server.create(note={"From": '"Вася" <vasya@nowhere.ru>'})
    assert server.one(ticket)["Article"][0]["From"] == '"Вася" <vasya@nowhere.ru>'


def test_blanks_around_values_are_cut(server: Server) -> None:
    ticket = server.create("  заголовок ", fields={"BridgeKey": " ключ "}, note={"Subject": " s ", "Body": " b "})
    found = server.one(ticket)
    first = found["Article"][0]
    assert (found["Title"], found["Fields"]["BridgeKey"], first["Subject"], first["Body"]) == (
        "заголовок",
        "ключ",
        "s",
        "b",
    )


def test_a_title_is_cut_at_255_characters_and_on_postgresql_at_a_nul(server: Server) -> None:
    titles = ("я" * 300, "до\0после", "две\nстроки")
    kept = ("я" * 255, "до\0после" if server.on_mariadb else "до", "две\nстроки")
    assert tuple(server.one(server.create(title))["Title"] for title in titles) == kept


def test_a_customer_user_of_250_characters_fits_and_one_of_251_is_lost_without_a_word(server: Server) -> None:
    longest, longer = (f'"{"a" * (length - 14)}" <t@mtel.ru>' for length in (250, 251))
    assert customer_of(server, server.create(CustomerUser=longest)) == (longest, "")
    assert customer_of(server, server.create(CustomerUser=longer)) == (None, "")


def test_a_login_that_differs_in_a_mark_alone_is_the_same_customer_on_mariadb_and_nobody_on_postgresql(
    server: Server,
) -> None:
    answer = server.ask("POST", "/Ticket", ticket_request("twin", CustomerUser="smírnov"))
    if server.on_mariadb:
        assert customer_of(server, int(answer.json()["TicketID"])) == ("smirnov", "Ф-15240")
    else:
        assert error_code(answer) == "TicketCreate.InvalidParameter"


def test_a_customer_id_of_151_characters_is_lost_without_a_word(server: Server) -> None:
    assert customer_of(server, server.create(CustomerUser="smirnov", CustomerID="c" * 151)) == ("smirnov", None)


def test_a_subject_too_long_is_a_500_and_leaves_a_ticket_with_a_hollow_article(server: Server) -> None:
    too_long = "s" * (server.longest_text + 1)
    request = ticket_request("orphan of a subject", fields={"BridgeKey": "s"}, note={"Subject": too_long})
    response = server.ask("POST", "/Ticket", request)
    assert (response.status_code, response.json()["faultcode"]) == (500, "Server")
    (orphan,) = server.search(Title="orphan of a subject")
    found = server.one(orphan)
    assert found["Fields"]["BridgeKey"] == "s"
    assert [one.get("Subject") for one in found["Article"]] == [None]
    server.create(note={"Subject": "s" * server.longest_text})


def test_a_field_too_long_is_a_500_and_leaves_a_ticket_without_key_or_article(server: Server) -> None:
    request = ticket_request("orphan of a field", fields={"BridgeKey": "k" * (server.longest_text + 1)})
    response = server.ask("POST", "/Ticket", request)
    assert (response.status_code, response.headers["Content-Type"]) == (500, "text/plain; charset=UTF-8")
    assert response.json()["faultstring"].startswith("Dynamic Field BridgeKey could not be set")
    (orphan,) = server.search(Title="orphan of a field")
    found = server.one(orphan)
    assert (found["Fields"]["BridgeKey"], "Article" in found, found["Owner"]) == (None, False, "root@localhost")
    assert server.one(server.create(fields={"BridgeKey": "k" * 3800}))["Fields"]["BridgeKey"] == "k" * 3800


@pytest.mark.parametrize("state", ["closed successful", "removed", "merged", "pending reminder", "waiting for part"])
def test_a_ticket_may_be_born_in_any_state_even_pending_without_a_time(server: Server, state: str) -> None:
    found = server.one(server.create(State=state))
    assert (found["State"], found["UntilTime"]) == (state, 0)


def test_without_an_owner_the_creator_owns_it_unlocked_and_with_one_it_is_locked(server: Server) -> None:
    cases: list[tuple[Json, tuple[str, str]]] = [
        ({}, ("bridge", "unlock")),
        ({"Owner": "agent"}, ("agent", "lock")),
        ({"Owner": "agent", "Lock": "unlock"}, ("agent", "unlock")),
        ({"Lock": "lock"}, ("bridge", "lock")),
    ]
    for changes, expected in cases:
        found = server.one(server.create(**changes))
        assert (found["Owner"], found["Lock"]) == expected


def test_several_articles_may_come_at_once(server: Server) -> None:
    request = {**ticket_request("t"), "Article": [article(Subject="1"), article(Subject="2")]}
    answer = server.ask("POST", "/Ticket", request).json()
    found = server.one(int(answer["TicketID"]))
    assert [one["Subject"] for one in found["Article"]] == ["1", "2"]
    assert [int(number) for number in answer["ArticleID"]] == [one["ArticleID"] for one in found["Article"]]


def test_a_multiselect_may_come_as_a_scalar(server: Server) -> None:
    assert server.one(server.create(fields={"Category": "tv"}))["Fields"]["Category"] == ["tv"]


def test_an_empty_field_value_is_no_value(server: Server) -> None:
    fields = server.one(server.create(fields={"BridgeKey": "", "Category": []}))["Fields"]
    assert (fields["BridgeKey"], fields["Category"]) == (None, None)


def test_unknown_keys_are_ignored(server: Server) -> None:
    answer = server.ask("POST", "/Ticket", {**ticket_request("t", Colour="red"), "Wish": 1, "IncludeTicketData": 1})
    assert set(answer.json()) == {"TicketID", "TicketNumber", "ArticleID"}


def test_a_client_that_hangs_up_right_after_asking_still_gets_its_ticket(server: Server) -> None:
    request = {"SessionID": server.session(), **ticket_request("nobody waits", fields={"BridgeKey": "hung-up"})}
    body = json.dumps(request).encode()
    address = urlsplit(server.url)
    head = f"POST {address.path}/Ticket HTTP/1.1\r\nHost: otrs\r\nContent-Type: application/json\r\n"
    assert address.hostname is not None
    with socket.create_connection((address.hostname, address.port or 80), timeout=30) as connection:
        connection.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    searches = (server.search(DynamicField_BridgeKey={"Equals": "hung-up"}) for _ in range(200))
    (ticket,) = next(found for found in searches if found)
    assert server.one(ticket)["Title"] == "nobody waits"
