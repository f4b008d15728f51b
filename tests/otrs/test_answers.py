"""What an HTTP answer means: OTRS says most with 200, and what may be half done is never called refused."""

from __future__ import annotations

import json
import re

import pytest

from otrs_bridge.errors import (
    AccessRefused,
    BridgeError,
    LoginRefused,
    OtrsRejected,
    OtrsUnintelligible,
    OtrsUnreachable,
    OutcomeUnknown,
)
from otrs_bridge.otrs.answers import read_answer
from otrs_bridge.otrs.request import LoginDenied, MisconfiguredWebService, Request, SessionGone, TicketRefused

SESSION = "abcdef0123456789"
READ = Request(
    operation="TicketSearch",
    writes=False,
    address="https://otrs",
    webservice="OtrsBridge",
    secrets=(SESSION,),
)
WRITE = Request(
    operation="TicketUpdate", writes=True, address="https://otrs", webservice="OtrsBridge", secrets=(SESSION,)
)
LOGIN = Request(operation="SessionCreate", writes=False, address="https://otrs", webservice="OtrsBridge")
FAULT = json.dumps({"faultcode": "Server", "faultstring": "OperationObject returned an error"}).encode()
ROUTE = b"HTTP::REST Error while determine Operation for request URI '/otrs/nph-genericinterface.pl/X'."


def otrs_error(code: str, text: str = "No way!") -> bytes:
    return json.dumps({"Error": {"ErrorCode": code, "ErrorMessage": text}}).encode()


def raised(status: int, body: bytes, asked: Request) -> BridgeError:
    with pytest.raises(BridgeError) as caught:
        read_answer(status, body, asked)
    return caught.value


@pytest.mark.parametrize("body", [b"{}", b'{"TicketID":["1"]}', '{"Title":"Нет связи"}'.encode()])
def test_a_json_object_is_the_answer(body: bytes) -> None:
    assert read_answer(200, body, READ) == json.loads(body)


APPLICATION_ERRORS = [
    ("TicketSearch.AuthFail", READ, SessionGone),
    ("TicketUpdate.AuthFail", WRITE, SessionGone),
    ("SessionGet.SessionInvalid", READ, SessionGone),
    ("SessionCreate.AuthFail", LOGIN, LoginDenied),
    ("TicketGet.AccessDenied", READ, TicketRefused),
    ("TicketUpdate.AccessDenied", WRITE, TicketRefused),
    ("TicketUpdate.InvalidParameter", WRITE, OtrsRejected),
    ("TicketUpdate.MissingParameter", WRITE, OtrsRejected),
    ("TicketGet.WrongStructure", READ, OtrsRejected),
    ("", READ, OtrsRejected),
]


@pytest.mark.parametrize(("code", "asked", "kind"), APPLICATION_ERRORS)
def test_otrs_own_errors_come_with_200_and_are_told_apart(code: str, asked: Request, kind: type[BridgeError]) -> None:
    assert type(raised(200, otrs_error(code), asked)) is kind


def test_a_rejection_carries_otrs_code_and_words() -> None:
    error = raised(200, otrs_error("TicketUpdate.InvalidParameter", "Ticket->State is invalid!"), WRITE)
    assert isinstance(error, OtrsRejected)
    assert (error.code, error.text) == ("TicketUpdate.InvalidParameter", "Ticket->State is invalid!")


@pytest.mark.parametrize(
    ("words", "fields"),
    [
        ("TicketUpdate: Ticket->CustomerUser parameter is invalid!", {"customer"}),
        ("TicketUpdate: Ticket->PendingTime parameter is invalid!", {"state"}),
        ("TicketUpdate: Ticket->Queue or Ticket->QueueID parameter is invalid!", {"queue"}),
        ("TicketUpdate: DynamicField->Value parameter is invalid!", {"DynamicField_"}),
        ("TicketUpdate: Article->Subject parameter is missing!", set()),
    ],
)
def test_a_rejection_names_the_bridges_own_fields(words: str, fields: set[str]) -> None:
    error = raised(200, otrs_error("TicketUpdate.InvalidParameter", words), WRITE)
    assert isinstance(error, OtrsRejected)
    assert error.fields == fields


