"""How the server treats HTTP itself: routes, bodies, headers, connections."""

import gzip
import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests

from tests.contract.otrs.server import Server

JSON = {"Content-Type": "application/json"}


def post(server: Server, body: bytes | Iterator[bytes], **headers: str) -> requests.Response:
    session = {"X-OTRS-Header-SessionID": server.session()}
    return server.call("POST", "/TicketSearch", data=body, headers={**JSON, **session, **headers})


def raw_answer(server: Server, request: bytes) -> bytes:
    """What comes back on a bare socket whose sending side is closed after the request."""
    address = urlsplit(server.base_url)
    assert address.hostname is not None
    with socket.create_connection((address.hostname, address.port or 80), timeout=30) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while block := connection.recv(65536):
            received += block
    return received


@pytest.mark.parametrize(
    "service",
    ["/Webservice/Nope", "/Webservice/otrsbridge", "/Webservice", "", "/webservice/OtrsBridge", "/WebserviceID/99"],
)
def test_an_unknown_web_service_closes_the_connection_without_a_byte(server: Server, service: str) -> None:
    base = f"{server.base_url}/otrs/nph-genericinterface.pl{service}"
    with pytest.raises(requests.ConnectionError, match="without response"):
        server.call("POST", "/TicketSearch", {"Limit": 1}, base=base, headers={"Connection": "close"})


def test_a_web_service_answers_under_its_number_too(server: Server) -> None:
    base = f"{server.base_url}/otrs/nph-genericinterface.pl/WebserviceID/1"
    response = server.call("POST", "/TicketSearch", {"SessionID": server.session()}, base=base)
    assert "TicketID" in response.json()


def test_a_path_beside_the_interface_is_a_404_page(server: Server) -> None:
    response = server.call("GET", "/nothing/here", base=server.base_url)
    assert response.status_code == 404
    assert response.headers["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("method", "route"),
    [
        ("POST", "/Nope"),
        ("POST", "/TicketSearch/"),
        ("POST", "/ticketsearch"),
        ("POST", "/TicketSearch/x"),
        ("GET", "/TicketSearch"),
        ("GET", "/Ticket"),
        ("GET", "/Session"),
        ("GET", "/TicketHistory/1"),
        ("PUT", "/Ticket/1"),
        ("DELETE", "/Ticket/1"),
        ("POST", "/Ticket/1"),
        ("PATCH", "/Ticket"),
        ("OPTIONS", "/Ticket/1"),
        ("POST", ""),
    ],
)
def test_a_wrong_route_or_method_is_a_500_in_plain_text(server: Server, method: str, route: str) -> None:
    response = server.call(method, route, headers={"X-OTRS-Header-SessionID": server.session()})
    assert response.status_code == 500
    assert response.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert response.text.startswith("HTTP::REST Error while determine Operation for request URI")


def test_head_is_a_wrong_method_without_a_body(server: Server) -> None:
    response = server.call("HEAD", "/Ticket/1")
    assert (response.status_code, response.text) == (500, "")


def test_the_method_cannot_be_overridden(server: Server) -> None:
    headers = {"X-HTTP-Method-Override": "PATCH"}
    response = server.call("POST", "/Ticket/1", {"SessionID": server.session()}, headers=headers)
    assert response.status_code == 500


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b'{"a":', "Error while decoding request content."),
        (b"text", "Error while decoding request content."),
        (b"null", "Error while decoding request content."),
        (b"false", "Error while decoding request content."),
        (b"{}", "Unsupported request content structure."),
        (b"5", "Unsupported request content structure."),
        (b'"text"', "Unsupported request content structure."),
        (b"[]", "Unsupported request content structure."),
        (b'{"Title":"\xff\xfe"}', "Could not read input data"),
        (b" ", "Could not read input data"),
    ],
)
def test_a_body_that_is_no_filled_json_object_is_a_500_in_plain_text(
    server: Server, body: bytes, complaint: str
) -> None:
    response = post(server, body)
    assert (response.status_code, response.text) == (500, complaint)
    assert response.headers["Content-Type"] == "text/plain; charset=UTF-8"


def test_a_json_list_makes_perl_die_into_a_page_without_a_status_line(server: Server) -> None:
    with pytest.raises(requests.ConnectionError, match="BadStatusLine"):
        post(server, b"[1]")


