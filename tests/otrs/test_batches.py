"""One ticket that OTRS refuses or breaks over costs a few calls, never the other tickets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import requests
import responses

from otrs_bridge.errors import OtrsRejected, OtrsUnreachable
from otrs_bridge.otrs.connection import OtrsConnection
from otrs_bridge.otrs.helpdesk import OtrsHelpdesk
from tests.otrs.moved_clock import MovedClock

URL = "https://otrs.test/otrs/nph-genericinterface.pl/Webservice/OtrsBridge"
IDS = list(range(1, 51))
Answer = tuple[int, dict[str, str], str]


@dataclass
class Server:
    """Answers a read unless it contains one of the `odd` tickets."""

    odd: dict[int, Answer] = field(default_factory=dict)
    left_out: set[int] = field(default_factory=set)
    asked: list[list[int]] = field(default_factory=list)

    def tickets(self, request: requests.PreparedRequest) -> Answer:
        assert isinstance(request.body, bytes)
        ids = json.loads(request.body)["TicketID"]
        self.asked.append(ids)
        for ticket_id in ids:
            if ticket_id in self.odd:
                return self.odd[ticket_id]
        return 200, {}, json.dumps({"Ticket": [{"TicketID": i} for i in ids if i not in self.left_out]})


def error(code: str) -> Answer:
    return 200, {}, json.dumps({"Error": {"ErrorCode": code, "ErrorMessage": "no"}})


BROKEN: Answer = (500, {}, json.dumps({"faultcode": "Server", "faultstring": "broke"}))
ODD = {"refused": error("TicketGet.AccessDenied"), "invalid": error("TicketGet.NotValidTicketID"), "broken": BROKEN}


@pytest.fixture
def server() -> Iterator[Server]:
    found = Server()
    with responses.RequestsMock() as mock:
        mock.add(responses.POST, f"{URL}/Session", json={"SessionID": "s"})
        mock.add_callback(responses.POST, f"{URL}/TicketList", found.tickets)
        yield found


@pytest.fixture
def helpdesk() -> OtrsHelpdesk:
    return OtrsHelpdesk(OtrsConnection(url="https://otrs.test", user="bridge", password="x"), MovedClock())


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