def test_a_missing_pending_time_is_found_only_after_the_title_was_written() -> None:
    text = "TicketUpdate: Can't set a ticket on a pending state without pendig time!"
    assert type(raised(200, otrs_error("TicketUpdate.MissingParameter", text), WRITE)) is OutcomeUnknown


PAGES = [
    (200, b"<html><title>Sign in</title></html>"),
    (200, b""),
    (200, b'{"TicketID": ["1"'),
    (200, b'["1"]'),
    (200, b"null"),
    (200, b"\xff\xfe"),
    (302, b""),
    (400, b"<title>400 No required SSL certificate was sent</title>"),
    (404, b"<title>404 Not Found</title>"),
    (418, b"tea"),
]


@pytest.mark.parametrize(("status", "body"), PAGES)
def test_what_is_not_otrs_is_unintelligible_to_a_read(status: int, body: bytes) -> None:
    assert type(raised(status, body, READ)) is OtrsUnintelligible


@pytest.mark.parametrize(("status", "body"), PAGES)
def test_what_is_not_otrs_leaves_the_outcome_of_a_write_unknown(status: int, body: bytes) -> None:
    assert type(raised(status, body, WRITE)) is OutcomeUnknown


@pytest.mark.parametrize("body", [FAULT, b"Could not read input data", b"", b"<title>Oops</title>"])
@pytest.mark.parametrize("status", [500, 502, 503, 504, 507])
def test_a_server_error_may_pass_for_a_read_and_may_have_written(status: int, body: bytes) -> None:
    assert isinstance(raised(status, body, READ), OtrsUnreachable)
    assert type(raised(status, body, WRITE)) is OutcomeUnknown


def test_a_fault_with_200_is_a_failure_inside_all_the_same() -> None:
    assert type(raised(200, FAULT, WRITE)) is OutcomeUnknown


@pytest.mark.parametrize("asked", [READ, WRITE])
def test_a_missing_route_says_to_import_the_web_service_again(asked: Request) -> None:
    error = raised(500, ROUTE, asked)
    assert type(error) is MisconfiguredWebService
    assert "import" in str(error)


def test_who_stands_in_front_of_otrs_may_refuse() -> None:
    assert type(raised(401, b"", WRITE)) is LoginRefused
    assert type(raised(407, b"", READ)) is LoginRefused
    assert type(raised(403, b"", WRITE)) is AccessRefused


@pytest.mark.parametrize("asked", [READ, WRITE], ids=["read", "write"])
def test_what_is_not_otrs_own_message_is_told_in_russian_too(asked: Request) -> None:
    refused = [
        (401, b""),
        (403, b""),
        (407, b""),
        (500, ROUTE),
        (500, b""),
        (503, b""),
        (200, otrs_error("X.AccessDenied")),
    ]
    for status, body in (*PAGES, *refused):
        assert re.search("[а-я]{3}", raised(status, body, asked).words.ru)


@pytest.mark.parametrize("status", [200, 404, 500, 503])
def test_of_a_page_only_the_first_kilobytes_are_looked_at(status: int) -> None:
    """420 kB of `<title>` took minutes, when all of it was searched."""
    head = b"<html><title>Sign in</title>"
    assert str(raised(status, head + b"<title>" * 60_000, READ)) == str(raised(status, head, READ))
    assert "Late" not in str(raised(status, b"<html>" + b" " * 5000 + b"<title>Late</title>", READ))


def test_titles_that_never_end_are_no_title() -> None:
    assert "()" not in str(raised(404, b"<title>" * 60_000, READ))


def test_the_title_of_a_page_is_quoted() -> None:
    assert "Sign in & wait" in str(raised(200, b"<html><title>\n Sign in &amp; wait</title>", READ))


def test_no_secret_is_quoted_back() -> None:
    for error in (
        raised(500, f"Session {SESSION} broke".encode(), WRITE),
        raised(200, otrs_error("TicketGet.X", f"bad session {SESSION}"), READ),
        raised(200, f"<title>{SESSION}</title>".encode(), READ),
    ):
        assert SESSION not in str(error)
        assert "***" in str(error)


def test_long_words_are_cut_to_one_line() -> None:
    error = raised(500, b"a\n" * 5000, READ)
    assert "\n" not in str(error)
    assert len(str(error)) < 500