def test_a_body_shorter_than_announced_gets_a_page_without_a_status_line(server: Server) -> None:
    path = urlsplit(server.url).path.encode()
    head = b"POST " + path + b"/TicketSearch HTTP/1.1\r\nHost: otrs\r\nContent-Type: application/json\r\n"
    assert raw_answer(server, head + b'Content-Length: 99\r\n\r\n{"Limit":1}').startswith(b"<!DOCTYPE HTML")


@pytest.mark.parametrize("headers", [{"Content-Type": "application/x-www-form-urlencoded"}, {}])
def test_a_form_or_a_body_without_a_type_is_not_read(server: Server, headers: dict[str, str]) -> None:
    response = server.call("POST", "/TicketSearch", data=b'{"Limit":1}', headers=headers)
    assert (response.status_code, response.text) == (500, "Could not read input data")


def test_a_compressed_body_is_not_read(server: Server) -> None:
    response = post(server, gzip.compress(b'{"Limit":1}'), **{"Content-Encoding": "gzip"})
    assert (response.status_code, response.text) == (500, "Could not read input data")


@pytest.mark.parametrize("media_type", ["text/plain", "application/json; charset=iso-8859-1", "application/xml"])
def test_any_other_media_type_is_taken_for_json_in_utf_8(server: Server, media_type: str) -> None:
    assert post(server, b'{"Limit":1}', **{"Content-Type": media_type}).json() == {"TicketID": ["1"]}


def test_expecting_100_continue_works(server: Server) -> None:
    assert post(server, b'{"Limit":1}', Expect="100-continue").json() == {"TicketID": ["1"]}


def test_an_empty_body_is_no_condition(server: Server) -> None:
    assert post(server, b"").json() == {"TicketID": ["1"]}


def test_a_chunked_body_is_ignored_so_that_all_tickets_are_found(server: Server) -> None:
    never = json.dumps({"Title": "no such ticket"}).encode()
    assert post(server, never).json() == {}
    assert post(server, iter([never])).json() == {"TicketID": ["1"]}


def test_get_ignores_its_body_down_to_the_session(server: Server) -> None:
    response = server.call("GET", "/Ticket/1", {"SessionID": server.session()})
    assert response.json()["Error"]["ErrorCode"] == "TicketGet.AuthFail"


def test_the_query_and_the_path_beat_the_body(server: Server) -> None:
    good = {"SessionID": server.session()}
    assert "Error" in server.call("POST", "/TicketSearch?SessionID=x", good).json()
    patched = server.call("PATCH", "/Ticket/1", {**good, "TicketID": 99}).json()
    assert patched["TicketID"] == "1"


@pytest.mark.parametrize(
    "numbers", ["TicketID=1&TicketID=1", "TicketID=1,1", "TicketID=1;TicketID=1", "TicketID=%31,1"]
)
def test_get_takes_several_numbers_in_the_query(server: Server, numbers: str) -> None:
    answer = server.call("GET", f"/TicketList?SessionID={server.session()}&{numbers}").json()
    assert [ticket["TicketID"] for ticket in answer["Ticket"]] == [1, 1]


def test_a_url_of_more_than_eight_kilobytes_is_refused(server: Server) -> None:
    numbers = ",".join(str(number) for number in range(10_000, 11_600))
    response = server.call("GET", f"/TicketList?TicketID={numbers}")
    assert response.status_code == 414
    assert response.headers["Content-Type"].startswith("text/html")


def test_every_answer_closes_its_connection_and_has_three_headers(server: Server) -> None:
    response = server.ask("POST", "/TicketSearch")
    assert response.headers == {
        "Content-Type": "application/json; charset=UTF-8",
        "Content-Length": str(len(response.content)),
        "Connection": "close",
    }


def test_answers_are_compact_json_with_sorted_keys_and_plain_utf_8(server: Server) -> None:
    ticket = server.create("Связь “ёжика” \u4f60")
    body = server.call("GET", f"/Ticket/{ticket}?SessionID={server.session()}").content.decode()
    assert '"Title":"Связь “ёжика” \u4f60"' in body
    assert list(json.loads(body)["Ticket"][0]) == sorted(json.loads(body)["Ticket"][0])
