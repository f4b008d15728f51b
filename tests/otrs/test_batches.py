"""One ticket that OTRS refuses or breaks over costs a few calls, never the other tickets."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from otrs_bridge.errors import OtrsRejected, OtrsUnreachable
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from tests.otrs.moved_clock import MovedClock

IDS = list(range(1, 51))
Answer = tuple[int, dict[str, Any]]


class Server(ThreadingHTTPServer):
    """Answers a read over HTTP unless it contains one of the `odd` tickets; the sandbox breaks over no ticket."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.odd: dict[int, Answer] = {}
        self.left_out: set[int] = set()
        self.asked: list[list[int]] = []

    def tickets(self, ids: list[int]) -> Answer:
        self.asked.append(ids)
        odd = next((self.odd[ticket_id] for ticket_id in ids if ticket_id in self.odd), None)
        return odd or (200, {"Ticket": [{"TicketID": i} for i in ids if i not in self.left_out]})


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        question = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        login = self.path.endswith("/Session")
        status, answer = (200, {"SessionID": "s"}) if login else self.server.tickets(question["TicketID"])
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def error(code: str) -> Answer:
    return 200, {"Error": {"ErrorCode": code, "ErrorMessage": "no"}}


BROKEN: Answer = (500, {"faultcode": "Server", "faultstring": "broke"})
ODD = {"refused": error("TicketGet.AccessDenied"), "invalid": error("TicketGet.NotValidTicketID"), "broken": BROKEN}


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as found:
        threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield found
        found.shutdown()


@pytest.fixture
def helpdesk(server: Server) -> Iterator[OtrsHelpdesk]:
    url = f"http://127.0.0.1:{server.server_port}"
    desk = OtrsHelpdesk(OtrsConnection(url=url, user="bridge", password="x"), MovedClock())
    yield desk
    desk.close()


def test_fifty_tickets_are_one_call(server: Server, helpdesk: OtrsHelpdesk) -> None:
    assert [ticket.id for ticket in helpdesk.read(IDS).tickets] == IDS
    assert len(server.asked) == 1


@pytest.mark.parametrize("answer", ODD.values(), ids=ODD)
@pytest.mark.parametrize("culprits", [(1,), (17,), (50,), (3, 4, 48)])
def test_odd_tickets_are_found_out_in_few_calls(
    server: Server, helpdesk: OtrsHelpdesk, answer: Answer, culprits: tuple[int, ...]
) -> None:
    server.odd = dict.fromkeys(culprits, answer)
    read = helpdesk.read(IDS)
    assert set(read.unreadable) == set(culprits)
    assert [ticket.id for ticket in read.tickets] == [i for i in IDS if i not in culprits]
    assert len(server.asked) <= 4 + 12 * len(culprits)


def test_where_no_ticket_can_be_read_otrs_itself_is_broken(server: Server, helpdesk: OtrsHelpdesk) -> None:
    server.odd = dict.fromkeys(IDS, BROKEN)
    with pytest.raises(OtrsUnreachable):
        helpdesk.read(IDS)


def test_a_single_ticket_that_otrs_breaks_over_is_not_called_forbidden(server: Server, helpdesk: OtrsHelpdesk) -> None:
    server.odd = {7: BROKEN}
    with pytest.raises(OtrsUnreachable):
        helpdesk.read([7])


def test_a_request_that_is_wrong_for_every_ticket_is_not_split(server: Server, helpdesk: OtrsHelpdesk) -> None:
    server.odd = dict.fromkeys(IDS, error("TicketGet.WrongStructure"))
    with pytest.raises(OtrsRejected):
        helpdesk.read(IDS)
    assert len(server.asked) == 1


def test_a_ticket_that_is_silently_left_out_is_told(server: Server, helpdesk: OtrsHelpdesk) -> None:
    server.left_out = {9}
    assert set(helpdesk.read(IDS).unreadable) == {9}
